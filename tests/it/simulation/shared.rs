//! A record in S3 as whoever watches sees it: read without a call, and whether its parts agree.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::GzDecoder;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};
use logpipe::address::AccountId;
use logpipe::record::Place;
use logpipe::sandbox::Cloud;
use logpipe::share::Part;
use logpipe::versioned::{Trouble, VersionRead, Versioned, Written};
use serde_json::Value;

/// The bucket and the key of the record.
pub(super) const BUCKET: &str = "logpipe-records";
pub(super) const KEY: &str = "sim.json";

/// The record as it is at this moment.
pub(super) fn as_it_is(cloud: &Cloud) -> Place {
    Place::Shared(Arc::new(AsItIs { texts: Arc::new(texts(cloud)), name: KEY.to_owned() }))
}

fn texts(cloud: &Cloud) -> BTreeMap<String, Bytes> {
    let objects = cloud.objects().into_iter().filter(|(bucket, ..)| bucket == BUCKET);
    objects.map(|(_, key, content)| (key, content)).collect()
}

/// A text that nobody writes any more.
#[derive(Debug)]
struct AsItIs {
    texts: Arc<BTreeMap<String, Bytes>>,
    name: String,
}

impl Versioned for AsItIs {
    fn name(&self) -> &str {
        &self.name
    }

    fn lease(&self) -> Duration {
        Duration::ZERO
    }

    fn read(&self) -> BoxFuture<'_, Result<Option<VersionRead>, Trouble>> {
        let found = self.texts.get(&self.name).map(|text| VersionRead {
            text: plain(text),
            version: "as it is".to_owned(),
            age: Duration::ZERO,
        });
        ready(Ok(found)).boxed()
    }

    fn write(&self, _: Bytes, _: Option<String>) -> BoxFuture<'_, Result<Written, Trouble>> {
        ready(Ok(Written::Refused)).boxed()
    }

    fn remove(&self) -> BoxFuture<'_, Result<(), Trouble>> {
        ready(Ok(())).boxed()
    }

    fn beside(&self, ending: &str) -> Arc<dyn Versioned> {
        Arc::new(Self { texts: self.texts.clone(), name: format!("{}{ending}", self.name) })
    }
}

/// Large texts are compressed.
fn plain(text: &Bytes) -> Bytes {
    let mut plain = Vec::new();
    match GzDecoder::new(&text[..]).read_to_end(&mut plain) {
        Ok(_) => plain.into(),
        Err(_) => text.clone(),
    }
}

/// What is not as it has to be when no run is under way: what is locked, and parts that do not belong together.
pub(super) fn amiss(cloud: &Cloud) -> Vec<String> {
    let texts = texts(cloud);
    let heads: BTreeMap<&String, Value> = texts
        .iter()
        .filter_map(|(key, text)| Some((key, serde_json::from_slice(&plain(text)).ok()?)))
        .collect();
    let locked = heads.iter().filter(|(_, head)| !head["lease"].is_null());
    let mut amiss: Vec<String> = locked.map(|(key, head)| format!("{key} is locked: {head}")).collect();
    let split = heads.iter().find(|(key, _)| **key == KEY).map_or(&Value::Null, |(_, head)| &head["split"]);
    if split.is_null() {
        return amiss;
    }
    let mut met = BTreeSet::new();
    for part in Part::all() {
        let key = format!("{KEY}.part-{part}");
        let Some(head) = heads.get(&key) else {
            amiss.push(format!("{key} is not there"));
            continue;
        };
        if head["part_of"] != *split {
            amiss.push(format!("{key} is not of the division {split}: {head}"));
        }
        let entries = head["resources"].as_object().into_iter().flatten();
        for (address, entry) in entries.filter(|(_, entry)| !entry.is_null()) {
            let account: Option<AccountId> =
                entry["account_id"].as_str().and_then(|account| account.parse().ok());
            if account.is_none_or(|account| Part::of(&account).to_string() != part.to_string()) {
                amiss.push(format!("{address} is in {key}: {entry}"));
            }
            if !met.insert(address.clone()) {
                amiss.push(format!("{address} is in {key} once more"));
            }
        }
    }
    amiss
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::faults::FaultLevel;
    use super::super::kills::PLAIN;
    use super::super::stage::Stage;
    use super::*;
    use crate::support::aws;
    use crate::support::engine::{Job, OPERATOR};
    use crate::support::on_a_deep_stack;

    /// Changes a text of the record.
    async fn change(stage: &Stage, key: &str, change: impl FnOnce(&mut Value)) {
        let mut text = serde_json::from_slice(&plain(&texts(&stage.cloud)[key])).unwrap();
        change(&mut text);
        let s3 = aws::s3(&stage.operator(OPERATOR, "ap-northeast-1"));
        let body = text.to_string().into_bytes().into();
        s3.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    }

    #[test]
    fn what_is_locked_and_what_is_in_another_part_is_found() {
        on_a_deep_stack(|| {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
            runtime.unwrap().block_on(async {
                let stage = Stage::shared(0);
                let job = Job::Shard("1/1".parse().unwrap());
                let ended = stage.run(job, &PLAIN.shared(), FaultLevel::None, None).await;
                assert!(ended.complete(), "{ended:?}");
                assert_eq!(amiss(&stage.cloud), [""; 0]);
                let part = format!("{KEY}.part-01");
                change(&stage, &part, |text| text["lease"] = json!({ "holder": "h", "seconds": 1 })).await;
                assert_eq!(amiss(&stage.cloud).len(), 1);
                change(&stage, &part, |text| text["lease"] = Value::Null).await;
                let moved = texts(&stage.cloud)[&part].clone();
                change(&stage, &format!("{KEY}.part-02"), |text| {
                    let from: Value = serde_json::from_slice(&plain(&moved)).unwrap();
                    text["resources"] = from["resources"].clone();
                })
                .await;
                assert!(amiss(&stage.cloud).len() > 2, "{:?}", amiss(&stage.cloud));
            });
        });
    }
}
