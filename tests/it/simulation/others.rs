//! What others do while logpipe is at work: things of theirs that must stay as they are, and changes to ours.

use aws_types::SdkConfig;
use serde_json::{Value, json};

use super::dice::Dice;
use super::holdings::{Holdings, holdings, recorded};
use super::stage::Stage;
use crate::support::aws;

/// What is somebody else's, and what somebody else put on things of ours.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    pub(super) things: Holdings,
    marks: Vec<Mark>,
}

/// Something on a thing of ours: the key of the thing, and what must stay in it.
#[derive(Debug)]
struct Mark {
    on: String,
    holds: String,
}

const STATEMENT: &str = r#"{"Sid":"Auditors","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"s3:ListBucket","Resource":"RESOURCE"}"#;

impl Foreign {
    /// Sets up the neighbours, and remembers everything that is there as theirs.
    pub(super) async fn settle(stage: &Stage, dice: &mut Dice) -> Self {
        let trust = json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "logs.amazonaws.com" }, "Action": "sts:AssumeRole",
        }]});
        let archive = stage.operator("999999999999", "ap-northeast-1");
        let tag = aws_sdk_iam::types::Tag::builder().key("Owner").value("them").build().unwrap();
        let call = aws::iam(&archive).create_role().role_name("somebody-elses").tags(tag);
        call.assume_role_policy_document(trust.to_string()).send().await.unwrap();
        if dice.percent(30) {
            neighbour(stage).await;
        }
        Self { things: holdings(&stage.cloud), marks: Vec::new() }
    }

    /// Somebody puts something on a thing of ours, if there is one that it can be put on.
    pub(super) async fn mark(&mut self, stage: &Stage, dice: &mut Dice) -> Option<String> {
        let (key, account, region, kind, name) = ours(stage, dice, |kind| {
            matches!(kind, "iam_role" | "s3_bucket_policy" | "logs_destination" | "s3_bucket")
        })?;
        let config = stage.operator(&account, &region);
        let holds = match kind.as_str() {
            "s3_bucket_policy" => {
                let resource = format!("arn:aws:s3:::{name}");
                add_statement(&config, &name, &STATEMENT.replace("RESOURCE", &resource)).await
            }
            "iam_role" => {
                let tag = aws_sdk_iam::types::Tag::builder().key("Cost").value("theirs").build().unwrap();
                aws::iam(&config).tag_role().role_name(&name).tags(tag).send().await.ok()?;
                Some("\"Cost\":\"theirs\"".to_owned())
            }
            "logs_destination" => {
                let arn = format!("arn:aws:logs:{region}:{account}:destination:{name}");
                let call = aws::logs(&config).tag_resource().resource_arn(arn).tags("Cost", "theirs");
                call.send().await.ok()?;
                Some("\"Cost\":\"theirs\"".to_owned())
            }
            _ => tag_bucket(&config, &name).await,
        }?;
        let what = format!("somebody puts {holds} on {key}");
        self.marks.push(Mark { on: key, holds });
        Some(what)
    }

    /// What of it is no longer as it was put there.
    pub(super) fn missing(&self, there: &Holdings) -> Vec<String> {
        let kept = |mark: &&Mark| {
            there.get(&mark.on).is_some_and(|it| {
                let text = it["text"].as_str().map_or_else(|| it.to_string(), str::to_owned);
                text.contains(&mark.holds) || it.to_string().contains(&mark.holds)
            })
        };
        self.marks
            .iter()
            .filter(|mark| !kept(mark))
            .map(|mark| format!("{} on {}: {:?}", mark.holds, mark.on, there.get(&mark.on)))
            .collect()
    }

    /// A thing is gone, and what was on it with it.
    fn forget(&mut self, key: &str) {
        self.marks.retain(|mark| mark.on != key);
    }

    /// Everything but buckets is gone.
    pub(super) fn forget_what_destroy_takes(&mut self) {
        self.marks.retain(|mark| mark.on.contains("/s3_bucket"));
    }
}

/// A thing of ours that is there: its key and the parts of it.
fn ours(
    stage: &Stage,
    dice: &mut Dice,
    wanted: impl Fn(&str) -> bool,
) -> Option<(String, String, String, String, String)> {
    let there = holdings(&stage.cloud);
    let parts = |key: &String| {
        let mut places = key.splitn(3, '/');
        let (account, region, rest) = (places.next()?, places.next()?, places.next()?);
        let (kind, name) = rest.split_once('.')?;
        let region = if region == "global" { "ap-northeast-1" } else { region };
        let [account, region, kind, name] = [account, region, kind, name].map(str::to_owned);
        Some((key.clone(), account, region, kind, name))
    };
    let known = recorded(&stage.record());
    let all: Vec<_> = known.iter().filter(|key| there.contains_key(*key)).filter_map(parts).collect();
    let fit: Vec<_> = all.into_iter().filter(|(_, _, _, kind, _)| wanted(kind)).collect();
    if fit.is_empty() { None } else { Some(dice.pick(&fit)) }
}

async fn add_statement(config: &SdkConfig, bucket: &str, statement: &str) -> Option<String> {
    let s3 = aws::s3(config);
    let policy = s3.get_bucket_policy().bucket(bucket).send().await.ok()?.policy?;
    if policy.contains("Auditors") {
        return None;
    }
    let policy = policy.replacen("\"Statement\":[", &format!("\"Statement\":[{statement},"), 1);
    s3.put_bucket_policy().bucket(bucket).policy(policy).send().await.ok()?;
    Some(statement.to_owned())
}

async fn tag_bucket(config: &SdkConfig, bucket: &str) -> Option<String> {
    use aws_sdk_s3::types::{Tag, Tagging};
    let s3 = aws::s3(config);
    let mut tags = s3.get_bucket_tagging().bucket(bucket).send().await.ok()?.tag_set;
    tags.retain(|tag| tag.key != "Cost");
    tags.push(Tag::builder().key("Cost").value("theirs").build().ok()?);
    let tagging = Tagging::builder().set_tag_set(Some(tags)).build().ok()?;
    s3.put_bucket_tagging().bucket(bucket).tagging(tagging).send().await.ok()?;
    Some("theirs".to_owned())
}

/// A pipeline of somebody else's, whose filter sits on a log group that ours may subscribe too.
async fn neighbour(stage: &Stage) {
    let (account, region) = ("999999999999", "ap-northeast-1");
    stage.cloud.prepare_bucket(&account.parse().unwrap(), &region.parse().unwrap(), "their-bucket");
    let config = stage.operator(account, region);
    let role = "arn:aws:iam::999999999999:role/somebody-elses";
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
    }]});
    let call = aws::iam(&config).put_role_policy().role_name("somebody-elses").policy_name("all");
    call.policy_document(policy.to_string()).send().await.unwrap();
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": { "Service": ["logs.amazonaws.com", "firehose.amazonaws.com"] },
    }]});
    aws::put_trust(&config, "somebody-elses", &trust).await;
    stage.pass(std::time::Duration::from_secs(120)).await;
    let s3 = aws_sdk_firehose::types::ExtendedS3DestinationConfiguration::builder();
    let s3 = s3.bucket_arn("arn:aws:s3:::their-bucket").role_arn(role).build().unwrap();
    let call = aws::firehose(&config).create_delivery_stream().delivery_stream_name("their-stream");
    call.extended_s3_destination_configuration(s3).send().await.unwrap();
    stage.pass(std::time::Duration::from_secs(300)).await;
    let target = "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/their-stream";
    let logs = aws::logs(&config);
    let call = logs.put_destination().destination_name("their-destination").target_arn(target).role_arn(role);
    call.send().await.unwrap();
    let destination = "arn:aws:logs:ap-northeast-1:999999999999:destination:their-destination";
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": "111111111111" },
        "Action": "logs:PutSubscriptionFilter", "Resource": destination,
    }]});
    let call = logs.put_destination_policy().destination_name("their-destination");
    call.access_policy(policy.to_string()).send().await.unwrap();
    let source = aws::logs(&stage.operator("111111111111", region));
    let call = source.put_subscription_filter().log_group_name("/existing/one").filter_name("theirs");
    call.filter_pattern("").destination_arn(destination).send().await.unwrap();
}

/// An operator changes or deletes something of ours, and says what.
pub(super) async fn drift(stage: &Stage, foreign: &mut Foreign, dice: &mut Dice) -> Option<String> {
    let (key, account, region, kind, name) = ours(stage, dice, |_| true)?;
    let config = stage.operator(&account, &region);
    let hard = dice.percent(50);
    let done = match kind.as_str() {
        "iam_role" => role(&config, &name, hard).await,
        "s3_bucket" => bucket(&config, &name, hard).await,
        "firehose_stream" => stream(&config, &name, hard).await,
        "s3_bucket_policy" => {
            let call = aws::s3(&config).delete_bucket_policy().bucket(&name);
            call.send().await.is_ok().then_some("deletes")
        }
        "iam_policy" => policy(&config, &account, &name).await,
        "iam_instance_profile" => profile(&config, &name, hard).await,
        "iam_role_policy_attachment" => detached(&config, &account, &name).await,
        _ => logs(&config, &kind, &name, hard).await,
    }?;
    if done == "deletes" {
        foreign.forget(&key);
        if kind == "s3_bucket" {
            foreign.forget(&key.replace("/s3_bucket.", "/s3_bucket_policy."));
        }
    }
    Some(format!("an operator {done} {key}"))
}

async fn role(config: &SdkConfig, name: &str, hard: bool) -> Option<&'static str> {
    let iam = aws::iam(config);
    if hard {
        drop(iam.delete_role_policy().role_name(name).policy_name("logpipe").send().await);
        return iam.delete_role().role_name(name).send().await.is_ok().then_some("deletes");
    }
    let trust: Value = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
    }]});
    let call = iam.update_assume_role_policy().role_name(name).policy_document(trust.to_string());
    call.send().await.is_ok().then_some("changes the trust of")
}

async fn policy(config: &SdkConfig, account: &str, name: &str) -> Option<&'static str> {
    let document = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "*", "Resource": "*",
    }]});
    let arn = format!("arn:aws:iam::{account}:policy/{name}");
    let call = aws::iam(config).create_policy_version().policy_arn(arn).set_as_default(true);
    call.policy_document(document.to_string()).send().await.is_ok().then_some("opens")
}

async fn profile(config: &SdkConfig, name: &str, hard: bool) -> Option<&'static str> {
    let iam = aws::iam(config);
    let profile =
        iam.get_instance_profile().instance_profile_name(name).send().await.ok()?.instance_profile?;
    for role in profile.roles() {
        let call = iam.remove_role_from_instance_profile().instance_profile_name(name);
        call.role_name(role.role_name()).send().await.ok()?;
    }
    if !hard {
        return Some("takes the role out of");
    }
    iam.delete_instance_profile().instance_profile_name(name).send().await.is_ok().then_some("deletes")
}

async fn detached(config: &SdkConfig, account: &str, name: &str) -> Option<&'static str> {
    let (role, policy) = name.split_once(':')?;
    let arn = match policy.strip_prefix("aws:") {
        Some(policy) => format!("arn:aws:iam::aws:policy/{policy}"),
        None => format!("arn:aws:iam::{account}:policy/{policy}"),
    };
    let call = aws::iam(config).detach_role_policy().role_name(role).policy_arn(arn);
    call.send().await.is_ok().then_some("deletes")
}

async fn bucket(config: &SdkConfig, name: &str, hard: bool) -> Option<&'static str> {
    let s3 = aws::s3(config);
    if hard {
        return s3.delete_bucket().bucket(name).send().await.is_ok().then_some("deletes");
    }
    s3.delete_public_access_block().bucket(name).send().await.is_ok().then_some("opens")
}

async fn stream(config: &SdkConfig, name: &str, hard: bool) -> Option<&'static str> {
    let firehose = aws::firehose(config);
    if hard {
        let call = firehose.delete_delivery_stream().delivery_stream_name(name);
        return call.send().await.is_ok().then_some("deletes");
    }
    let call = firehose.untag_delivery_stream().delivery_stream_name(name).tag_keys("Team");
    call.send().await.is_ok().then_some("untags")
}

async fn logs(config: &SdkConfig, kind: &str, name: &str, hard: bool) -> Option<&'static str> {
    let logs = aws::logs(config);
    let (first, second) = name.split_once(':').unwrap_or((name, ""));
    let ok = match (kind, hard) {
        ("log_group", true) => logs.delete_log_group().log_group_name(name).send().await.is_ok(),
        ("log_group", false) => {
            let call = logs.put_retention_policy().log_group_name(name).retention_in_days(7);
            return call.send().await.is_ok().then_some("sets the retention of");
        }
        ("log_stream", _) => {
            logs.delete_log_stream().log_group_name(first).log_stream_name(second).send().await.is_ok()
        }
        ("logs_destination", _) => logs.delete_destination().destination_name(name).send().await.is_ok(),
        ("subscription_filter", true) => {
            let call = logs.delete_subscription_filter().log_group_name(first).filter_name(second);
            call.send().await.is_ok()
        }
        ("subscription_filter", false) => return pattern(&logs, first, second).await,
        ("logs_account_policy", _) => {
            let kind = aws_sdk_cloudwatchlogs::types::PolicyType::SubscriptionFilterPolicy;
            logs.delete_account_policy().policy_name(name).policy_type(kind).send().await.is_ok()
        }
        _ => false,
    };
    ok.then_some("deletes")
}

async fn pattern(logs: &aws_sdk_cloudwatchlogs::Client, group: &str, filter: &str) -> Option<&'static str> {
    let found = logs.describe_subscription_filters().log_group_name(group).send().await.ok()?;
    let found = found.subscription_filters().iter().find(|it| it.filter_name() == Some(filter))?.clone();
    let call = logs.put_subscription_filter().log_group_name(group).filter_name(filter);
    let call = call.filter_pattern("somebody").set_destination_arn(found.destination_arn);
    call.set_role_arn(found.role_arn).send().await.is_ok().then_some("changes the pattern of")
}
