//! A whole pipeline for tests: ALPHA sends, BETA receives.

use std::io::Read as _;

use aws_sdk_cloudwatchlogs::Client as Logs;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use aws_sdk_firehose::Client as Firehose;
use aws_sdk_firehose::types::{BufferingHints, CloudWatchLoggingOptions, ExtendedS3DestinationConfiguration};
use aws_sdk_iam::Client as Iam;
use aws_sdk_s3::Client as S3;
use flate2::read::MultiGzDecoder;
use serde_json::{Deserializer, Value};

use super::bench::{ALPHA, BETA, Bench, TOKYO};
use super::buckets;

pub(super) const BUCKET: &str = "central-logs";
pub(super) const GROUP: &str = "/app/web";
pub(super) const DESTINATION: &str = "arn:aws:logs:ap-northeast-1:222222222222:destination:central";
pub(super) const STREAM: &str = "arn:aws:firehose:ap-northeast-1:222222222222:deliverystream/central";
pub(super) const FIREHOSE_ROLE: &str = "arn:aws:iam::222222222222:role/firehose";
pub(super) const LOGS_ROLE: &str = "arn:aws:iam::222222222222:role/logs";
pub(super) const FIREHOSE_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::central-logs/*"},{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:ap-northeast-1:222222222222:log-group:/firehose:log-stream:central"}]}"#;
pub(super) const LOGS_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"firehose:PutRecord","Resource":"arn:aws:firehose:ap-northeast-1:222222222222:deliverystream/central"}]}"#;

/// The trust of the stream's role, with this external id.
pub(super) fn firehose_trust(external_id: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"firehose.amazonaws.com"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#
    )
}

/// The trust of the destination's role: CloudWatch Logs on behalf of these accounts.
pub(super) fn logs_trust(principal: &str, accounts: &[&str]) -> String {
    let sources: Vec<String> =
        accounts.iter().map(|account| format!("\"arn:aws:logs:*:{account}:*\"")).collect();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{principal}"}},"Action":"sts:AssumeRole","Condition":{{"ArnLike":{{"aws:SourceArn":[{}]}}}}}}]}}"#,
        sources.join(",")
    )
}

/// The text in gzip members.
pub(super) fn unzipped(body: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(body).read_to_string(&mut text).unwrap();
    text
}

/// The policy of the destination: this account may send.
pub(super) fn destination_policy(account: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":["{account}"]}},"Action":"logs:PutSubscriptionFilter","Resource":"{DESTINATION}"}}]}}"#
    )
}

/// A bench with the clients of both accounts.
pub(super) struct Pipeline {
    pub(super) bench: Bench,
    /// Logs of the sender.
    pub(super) sender: Logs,
    /// Logs of the recipient.
    pub(super) logs: Logs,
    pub(super) firehose: Firehose,
    pub(super) iam: Iam,
    pub(super) s3: S3,
}

impl Pipeline {
    /// No resources yet.
    pub(super) fn empty() -> Self {
        let bench = Bench::new();
        let (alpha, beta) = (bench.operator(ALPHA), bench.operator(BETA));
        Self {
            sender: Logs::new(&alpha),
            logs: Logs::new(&beta),
            firehose: Firehose::new(&beta),
            iam: Iam::new(&beta),
            s3: S3::new(&beta),
            bench,
        }
    }

    /// Bucket, roles and an ACTIVE stream.
    pub(super) async fn with_stream() -> Self {
        let pipeline = Self::empty();
        pipeline.make_roles().await;
        let put = pipeline.create_stream("central", Pipeline::extended()).await;
        put.unwrap();
        pipeline.bench.pass(60).await;
        pipeline
    }

    /// Everything up to the subscription filter `central` on the sender's log group.
    pub(super) async fn whole(pattern: &str) -> Self {
        Self::with_stream().await.connected(pattern).await
    }

    /// The same with a stream of these settings.
    pub(super) async fn whole_with(
        settings: aws_sdk_firehose::types::builders::ExtendedS3DestinationConfigurationBuilder,
    ) -> Self {
        let pipeline = Self::empty();
        pipeline.make_roles().await;
        pipeline.create_stream("central", settings).await.unwrap();
        pipeline.bench.pass(60).await;
        pipeline.connected("").await
    }

    async fn connected(self, pattern: &str) -> Self {
        let pipeline = self;
        pipeline.put_destination().await.unwrap();
        pipeline.put_policy(&destination_policy(ALPHA)).await;
        pipeline.make_group().await;
        pipeline.subscribe("central", pattern).await.unwrap();
        pipeline
    }

    /// Bucket, error log and both roles, visible to every service.
    pub(super) async fn make_roles(&self) {
        buckets::create(&self.s3, BUCKET, Some(TOKYO)).await.unwrap();
        self.logs.create_log_group().log_group_name("/firehose").send().await.unwrap();
        let stream = self.logs.create_log_stream().log_group_name("/firehose");
        stream.log_stream_name("central").send().await.unwrap();
        self.make_role("firehose", &firehose_trust(BETA), FIREHOSE_POLICY).await;
        self.make_role("logs", &logs_trust("logs.amazonaws.com", &[ALPHA, BETA]), LOGS_POLICY).await;
        self.bench.pass(10).await;
    }

    async fn make_role(&self, name: &str, trust: &str, policy: &str) {
        self.iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
        self.put_role_policy(name, policy).await;
    }

    /// Replaces the policy of a role. Services act on it some seconds later.
    pub(super) async fn put_role_policy(&self, role: &str, policy: &str) {
        let put = self.iam.put_role_policy().role_name(role).policy_name("only");
        put.policy_document(policy).send().await.unwrap();
    }

    /// Replaces the trust of a role, and waits until services act on it.
    pub(super) async fn put_trust(&self, role: &str, trust: &str) {
        let put = self.iam.update_assume_role_policy().role_name(role).policy_document(trust);
        put.send().await.unwrap();
        self.bench.pass(10).await;
    }

    /// The settings of the stream: 60 seconds, error log, a prefix with a date.
    pub(super) fn extended() -> aws_sdk_firehose::types::builders::ExtendedS3DestinationConfigurationBuilder {
        let hints = BufferingHints::builder().size_in_mbs(5).interval_in_seconds(60).build();
        let log = CloudWatchLoggingOptions::builder()
            .enabled(true)
            .log_group_name("/firehose")
            .log_stream_name("central");
        ExtendedS3DestinationConfiguration::builder()
            .role_arn(FIREHOSE_ROLE)
            .bucket_arn(format!("arn:aws:s3:::{BUCKET}"))
            .prefix("logs/!{timestamp:yyyy/MM}/")
            .error_output_prefix("errors/!{firehose:error-output-type}/")
            .buffering_hints(hints)
            .cloud_watch_logging_options(log.build())
            .file_extension(".json.gz")
    }

    pub(super) async fn create_stream(
        &self,
        name: &str,
        settings: aws_sdk_firehose::types::builders::ExtendedS3DestinationConfigurationBuilder,
    ) -> Result<String, aws_sdk_firehose::Error> {
        let create = self.firehose.create_delivery_stream().delivery_stream_name(name);
        let output = create.extended_s3_destination_configuration(settings.build().unwrap()).send().await?;
        Ok(output.delivery_stream_arn.unwrap())
    }

    pub(super) async fn put_destination(&self) -> Result<String, aws_sdk_cloudwatchlogs::Error> {
        let put = self.logs.put_destination().destination_name("central");
        let output = put.target_arn(STREAM).role_arn(LOGS_ROLE).send().await?;
        Ok(output.destination.unwrap().arn.unwrap())
    }

    pub(super) async fn put_policy(&self, policy: &str) {
        let put = self.logs.put_destination_policy().destination_name("central");
        put.access_policy(policy).send().await.unwrap();
    }

    /// The sender's log group with a stream `one`.
    pub(super) async fn make_group(&self) {
        self.sender.create_log_group().log_group_name(GROUP).send().await.unwrap();
        let stream = self.sender.create_log_stream().log_group_name(GROUP);
        stream.log_stream_name("one").send().await.unwrap();
    }

    pub(super) async fn subscribe(
        &self,
        filter: &str,
        pattern: &str,
    ) -> Result<(), aws_sdk_cloudwatchlogs::Error> {
        let put = self.sender.put_subscription_filter().log_group_name(GROUP).filter_name(filter);
        put.filter_pattern(pattern).destination_arn(DESTINATION).send().await?;
        Ok(())
    }

    /// Writes events to the sender's log group, now.
    pub(super) async fn log(&self, messages: &[&str]) {
        self.put_events(GROUP, messages).await;
    }

    /// Writes events to a new stream `one` of another log group, now.
    pub(super) async fn log_to(&self, group: &str, messages: &[&str]) {
        let stream = self.sender.create_log_stream().log_group_name(group);
        stream.log_stream_name("one").send().await.unwrap();
        self.put_events(group, messages).await;
    }

    async fn put_events(&self, group: &str, messages: &[&str]) {
        let timestamp = i64::try_from(self.bench.cloud.world().now_ms).unwrap();
        let event =
            |message: &&str| InputLogEvent::builder().timestamp(timestamp).message(*message).build().unwrap();
        let put = self.sender.put_log_events().log_group_name(group).log_stream_name("one");
        put.set_log_events(Some(messages.iter().map(event).collect())).send().await.unwrap();
    }

    /// The keys in the bucket, once everything that is due by now has happened.
    pub(super) async fn keys(&self) -> Vec<String> {
        let listed = self.s3.list_objects_v2().bucket(BUCKET).send().await.unwrap();
        listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
    }

    /// The content of an object.
    pub(super) async fn body(&self, key: &str) -> Vec<u8> {
        let object = self.s3.get_object().bucket(BUCKET).key(key).send().await.unwrap();
        object.body.collect().await.unwrap().to_vec()
    }

    /// The envelopes in the bucket.
    pub(super) async fn envelopes(&self) -> Vec<Value> {
        let mut found = Vec::new();
        for key in self.keys().await {
            let text = unzipped(&self.body(&key).await);
            found.extend(Deserializer::from_str(&text).into_iter::<Value>().map(Result::unwrap));
        }
        found
    }

    /// The messages of the sender that are in the bucket.
    pub(super) async fn delivered(&self) -> Vec<String> {
        let envelopes = self.envelopes().await;
        let data = envelopes.iter().filter(|envelope| envelope["messageType"] == "DATA_MESSAGE");
        let events = data.flat_map(|envelope| envelope["logEvents"].as_array().unwrap());
        events.map(|event| event["message"].as_str().unwrap().to_owned()).collect()
    }

    /// What the filter counted: forwarded, and refused by reason.
    pub(super) fn counted(&self) -> Value {
        let summary = self.bench.cloud.summary();
        summary["accounts"][ALPHA]["logs"][TOKYO]["log_groups"][GROUP]["filters"]["central"].clone()
    }
}
