//! Events written as an application would, and what of them has arrived in a bucket.

use std::io::Read;
use std::time::UNIX_EPOCH;

use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use flate2::read::MultiGzDecoder;
use logpipe::sandbox::Cloud;

use super::Bench;
use super::aws::{self, ARCHIVE, TOKYO};

/// Writes an event into a log group, now.
pub(crate) fn write_event(bench: &Bench, account: &str, region: &str, group: &'static str, message: &str) {
    let now = i64::try_from(bench.now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let message = message.to_owned();
    bench.aws(account, region, async move |config| {
        let logs = aws::logs(&config);
        drop(logs.create_log_stream().log_group_name(group).log_stream_name("test").send().await);
        let event = InputLogEvent::builder().timestamp(now).message(message).build().unwrap();
        let call = logs.put_log_events().log_group_name(group).log_stream_name("test").log_events(event);
        call.send().await.unwrap();
    });
}

/// Everything delivered to a bucket of the archive account, decompressed.
pub(crate) fn bucket_text(bench: &Bench, bucket: &'static str) -> String {
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let s3 = aws::s3(&config);
        let mut text = String::new();
        for object in s3.list_objects_v2().bucket(bucket).prefix("logs/").send().await.unwrap().contents() {
            let got = s3.get_object().bucket(bucket).key(object.key().unwrap()).send().await.unwrap();
            let bytes = got.body.collect().await.unwrap().to_vec();
            MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
        }
        text
    })
}

/// Everything delivered to any bucket, decompressed.
pub(crate) fn delivered(cloud: &Cloud) -> String {
    let mut text = String::new();
    for (_, _, content) in cloud.objects().iter().filter(|(_, key, _)| key.starts_with("logs/")) {
        MultiGzDecoder::new(&content[..]).read_to_string(&mut text).unwrap();
    }
    text
}

/// The names of the streams of the archive account.
pub(crate) fn streams(bench: &Bench) -> Vec<String> {
    bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await)
}
