//! Everything that a simulated AWS holds, item by item, and how that compares with the record.

use std::collections::{BTreeMap, BTreeSet};

use logpipe::address::{Address, KindName};
use logpipe::record::Record;
use logpipe::sandbox::Cloud;
use serde_json::Value;

/// What there is, by `<account id>/<region>/<kind>.<name>`.
pub(crate) type Holdings = BTreeMap<String, Value>;

/// What a filter counts.
const COUNTS: [&str; 2] = ["forwarded", "refused"];

/// Takes stock of a cloud.
pub(crate) fn holdings(cloud: &Cloud) -> Holdings {
    let all = cloud.holdings().unwrap();
    let mut found = Holdings::new();
    for (account, of) in entries(&all["accounts"]) {
        iam_of(account, &of["iam"], &mut found);
        for (region, logs) in entries(&of["logs"]) {
            logs_of(&format!("{account}/{region}"), logs, &mut found);
        }
        for (region, streams) in entries(&of["firehose"]) {
            for (name, stream) in entries(streams) {
                let stream = without(stream, &["buffers", "taken", "records", "written"]);
                found.insert(format!("{account}/{region}/firehose_stream.{name}"), stream);
            }
        }
    }
    for (name, bucket) in entries(&all["buckets"]) {
        let (account, region) = (bucket["owner"].as_str().unwrap(), bucket["region"].as_str().unwrap());
        split(format!("{account}/{region}/s3_bucket"), name, &without(bucket, &["objects"]), &mut found);
    }
    found
}

fn iam_of(account: &str, iam: &Value, found: &mut Holdings) {
    let name_of = |it: &Value| it["name"].as_str().unwrap().to_owned();
    for (_, role) in entries(&iam["roles"]) {
        let name = name_of(role);
        // What it may do follows the topology.
        if name == "LogpipeDeployer" {
            continue;
        }
        for policy in role["attached"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let (owner, policy_name) = policy.split_once(":policy/").unwrap();
            let by = if owner.ends_with("::aws") { "aws:" } else { "" };
            let key = format!("{account}/global/iam_role_policy_attachment.{name}:{by}{policy_name}");
            found.insert(key, policy.into());
        }
        found.insert(format!("{account}/global/iam_role.{name}"), without(role, &["attached"]));
    }
    for (kind, all) in [("iam_policy", "policies"), ("iam_instance_profile", "profiles")] {
        for (_, it) in entries(&iam[all]) {
            found.insert(format!("{account}/global/{kind}.{}", name_of(it)), it.clone());
        }
    }
}

fn logs_of(place: &str, logs: &Value, found: &mut Holdings) {
    for (name, group) in entries(&logs["groups"]) {
        // In other groups applications make streams as they like.
        let errors = entries(&group["streams"]).filter(|_| name.starts_with("/aws/kinesisfirehose/"));
        for (stream, it) in errors {
            found.insert(format!("{place}/log_stream.{name}:{stream}"), it.clone());
        }
        for (filter, it) in entries(&group["filters"]) {
            found.insert(format!("{place}/subscription_filter.{name}:{filter}"), without(it, &COUNTS));
        }
        found.insert(format!("{place}/log_group.{name}"), without(group, &["streams", "filters"]));
    }
    for (name, destination) in entries(&logs["destinations"]) {
        split(format!("{place}/logs_destination"), name, destination, found);
    }
    for (name, policy) in entries(&logs["account_policies"]) {
        found.insert(format!("{place}/logs_account_policy.{name}"), policy.clone());
    }
}

/// What is configured, and not what has passed through it.
fn without(it: &Value, parts: &[&str]) -> Value {
    let kept = entries(it).filter(|(name, _)| !parts.contains(&name.as_str()));
    kept.map(|(name, part)| (name.clone(), part.clone())).collect()
}

/// What has a policy that is a resource of its own.
fn split(kind: String, name: &str, whole: &Value, found: &mut Holdings) {
    let mut whole = whole.clone();
    let policy = whole["policy"].take();
    if !policy.is_null() {
        found.insert(format!("{kind}_policy.{name}"), policy);
    }
    found.insert(format!("{kind}.{name}"), whole);
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The place of a resource whatever its account is called.
pub(crate) fn place(address: &Address, account_id: &str) -> String {
    format!("{account_id}/{}/{}.{}", address.place, address.kind, address.name)
}

/// What the record knows, in the words of [`Holdings`].
pub(crate) fn recorded(record: &Record) -> BTreeSet<String> {
    record.entries().iter().map(|(address, entry)| place(address, entry.account_id.as_str())).collect()
}

/// What is there and neither in the record nor anybody else's.
pub(crate) fn lost_track_of(there: &Holdings, record: &Record, foreign: &Holdings) -> Vec<String> {
    let known = recorded(record);
    there.keys().filter(|key| !known.contains(*key) && !foreign.contains_key(*key)).cloned().collect()
}

/// What is somebody else's and not as it was.
pub(crate) fn touched(there: &Holdings, foreign: &Holdings) -> Vec<String> {
    let differs = |(key, was): &(&String, &Value)| there.get(*key) != Some(*was);
    foreign
        .iter()
        .filter(differs)
        .map(|(key, was)| format!("{key} was {was} and is {:?}", there.get(key)))
        .collect()
}

/// What a destroy leaves behind although it made it: everything but buckets with what guards them.
pub(crate) fn left_behind(there: &Holdings, foreign: &Holdings) -> Vec<String> {
    let stays = [KindName::S3Bucket, KindName::S3BucketPolicy].map(|kind| format!("/{kind}."));
    there
        .keys()
        .filter(|key| !foreign.contains_key(*key) && !stays.iter().any(|kind| key.contains(kind)))
        .cloned()
        .collect()
}

/// Buckets without the settings that keep them private, their access log of nobody's included.
pub(crate) fn unguarded(there: &Holdings, foreign: &Holdings) -> Vec<String> {
    let bucket = format!("/{}.", KindName::S3Bucket);
    let guarded = |key: &str, bucket: &Value| {
        let policy = key.replace("/s3_bucket.", "/s3_bucket_policy.");
        ["publicAccessBlock", "encryption"].iter().all(|name| !bucket["configurations"][*name].is_null())
            && there.contains_key(&policy)
    };
    there
        .iter()
        .filter(|(key, it)| key.contains(&bucket) && !foreign.contains_key(*key) && !guarded(key, it))
        .map(|(key, _)| key.clone())
        .collect()
}

/// Entries of the record of which nothing is there.
pub(crate) fn gone(there: &Holdings, record: &Record) -> Vec<String> {
    recorded(record).into_iter().filter(|key| !there.contains_key(key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stage with a pipeline, and what was there before.
    fn with_pipeline(check: impl AsyncFnOnce(super::super::stage::Stage, Holdings) + Send + 'static) {
        crate::support::on_a_deep_stack(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .start_paused(true)
                .build()
                .unwrap();
            runtime.block_on(async {
                let (stage, foreign) = super::super::kills::a_pipeline().await;
                check(stage, foreign).await;
            });
        });
    }

    #[test]
    fn a_planted_orphan_is_found() {
        with_pipeline(async |stage, foreign| {
            assert_eq!(lost_track_of(&holdings(&stage.cloud), &stage.record(), &foreign), [""; 0]);
            let planted = "/planted/group";
            let region = "eu-west-1".parse().unwrap();
            stage.cloud.prepare_log_group(&"111111111111".parse().unwrap(), &region, planted);
            let there = holdings(&stage.cloud);
            let expect = ["111111111111/eu-west-1/log_group./planted/group"];
            assert_eq!(lost_track_of(&there, &stage.record(), &foreign), expect);
            assert!(left_behind(&there, &foreign).contains(&expect[0].to_owned()));
        });
    }

    #[test]
    fn what_is_recorded_and_gone_is_found_and_so_is_a_bucket_without_its_guards() {
        with_pipeline(async |stage, foreign| {
            let there = holdings(&stage.cloud);
            assert_eq!(gone(&there, &stage.record()), [""; 0]);
            assert_eq!(unguarded(&there, &foreign), [""; 0]);
            let config = stage.operator("999999999999", "ap-northeast-1");
            let bucket = "sim-central-999999999999-ap-northeast-1";
            let s3 = crate::support::aws::s3(&config);
            s3.delete_bucket_policy().bucket(bucket).send().await.unwrap();
            let there = holdings(&stage.cloud);
            let place = format!("999999999999/ap-northeast-1/s3_bucket_policy.{bucket}");
            assert_eq!(gone(&there, &stage.record()), [place.as_str()]);
            assert_eq!(unguarded(&there, &foreign), [place.replace("_policy", "")]);
        });
    }

    #[test]
    fn what_is_somebody_elses_and_changed_is_found() {
        with_pipeline(async |stage, foreign| {
            assert_eq!(touched(&holdings(&stage.cloud), &foreign), [""; 0]);
            let config = stage.operator("111111111111", "ap-northeast-1");
            let logs = crate::support::aws::logs(&config);
            let call = logs.put_retention_policy().log_group_name("/svc/a").retention_in_days(7);
            call.send().await.unwrap();
            logs.delete_log_group().log_group_name("/svc/b").send().await.unwrap();
            assert_eq!(touched(&holdings(&stage.cloud), &foreign).len(), 2);
        });
    }
}
