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
fn regions_know_their_partition() {
    let partition = |region: &str| region.parse::<Region>().unwrap().partition();
    assert_eq!(partition("ap-northeast-1"), Partition::Aws);
    assert_eq!(partition("cn-north-1"), Partition::AwsCn);
    assert_eq!(partition("us-gov-west-1"), Partition::AwsUsGov);
    assert_eq!(partition("us-isob-east-1"), Partition::AwsIsoB);
    assert_eq!(partition("us-iso-east-1"), Partition::AwsIso);
    assert_eq!(partition("eusc-de-east-1"), Partition::AwsEusc);
}

#[test]
fn identifiers_refuse_other_forms() {
    assert!("12345678901".parse::<AccountId>().is_err());
    assert!("Central".parse::<Key>().is_err());
    assert!("a-key-that-is-far-too-long".parse::<Key>().is_err());
    assert!("tokyo".parse::<Region>().is_err());
    assert!("us-east-1".parse::<Region>().is_ok());
}
