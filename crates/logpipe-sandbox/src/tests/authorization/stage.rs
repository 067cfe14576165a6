//! An account with one of everything in it, and a role that calls with exactly the policies a test gives it.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::super::bench::{ALPHA, OPERATOR};
use super::requests::{Key, REGION, Sent};
use super::rows::alarm;
use super::s3_rows::{LOCK, VERSIONED};
use crate::protocol::cbor::{self, Item};
use crate::state::world::World;
use crate::{Cloud, WireResponse};

/// The role that calls.
pub(super) const TESTER: &str = "tester";
/// Its session, as refusals show it.
pub(super) const CALLER: &str = "arn:aws:sts::111111111111:assumed-role/tester/tests";
/// A role that Firehose and CloudWatch Logs may assume.
pub(super) const WRITER: &str = "arn:aws:iam::111111111111:role/delivery/writer";
/// The stream.
pub(super) const STREAM: &str = "arn:aws:firehose:ap-northeast-1:111111111111:deliverystream/events";
/// The destination.
pub(super) const DESTINATION: &str = "arn:aws:logs:ap-northeast-1:111111111111:destination:central";

/// An instance without a profile.
pub(super) const FREE: &str = "i-0123456789abcdef0";
/// An instance with one.
pub(super) const TAKEN: &str = "i-0123456789abcdef1";
/// Its association.
pub(super) const ASSOCIATION: &str = "iip-assoc-00000000000000005";

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["firehose.amazonaws.com","logs.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;
const TRUST_ACCOUNT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sts:AssumeRole"}]}"#;
const TRUST_EC2: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const ADMITTED: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":["logs:PutSubscriptionFilter","logs:PutAccountPolicy"],"Resource":"arn:aws:logs:ap-northeast-1:111111111111:destination:central"}]}"#;
const SECURE: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::alpha-bucket/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;
const EXPIRY: &str =
    "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status></Rule></LifecycleConfiguration>";
const HERE: &str = "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>";

/// The stage, as it is before anybody calls.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    world: World,
    tester: Key,
}

/// One performance on it.
#[derive(Debug, Clone)]
pub(super) struct Play {
    pub(super) cloud: Cloud,
    tester: Key,
}

/// The key of the operator of an account.
pub(super) fn operator(account: &str) -> Key {
    Key { id: format!("SANDBOX{account}"), token: None }
}

impl Stage {
    /// Builds it, which takes an hour.
    pub(super) fn new() -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let cloud = Cloud::starting_at(start);
        let (alpha, trusted) = (ALPHA.parse().unwrap(), OPERATOR.parse().unwrap());
        cloud.prepare_account(&alpha, TESTER, None, &trusted);
        cloud.prepare_management_account(&alpha);
        cloud.add_unit("ou-ab12-logs", None);
        cloud.add_member(&alpha, Some("ou-ab12-logs"));
        let region = REGION.parse().unwrap();
        cloud.prepare_role(&alpha, "resident", TRUST_EC2, &[], &[]);
        cloud.prepare_instance_profile(&alpha, "resident", Some("resident"));
        cloud.prepare_instance(&alpha, &region, FREE, "free", "running", None);
        cloud.prepare_instance(&alpha, &region, TAKEN, "taken", "running", Some("resident"));
        let play = Play { cloud, tester: operator(ALPHA) };
        for (later, sent) in properties() {
            play.cloud.advance_to(play.cloud.now() + Duration::from_secs(later));
            let answer = play.send(&operator(ALPHA), &sent);
            assert!(answer.status().is_success(), "{sent:?}: {}", text(&answer));
        }
        let assume = Sent::Form(
            "sts",
            "AssumeRole",
            &[("RoleArn", "arn:aws:iam::111111111111:role/tester"), ("RoleSessionName", "tests")],
        );
        let issued = text(&play.send(&operator(OPERATOR), &assume));
        let tester = Key {
            id: inside(&issued, "AccessKeyId").to_owned(),
            token: Some(inside(&issued, "SessionToken").to_owned()),
        };
        let world = play.cloud.world().clone();
        Self { world, tester }
    }

    /// A performance with a role that has these statements in its one policy.
    pub(super) fn with(&self, statements: &[Value]) -> Play {
        let play = Play { cloud: Cloud::starting_at(SystemTime::UNIX_EPOCH), tester: self.tester.clone() };
        *play.cloud.changed() = self.world.clone();
        play.allow(statements);
        play
    }
}

impl Play {
    /// Gives the role these statements instead of those it has, at once.
    pub(super) fn allow(&self, statements: &[Value]) {
        let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        self.cloud.prepare_policies(&ALPHA.parse().unwrap(), TESTER, &[("only", &policy)]);
    }

    /// Calls as the role.
    pub(super) fn call(&self, sent: &Sent) -> WireResponse {
        self.send(&self.tester, sent)
    }

    /// Calls with any key.
    pub(super) fn send(&self, key: &Key, sent: &Sent) -> WireResponse {
        self.cloud.handle(self.cloud.now(), &sent.signed(key))
    }

    /// The operation that was last asked for.
    pub(super) fn last_operation(&self) -> String {
        self.cloud.calls().last().unwrap().operation.clone()
    }
}

/// The body of an answer.
pub(super) fn text(answer: &WireResponse) -> String {
    String::from_utf8_lossy(answer.body()).into_owned()
}

/// Status, code and message of a refusal, in whichever protocol.
pub(super) fn refusal(answer: &WireResponse) -> (u16, String, String) {
    let status = answer.status().as_u16();
    if answer.headers().contains_key("smithy-protocol") {
        let error = cbor::decoded(answer.body()).unwrap();
        let member = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        return (status, member("__type"), member("message"));
    }
    let body = text(answer);
    match serde_json::from_str::<Value>(&body) {
        Ok(json) => {
            let member = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
            (status, member("__type"), member("message"))
        }
        Err(_) => {
            // What EC2 adds says nothing to anybody but EC2.
            let message =
                inside(&body, "Message").split(". Encoded authorization").next().unwrap_or_default();
            (status, inside(&body, "Code").to_owned(), message.replace("&quot;", "\""))
        }
    }
}

fn inside<'a>(document: &'a str, element: &str) -> &'a str {
    let (from, to) = (format!("<{element}>"), format!("</{element}>"));
    let rest = document.split_once(&from).map_or("", |(_, rest)| rest);
    rest.split_once(&to).map_or("", |(text, _)| text)
}

/// Everything that stands on it, each with the seconds to wait before.
fn properties() -> Vec<(u64, Sent)> {
    let role = |fields: &'static [(&'static str, &'static str)]| Sent::Form("iam", "CreateRole", fields);
    vec![
        (
            0,
            role(&[
                ("RoleName", "writer"),
                ("Path", "/delivery/"),
                ("AssumeRolePolicyDocument", TRUST),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "logs"),
            ]),
        ),
        (
            0,
            role(&[
                ("RoleName", "idle"),
                ("AssumeRolePolicyDocument", TRUST),
                ("PermissionsBoundary", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
            ]),
        ),
        (0, role(&[("RoleName", "reader"), ("AssumeRolePolicyDocument", TRUST_ACCOUNT)])),
        (
            0,
            Sent::Form(
                "iam",
                "PutRolePolicy",
                &[("RoleName", "writer"), ("PolicyName", "all"), ("PolicyDocument", EVERYTHING)],
            ),
        ),
        (
            0,
            Sent::Form(
                "iam",
                "AttachRolePolicy",
                &[("RoleName", "writer"), ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")],
            ),
        ),
        (
            0,
            Sent::Form(
                "iam",
                "CreatePolicy",
                &[("PolicyName", "extra"), ("Path", "/own/"), ("PolicyDocument", EVERYTHING)],
            ),
        ),
        (
            0,
            Sent::Form(
                "iam",
                "CreatePolicyVersion",
                &[
                    ("PolicyArn", "arn:aws:iam::111111111111:policy/own/extra"),
                    ("PolicyDocument", EVERYTHING),
                ],
            ),
        ),
        (0, Sent::Form("iam", "CreatePolicy", &[("PolicyName", "idle"), ("PolicyDocument", EVERYTHING)])),
        (0, role(&[("RoleName", "server"), ("AssumeRolePolicyDocument", TRUST_EC2)])),
        (
            0,
            Sent::Form(
                "iam",
                "CreateInstanceProfile",
                &[
                    ("InstanceProfileName", "fleet"),
                    ("Path", "/own/"),
                    ("Tags.member.1.Key", "team"),
                    ("Tags.member.1.Value", "logs"),
                ],
            ),
        ),
        (
            0,
            Sent::Form(
                "iam",
                "AddRoleToInstanceProfile",
                &[("InstanceProfileName", "fleet"), ("RoleName", "server")],
            ),
        ),
        (0, Sent::Form("iam", "CreateInstanceProfile", &[("InstanceProfileName", "empty")])),
        (0, Sent::S3("PUT", "/alpha-bucket", &[], HERE)),
        (0, Sent::S3("PUT", "/alpha-empty", &[], HERE)),
        (0, Sent::S3("PUT", "/alpha-bucket/a", &[], "content")),
        (0, Sent::S3("PUT", "/alpha-bucket?versioning", &[], VERSIONED)),
        (0, Sent::S3("PUT", "/alpha-bucket?object-lock", &[], LOCK)),
        (0, Sent::S3("PUT", "/alpha-bucket?policy", &[], SECURE)),
        (0, Sent::S3("PUT", "/alpha-bucket?lifecycle", &[], EXPIRY)),
        (0, Sent::S3("PUT", "/alpha-bucket?tagging", &[], "<Tagging><TagSet/></Tagging>")),
        (
            3_600,
            Sent::Json(
                "firehose",
                "CreateDeliveryStream",
                json!({ "DeliveryStreamName": "events", "ExtendedS3DestinationConfiguration": { "RoleARN": WRITER, "BucketARN": "arn:aws:s3:::alpha-bucket" }, "Tags": [{ "Key": "team", "Value": "logs" }] }),
            ),
        ),
        (
            3_600,
            Sent::Json(
                "logs",
                "PutDestination",
                json!({ "destinationName": "central", "targetArn": STREAM, "roleArn": WRITER }),
            ),
        ),
        (
            0,
            Sent::Json(
                "logs",
                "PutDestinationPolicy",
                json!({ "destinationName": "central", "accessPolicy": ADMITTED }),
            ),
        ),
        (
            0,
            Sent::Json(
                "logs",
                "CreateLogGroup",
                json!({ "logGroupName": "/app", "tags": { "team": "logs" } }),
            ),
        ),
        (
            0,
            Sent::Json("logs", "PutRetentionPolicy", json!({ "logGroupName": "/app", "retentionInDays": 7 })),
        ),
        (0, Sent::Json("logs", "CreateLogStream", json!({ "logGroupName": "/app", "logStreamName": "one" }))),
        (
            0,
            Sent::Json(
                "logs",
                "PutSubscriptionFilter",
                json!({ "logGroupName": "/app", "filterName": "f", "filterPattern": "", "destinationArn": DESTINATION }),
            ),
        ),
        (
            0,
            Sent::Json(
                "logs",
                "PutAccountPolicy",
                json!({ "policyName": "all", "policyType": "SUBSCRIPTION_FILTER_POLICY", "policyDocument": json!({ "DestinationArn": DESTINATION }).to_string() }),
            ),
        ),
        (
            0,
            Sent::Json(
                "ssm",
                "PutParameter",
                json!({ "Name": "AmazonCloudWatch-web", "Type": "String", "Value": "x", "Tags": [{ "Key": "team", "Value": "logs" }] }),
            ),
        ),
        (0, Sent::Cbor("PutMetricAlarm", Item::Map(alarm("quiet")).encoded())),
    ]
}
