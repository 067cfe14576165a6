//! Volumes in, quantities and dollars out.

use super::delivery::Records;
use super::firehose::{billed, objects, rounded};
use super::storage::stays;
use super::*;
use crate::address::{Key, Region};
use crate::topology::{Topology, Transition, parse};

const KB: f64 = 1024.0;

fn topology(stream: &str, bucket: &str, source: &str) -> Topology {
    let text = format!(
        r#"version: 1
name: t
region: us-east-2
access: {{ role_name: LogpipeDeployer }}
accounts: {{ archive: "999999999999", app: "111111111111", shop: "222222222222" }}
destinations:
  central: {{ account: archive, bucket: {{ name: t-central{bucket} }}, stream: {{ buffer_seconds: 60{stream} }} }}
sources:
  web: {{ accounts: [app, shop], destination: central, log_groups: [/app/a, "/app/b*"]{source} }}
"#
    );
    parse("topology.yaml", &text).unwrap()
}

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

fn region(text: &str) -> Region {
    text.parse().unwrap()
}

/// An estimate of so many GB a month from source `web`.
fn of(topology: &Topology, gigabytes: f64, assumptions: &Assumptions) -> Estimate {
    let mut volumes = Volumes::default();
    let regions = topology.sources[&key("web")].regions.clone();
    volumes.declare(&key("web"), &regions, Flow::of_gigabytes(gigabytes, assumptions));
    estimate(topology, &volumes, assumptions, &Prices::embedded().unwrap())
}

/// How much of an item there is, over all lines.
fn quantity(estimate: &Estimate, item: &Item) -> f64 {
    let lines = estimate.groups.iter().flat_map(|group| &group.lines);
    lines.filter(|line| line.item == *item).map(|line| line.quantity).sum()
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= expected.abs() * 1e-6, "{found} is not {expected}");
}

#[test]
fn firehose_rounds_every_record_up_to_five_kilobytes() {
    let check = |kilobytes: f64, billed: f64| near(rounded(kilobytes * KB), billed * KB);
    check(0.0, 0.0);
    check(1.0, 5.0);
    check(5.0, 5.0);
    check(5.001, 10.0);
    check(12.0, 15.0);
}

#[test]
fn small_records_cost_as_much_as_those_of_five_kilobytes() {
    let assumptions = Assumptions { events_per_record: 1.0, ..Assumptions::default() };
    let records = Records::of(Flow { bytes: 1_000_000.0 * 256.0, events: 1_000_000.0 }, &assumptions);
    near(records.number, 1_000_000.0);
    near(billed(&records), 1_000_000.0 * 5.0 * KB);
    near(records.bytes, 1_000_000.0 * (256.0 + 105.0 + 240.0) * 0.15);
}

#[test]
fn a_stream_writes_an_object_when_its_time_is_up_or_its_buffer_is_full() {
    let gigabyte = GIGABYTE;
    let check = |seconds, megabytes, partitions, bytes, expected| {
        near(objects(seconds, megabytes, partitions, bytes, 1e9), expected);
    };
    // The figure to remember: one stream that flushes every 60 s.
    check(60, 5, 1.0, gigabyte, 43_200.0);
    check(300, 5, 1.0, gigabyte, 8_640.0);
    check(900, 128, 1.0, 0.0, 2_880.0);
    // 1,000 GB fill buffers of 5 MB more often than 300 s pass.
    check(300, 5, 1.0, 1000.0 * gigabyte, 204_800.0);
    check(300, 64, 10.0, gigabyte, 86_400.0);
}

#[test]
fn there_are_no_more_objects_than_records() {
    near(objects(60, 5, 1.0, 1e6, 100.0), 100.0);
    near(objects(0, 5, 1.0, 1e6, 100.0), 100.0);
    near(objects(60, 5, 1.0, 0.0, 0.0), 0.0);
}

#[test]
fn objects_lie_in_each_class_for_as_long_as_the_lifecycle_says() {
    let check = |expire: Option<u32>, transitions: &[(u32, &str)], months, expected: &[(&str, f64)]| {
        let mut bucket = topology("", "", "").destinations[&key("central")].bucket.clone();
        bucket.expire_days = expire;
        let transition = |(days, class): &(u32, &str)| Transition {
            days: *days,
            storage_class: (*class).to_owned(),
            min_object_size: None,
        };
        bucket.transitions = transitions.iter().map(transition).collect();
        let found = stays(&bucket, months, f64::INFINITY);
        let found: Vec<(&str, f64)> = found.iter().map(|stay| (stay.class.as_str(), stay.days)).collect();
        assert_eq!(found, expected);
    };
    check(None, &[], 12, &[("STANDARD", 360.0)]);
    check(Some(30), &[], 12, &[("STANDARD", 30.0)]);
    check(Some(365), &[(90, "GLACIER")], 24, &[("STANDARD", 90.0), ("GLACIER", 275.0)]);
    check(
        None,
        &[(180, "DEEP_ARCHIVE"), (30, "STANDARD_IA")],
        12,
        &[("STANDARD", 30.0), ("STANDARD_IA", 150.0), ("DEEP_ARCHIVE", 180.0)],
    );
    // What has not come so far costs nothing yet.
    check(None, &[(90, "GLACIER")], 2, &[("STANDARD", 60.0)]);
    check(Some(60), &[(90, "GLACIER")], 12, &[("STANDARD", 60.0)]);
}

#[test]
fn objects_that_are_too_small_to_be_moved_stay_where_they_are() {
    let mut topology = topology("", "", "");
    let moved = |topology: &Topology, gigabytes| {
        let estimate = of(topology, gigabytes, &Assumptions::default());
        let objects = quantity(&estimate, &Item::S3Transition("GLACIER".to_owned()));
        let said =
            estimate.assumptions.iter().any(|sentence| sentence.contains("too small for a transition"));
        (objects > 0.0, said)
    };
    let transition =
        |min_object_size| Transition { days: 90, storage_class: "GLACIER".to_owned(), min_object_size };
    let mut with = |min_object_size| {
        let bucket = &mut topology.destinations.get_mut(&key("central")).unwrap().bucket;
        bucket.transitions = vec![transition(min_object_size)];
        topology.clone()
    };
    // An object a minute: of a GB a month about 5 KB each, of a hundred about 500 KB.
    assert_eq!(moved(&with(None), 1.0), (false, true));
    assert_eq!(moved(&with(None), 100.0), (true, false));
    assert_eq!(moved(&with(Some(1)), 1.0), (true, false));
    assert_eq!(moved(&with(Some(10_000_000)), 100.0), (false, true));
}

#[test]
fn logs_are_paid_for_where_they_are_written_and_kept() {
    let assumptions = Assumptions { retention_days: Some(30), ..Assumptions::default() };
    let estimate = of(&topology("", "", ", regions: [us-east-1]"), 100.0, &assumptions);
    near(quantity(&estimate, &Item::LogsIngestion), 100.0);
    near(quantity(&estimate, &Item::LogsStorage), 100.0 * (256.0 + 26.0) / 256.0 * 0.15);
    // The records go to us-east-2, compressed.
    near(quantity(&estimate, &Item::Transfer), 100.0 * (256.0 + 105.0 + 240.0 / 50.0) / 256.0 * 0.15);
    let ingestion = &estimate.groups[0].lines[0];
    assert_eq!(ingestion.region, region("us-east-1"));
    near(ingestion.usd().unwrap(), 50.0);
    let at_home = of(&topology("", "", ""), 100.0, &assumptions);
    near(quantity(&at_home, &Item::Transfer), 0.0);
}

#[test]
fn formats_differ_in_what_firehose_does_and_what_lies_in_the_bucket() {
    let stored = |stream: &str| {
        let assumptions = Assumptions { months: 1, ..Assumptions::default() };
        let estimate = of(&topology(stream, "", ""), 10.0, &assumptions);
        let standard = Item::S3Storage("STANDARD".to_owned());
        (quantity(&estimate, &standard), quantity(&estimate, &Item::FirehoseDecompression))
    };
    let envelope = 10.0 * (256.0 + 105.0 + 240.0 / 50.0) / 256.0;
    let check = |stream: &str, bytes: f64, decompressed: f64| {
        let (found, inflated) = stored(stream);
        near(found, bytes);
        near(inflated, decompressed);
    };
    check("", envelope * 0.15, 0.0);
    check(", format: decompressed", envelope, envelope);
    check(", format: decompressed, compression: gzip", envelope * 0.15, envelope);
    check(", format: messages", 10.0 * 257.0 / 256.0, envelope);
}

#[test]
fn partitions_multiply_objects_and_are_billed() {
    let stream = |keys: &str| format!(", format: decompressed, partition_by: [{keys}]");
    let check = |keys: &str, partitions, expected: f64| {
        let assumptions = Assumptions { partitions, ..Assumptions::default() };
        let estimate = of(&topology(&stream(keys), "", ""), 10.0, &assumptions);
        near(quantity(&estimate, &Item::FirehoseObjects), expected);
        near(quantity(&estimate, &Item::S3Put), expected);
        assert!(quantity(&estimate, &Item::FirehosePartitioning) > 1.0);
    };
    check("owner", None, 2.0 * 43_200.0);
    // Two accounts with a name and a glob each.
    check("owner, logGroup", None, 4.0 * 43_200.0);
    check("owner", Some(3), 3.0 * 43_200.0);
}

#[test]
fn what_has_no_known_price_is_left_out_of_the_sum_and_said() {
    let estimate = of(&topology("", "", ""), 10.0, &Assumptions::default());
    // Of us-east-2, the prices of log events and of Firehose are known, and those of S3 are not.
    let lines = estimate.groups.iter().flat_map(|group| &group.lines);
    let priced: Vec<String> =
        lines.filter(|line| line.usd().is_some()).map(|line| line.item.to_string()).collect();
    assert_eq!(priced, ["logs_ingestion", "logs_storage", "firehose_ingestion"]);
    let of = |item: &Item, usd: f64| quantity(&estimate, item) * usd;
    let expected =
        of(&Item::LogsIngestion, 0.5) + of(&Item::LogsStorage, 0.03) + of(&Item::FirehoseIngestion, 0.029);
    near(estimate.usd(), expected);
    assert!(estimate.is_at_least() && estimate.unpriced() == 2 && estimate.priced() == 3);
    let said = |part: &str| estimate.left_out.iter().any(|sentence| sentence.contains(part));
    assert!(said("S3 storage STANDARD in us-east-2") && said("`s3_put`"), "{:?}", estimate.left_out);
}

#[test]
fn a_source_of_unknown_volume_is_said() {
    let topology = topology("", "", "");
    let prices = Prices::embedded().unwrap();
    let estimate = estimate(&topology, &Volumes::default(), &Assumptions::default(), &prices);
    assert!(estimate.usd() == 0.0 && estimate.usd().is_sign_positive() && estimate.is_at_least());
    assert!(estimate.left_out.iter().any(|sentence| sentence.contains("--volume web=GB")));
}

#[test]
fn a_source_in_several_regions_logs_alike_in_each() {
    let estimate =
        of(&topology("", "", ", regions: [us-east-1, ap-northeast-1]"), 10.0, &Assumptions::default());
    let ingestion: Vec<(&str, f64)> = estimate.groups[0]
        .lines
        .iter()
        .filter(|line| line.item == Item::LogsIngestion)
        .map(|line| (line.region.as_str(), line.quantity))
        .collect();
    assert_eq!(ingestion, [("ap-northeast-1", 5.0), ("us-east-1", 5.0)]);
    near(quantity(&estimate, &Item::LogsIngestion), 10.0);
    assert!(
        estimate
            .assumptions
            .iter()
            .any(|sentence| sentence == "web logs the same amount in each of its 2 regions")
    );
}

#[test]
fn what_an_agent_says_of_its_log_groups_is_what_they_cost() {
    let of = |files: &str| {
        let text = format!(
            "version: 1\nname: t\nregion: us-east-1\naccounts: {{ app: \"111111111111\" }}\nagents:\n  web: {{ accounts: [app], files: [{files}] }}\n"
        );
        let topology = parse("topology.yaml", &text).unwrap();
        let (mut volumes, assumptions) = (Volumes::default(), Assumptions::default());
        volumes.declare(&key("web"), &[region("us-east-1")], Flow::of_gigabytes(10.0, &assumptions));
        let estimate = estimate(&topology, &volumes, &assumptions, &Prices::embedded().unwrap());
        (quantity(&estimate, &Item::LogsIngestionInfrequent), quantity(&estimate, &Item::LogsStorage))
    };
    let month = 10.0 * (256.0 + 26.0) / 256.0 * 0.15;
    let (infrequent, kept) =
        of("{ path: /a, log_group: g, retention_days: 30, log_group_class: INFREQUENT_ACCESS }");
    near(infrequent, 10.0);
    near(kept, month);
    let (infrequent, kept) =
        of("{ path: /a, log_group: g, retention_days: 30 }, { path: /b, log_group: h, retention_days: 60 }");
    near(infrequent, 0.0);
    near(kept, month * 2.0);
    // Where one of them says nothing, they are kept for as long as is taken for granted.
    near(of("{ path: /a, log_group: g, retention_days: 30 }, { path: /b, log_group: h }").1, month * 12.0);
}

#[test]
fn fourteen_days_stand_for_a_month() {
    let flow = Flow::of_days(14.0, 14.0, 28.0);
    assert_eq!(flow, Flow { bytes: 30.0, events: 60.0 });
}

#[test]
fn streams_that_take_half_of_what_aws_allows_are_told_with_how_many_are_enough() {
    let assumptions = Assumptions::default();
    // A GB a month of events is this many MiB a second of records.
    let records = Records::of(Flow::of_gigabytes(1.0, &assumptions), &assumptions);
    let each = records.bytes / (DAYS * 86_400.0) / 1_048_576.0;
    let check = |stream: &str, region: &str, mib_per_second: f64, expect: Option<(f64, u32)>| {
        let mut topology = topology(stream, "", "");
        topology.destinations.get_mut(&key("central")).unwrap().region = region.parse().unwrap();
        let near = of(&topology, mib_per_second / each, &assumptions).near_limits;
        let told = near.first().map(|near| (near.limit, near.enough));
        assert_eq!(told, expect, "{stream} {region} {mib_per_second}");
    };
    check("", "us-east-2", 0.49, None);
    check("", "us-east-2", 0.51, Some((1.0, 2)));
    check("", "us-east-2", 1.6, Some((1.0, 4)));
    check(", count: 4", "us-east-2", 1.6, None);
    check(", count: 4", "us-east-2", 2.1, Some((1.0, 5)));
    check("", "us-east-1", 2.4, None);
    check("", "us-east-1", 2.6, Some((5.0, 2)));
}

#[test]
fn every_stream_writes_objects_of_its_own() {
    let objects =
        |stream: &str| quantity(&of(&topology(stream, "", ""), 100.0, &Assumptions::default()), &Item::S3Put);
    near(objects(", count: 3"), 3.0 * objects(""));
    // Unless folders of accounts are more already.
    let parted = ", format: decompressed, partition_by: [owner]";
    near(objects(&format!("{parted}, count: 2")), objects(parted));
}
