//! The example of the README, as it stands there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail loudly")]

use std::time::Duration;

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use logpipe_sandbox::Sandbox;

#[tokio::test(start_paused = true)]
async fn a_line_reaches_the_other_account() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = Sandbox::new();
    let (app, archive, tokyo) = ("111111111111".parse()?, "999999999999".parse()?, "ap-northeast-1".parse()?);
    let bucket = sandbox.prepare_pipeline(&app, &archive, &tokyo, "/app/web").await?;

    let logs = aws_sdk_cloudwatchlogs::Client::new(&sandbox.sdk_config(&app, &tokyo));
    logs.create_log_stream().log_group_name("/app/web").log_stream_name("one").send().await?;
    let now_ms = i64::try_from(sandbox.clock().now().duration_since(std::time::UNIX_EPOCH)?.as_millis())?;
    let event = InputLogEvent::builder().timestamp(now_ms).message("hello, archive").build()?;
    logs.put_log_events().log_group_name("/app/web").log_stream_name("one").log_events(event).send().await?;
    tokio::time::sleep(Duration::from_secs(90)).await; // Firehose collects for a minute, which passes at once.

    let s3 = aws_sdk_s3::Client::new(&sandbox.sdk_config(&archive, &tokyo));
    let listed = s3.list_objects_v2().bucket(&bucket).prefix("logs/").send().await?;
    let key = listed.contents().last().and_then(|object| object.key()).ok_or("nothing was delivered")?;
    let object = s3.get_object().bucket(&bucket).key(key).send().await?.body.collect().await?;
    assert!(gunzip(&object.into_bytes()).contains("hello, archive"));
    Ok(())
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes), &mut text).unwrap();
    text
}

#[test]
fn the_readme_shows_this_test() {
    let (readme, this) = (include_str!("../README.md"), include_str!("delivers_a_line.rs"));
    let start = this.find("use std::time").unwrap();
    let example = this[start..].split("\nfn gunzip").next().unwrap();
    assert!(readme.contains(example), "the README shows an older example");
}
