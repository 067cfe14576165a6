//! Where an import looks, which pipeline it is about, and where it writes.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use super::hand::{self, destination_arn};
use super::{LOOK, codes, empty, import};
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::topologies::{destination, named, source, topology};
use crate::support::{Bench, Ran};

/// Two pipelines of logpipe's, and one whose sender is not looked at.
fn several() -> Bench {
    let destinations = destination("one", "") + &destination("two", "") + &destination("three", "");
    let sources = source("web", "app", "one", "")
        + &source("api", "app", "two", "")
        + &source("shop", "shop", "three", "");
    let bench = Bench::new(&topology(&destinations, &sources));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench
}

fn said(ran: &Ran) -> String {
    ran.said().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn several_pipelines_are_listed_and_one_is_chosen_by_anything_it_has() {
    let bench = several();
    let found = import(&bench, &["--discover", "--json"]).expect(Exit::Done).json();
    let pipelines = found["pipelines"].as_array().unwrap();
    let of = |pipeline: &Value| {
        (
            pipeline["stream"]["name"].as_str().unwrap().to_owned(),
            pipeline["bucket"].as_str().unwrap().to_owned(),
            pipeline["hindrance"]["code"].clone(),
        )
    };
    let pair = |key: &str, code: Value| (format!("t-{key}"), format!("t-{key}"), code);
    let listed: Vec<_> = pipelines.iter().map(of).collect();
    assert_eq!(
        listed,
        [pair("one", Value::Null), pair("three", json!("nothing_sends")), pair("two", Value::Null)]
    );
    assert_eq!(found["text"], Value::Null);
    let human = said(&import(&bench, &["--discover"]).expect(Exit::Done));
    for part in [
        "3 pipelines in 2 accounts",
        "→ stream t-one → bucket t-one",
        "← app/ap-northeast-1: 1 log group",
        "222222222222, which --account adds",
    ] {
        assert!(human.contains(part), "{part}\n{human}");
    }
    let page = import(&bench, &["--discover", "--output", "markdown"]).expect(Exit::Done).out;
    assert!(page.contains("`arn:aws:logs:ap-northeast-1:999999999999:destination:t-one`"), "{page}");

    let refused = import(&bench, &[]).expect(Exit::Usage);
    assert!(
        said(&refused).contains("there are 2 pipelines, and a topology is written of one"),
        "{}",
        refused.err
    );
    let command =
        format!("`logpipe import --from {} --account archive=999999999999", destination_arn("t-one"));
    assert!(
        said(&refused).contains(&command) && refused.err.contains("--account app=111111111111"),
        "{}",
        refused.err
    );
    assert_eq!(refused.out, "");

    let (stream, bucket) = (hand::stream_arn("t-two"), "arn:aws:s3:::t-two");
    for from in [&destination_arn("t-two"), "t-two", &stream, bucket, "s3://t-two/", "/app/api"] {
        let chosen = import(&bench, &["--from", from, "--json"]).expect(Exit::Done).json();
        assert_eq!(chosen["from"], json!(destination_arn("t-two")), "{from}");
    }
    let none = import(&bench, &["--from", "nothing"]).expect(Exit::Failed);
    assert!(
        none.err.contains("has anything called nothing") && none.err.contains("--discover"),
        "{}",
        none.err
    );
    let hindered = import(&bench, &["--from", "t-three"]).expect(Exit::Failed);
    assert!(said(&hindered).contains("its policy admits 222222222222"), "{}", hindered.err);
}

#[test]
fn a_pipeline_in_an_account_that_was_not_looked_at_is_named() {
    let bench = several();
    let flags = [
        "logpipe",
        "import",
        "--sandbox",
        "--account",
        "app=111111111111",
        "--region",
        TOKYO,
        "--role-name",
        "LogpipeDeployer",
    ];
    let ran = bench.run(&[&flags[..], &["--from", "/app/web"]].concat()).expect(Exit::Failed);
    assert!(
        said(&ran).contains("account 999999999999, which was not looked at: add --account NAME=999999999999"),
        "{}",
        ran.err
    );
    let empty = empty();
    let ran = empty.run(&flags).expect(Exit::Failed);
    assert!(ran.err.contains("there is no pipeline in app"), "{}", ran.err);
}

#[test]
fn the_topology_alone_goes_to_stdout_and_a_file_is_never_written_over() {
    let bench = empty();
    hand::walk_through(&bench);
    let ran = import(&bench, &[]).expect(Exit::Done);
    assert!(ran.out.starts_with("# yaml-language-server: $schema=./topology.schema.json\n# Written by logpipe import, from arn:aws:logs:"), "{}", ran.out);
    assert!(
        ran.err.contains("What allows more than delivery needs") && ran.err.contains("plan --adopt"),
        "{}",
        ran.err
    );
    bench.write(&ran.out);
    bench.sandbox("plan", &["--adopt"]).expect(Exit::Done);

    let wrote = import(&bench, &["--out", "new.yaml"]).expect(Exit::Done);
    assert_eq!(wrote.out, "");
    let written = std::fs::read_to_string(bench.path("new.yaml")).unwrap();
    assert_eq!(written.trim_end(), ran.out.trim_end());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bench.path("new.yaml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = bench.now();
    let refused = import(&bench, &["--out", "new.yaml"]).expect(Exit::Usage);
    assert!(refused.err.contains("new.yaml is there already"), "{}", refused.err);
    assert!(bench.calls_since(before).is_empty(), "nothing is asked for that");
    let markdown = import(&bench, &["--output", "markdown"]).expect(Exit::Done).out;
    assert!(markdown.contains("```yaml"), "{markdown}");
}

#[test]
fn an_account_that_cannot_be_entered_ends_it_or_is_left_out_with_3() {
    let bench = several();
    import(&bench, &["--discover"]).expect(Exit::Done);
    bench.suspend("222222222222");
    let shop = ["--account", "shop=222222222222"];
    let refused = import(&bench, &[&shop[..], &["--discover"]].concat()).expect(Exit::Denied);
    assert!(refused.err.contains("--skip-unreachable"), "{}", refused.err);
    let left = import(&bench, &[&shop[..], &["--from", "t-one", "--skip-unreachable", "--json"]].concat());
    let left = left.expect(Exit::Incomplete).json();
    assert_eq!(left["skipped_accounts"][0]["account"], "shop");
    assert_eq!(left["from"], json!(destination_arn("t-one")));
    let hindered = import(&bench, &[&shop[..], &["--from", "t-three", "--skip-unreachable"]].concat());
    let hindered = hindered.expect(Exit::Failed);
    assert!(said(&hindered).contains("its policy admits 222222222222"), "{}", hindered.err);
}

#[test]
fn an_external_id_is_a_variable_of_what_is_written() {
    let text = named(
        "t",
        &format!("destinations:\n{}sources:\n{}", destination("one", ""), source("web", "app", "one", "")),
    );
    let text =
        text.replace("role_name: LogpipeDeployer", "role_name: LogpipeDeployer, external_id: only-we-know");
    let bench = Bench::new(&text);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let ran = import(&bench, &["--external-id", "only-we-know"]).expect(Exit::Done);
    assert!(!ran.said().contains("only-we-know"), "{}", ran.said());
    assert!(ran.out.contains("  external_id: \"${var.external_id}\"\n"), "{}", ran.out);
    std::fs::remove_dir_all(bench.path(".logpipe/sandbox/records")).unwrap();
    bench.write(&ran.out);
    let variable = [("LOGPIPE_VAR_external_id", "only-we-know")];
    let plan = ["logpipe", "plan", "--sandbox", "--adopt"];
    bench.run_in(&variable, &plan).expect(Exit::Done);
    let again = bench.run_in(&variable, &LOOK).expect(Exit::Done);
    assert_eq!(again.out, ran.out);
}

#[test]
fn every_flag_is_checked_before_anything_is_asked() {
    let bench = empty();
    let check = |flags: &[&str], part: &str| {
        let ran = bench.run(&[&["logpipe", "import", "--sandbox"], flags].concat()).expect(Exit::Usage);
        assert!(said(&ran).contains(part), "{}", ran.err);
    };
    let app = ["--account", "app=111111111111"];
    check(
        &[],
        "no account to look in: add --account NAME=ID for each; no region to look in: add --region REGION",
    );
    check(&app, "add --region REGION");
    check(&["--account", "app"], "expected a name and an id");
    check(&["--account", "app=arn:aws:s3:::bucket"], "the ARN of a role");
    check(&[&app[..], &["--region", "ap-northeast-9"]].concat(), "ap-northeast-9");
    check(&[&app[..], &["--region", TOKYO, "--as-is", "web"]].concat(), "--account names no account `web`");
    check(&[&app[..], &["--account", "archive=999999999999", "--region", TOKYO]].concat(), "role");
    check(&[&app[..], &["--region", TOKYO, "--var", "a=b"]].concat(), "--var");
    check(&[&app[..], &["--region", TOKYO, "--from", "x", "--discover"]].concat(), "cannot be used with");
}

#[test]
fn what_may_not_be_read_is_told_and_ends_with_3() {
    let bench = several();
    import(&bench, &["--discover"]).expect(Exit::Done);
    let cloud = bench.cloud();
    cloud.withhold(&SOURCE.parse().unwrap(), "OnlyOnEverything", "logs:DescribeDestinations");
    cloud.withhold(&ARCHIVE.parse().unwrap(), "Buckets", "s3:GetBucketTagging");
    cloud.store().unwrap();
    let partial = import(&bench, &["--from", "t-one", "--json"]).expect(Exit::Incomplete).json();
    let what: Vec<&str> =
        partial["unread"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert!(what.contains(&"destinations") && what.contains(&"bucket"), "{partial:#}");
    assert!(partial["text"].as_str().unwrap().contains("      create: false\n"), "{partial:#}");
    assert_eq!(codes(&partial["inexpressible"]), [""; 0]);
}

#[test]
fn sources_of_several_regions_and_accounts_are_told_together_where_they_are_alike() {
    let text = topology(
        &destination("main", ""),
        "  web: { accounts: [app, shop], regions: [ap-northeast-1, us-east-1], destination: main, log_groups: [/a, /b], create: true }\n",
    );
    let bench = Bench::new(&text);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let flags = ["--account", "shop=222222222222", "--also-region", "us-east-1"];
    let ran = import(&bench, &flags).expect(Exit::Done);
    let expect = "  sources:\n    accounts:\n      - app\n      - shop\n    regions:\n      - ap-northeast-1\n      - us-east-1\n    destination: main\n    log_groups:\n      - \"/a\"\n      - \"/b\"\n    create: true\n";
    assert!(ran.out.ends_with(expect.trim_end()) || ran.out.contains(expect), "{}", ran.out);
    let groups = bench.aws(SOURCE, "us-east-1", async |config| aws::log_groups(&config).await);
    assert_eq!(groups.len(), 2);
}

#[test]
fn what_it_takes_is_listed_reads_alone_and_is_asked_for_by_nothing_else() {
    let bench = Bench::new(&topology(&destination("one", ""), &source("web", "app", "one", "")));
    let actions = |wanted: &str| -> Vec<String> {
        let access = bench.run(&["logpipe", "access", "--for", wanted, "--json"]).expect(Exit::Done).json();
        let text = access.to_string();
        let words = text.split('"').filter(|word| {
            ["firehose:", "iam:", "logs:", "s3:"].iter().any(|service| word.starts_with(service))
        });
        words.map(str::to_owned).collect()
    };
    let import = actions("import");
    assert!(import.contains(&"firehose:DescribeDeliveryStream".to_owned()), "{import:?}");
    let reads = |action: &String| {
        let name = action.split_once(':').unwrap().1;
        ["Get", "List", "Describe", "Test"].iter().any(|verb| name.starts_with(verb))
    };
    assert!(import.iter().all(reads), "{import:?}");
    let all = bench.run(&["logpipe", "access", "--json"]).expect(Exit::Done).out;
    assert!(!all.contains("deliverystream/*"), "only import looks at every stream");
}
