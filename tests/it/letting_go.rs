//! What a topology no longer names, or names otherwise: rights go only once what they let through has arrived.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::support::delivery::{bucket_text, write_event};
use crate::support::engine::{Job, Treatment};
use crate::support::topologies::{destination, source, topology};

const SHOP: &str = "222222222222";
const IRELAND: &str = "eu-west-1";

/// What is changed: the topology before and after, and where an event is written before that.
struct Change {
    before: String,
    after: String,
    written: (&'static str, &'static str, &'static str),
}

/// A topology of one destination, `central`, with what is given for it.
fn one(central: &str, sources: &str) -> String {
    let text = topology(
        &format!("  central: {{ account: archive, bucket: {{ name: t-central }}, {central} }}\n"),
        sources,
    );
    text.replace("access:", "organization: { id: o-exampleorgid }\naccess:")
}

const PLAIN: &str = "stream: { buffer_seconds: 60 }";
const ORGANIZATION: &str = "allow: organization, stream: { buffer_seconds: 60 }";

fn web() -> String {
    source("web", "app", "central", "")
}

fn shop(more: &str) -> String {
    source("shop", "shop", "central", more)
}

/// A source of the account, which needs its log group to be there.
fn whole(key: &str, account: &str) -> String {
    format!("  {key}: {{ accounts: [{account}], destination: central, scope: account }}\n")
}

fn changes() -> Vec<(&'static str, Change)> {
    let both = web() + &shop("");
    let from_shop = (SHOP, TOKYO, "/app/shop");
    let change = |before: String, after: String, written| Change { before, after, written };
    vec![
        ("a source goes", change(one(PLAIN, &both), one(PLAIN, &web()), from_shop)),
        ("its account goes too", {
            let after = one(PLAIN, &web()).replace(", shop: \"222222222222\"", "");
            change(one(PLAIN, &both), after, from_shop)
        }),
        ("a source of an organisation goes", {
            change(one(ORGANIZATION, &both), one(ORGANIZATION, &web()), from_shop)
        }),
        ("a source goes while the destination turns to accounts", {
            change(one(ORGANIZATION, &both), one(PLAIN, &web()), from_shop)
        }),
        ("a log group of a source of an organisation goes", {
            let two = source("shop", "shop", "central", "").replace("[/app/shop]", "[/app/shop, /app/more]");
            change(one(ORGANIZATION, &two), one(ORGANIZATION, &two.replace("/app/shop, ", "")), from_shop)
        }),
        ("a region goes", {
            let before = source("web", "app", "central", ", regions: [ap-northeast-1, eu-west-1]");
            change(one(PLAIN, &before), one(PLAIN, &web()), (SOURCE, IRELAND, "/app/web"))
        }),
        ("an account goes out of a region", {
            let before = shop(", regions: [ap-northeast-1, eu-west-1]")
                + &source("web", "app", "central", ", regions: [eu-west-1]");
            let after = before.replace("[ap-northeast-1, eu-west-1]", "[ap-northeast-1]");
            change(one(PLAIN, &before), one(PLAIN, &after), (SHOP, IRELAND, "/app/shop"))
        }),
        ("log groups become the whole account", {
            change(one(PLAIN, &both), one(PLAIN, &(web() + &whole("shop", "shop"))), from_shop)
        }),
        ("a whole account becomes log groups", {
            let before = web() + &whole("all", "shop");
            change(one(PLAIN, &before), one(PLAIN, &(web() + &shop(""))), (SHOP, TOKYO, "/there"))
        }),
        ("a source goes to another destination", {
            let destinations = destination("central", "") + &destination("two", "");
            let to = |shop_to: &str| topology(&destinations, &(web() + &source("shop", "shop", shop_to, "")));
            change(to("central"), to("two"), from_shop)
        }),
        ("two sources swap destinations", {
            let destinations = destination("central", "") + &destination("two", "");
            let to = |web: &str, shop: &str| {
                topology(&destinations, &(source("web", "app", web, "") + &source("shop", "shop", shop, "")))
            };
            change(to("central", "two"), to("two", "central"), from_shop)
        }),
        ("a destination goes to another region", {
            let moved = one(&format!("region: eu-west-1, {PLAIN}"), &both);
            change(one(PLAIN, &both), moved.replace("name: t-central", "name: t-ireland"), from_shop)
        }),
        ("a bucket has another name", {
            let after = one(PLAIN, &both).replace("name: t-central", "name: t-other");
            change(one(PLAIN, &both), after, from_shop)
        }),
        ("a bucket has another name and the stream gets a successor", {
            let parted = "stream: { buffer_seconds: 60, format: decompressed, compression: gzip, partition_by: [owner], buffer_mb: 64 }";
            let after = one(parted, &both).replace("name: t-central", "name: t-other");
            change(one(PLAIN, &both), after, from_shop)
        }),
        ("a stream has another name and a source goes", {
            change(one(PLAIN, &both), one("stream: { buffer_seconds: 60, name: renamed }", &web()), from_shop)
        }),
        ("a role has another name and a source goes", {
            change(one(PLAIN, &both), one(&format!("cwl_role: another, {PLAIN}"), &web()), from_shop)
        }),
        ("a logs destination has another name and a source goes", {
            change(one(PLAIN, &both), one(&format!("destination_name: another, {PLAIN}"), &web()), from_shop)
        }),
    ]
}

fn applied(topology: &str) -> Bench {
    let bench = Bench::new(topology);
    bench.aws(SHOP, TOKYO, async |config| {
        aws::logs(&config).create_log_group().log_group_name("/there").send().await.unwrap();
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(120);
    bench
}

/// Everything that is in any bucket.
fn delivered(bench: &Bench) -> String {
    let mut text = String::new();
    for (_, _, content) in bench.cloud().objects() {
        MultiGzDecoder::new(&content[..]).read_to_string(&mut text).unwrap();
    }
    text
}

/// Everybody whom the pipeline admits, by what its policies say.
fn admitted(bench: &Bench) -> [Value; 2] {
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let trust = aws::trust(&config, "t-central-cwl").await;
        let destinations = aws::destinations(&config).await;
        let policy: Value = serde_json::from_str(destinations[0].access_policy().unwrap()).unwrap();
        [
            trust["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"].clone(),
            policy["Statement"][0]["Principal"]["AWS"].clone(),
        ]
    })
}

fn what_was_written_before_arrives(flags: &[&str]) {
    for (what, Change { before, after, written: (account, region, group) }) in changes() {
        let bench = applied(&before);
        write_event(&bench, account, region, group, "written before");
        bench.write(&after);
        bench.sandbox("apply", &[&["--yes"], flags].concat()).expect(Exit::Done);
        bench.pass(600);
        assert!(delivered(&bench).contains("written before"), "{what}: lost");
        let plan = bench.sandbox("plan", &[&["--detailed-exitcode"], flags].concat());
        assert_eq!(plan.exit, Exit::Done, "{what}: {}", plan.out);
    }
}

#[test]
fn what_was_written_before_a_change_arrives() {
    what_was_written_before_arrives(&[]);
}

#[test]
fn what_was_written_before_a_change_arrives_with_prune() {
    what_was_written_before_arrives(&["--prune"]);
}

#[test]
fn a_subscription_that_stays_goes_on_delivering() {
    let bench = applied(&one(PLAIN, &(web() + &shop(""))));
    bench.write(&one(PLAIN, &web()));
    let before = bench.now();
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    assert!(
        plan.contains("stay and keep delivering, and so does everything their events pass through"),
        "{plan}"
    );
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(bench.written_since(before), [""; 0]);
    bench.pass(3_600);
    write_event(&bench, SHOP, TOKYO, "/app/shop", "long after");
    bench.pass(600);
    assert!(bucket_text(&bench, "t-central").contains("long after"));
    bench.sandbox("status", &["--detailed-exitcode"]).expect(Exit::Done);
    // What somebody else takes away of it is given back.
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut trust = aws::trust(&config, "t-central-cwl").await;
        trust["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"] =
            json!(["arn:aws:logs:*:999999999999:*"]);
        aws::put_trust(&config, "t-central-cwl", &trust).await;
    });
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.pass(60);
    write_event(&bench, SHOP, TOKYO, "/app/shop", "longer after");
    bench.pass(600);
    assert!(bucket_text(&bench, "t-central").contains("longer after"));
}

#[test]
fn rights_go_three_minutes_after_the_last_subscription() {
    let bench = applied(&one(PLAIN, &(web() + &shop(""))));
    bench.write(&one(PLAIN, &web()));
    let plan = bench.sandbox("plan", &["--prune", "--output", "json"]).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap();
    let role = steps.iter().find(|step| step["address"] == "archive/global/iam_role.t-central-cwl").unwrap();
    assert_eq!(
        (&role["action"], &role["changes"][0]["field"]),
        (&json!("update"), &json!("trust")),
        "{role:#}"
    );
    let after: Vec<&str> =
        role["narrows_after"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(after.contains(&"shop/ap-northeast-1/subscription_filter./app/shop:t"), "{role:#}");
    assert!(
        role["reason"].as_str().unwrap().contains("3 min after the last resource stops using it"),
        "{role:#}"
    );

    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let at = |operation: &str| calls.iter().find(|call| call.operation == operation).unwrap().at_ms;
    let gone = at("DeleteSubscriptionFilter");
    for narrowing in ["UpdateAssumeRolePolicy", "PutDestinationPolicy"] {
        assert!(at(narrowing) - gone >= 180_000, "{narrowing} {} ms after", at(narrowing) - gone);
    }
    let (here, archive) = ("arn:aws:logs:*:111111111111:*", "arn:aws:logs:*:999999999999:*");
    assert_eq!(admitted(&bench), [json!([here, archive]), json!(["111111111111"])]);
}

#[test]
fn who_comes_does_not_wait_for_who_goes() {
    let bench = applied(&one(PLAIN, &shop("")));
    bench.write(&one(PLAIN, &web()));
    let before = bench.now();
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let all = |operation: &str| -> Vec<u64> {
        calls.iter().filter(|call| call.operation == operation).map(|call| call.at_ms).collect()
    };
    let (trusts, policies) = (all("UpdateAssumeRolePolicy"), all("PutDestinationPolicy"));
    assert_eq!((trusts.len(), policies.len()), (2, 2), "first both, then who is left");
    let comes = all("PutSubscriptionFilter")[0];
    assert!(
        trusts[0] < comes
            && policies[0] < comes
            && comes + 120_000 < trusts[1]
            && comes + 120_000 < policies[1]
    );
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_run_that_ended_in_between_leaves_the_wait_to_the_next() {
    let bench = applied(&one(PLAIN, &(web() + &shop(""))));
    bench.write(&one(PLAIN, &web()));
    bench.engine(Job::Prune, |_, operation| match operation {
        "UpdateAssumeRolePolicy" | "PutDestinationPolicy" => Treatment::KilledBefore,
        _ => Treatment::Answered,
    });
    let again = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let calls = bench.calls_since(again);
    let began = calls.first().unwrap().at_ms;
    let narrowed = calls.iter().find(|call| call.operation == "UpdateAssumeRolePolicy").unwrap().at_ms;
    assert!(narrowed - began >= 180_000, "{} ms after the run began", narrowed - began);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_right_stays_when_what_uses_it_does() {
    let bench = applied(&one(PLAIN, &(web() + &shop(""))));
    bench.write(&one(PLAIN, &web()));
    let ended = bench.engine(Job::Prune, |_, operation| match operation {
        "DeleteSubscriptionFilter" => Treatment::Refused("AccessDeniedException", 400),
        _ => Treatment::Answered,
    });
    let report = ended.report.unwrap();
    assert_eq!(report.failures.len(), 1);
    let skipped: Vec<String> = report.skipped.iter().map(|skipped| skipped.address.to_string()).collect();
    assert!(skipped.contains(&"archive/global/iam_role.t-central-cwl".to_owned()), "{skipped:?}");
    write_event(&bench, SHOP, TOKYO, "/app/shop", "still sent");
    bench.pass(600);
    assert!(bucket_text(&bench, "t-central").contains("still sent"));
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}

/// The role alone is meant, and the stream goes on writing to its earlier bucket.
#[test]
fn what_a_target_leaves_out_keeps_the_rights_that_it_uses() {
    let bench = applied(&one(PLAIN, &web()));
    bench.write(&one(PLAIN, &web()).replace("name: t-central", "name: t-other"));
    bench
        .sandbox("apply", &["--yes", "--target", "archive/global/iam_role.t-central-firehose"])
        .expect(Exit::Done);
    bench.pass(3_600);
    write_event(&bench, SOURCE, TOKYO, "/app/web", "to the earlier bucket");
    bench.pass(600);
    assert!(bucket_text(&bench, "t-central").contains("to the earlier bucket"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

/// Its filter was to send elsewhere, and nobody can tell it so.
#[test]
fn who_cannot_be_reached_goes_on_delivering_to_where_it_sends() {
    let to = |key: &str| {
        let central = format!("{}{}", destination("one", ""), destination("two", ""));
        let sources = source("web", "app", key, "") + &source("shop", "shop", key, "");
        topology(&central, &sources)
    };
    let bench = applied(&to("one"));
    bench.write(&to("two"));
    bench.suspend(SHOP);
    bench.sandbox("apply", &["--yes", "--skip-unreachable"]).expect(Exit::Incomplete);
    bench.pass(3_600);
    bench.reopen(SHOP);
    write_event(&bench, SHOP, TOKYO, "/app/shop", "sent to the first");
    bench.pass(600);
    assert!(bucket_text(&bench, "t-one").contains("sent to the first"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn what_others_open_is_closed_at_once() {
    let bench = applied(&one(PLAIN, &web()));
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let mut trust = aws::trust(&config, "t-central-cwl").await;
        trust["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"] = json!(["*"]);
        aws::put_trust(&config, "t-central-cwl", &trust).await;
    });
    let before = bench.now();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let took = bench.now().duration_since(before).unwrap();
    assert!(took.as_secs() < 60, "{took:?}");
}

#[test]
fn senders_that_do_not_fit_beside_those_before_are_put_elsewhere() {
    let accounts = |range: std::ops::Range<u64>| -> String {
        range.map(|n| format!(", s{n}: \"{:012}\"", 300_000_000_000 + n)).collect()
    };
    let sources = |range: std::ops::Range<u64>| -> String {
        let names: Vec<String> = range.map(|n| format!("s{n}")).collect();
        format!(
            "  all: {{ accounts: [{}], destination: central, log_groups: [/app/all], create: true }}\n",
            names.join(", ")
        )
    };
    let of = |range: std::ops::Range<u64>| {
        one(PLAIN, &sources(range)).replace(", shop:", &format!("{}, shop:", accounts(0..60)))
    };
    let bench = applied(&of(0..30));
    bench.write(&of(30..60));
    write_event(&bench, "300000000000", TOKYO, "/app/all", "from one that goes");
    let plan = bench.sandbox("plan", &["--prune"]).expect(Exit::Done).out;
    assert!(plan.contains("30 senders over 2 CloudWatch Logs destinations"), "{plan}");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    bench.pass(600);
    assert!(bucket_text(&bench, "t-central").contains("from one that goes"));
    bench.sandbox("plan", &["--prune", "--detailed-exitcode"]).expect(Exit::Done);
}
