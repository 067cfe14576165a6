//! Identifiers and addresses survive printing and parsing, and nothing else is one.
use super::*;

#[test]
fn addresses_survive_printing_and_parsing() {
    for text in [
        "archive/ap-northeast-1/firehose_stream.central-logs-central",
        "app/ap-northeast-1/subscription_filter./app/x:central-logs",
        "archive/global/iam_role.central-logs-central-cwl",
    ] {
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
    }
}

#[test]
fn malformed_addresses_are_refused() {
    for text in
        ["", "archive", "archive/global", "archive/nowhere/iam_role.x", "a/global/iam_role.", "a/global/x.y"]
    {
        assert!(text.parse::<Address>().is_err(), "{text}");
    }
}

#[test]
fn identifiers_refuse_other_forms() {
    assert!("Central".parse::<Key>().is_err());
    assert!("a-key-that-is-far-too-long".parse::<Key>().is_err());
}
