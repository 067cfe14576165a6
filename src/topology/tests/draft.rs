//! Drafts: what is left out of them, and how texts are written.

use crate::topology::{Draft, Drafted, Entry, Given, Regions};

fn draft(bucket: Vec<Entry>, groups: &[&str]) -> Drafted {
    let account = |key: &str| Entry::text(key, "archive").kept();
    let entries = vec![
        Entry::plain("version", 1).kept(),
        Entry::text("name", "logs").kept(),
        Entry::text("region", "eu-west-1").kept(),
        Entry::map("accounts", vec![Entry::id("archive", "999999999999").kept()]),
        Entry::map(
            "destinations",
            vec![Entry::map("central", vec![account("account"), Entry::map("bucket", bucket)])],
        ),
        Entry::map(
            "sources",
            vec![Entry::map(
                "web",
                vec![
                    Entry::list("accounts", ["archive"]).kept(),
                    Entry::text("destination", "central").kept(),
                    Entry::list("log_groups", groups.iter().copied()),
                ],
            )],
        ),
    ];
    Draft::new(entries, Given::default()).finish(Regions::Known).unwrap()
}

#[test]
fn what_the_loader_assumes_anyway_is_left_out() {
    let name = Entry::text("name", "logs-central-999999999999-eu-west-1");
    let drafted = draft(vec![name, Entry::text("prefix", "logs/")], &["/app"]);
    assert!(!drafted.text.contains("bucket") && drafted.refused.is_empty(), "{}", drafted.text);
    let drafted = draft(vec![Entry::text("prefix", "all/")], &["/app"]);
    assert!(drafted.text.contains("    bucket:\n      prefix: \"all/\"\n"), "{}", drafted.text);
}

#[test]
fn what_it_refuses_is_left_out_and_told() {
    let bucket = vec![Entry::text("name", "No Bucket"), Entry::plain("expire_days", 0)];
    let drafted = draft(bucket, &["/app", "not a name!", "/web"]);
    let paths: Vec<&str> = drafted.refused.iter().map(|refused| refused.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "sources.web.log_groups",
            "destinations.central.bucket.expire_days",
            "destinations.central.bucket.name",
        ]
    );
    assert!(drafted.text.contains("      - \"/app\"\n      - \"/web\"\n"), "{}", drafted.text);
}

#[test]
fn texts_are_read_back_as_they_are() {
    for text in ["word", "yes", "1", "a: b", "\"q\"", "${var.x}", "${env.Y} $${var.z}", "ümlaut", "a\\n"] {
        let bucket = vec![Entry::text("prefix", text)];
        let drafted = draft(bucket, &["/app"]);
        let prefix = &drafted.topology.destinations.values().next().unwrap().bucket.prefix;
        assert!(drafted.refused.is_empty(), "{:?}", drafted.refused);
        assert_eq!(prefix, text);
    }
}

#[test]
fn of_many_sources_each_keeps_what_it_says_differently() {
    let source = |key: &str, pattern: &str| {
        Entry::map(
            key,
            vec![
                Entry::list("accounts", ["archive"]).kept(),
                Entry::list("regions", ["eu-west-1"]),
                Entry::text("destination", "central").kept(),
                Entry::list("log_groups", [key]),
                Entry::map("filter", vec![Entry::text("name", key), Entry::text("pattern", pattern)]),
            ],
        )
    };
    let entries = vec![
        Entry::plain("version", 1).kept(),
        Entry::text("name", "logs").kept(),
        Entry::text("region", "eu-west-1").kept(),
        Entry::map("accounts", vec![Entry::id("archive", "999999999999").kept()]),
        Entry::map(
            "destinations",
            vec![Entry::map("central", vec![Entry::text("account", "archive").kept()])],
        ),
        Entry::map("sources", vec![source("logs", ""), source("web", "ERROR"), source("api", "")]),
    ];
    let text = Draft::new(entries, Given::default()).finish(Regions::Known).unwrap().text;
    let sources = text.split_once("sources:\n").unwrap().1;
    let expect = "  logs:
    accounts:
      - archive
    destination: central
    log_groups:
      - logs
  web:
    accounts:
      - archive
    destination: central
    log_groups:
      - web
    filter:
      name: web
      pattern: ERROR
  api:
    accounts:
      - archive
    destination: central
    log_groups:
      - api
    filter:
      name: api
";
    assert_eq!(sources, expect);
}
