//! Roles that are handed to services, and the conditions that policies narrow calls by.

use serde_json::{Value, json};

use super::requests::Sent;
use super::stage::{Play, STREAM, Stage, WRITER, operator, refusal, text};
use crate::tests::bench::{ALPHA, BETA};

const FOREIGN: &str = "arn:aws:iam::222222222222:role/writer";

fn everything() -> Value {
    json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })
}

/// Everything but to pass roles, and that only to one service.
fn passing_to(service: &str) -> [Value; 2] {
    let condition = json!({ "StringEquals": { "iam:PassedToService": service } });
    [
        json!({ "Effect": "Allow", "NotAction": "iam:PassRole", "Resource": "*" }),
        json!({ "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": condition }),
    ]
}

/// Every call that hands a role over, with the service it goes to.
fn handing_over(role: &str) -> Vec<(&'static str, Sent)> {
    let group = |more: Value| {
        let mut body = json!({ "logGroupName": "/app", "filterName": "g", "filterPattern": "" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let bucket = "arn:aws:s3:::alpha-bucket";
    let document = json!({ "DestinationArn": STREAM, "RoleArn": role }).to_string();
    let firehose = "firehose.amazonaws.com";
    let logs = "logs.amazonaws.com";
    vec![
        (
            firehose,
            Sent::Json(
                "firehose",
                "CreateDeliveryStream",
                json!({ "DeliveryStreamName": "new", "ExtendedS3DestinationConfiguration": { "RoleARN": role, "BucketARN": bucket } }),
            ),
        ),
        (
            firehose,
            Sent::Json(
                "firehose",
                "UpdateDestination",
                json!({ "DeliveryStreamName": "events", "CurrentDeliveryStreamVersionId": "1", "DestinationId": "destinationId-000000000001", "ExtendedS3DestinationUpdate": { "RoleARN": role } }),
            ),
        ),
        (
            logs,
            Sent::Json(
                "logs",
                "PutDestination",
                json!({ "destinationName": "central", "targetArn": STREAM, "roleArn": role }),
            ),
        ),
        (
            logs,
            Sent::Json(
                "logs",
                "PutSubscriptionFilter",
                group(json!({ "destinationArn": STREAM, "roleArn": role })),
            ),
        ),
        (
            logs,
            Sent::Json(
                "logs",
                "PutAccountPolicy",
                json!({ "policyName": "all", "policyType": "SUBSCRIPTION_FILTER_POLICY", "policyDocument": document }),
            ),
        ),
    ]
}

#[track_caller]
fn check_passes(play: &Play, sent: &Sent) {
    let answer = play.call(sent);
    assert!(answer.status().is_success(), "{sent:?}: {}", text(&answer));
}

#[test]
fn a_role_goes_to_the_service_it_may_be_passed_to_and_to_no_other() {
    let stage = Stage::new();
    for (service, sent) in handing_over(WRITER) {
        check_passes(&stage.with(&passing_to(service)), &sent);
        let refused = refusal(&stage.with(&passing_to("ec2.amazonaws.com")).call(&sent));
        let words = format!(
            "User: arn:aws:sts::111111111111:assumed-role/tester/tests is not authorized to perform: iam:PassRole on \
             resource: {WRITER} because no identity-based policy allows the iam:PassRole action"
        );
        assert_eq!(refused, (400, "AccessDeniedException".to_owned(), words), "{sent:?}");
    }
}

#[test]
fn a_role_of_another_account_goes_nowhere() {
    let play = Stage::new().with(&[everything()]);
    let refused =
        (400, "AccessDeniedException".to_owned(), "Cross-account pass role is not allowed.".to_owned());
    for (_, sent) in handing_over(FOREIGN) {
        assert_eq!(refusal(&play.call(&sent)), refused, "{sent:?}");
        assert_eq!(refusal(&play.send(&operator(ALPHA), &sent)), refused, "{sent:?}");
    }
}

/// Expects a call to be allowed where the condition holds, and refused where it asks for something else.
#[track_caller]
fn check_condition(stage: &Stage, sent: &Sent, operator: &str, key: &str, values: (&str, &str)) {
    let with = |value: &str| {
        let condition = json!({ operator: { key: value } });
        stage.with(&[json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition })])
    };
    check_passes(&with(values.0), sent);
    let (status, _, message) = refusal(&with(values.1).call(sent));
    assert!([400, 403].contains(&status) && message.contains("not authorized"), "{key}: {message}");
}

#[test]
fn conditions_see_the_request() {
    let stage = Stage::new();
    let role = |action, fields| Sent::Form("iam", action, fields);
    let tag =
        role("TagRole", &[("RoleName", "writer"), ("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")]);
    check_condition(&stage, &tag, "StringEquals", "aws:RequestTag/a", ("b", "c"));
    check_condition(&stage, &tag, "ForAnyValue:StringEquals", "aws:TagKeys", ("a", "c"));
    check_condition(&stage, &tag, "StringEquals", "aws:ResourceTag/team", ("logs", "web"));
    check_condition(&stage, &tag, "StringEquals", "iam:ResourceTag/team", ("logs", "web"));
    let read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let attach = role(
        "AttachRolePolicy",
        &[("RoleName", "idle"), ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")],
    );
    check_condition(
        &stage,
        &attach,
        "ArnEquals",
        "iam:PolicyARN",
        (read_only, "arn:aws:iam::aws:policy/AdministratorAccess"),
    );
    let list = Sent::S3("GET", "/alpha-bucket?list-type=2&prefix=a", &[], "");
    check_condition(&stage, &list, "StringEquals", "s3:prefix", ("a", "b"));
    check_condition(&stage, &list, "StringEquals", "s3:ResourceAccount", (ALPHA, BETA));
    check_condition(&stage, &list, "StringEquals", "aws:ResourceAccount", (ALPHA, BETA));
    let write = Sent::S3("PUT", "/alpha-bucket/a", &[("x-amz-acl", "bucket-owner-full-control")], "");
    check_condition(&stage, &write, "StringEquals", "s3:x-amz-acl", ("bucket-owner-full-control", "private"));
}

#[test]
fn conditions_see_the_caller_and_the_time() {
    let stage = Stage::new();
    let groups = Sent::Json("logs", "DescribeLogGroups", json!({}));
    let tester = "arn:aws:iam::111111111111:role/tester";
    check_condition(&stage, &groups, "ArnEquals", "aws:PrincipalArn", (tester, WRITER));
    check_condition(&stage, &groups, "StringEquals", "aws:PrincipalAccount", (ALPHA, BETA));
    check_condition(&stage, &groups, "StringEquals", "aws:PrincipalOrgID", ("o-exampleorgid", "o-other"));
    check_condition(&stage, &groups, "StringEquals", "aws:RequestedRegion", ("ap-northeast-1", "us-east-1"));
    check_condition(&stage, &groups, "Bool", "aws:SecureTransport", ("true", "false"));
    check_condition(
        &stage,
        &groups,
        "DateLessThan",
        "aws:CurrentTime",
        ("2027-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    );
    let stream = Sent::Json("firehose", "DescribeDeliveryStream", json!({ "DeliveryStreamName": "events" }));
    check_condition(&stage, &stream, "StringEquals", "aws:ResourceTag/team", ("logs", "web"));
}
