//! Words for elements, and answers for statements.

use serde_json::{Value, json};

use super::account_names::AccountNames;
use super::{condition, location, of_documents, principal, verbs};

fn names() -> AccountNames {
    let (app, id) = ("app".parse().unwrap(), "111111111111".parse().unwrap());
    AccountNames::of(std::iter::once((&app, &id)))
}

#[test]
fn principals() {
    let check = |value: Value, expected: &str| {
        assert_eq!(principal::words(&value, false, false, &names()), expected, "{value}");
    };
    check(json!("*"), "everyone");
    check(json!({ "AWS": "*" }), "everyone");
    check(json!({ "Service": "firehose.amazonaws.com" }), "the service Firehose");
    check(json!({ "Service": "logs.eu-west-1.amazonaws.com" }), "the service CloudWatch Logs in eu-west-1");
    check(json!({ "Service": "ec2.amazonaws.com.cn" }), "the service EC2");
    check(json!({ "Service": "new.amazonaws.com" }), "the service `new`");
    check(json!({ "AWS": "111111111111" }), "anyone that app (111111111111) allows");
    check(json!({ "AWS": "arn:aws:iam::222222222222:root" }), "anyone that account 222222222222 allows");
    check(
        json!({ "AWS": ["arn:aws:iam::111111111111:role/team/ops", "arn:aws:iam::222222222222:user/me"] }),
        "the role team/ops of app and the user me of 222222222222",
    );
    check(json!({ "AWS": "AROAEXAMPLE" }), "AROAEXAMPLE, which has been deleted");
    check(
        json!({ "Federated": "cognito-identity.amazonaws.com" }),
        "whoever signed in with cognito-identity.amazonaws.com",
    );
}

#[test]
fn principals_that_are_left_out_or_denied() {
    let check = |negated: bool, denies: bool, value: Value, expected: &str| {
        assert_eq!(principal::words(&value, negated, denies, &names()), expected, "{value}");
    };
    let (root, role) = ("arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:role/team/ops");
    let session = "arn:aws:sts::111111111111:assumed-role/ops/s";
    check(false, true, json!({ "AWS": root }), "everybody in app (111111111111)");
    check(true, false, json!({ "AWS": root }), "everyone but everybody in app (111111111111)");
    check(true, true, json!({ "AWS": root }), "everyone but the root user of app (111111111111)");
    check(
        true,
        true,
        json!({ "AWS": [root, role] }),
        "everyone but the root user of app (111111111111); naming the role team/ops of app exempts nobody, because account, role and session must all be named",
    );
    check(
        true,
        true,
        json!({ "AWS": [root, role, session], "Service": "logs.amazonaws.com" }),
        "everyone but the root user of app (111111111111), the session ops/s of app and the service CloudWatch Logs",
    );
    check(true, true, json!("*"), "nobody");
}

#[test]
fn resources() {
    let check = |resource: &str, expected: &str| {
        assert_eq!(location::words(&[resource], false, &names()), expected, "{resource}");
    };
    check("*", "every resource");
    check("arn:aws:s3:::b", "the bucket b");
    check("arn:aws:s3:::b/*", "every object in the bucket b");
    check("arn:aws:s3:::b/logs/*", "objects logs/* in the bucket b");
    check("arn:aws:s3:::b-*", "buckets named b-*");
    check("arn:aws:logs:*:111111111111:log-group:/aws/ec2/*", "log groups named /aws/ec2/* of app");
    check("arn:aws:logs:eu-west-1:111111111111:log-group:/a:*", "the log group /a of app in eu-west-1");
    check("arn:aws:logs:*:111111111111:log-group:*", "all log groups of app");
    check(
        "arn:aws:logs:eu-west-1:111111111111:log-group:/a:log-stream:s",
        "the log stream s of /a of app in eu-west-1",
    );
    check("arn:aws:logs:*:111111111111:*", "anything in CloudWatch Logs of app");
    check("arn:aws:logs:eu-west-1:111111111111:destination:d", "the destination d of app in eu-west-1");
    check("arn:aws:iam::111111111111:role/ops", "the role ops of app");
    check("arn:aws:firehose:eu-west-1:111111111111:deliverystream/s", "the stream s of app in eu-west-1");
    check(
        "arn:aws:ssm:*:111111111111:parameter/AmazonCloudWatch-*",
        "parameters named AmazonCloudWatch-* of app",
    );
    check("arn:aws:sqs:eu-west-1:111111111111:q", "q of SQS of app in eu-west-1");
    check("not an arn", "not an arn");
    assert_eq!(location::words(&["*"], true, &names()), "everything but every resource");
}

#[test]
fn actions() {
    let check = |actions: &[&str], expected: &str| assert_eq!(verbs::words(actions, false), expected);
    check(&["sts:AssumeRole"], "assume the role");
    check(&["firehose:PutRecord", "firehose:PutRecordBatch"], "put records on a stream");
    check(&["s3:GetObject", "S3:PUTOBJECT", "s3:ListBucket"], "read objects, write objects and list objects");
    check(&["ec2:StopInstances"], "stop instances in EC2");
    check(&["iam:UploadSSHPublicKey"], "upload sshpublic key in IAM");
    check(&["firehose:*"], "do everything in Firehose");
    check(&["s3:Get*"], "do anything named Get* in S3");
    check(&["*"], "do everything");
    assert_eq!(verbs::words(&["iam:*"], true), "everything but: do everything in IAM");
}

#[test]
fn conditions() {
    let check = |condition: Value, expected: &[&str]| {
        assert_eq!(condition::words(&condition, &names()), expected, "{condition}");
    };
    check(json!({ "StringEquals": { "sts:ExternalId": "x" } }), &["the external id in the request is x"]);
    check(
        json!({ "ArnLike": { "aws:SourceArn": ["arn:aws:logs:*:111111111111:*", "arn:aws:logs:*:222222222222:*"] } }),
        &[
            "what the service acts for is anything in CloudWatch Logs of app or anything in CloudWatch Logs of 222222222222",
        ],
    );
    check(
        json!({ "StringEquals": { "AWS:sourceaccount": "111111111111" } }),
        &["the account that the service acts for is app (111111111111)"],
    );
    check(
        json!({ "StringEquals": { "aws:PrincipalOrgID": "o-abc" } }),
        &["the organisation of the caller is o-abc"],
    );
    check(
        json!({ "StringEquals": { "s3:x-amz-acl": "bucket-owner-full-control" } }),
        &["the ACL that the object is written with is bucket-owner-full-control"],
    );
    check(json!({ "Bool": { "aws:SecureTransport": "false" } }), &["without encryption in transit (TLS)"]);
    check(json!({ "Bool": { "aws:SecureTransport": true } }), &["with encryption in transit (TLS)"]);
    check(json!({ "Bool": { "aws:MultiFactorAuthPresent": "False" } }), &["MFA at sign-in is false"]);
    check(
        json!({ "Bool": { "aws:ViaAWSService": ["true", "false"] } }),
        &["an AWS service calling on someone's behalf is true or false"],
    );
    check(
        json!({ "DateLessThanEquals": { "aws:CurrentTime": "2026-01-01" } }),
        &["aws:CurrentTime is not after 2026-01-01"],
    );
    check(json!({ "Null": { "sts:ExternalId": true } }), &["the external id in the request is not set"]);
    check(
        json!({ "StringEquals": { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } }),
        &["the service through which the key is used is s3.eu-west-1.amazonaws.com"],
    );
    check(
        json!({ "StringEquals": { "iam:PassedToService": "ec2.amazonaws.com" } }),
        &["the service that gets the role is ec2.amazonaws.com"],
    );
    check(
        json!({ "StringEquals": { "aws:PrincipalTag/Project": ["a", "b"] } }),
        &["the tag Project of the caller is a or b"],
    );
    check(
        json!({ "StringLike": { "aws:PrincipalArn": "arn:aws:iam::111111111111:role/ops-*" } }),
        &["the caller matches the role ops-* of app"],
    );
    check(json!({ "NumericLessThanEquals": { "s3:max-keys": 10 } }), &["s3:max-keys is at most 10"]);
    check(
        json!({ "NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" } }),
        &["the IP address that the call comes from is outside 10.0.0.0/8"],
    );
    check(
        json!({ "ForAllValues:StringEqualsIfExists": { "aws:TagKeys": ["a", "b"] } }),
        &["every value of aws:TagKeys is a or b, or is not set"],
    );
    check(
        json!({ "StringEquals": { "a:b": "x" }, "Bool": { "aws:SecureTransport": true } }),
        &["a:b is x", "with encryption in transit (TLS)"],
    );
}

#[test]
fn a_statement_has_five_answers() {
    let explanation = of_documents(&[(
        None,
        json!({ "Statement": {
            "Sid": "Tls", "Effect": "Deny", "NotPrincipal": { "AWS": "111111111111" }, "NotAction": "s3:GetObject",
            "Resource": "*"
        }}),
    )]);
    let statement = &explanation.policies[0].statements[0];
    assert_eq!(statement.sid.as_deref(), Some("Tls"));
    assert_eq!(statement.who.words, "everyone but the root user of account 111111111111");
    assert_eq!((statement.who.element, statement.what.element), ("NotPrincipal", "NotAction"));
    assert_eq!(statement.what.words, "everything but: read objects");
    assert_eq!((statement.when.words.as_str(), &statement.when.value), ("always", &Value::Null));
    assert_eq!(statement.want.words, "denied, whatever else allows it");
    let bare = of_documents(&[(None, json!({ "Statement": [{ "Effect": "Allow", "Action": "s3:*" }] }))]);
    let statement = &bare.policies[0].statements[0];
    assert_eq!(statement.who.words, "whoever the policy is attached to");
    assert_eq!(statement.place.words, "the resource that the policy is attached to");
    assert_eq!(statement.want.words, "allowed");
}
