//! Changes under which events keep flowing: what lets go of something does so after everything has moved.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{SOURCE, TOKYO};
use crate::support::delivery::{bucket_text, streams, write_event};
use crate::support::engine::{Job, Treatment};
use crate::support::topologies::{destination, source, topology};

const IRELAND: &str = "eu-west-1";

const PARTED: &str = ", format: decompressed, compression: gzip, partition_by: [owner], buffer_mb: 64";
const WHOLE: &str = ", format: decompressed, compression: gzip";

/// Kills an apply after every writing call in turn; what is written then must arrive.
fn never_interrupted(prepared: &Bench, buckets: &[&'static str]) {
    for unlucky in 0.. {
        let bench = prepared.copy();
        let ended = bench.engine(Job::Apply, move |number, _| {
            if number == unlucky { Treatment::KilledAfter } else { Treatment::Answered }
        });
        // What IAM was told has spread by then.
        bench.pass(30);
        write_event(&bench, SOURCE, TOKYO, "/app/web", "written in the middle");
        bench.pass(300);
        let text: String = buckets.iter().map(|bucket| bucket_text(&bench, bucket)).collect();
        assert!(text.contains("written in the middle"), "lost after call {unlucky}");
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        if ended.writes <= unlucky {
            assert!(unlucky > 2, "{unlucky} calls cannot have done everything");
            return;
        }
    }
}

#[test]
fn a_stream_under_another_name_takes_over_without_a_gap() {
    let sources = source("web", "app", "central", "");
    let bench = Bench::new(&topology(&destination("central", ""), &sources));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&destination("central", ", name: renamed"), &sources));
    never_interrupted(&bench, &["t-central"]);
}

#[test]
fn a_source_moves_to_another_destination_without_a_gap() {
    let both = destination("one", "") + &destination("two", "");
    let other = source("other", "shop", "one", "");
    let bench = Bench::new(&topology(&both, &(source("web", "app", "one", "") + &other)));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&both, &(source("web", "app", "two", "") + &other)));
    never_interrupted(&bench, &["t-one", "t-two"]);
}

#[test]
fn the_last_source_moves_to_another_destination_without_a_gap() {
    let both = destination("one", "") + &destination("two", "");
    let other = source("other", "shop", "two", "");
    let bench = Bench::new(&topology(&both, &(source("web", "app", "one", "") + &other)));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&both, &(source("web", "app", "two", "") + &other)));
    never_interrupted(&bench, &["t-one", "t-two"]);
}

#[test]
fn a_stream_writes_what_it_holds_after_its_destination_has_moved_to_another_region() {
    let sources = source("web", "app", "central", "");
    let at = |region: &str| {
        let moved = format!(
            "  central: {{ account: archive, region: {region}, bucket: {{ name: t-{region} }}, stream: {{ buffer_seconds: 60 }} }}\n"
        );
        topology(&moved, &sources)
    };
    let bench = Bench::new(&at(TOKYO));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "written before");
    bench.write(&at(IRELAND));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.pass(600);
    assert!(bucket_text(&bench, "t-ap-northeast-1").contains("written before"));
}

#[test]
fn sources_swap_destinations_back_and_forth_and_go() {
    let both = destination("one", "") + &destination("two", "");
    let swapped = |one: &str, two: &str| {
        topology(&both, &(source("web", "app", one, "") + &source("other", "shop", two, "")))
    };
    let bench = Bench::new(&swapped("one", "two"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    for (one, two) in [("two", "one"), ("one", "one"), ("two", "one"), ("one", "two")] {
        bench.write(&swapped(one, two));
        bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    }
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
}

#[test]
fn a_successor_never_gets_the_name_of_another_destinations_stream() {
    let both = |stream: &str| destination("web", stream) + &destination("web-2", "");
    let sources = source("web", "app", "web", "") + &source("two", "app", "web-2", "");
    let bench = Bench::new(&topology(&both(WHOLE), &sources));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&both(PARTED), &sources));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-web-2", "t-web-3"]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn the_stream_of_a_destination_that_is_gone_is_no_successor() {
    let (web, two) = (destination("web", ""), destination("web-2", ""));
    let (from, also) = (source("web", "app", "web", ""), source("two", "app", "web-2", ""));
    let bench = Bench::new(&topology(&(web.clone() + &two), &(from.clone() + &also)));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&web, &from));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!(plan["summary"]["delete"], 0, "{plan:#}");
    assert_eq!(plan["summary"]["update"], 0, "{plan:#}");
    assert!(plan["summary"]["orphan"].as_u64() > Some(3), "{plan:#}");
}

#[test]
fn a_stream_stays_while_a_region_that_was_left_out_still_sends_to_it() {
    let two = ", regions: [ap-northeast-1, eu-west-1]";
    let bench = Bench::new(&topology(&destination("central", WHOLE), &source("web", "app", "central", two)));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&destination("central", PARTED), &source("web", "app", "central", "")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    write_event(&bench, SOURCE, IRELAND, "/app/web", "from the other region");
    bench.pass(300);
    assert!(bucket_text(&bench, "t-central").contains("from the other region"));
    let plan = bench.sandbox("plan", &["--detailed-exitcode", "--output", "json"]).expect(Exit::Done).json();
    let stays = "archive/ap-northeast-1/firehose_stream.t-central";
    assert!(plan["orphans"].as_array().unwrap().iter().any(|orphan| orphan == stays), "{plan:#}");
    let why = format!("{stays} stays, because archive/eu-west-1/logs_destination.t-central");
    assert!(plan["notes"].to_string().contains(&why), "{plan:#}");
}

#[test]
fn a_stream_that_only_a_region_that_was_left_out_sends_to_is_pruned_with_it() {
    let two = ", regions: [ap-northeast-1, eu-west-1]";
    let bench = Bench::new(&topology(&destination("central", WHOLE), &source("web", "app", "central", two)));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&destination("central", PARTED), &source("web", "app", "central", "")));
    write_event(&bench, SOURCE, IRELAND, "/app/web", "from the other region");
    write_event(&bench, SOURCE, TOKYO, "/app/web", "in the old buffer");
    let plan = bench.sandbox("plan", &["--prune", "--output", "json"]).expect(Exit::Done).json();
    assert!(!plan["notes"].to_string().contains("firehose_stream.t-central stays"), "{plan:#}");
    bench.sandbox("apply", &["--yes", "--prune", "--verify"]).expect(Exit::Done);
    assert_eq!(streams(&bench), ["t-central-2"]);
    let text = bucket_text(&bench, "t-central");
    assert!(text.contains("from the other region") && text.contains("in the old buffer"), "{text}");
    // What may put records on the stream lets go of that right now.
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn status_tells_of_a_stream_that_is_still_to_go() {
    let sources = source("web", "app", "central", "");
    let bench = Bench::new(&topology(&destination("central", WHOLE), &sources));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&destination("central", PARTED), &sources));
    bench.engine(Job::Apply, |_, operation| match operation {
        "DeleteDeliveryStream" => Treatment::KilledBefore,
        _ => Treatment::Answered,
    });
    let status = bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Pending);
    assert!(
        status.out.contains("retired  archive/ap-northeast-1/firehose_stream.t-central\n"),
        "{}",
        status.out
    );
}

#[test]
fn a_target_brings_the_filter_that_moves_away_from_it() {
    let both = destination("one", "") + &destination("two", "");
    let bench = Bench::new(&topology(&both, &source("web", "app", "one", "")));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&topology(&both, &source("web", "app", "two", "")));
    // The filter is in another account, but the archive alone would shut it out where it still points.
    bench.sandbox("apply", &["--yes", "--target", "account=archive"]).expect(Exit::Done);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "written after");
    bench.pass(300);
    assert!(bucket_text(&bench, "t-two").contains("written after"));
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}
