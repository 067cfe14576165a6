//! Which stream takes over from which.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};

/// A topology in account `archive` with what is given for destinations and sources.
fn topology(destinations: &str, sources: &str) -> String {
    format!(
        r#"version: 1
name: t
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ archive: "999999999999", app: "111111111111", shop: "222222222222" }}
destinations:
{destinations}
sources:
{sources}
"#
    )
}

fn destination(key: &str, stream: &str) -> String {
    format!(
        "  {key}: {{ account: archive, bucket: {{ name: t-{key} }}, stream: {{ buffer_seconds: 60{stream} }} }}\n"
    )
}

fn source(key: &str, account: &str, destination: &str, more: &str) -> String {
    format!(
        "  {key}: {{ accounts: [{account}], destination: {destination}, log_groups: [/app/{key}], create: true{more} }}\n"
    )
}

const PARTED: &str = ", format: decompressed, compression: gzip, partition_by: [owner], buffer_mb: 64";
const WHOLE: &str = ", format: decompressed, compression: gzip";

fn streams(bench: &Bench) -> Vec<String> {
    bench.aws(ARCHIVE, TOKYO, async |config| aws::stream_names(&config).await)
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
