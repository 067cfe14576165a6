//! What people write that stands for something else, and that they are told what.

use super::{VALID, check_advice, check_edit, edited};
use crate::topology::{Given, Regions, load_with};

#[test]
fn account_ids_with_dashes_and_arns_are_told_as_what_they_stand_for() {
    let app = r#"{ id: "111111111111" }"#;
    check_advice(app, r#"{ id: "1111-1111-1111" }"#, "twelve digits", "remove the dashes: `111111111111`");
    check_advice(app, r#"{ id: "1111 1111 1111" }"#, "twelve digits", "remove the separators");
    check_advice(app, r#"{ id: "arn:aws:iam::111111111111:root" }"#, "", "the id is `111111111111`");
    check_advice(app, r#"{ id: "11111111111" }"#, "this has 11 digits", "twelve digits");
    check_advice("accounts: [app]", "accounts: [1111-1111-1111]", "", "remove the dashes: `111111111111`");
}

#[test]
fn arns_where_names_go_are_told_with_the_name() {
    let central = "    account: archive\n";
    let with = |key: &str, arn: &str| format!("{central}    {key}: \"{arn}\"\n");
    let check = |key: &str, arn: &str, name: &str| {
        check_advice(central, &with(key, arn), &format!("write `{name}`"), "");
    };
    check("cwl_role", "arn:aws:iam::999999999999:role/team/x", "x");
    check("destination_name", "arn:aws:logs:us-east-1:999999999999:destination:logs-central", "logs-central");
    let group = "\"/app/web\"";
    let arn = "\"arn:aws:logs:us-east-1:111111111111:log-group:/app/web:*\"";
    check_advice(group, arn, "", "");
    let bucket = "{ name: central-bucket }";
    check_advice(bucket, "{ name: \"arn:aws:s3:::my-logs\" }", "write `my-logs`", "");
}

#[test]
fn names_that_do_not_fit_say_why_and_what_would() {
    let long = "a".repeat(44);
    check_advice(
        "name: logs",
        &format!("name: {long}"),
        "this has 44 characters, and at most 32 are allowed",
        "",
    );
    check_advice("name: logs", "name: Central_Logs", "", "write `central-logs`");
    check_advice("  web:\n", "  Web_Logs:\n", "", "write `web-logs`");
}

#[test]
fn regions_have_to_be_known() {
    let region = "region: ap-northeast-1";
    check_advice(region, "region: us-east-1a", "this is an availability zone", "its region is `us-east-1`");
    check_advice(region, "region: US-EAST-1", "", "write `us-east-1`");
    check_advice(region, "region: ap-northeast-11", "region code", "");
    check_edit(region, "region: ap-norteast-1", &["3:9 unknown region `ap-norteast-1`"]);
    check_advice(region, "region: ap-norteast-1", "no region of this name", "did you mean `ap-northeast-1`?");
    check_edit(
        "    destination: central\n",
        "    destination: central\n    regions: [eu-west-9]\n",
        &["18:15 unknown region `eu-west-9`"],
    );
    let text = edited(region, "region: ap-northeast-9");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    assert_eq!(
        load_with(file.path(), Regions::Any, &Given::default()).unwrap().region.as_str(),
        "ap-northeast-9"
    );
    assert!(load_with(file.path(), Regions::Known, &Given::default()).is_err());
    assert!(VALID.contains(region));
}
