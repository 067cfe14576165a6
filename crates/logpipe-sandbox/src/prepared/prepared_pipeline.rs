//! A pipeline between two accounts that is there before anything is tried: bucket, stream, destination and filter.
//!
//! Made by the calls that anyone would make, so that nothing in it is what AWS would not take.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use logpipe_identifiers::{AccountId, Region};

use crate::Sandbox;
use crate::protocol::wire::WireResponse;

/// How long a stream takes to become ACTIVE, and roles to be known everywhere, with time to spare.
const SETTLED: Duration = Duration::from_secs(120);
/// How long Firehose collects before it writes an object: the least it takes (Firehose API Reference, BufferingHints).
const COLLECTS_S: u32 = 60;

/// What a call of [`Sandbox::prepare_pipeline`] was answered with, if that was not what it asked for.
#[derive(Debug, thiserror::Error)]
#[error("{operation} was refused: {answer}")]
pub struct NotPrepared {
    /// The operation.
    pub operation: String,
    /// What the sandbox answered.
    pub answer: String,
}

impl Sandbox {
    /// Makes a pipeline: events of a log group in the account of the sender reach a bucket in that of the recipient,
    /// a minute after they are written, below `logs/`. Returns the name of the bucket. It takes two minutes of tokio's
    /// time, which pass at once where that is paused.
    ///
    /// # Errors
    /// [`NotPrepared`], where something of the same name is in the way.
    pub async fn prepare_pipeline(
        &self,
        sender: &AccountId,
        recipient: &AccountId,
        region: &Region,
        group: &str,
    ) -> Result<String, NotPrepared> {
        let partition = region.partition();
        let bucket = format!("central-{recipient}-{region}");
        let arn =
            |service: &str, what: &str| format!("arn:{partition}:{service}:{region}:{recipient}:{what}");
        let role = |name: &str| format!("arn:{partition}:iam::{recipient}:role/{name}");
        let (stream, destination) =
            (arn("firehose", "deliverystream/central"), arn("logs", "destination:central"));
        let objects = format!("arn:{partition}:s3:::{bucket}/*");

        self.cloud().prepare_bucket(recipient, region, &bucket);
        self.cloud().prepare_log_group(sender, region, group);
        let trust =
            assumed_by("firehose.amazonaws.com", &json!({ "StringEquals": { "sts:ExternalId": recipient } }));
        self.cloud().prepare_role(
            recipient,
            "firehose",
            &trust,
            &[("write", &allow("s3:PutObject", &objects))],
            &[],
        );
        let senders = [sender, recipient].map(|account| format!("arn:{partition}:logs:{region}:{account}:*"));
        let trust = assumed_by(
            &partition.logs_principal(region),
            &json!({ "ArnLike": { "aws:SourceArn": senders } }),
        );
        self.cloud().prepare_role(
            recipient,
            "logs",
            &trust,
            &[("put", &allow("firehose:PutRecord", &stream))],
            &[],
        );

        let in_recipient = Caller { sandbox: self, account: recipient, region };
        in_recipient.calls(
            "firehose",
            "Firehose_20150804.CreateDeliveryStream",
            &json!({
                "DeliveryStreamName": "central",
                "ExtendedS3DestinationConfiguration": {
                    "RoleARN": role("firehose"),
                    "BucketARN": format!("arn:{partition}:s3:::{bucket}"),
                    "Prefix": "logs/",
                    "ErrorOutputPrefix": "errors/",
                    "BufferingHints": { "IntervalInSeconds": COLLECTS_S, "SizeInMBs": 5 },
                },
            }),
        )?;
        tokio::time::sleep(SETTLED).await;
        in_recipient.calls(
            "logs",
            "Logs_20140328.PutDestination",
            &json!({
                "destinationName": "central", "targetArn": stream, "roleArn": role("logs"),
            }),
        )?;
        let may_send = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "AWS": sender },
                "Action": "logs:PutSubscriptionFilter",
                "Resource": destination,
            }],
        });
        in_recipient.calls(
            "logs",
            "Logs_20140328.PutDestinationPolicy",
            &json!({
                "destinationName": "central", "accessPolicy": may_send.to_string(),
            }),
        )?;
        Caller { sandbox: self, account: sender, region }.calls("logs", "Logs_20140328.PutSubscriptionFilter", &json!({
            "logGroupName": group, "filterName": "central", "filterPattern": "", "destinationArn": destination,
        }))?;
        Ok(bucket)
    }
}

fn assumed_by(service: &str, condition: &Value) -> String {
    let statement = json!({
        "Effect": "Allow",
        "Principal": { "Service": service },
        "Action": "sts:AssumeRole",
        "Condition": condition,
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn allow(action: &str, resource: &str) -> String {
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": resource });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

/// The operator of an account.
struct Caller<'a> {
    sandbox: &'a Sandbox,
    account: &'a AccountId,
    region: &'a Region,
}

impl Caller<'_> {
    /// Makes a call of a service that speaks JSON.
    fn calls(&self, service: &str, target: &str, input: &Value) -> Result<(), NotPrepared> {
        let Self { sandbox, account, region } = self;
        let scope = format!("SANDBOX{account}/20260101/{region}/{service}/aws4_request");
        let request = http::Request::builder()
            .method(http::Method::POST)
            .uri(format!("https://{service}.{region}.amazonaws.com/"))
            .header("x-amz-target", target)
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}"))
            .body(Bytes::from(input.to_string()));
        let refused = |answer: String| {
            let operation = target.rsplit('.').next().unwrap_or(target).to_owned();
            NotPrepared { operation, answer }
        };
        let request = request.map_err(|error| refused(error.to_string()))?;
        let response: WireResponse = sandbox.cloud().handle(sandbox.clock().now(), &request);
        if response.status().is_success() {
            return Ok(());
        }
        Err(refused(String::from_utf8_lossy(response.body()).into_owned()))
    }
}
