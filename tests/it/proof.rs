//! What verify says is what it knows: the roles in use, what could not be read, and that nothing is left behind.

use aws_types::SdkConfig;
use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::walkthrough::applied;

/// Runs verify and gives back its one JSON line.
#[track_caller]
fn verify(bench: &Bench, exit: Exit) -> Value {
    bench.sandbox("verify", &["--output", "json"]).expect(exit).json()
}

fn hop<'a>(verified: &'a Value, name: &str) -> &'a Value {
    let hops = verified["routes"][0]["hops"].as_array().unwrap();
    hops.iter().find(|hop| hop["hop"] == name).unwrap()
}

#[track_caller]
fn says(value: &Value, words: &str) {
    let text = value.as_str().unwrap_or_default();
    assert!(text.contains(words), "{value}");
}

/// A second role like one of logpipe's.
async fn twin(config: &SdkConfig, role: &str) -> String {
    let trust = aws::trust(config, role).await.to_string();
    let iam = aws::iam(config);
    let call = iam.create_role().role_name("twin").assume_role_policy_document(trust);
    let arn = call.send().await.unwrap().role.unwrap().arn;
    let policy = aws::inline_policies(config, role).await.remove(0).1;
    aws::put_inline(config, "twin", &policy).await;
    // Time for other services to see it.
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    arn
}

#[test]
fn a_destination_that_acts_as_another_role() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let twin = twin(&config, "CWLtoKinesisFirehoseRole").await;
        let there = &aws::destinations(&config).await[0];
        let call = aws::logs(&config).put_destination().destination_name(there.destination_name().unwrap());
        call.target_arn(there.target_arn().unwrap()).role_arn(twin).send().await.unwrap();
    });
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(hop(&verified, "destination")["verdict"], "incorrect");
    says(
        &hop(&verified, "destination")["detail"],
        "its role is arn:aws:iam::999999999999:role/twin, not arn:aws:iam::999999999999:role/CWLtoKinesis",
    );
}

#[test]
fn a_stream_that_acts_as_another_role() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let twin = twin(&config, "FirehosRoleToS3").await;
        let there = aws::stream(&config, "delivery-test-stream").await;
        let update = aws_sdk_firehose::types::ExtendedS3DestinationUpdate::builder().role_arn(twin).build();
        let call = aws::firehose(&config).update_destination().delivery_stream_name("delivery-test-stream");
        call.current_delivery_stream_version_id(there.version_id())
            .destination_id(there.destinations()[0].destination_id())
            .extended_s3_destination_update(update)
            .send()
            .await
            .unwrap();
    });
    let verified = verify(&bench, Exit::Broken);
    assert_eq!(hop(&verified, "stream")["verdict"], "incorrect");
    says(
        &hop(&verified, "stream")["detail"],
        "its role is arn:aws:iam::999999999999:role/twin, not arn:aws:iam::999999999999:role/FirehosRoleToS3",
    );
}
