//! What pipelines become, without looking at any account.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::admission::admitted;
use super::draft::draft;
use super::look::{Inspected, Sight};
use super::model::{FoundDestination, FoundSubscription, Hindrance, Pipeline};
use super::naming::{is_of, lower};
use super::pipelines::pipelines;
use super::retention::retention;
use super::ways::{Way, Ways};
use super::{Fate, Inexpressible};
use crate::address::{AccountId, AccountName, Region, arn};
use crate::coverage::{On, Subscription};
use crate::provider::firehose::terms::StreamTerms;
use crate::provider::s3::bucket::Move;
use crate::provider::s3::terms::{BucketTerms, RuleTerms};
use crate::topology::{Drafted, Regions, prefix_to_write};

const STREAM: &str = "arn:aws:firehose:eu-west-1:999999999999:deliverystream/logs";

fn name(name: &str) -> AccountName {
    name.parse().unwrap()
}

fn ireland() -> Region {
    "eu-west-1".parse().unwrap()
}

fn accounts() -> BTreeMap<AccountName, AccountId> {
    let id = |id: &str| id.parse().unwrap();
    [(name("archive"), id("999999999999")), (name("app"), id("111111111111"))].into()
}

fn ways() -> Ways {
    let way =
        |(name, id): (AccountName, AccountId)| Way { name, id, role_arn: None, profile: None, as_is: false };
    Ways {
        profile: None,
        role_name: Some("Deployer".to_owned()),
        external_id: None,
        session_name: None,
        via: Vec::new(),
        region: ireland(),
        regions: Vec::new(),
        accounts: accounts().into_iter().map(way).collect(),
    }
}

fn destination(called: &str, policy: Value) -> FoundDestination {
    FoundDestination {
        account: name("archive"),
        region: ireland(),
        name: called.to_owned(),
        arn: arn::destination(&ireland(), &accounts()[&name("archive")], called),
        target: STREAM.to_owned(),
        role: Some("arn:aws:iam::999999999999:role/sender".to_owned()),
        policy: Some(policy),
    }
}

fn filter(group: &str, to: &str) -> FoundSubscription {
    FoundSubscription {
        account: name("app"),
        region: ireland(),
        log_group: Some(group.to_owned()),
        subscription: Subscription {
            name: "all".to_owned(),
            destination: to.to_owned(),
            pattern: String::new(),
            narrowed_by: Vec::new(),
            on: On::LogGroup,
            role: None,
            distribution: None,
            adds: Vec::new(),
        },
    }
}

fn stream() -> StreamTerms {
    StreamTerms {
        bucket_arn: Some("arn:aws:s3:::bucket".to_owned()),
        role_arn: Some("arn:aws:iam::999999999999:role/writer".to_owned()),
        source: "DirectPut".to_owned(),
        prefix: "logs/".to_owned(),
        buffer_mb: Some(5),
        buffer_seconds: Some(300),
        compression: "UNCOMPRESSED".to_owned(),
        file_extension: ".json.gz".to_owned(),
        ..StreamTerms::default()
    }
}

fn admitting(accounts: &[&str]) -> Value {
    json!({ "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": accounts }, "Action": "logs:PutSubscriptionFilter", "Resource": "*",
    }]})
}

/// The pipeline of a destination, of these filters and this stream.
fn pipeline(
    destinations: Vec<FoundDestination>,
    filters: Vec<FoundSubscription>,
    terms: StreamTerms,
) -> (Pipeline, Sight) {
    let at = (name("archive"), ireland());
    let sight = Sight {
        destinations: [(at, Ok(destinations.clone()))].into(),
        streams: [(STREAM.to_owned(), Ok(Some(terms)))].into(),
        ..Sight::default()
    };
    let (mut found, unread) = pipelines(&sight, &accounts());
    assert!(unread.is_empty() && found.len() == 1, "{found:?}");
    let found = Pipeline { subscriptions: filters, hindrance: None, ..found.remove(0) };
    (found, sight)
}

/// What is written of it and its bucket, and the codes of what is not.
fn written(
    (pipeline, sight): &(Pipeline, Sight),
    bucket: BucketTerms,
) -> (Drafted, Vec<(&'static str, Fate)>) {
    let inspected = Inspected { bucket: Some(Ok(Some(bucket))), ..Inspected::default() };
    let (draft, _, left) = draft(pipeline, sight, &inspected, &ways(), None).unwrap();
    let codes = left.iter().map(|one| (one.code(), one.fate())).collect();
    (draft.finish(Regions::Known).unwrap(), codes)
}

#[test]
fn a_stream_that_does_more_than_a_topology_says_is_told_of_in_full() {
    let terms = StreamTerms {
        converted: true,
        backed_up: true,
        time_zone: Some("Asia/Tokyo".to_owned()),
        encryption: Some("ENABLED AWS_OWNED_CMK".to_owned()),
        compression: "GZIP".to_owned(),
        ..stream()
    };
    let main = destination("main", admitting(&["111111111111"]));
    let filters = vec![filter("/app", &main.arn)];
    let (drafted, codes) = written(&pipeline(vec![main], filters, terms), BucketTerms::default());
    assert_eq!(
        codes,
        [
            ("compression", Fate::Ends),
            ("time_zone", Fate::Ends),
            ("format_conversion", Fate::Ends),
            ("s3_backup", Fate::Stays),
            ("stream_encryption", Fate::Stays),
        ]
    );
    assert!(drafted.refused.is_empty(), "{:?}", drafted.refused);
}

#[test]
fn filters_that_send_straight_to_the_stream_are_its_sources_too() {
    let (drafted, codes) = written(
        &pipeline(
            vec![destination("main", admitting(&["111111111111"]))],
            vec![filter("/app", STREAM)],
            stream(),
        ),
        BucketTerms::default(),
    );
    assert_eq!(codes, [("direct_subscription", Fate::Ends)]);
    assert!(drafted.text.contains("    log_groups:\n      - \"/app\"\n"), "{}", drafted.text);
}

#[test]
fn what_the_loader_refuses_is_told_and_the_rest_is_written() {
    let main = destination("main", admitting(&["111111111111"]));
    let filters = vec![filter("/app", &main.arn)];
    let bucket = BucketTerms { key: Some("alias/logs".to_owned()), ..BucketTerms::default() };
    let (drafted, _) = written(&pipeline(vec![main], filters, stream()), bucket);
    let refused: Vec<&str> = drafted.refused.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(refused, ["destinations.central.bucket.kms_key_arn"]);
}

#[test]
fn destinations_beside_each_other_are_one_and_further_ones_are_told() {
    let policy = || admitting(&["111111111111"]);
    let all =
        vec![destination("main", policy()), destination("main-2", policy()), destination("old", policy())];
    let filters = vec![filter("/a", &all[0].arn), filter("/b", &all[1].arn), filter("/c", &all[2].arn)];
    let (drafted, codes) = written(&pipeline(all, filters, stream()), BucketTerms::default());
    assert_eq!(codes, [("further_destination", Fate::Stays)]);
    assert!(
        drafted.text.contains("- \"/a\"\n      - \"/b\"\n") && !drafted.text.contains("/c"),
        "{}",
        drafted.text
    );
    assert!(is_of("main", "main-12") && !is_of("main", "main-1") && !is_of("main", "main-x"));
}

#[test]
fn a_pipeline_of_which_nothing_is_written_says_why() {
    let hindrance = |target: &str, terms: Option<StreamTerms>| {
        let at = (name("archive"), ireland());
        let found = FoundDestination {
            target: target.to_owned(),
            ..destination("main", admitting(&["333333333333"]))
        };
        let streams = terms.map(|terms| (STREAM.to_owned(), Ok(Some(terms))));
        let sight = Sight {
            destinations: [(at, Ok(vec![found]))].into(),
            streams: streams.into_iter().collect(),
            ..Sight::default()
        };
        pipelines(&sight, &accounts()).0.remove(0).hindrance.unwrap()
    };
    let kinesis = "arn:aws:kinesis:eu-west-1:999999999999:stream/logs";
    let code = |target: &str, terms| hindrance(target, terms).code();
    assert_eq!(code(kinesis, None), "not_firehose");
    assert_eq!(code(&STREAM.replace("999999999999", "888888888888"), None), "account_not_given");
    assert_eq!(code(STREAM, None), "stream_gone");
    assert_eq!(code(STREAM, Some(StreamTerms { bucket_arn: None, ..stream() })), "not_into_s3");
    let from_kinesis = StreamTerms { source: "KinesisStreamAsSource".to_owned(), ..stream() };
    assert_eq!(code(STREAM, Some(from_kinesis)), "other_source");
    let admitted = vec!["333333333333".parse().unwrap()];
    assert_eq!(hindrance(STREAM, Some(stream())), Hindrance::NothingSends { admitted });
}

#[test]
fn a_policy_admits_accounts_or_an_organisation_and_anybody_else_is_told() {
    let policy = |principal: Value, condition: Value| {
        let mut statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "logs:PutSubscriptionFilter", "Resource": "*" });
        if !condition.is_null() {
            statement["Condition"] = condition;
        }
        admitted(&json!({ "Statement": [statement] }))
    };
    let one: BTreeSet<AccountId> = ["111111111111".parse().unwrap()].into();
    assert_eq!(policy(json!({ "AWS": "arn:aws:iam::111111111111:root" }), Value::Null).accounts, one);
    assert_eq!(policy(json!({ "AWS": ["111111111111"] }), Value::Null).accounts, one);
    let organization = json!({ "StringEquals": { "aws:PrincipalOrgID": ["o-exampleorgid"] } });
    let found = policy(json!("*"), organization);
    assert_eq!((found.organization.unwrap().as_str(), found.others.len()), ("o-exampleorgid", 0));
    assert_eq!(policy(json!("*"), Value::Null).others.len(), 1);
    let role = json!({ "AWS": "arn:aws:iam::111111111111:role/x" });
    assert_eq!(policy(role, Value::Null).others.len(), 1);
    let narrowed = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-exampleorgid" }, "Bool": { "aws:SecureTransport": "true" } });
    assert_eq!(policy(json!("*"), narrowed).others.len(), 1);
}

#[test]
fn rules_say_how_long_objects_are_kept_as_long_as_they_do_not_contradict() {
    let rule = |id: &str, expire: Option<u32>, moves: usize| RuleTerms {
        id: Some(id.to_owned()),
        ours: id == "logpipe",
        sayable: true,
        expire_days: expire,
        moves: vec![Move { days: 30, storage_class: "GLACIER".to_owned(), min_object_size: None }; moves],
    };
    let codes = |rules: &[RuleTerms]| -> Vec<&'static str> {
        retention(rules).1.iter().map(Inexpressible::code).collect()
    };
    assert_eq!(codes(&[rule("logpipe", Some(1), 1)]), [""; 0]);
    assert_eq!(codes(&[rule("logpipe", Some(1), 1), rule("a", Some(2), 0)]), ["lifecycle_rule"]);
    assert_eq!(codes(&[rule("a", Some(2), 0), rule("b", None, 1)]), ["lifecycle_rule_beside"; 2]);
    assert_eq!(codes(&[rule("a", Some(2), 0), rule("b", Some(3), 0)]), ["lifecycle_rule"; 2]);
    let narrowed = RuleTerms { sayable: false, ..rule("tmp", Some(1), 0) };
    assert_eq!(codes(&[narrowed]), ["lifecycle_rule"]);
}

#[test]
fn names_follow_from_what_is_there() {
    assert_eq!(lower("AWSAccelerator_CloudWatch--To.S3", 32), "awsaccelerator-cloudwatch-to-s3");
    assert_eq!(lower("123-Central Logs!", 32), "central-logs");
    assert_eq!(lower("a-long-name", 7), "a-long");
    assert_eq!(lower("日本", 32), "");
}

#[test]
fn a_prefix_is_written_so_that_firehose_is_given_the_same() {
    use crate::topology::PartitionKey::{LogGroup, Owner};
    let hour = "!{timestamp:yyyy/MM/dd/HH}/";
    let owner = "owner=!{partitionKeyFromQuery:owner}/";
    let check = |whole: &str, keys: &[_], expect: Option<&str>| {
        assert_eq!(prefix_to_write(whole, keys).as_deref(), expect, "{whole}");
    };
    check("logs/", &[], Some("logs/"));
    check("", &[], Some(""));
    check("logs/!{timestamp:yyyy}/", &[], Some("logs/!{timestamp:yyyy}/"));
    check(
        &format!("r/!{{firehose:random-string}}/{hour}"),
        &[],
        Some(&format!("r/!{{firehose:random-string}}/{hour}")),
    );
    check("r/!{firehose:random-string}/", &[], None);
    check(&format!("logs/{owner}{hour}"), &[Owner], Some("logs/"));
    check(&format!("{owner}{hour}"), &[Owner], Some(""));
    check(&format!("logs/!{{timestamp:yyyy}}/{owner}"), &[Owner], Some("logs/!{timestamp:yyyy}/"));
    check(&format!("logs/{owner}{hour}"), &[Owner, LogGroup], None);
}
