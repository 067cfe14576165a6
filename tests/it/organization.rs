//! Accounts found through the organisation: which are meant, who may list them, who joins and who leaves.

use std::collections::BTreeMap;

use logpipe::address::AccountId;
use logpipe::exit::Exit;
use logpipe::sandbox::Cloud;
use serde_json::Value;

use crate::support::Bench;

const OPERATOR: &str = "000000000000";
const APP: &str = "111111111111";
const UNIT: &str = "ou-ab12-11111111";
const NESTED: &str = "ou-ab12-22222222";
const DEEP: &str = "ou-ab12-33333333";

/// A source that covers the organisation, whose section is this.
fn topology(section: &str) -> String {
    format!(
        r#"
version: 1
name: members
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ management: "444444444444", archive: "999999999999", app: "111111111111" }}
organization: {section}
destinations:
  central:
    account: archive
    stream: {{ buffer_seconds: 60 }}
sources:
  web:
    accounts: [organization]
    destination: central
    log_groups: ["/app/web"]
    create: true
"#
    )
}

/// Everything but the accounts of the pipeline itself.
const ALL: &str = "{ account: management, exclude: [management, archive] }";

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

/// Adds an account that is ready to be deployed to.
fn join(cloud: &Cloud, account: &str, unit: Option<&str>) {
    cloud.add_member(&id(account), unit);
    cloud.prepare_account(&id(account), "LogpipeDeployer", None, &id(OPERATOR));
}

/// Changes the organisation.
fn change(bench: &Bench, change: impl FnOnce(&Cloud)) {
    let cloud = bench.cloud();
    change(&cloud);
    cloud.store().unwrap();
}

/// The accounts, as they are called, in which a plan has a filter.
#[track_caller]
fn covered(bench: &Bench) -> Vec<String> {
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let filters = steps.filter(|step| step["kind"] == "subscription_filter");
    let mut accounts: Vec<String> =
        filters.map(|step| step["address"].as_str().unwrap().split('/').next().unwrap().to_owned()).collect();
    accounts.sort();
    accounts
}

/// How often each operation of Organizations was asked for.
fn listed(bench: &Bench) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in bench.cloud().calls().into_iter().filter(|call| call.service == "organizations") {
        *counts.entry(call.operation).or_default() += 1;
    }
    counts
}

/// An organisation with units in one another, tags and a suspended account.
fn grown(section: &str) -> Bench {
    let bench = Bench::new(&topology(section));
    change(&bench, |cloud| {
        cloud.add_unit(UNIT, None);
        cloud.add_unit(NESTED, Some(UNIT));
        cloud.add_unit(DEEP, Some(NESTED));
        cloud.add_member(&id(APP), Some(UNIT));
        join(cloud, "222222222222", Some(DEEP));
        join(cloud, "333333333333", None);
        join(cloud, "555555555555", None);
        cloud.tag_member(&id("333333333333"), "env", "prod");
        cloud.tag_member(&id("333333333333"), "team", "web");
        cloud.tag_member(&id("555555555555"), "env", "test");
        cloud.name_member(&id("333333333333"), "Prod Web");
        cloud.name_member(&id("555555555555"), "Test Web");
        // Nobody could get into this one.
        cloud.add_member(&id("666666666666"), Some(NESTED));
        cloud.tag_member(&id("666666666666"), "env", "prod");
        cloud.set_member_state(&id("666666666666"), "SUSPENDED");
    });
    bench
}

#[test]
fn accounts_are_meant_by_unit_name_tags_and_id() {
    let check = |include: &str, expect: &[&str]| {
        let bench = grown(&format!(
            "{{ account: management, include: [{include}], exclude: [management, archive] }}"
        ));
        assert_eq!(covered(&bench), expect, "{include}");
    };
    check("{ ou: ou-ab12-11111111 }", &["222222222222", "app"]);
    check("{ ou: ou-ab12-22222222 }", &["222222222222"]);
    check("{ tag: { env: prod } }", &["333333333333"]);
    check("{ tag: { env: prod, team: web } }, { tag: { env: test } }", &["333333333333", "555555555555"]);
    check("{ tag: { env: prod, team: mobile } }", &[]);
    check("{ name: \"* Web\" }", &["333333333333", "555555555555"]);
    check("{ name: \"Prod*\" }, { tag: { env: test } }", &["333333333333", "555555555555"]);
    check("{ name: \"prod*\" }", &[]);
    check("\"555555555555\", app", &["555555555555", "app"]);
    check("{ ou: ou-ab12-33333333 }, \"333333333333\"", &["222222222222", "333333333333"]);
}

#[test]
fn all_active_accounts_are_meant_unless_they_are_excluded() {
    let bench = grown("{ account: management, exclude: [management, archive, app, \"555555555555\"] }");
    assert_eq!(covered(&bench), ["222222222222", "333333333333"]);
    assert_eq!(listed(&bench), BTreeMap::from([("ListAccounts".to_owned(), 1)]));
}

#[test]
fn accounts_that_are_not_in_use_are_named_and_left_out() {
    let check = |include: &str, left_out: bool| {
        let section =
            format!("{{ account: management, include: [{include}], exclude: [management, archive] }}");
        let plan = grown(&section).sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
        let codes: Vec<&str> =
            plan["noted"].as_array().unwrap().iter().map(|note| note["code"].as_str().unwrap()).collect();
        assert_eq!(codes.contains(&"accounts_not_active"), left_out, "{include}: {plan}");
    };
    check("{ ou: ou-ab12-11111111 }", true);
    check("{ name: \"*\" }", true);
    check("\"666666666666\", app", true);
    check("{ ou: ou-ab12-33333333 }", false);
    check("{ tag: { env: test } }", false);
    let plan = grown(ALL).sandbox("plan", &[]).expect(Exit::Done).out;
    let note = "sources.web: 1 account of the organisation is left out, because only active accounts can be used: 666666666666";
    assert!(plan.contains(note), "{plan}");
}

#[test]
fn an_account_that_is_named_and_found_is_one_account() {
    let bench = Bench::new(&topology(ALL).replace("[organization]", "[app, \"222222222222\", organization]"));
    change(&bench, |cloud| join(cloud, "222222222222", None));
    assert_eq!(covered(&bench), ["222222222222", "app"]);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn only_what_the_words_ask_for_is_listed() {
    let units = grown("{ account: management, include: [{ ou: ou-ab12-11111111 }] }");
    covered(&units);
    let three = [("ListAccountsForParent", 3), ("ListOrganizationalUnitsForParent", 3)];
    assert_eq!(listed(&units), three.map(|(name, count)| (name.to_owned(), count)).into());
    let section =
        "{ account: management, include: [{ tag: { env: prod } }, app], exclude: [management, archive] }";
    let tags = grown(section);
    covered(&tags);
    // Not of those that are in or out anyway, nor of the suspended one.
    let three = [("ListAccounts", 1), ("ListTagsForResource", 3)];
    assert_eq!(listed(&tags), three.map(|(name, count)| (name.to_owned(), count)).into());
    let named = Bench::new(&topology(ALL).replace("[organization]", "[app]"));
    covered(&named);
    assert_eq!(listed(&named), BTreeMap::new(), "no source asks");
}

#[test]
fn listing_keeps_to_the_pace_of_the_service() {
    let bench = Bench::new(&topology("{ account: management, include: [{ tag: { env: prod } }] }"));
    change(&bench, |cloud| {
        cloud.set_throttling(true);
        for number in 0..30 {
            cloud.add_member(&id(&format!("{:012}", 222_222_222_200_u64 + number)), None);
        }
    });
    assert_eq!(covered(&bench), [""; 0]);
    assert_eq!(listed(&bench)["ListTagsForResource"], 33);
    let calls = bench.cloud().calls();
    assert_eq!(calls.iter().find(|call| call.error.as_deref() == Some("TooManyRequestsException")), None);
}

#[test]
fn an_empty_page_is_not_the_last() {
    let bench = Bench::new(&topology(ALL));
    change(&bench, |cloud| {
        cloud.set_empty_pages(true);
        for number in 0..25 {
            join(cloud, &format!("{:012}", 222_222_222_200_u64 + number), None);
        }
    });
    assert_eq!(covered(&bench).len(), 26);
    assert_eq!(listed(&bench)["ListAccounts"], 4);
}

#[test]
fn who_may_not_list_is_told_who_may() {
    let bench = Bench::new(&topology(ALL));
    change(&bench, |cloud| cloud.set_management_account(&id("777777777777")));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Denied);
    for words in [
        "could not list the accounts of the organisation",
        "organizations:ListAccounts in account 444444444444 (us-east-1)",
        "AccessDeniedException",
        "AWS answers only the management account and delegated administrators: set `organization.account` to one of them",
        "allow organizations:ListAccounts to role arn:aws:iam::444444444444:role/LogpipeDeployer",
    ] {
        assert!(plan.err.contains(words), "{words}\n{}", plan.err);
    }
}

#[test]
fn no_organisation_and_no_such_unit_are_told_as_such() {
    let bench = Bench::new(&topology(ALL));
    change(&bench, |cloud| cloud.set_organization(None));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Failed);
    let words = "account 444444444444 is not in an organisation: set `organization.account` to one that is";
    assert!(
        plan.err.contains("AWSOrganizationsNotInUseException") && plan.err.contains(words),
        "{}",
        plan.err
    );
    // A unit whose parent is asked for by a wrong id, as after a typing error.
    let bench = Bench::new(&topology(ALL));
    bench.sandbox("plan", &[]).expect(Exit::Done);
    change(&bench, |cloud| {
        cloud.add_unit(NESTED, Some(UNIT));
        // What the other topology needs, and more.
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        cloud.prepare_policies(&id("444444444444"), "LogpipeDeployer", &[("all", all)]);
    });
    let wrong = "{ account: management, include: [{ ou: ou-ab12-99999999 }] }";
    let served = crate::support::served::against(
        &Bench::new(&topology(wrong)),
        &bench.cloud(),
        &["plan"],
        &[("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"), ("AWS_SECRET_ACCESS_KEY", "sandbox")],
    );
    assert_eq!(served.exit, Exit::Failed, "{served:?}");
    assert!(served.err.contains("has no such organisational unit: copy the `ou`"), "{}", served.err);
}

#[test]
fn whole_accounts_are_found_too_and_taken_by_one_source() {
    let whole = topology(ALL).replace("log_groups: [\"/app/web\"]\n    create: true", "scope: account");
    let bench = Bench::new(&whole);
    change(&bench, |cloud| join(cloud, "222222222222", None));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let status = bench.sandbox("status", &[]).expect(Exit::Done);
    assert!(status.out.contains("222222222222/ap-northeast-1/logs_account_policy.members"), "{}", status.out);
    let twice = "  other: { accounts: [organization], destination: central, scope: account }\n";
    bench.write(&format!("{whole}{twice}"));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Invalid);
    let words = "already uses the subscription policy of 222222222222 in ap-northeast-1";
    assert!(plan.err.contains(words), "{}", plan.err);
}

#[test]
fn an_account_that_cannot_be_entered_is_named() {
    let bench = Bench::new(&topology(ALL));
    change(&bench, |cloud| cloud.add_member(&id("222222222222"), None));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Denied);
    assert!(plan.err.contains("could not enter account `222222222222`"), "{}", plan.err);
}

#[test]
fn who_joins_later_is_picked_up_and_who_leaves_leaves_orphans() {
    let bench = Bench::new(&topology(ALL));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    change(&bench, |cloud| join(cloud, "222222222222", None));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    assert_eq!((&plan["summary"]["create"], &plan["summary"]["update"]), (&2.into(), &2.into()), "{plan:#}");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert_eq!(covered(&bench), ["222222222222", "app"]);
    let status = bench.sandbox("status", &[]).expect(Exit::Done);
    assert!(status.out.contains("222222222222/ap-northeast-1/subscription_filter./app/web:members"));
    let outputs = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done);
    assert_eq!(outputs.json()["outputs"]["central.subscription_filters"]["value"], 2);

    change(&bench, |cloud| cloud.remove_member(&id("222222222222")));
    let plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    let orphans: Vec<&str> = plan["orphans"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let expect = [
        "222222222222/ap-northeast-1/log_group./app/web",
        "222222222222/ap-northeast-1/subscription_filter./app/web:members",
    ];
    assert_eq!(orphans, expect);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let summary = bench.cloud().summary();
    for account in [APP, "222222222222"] {
        let logs = summary["accounts"][account]["logs"].to_string();
        assert!(!logs.contains("/app/web"), "what was made in {account} is gone too: {logs}");
    }
}

#[test]
fn a_saved_plan_is_stale_once_an_account_has_joined() {
    let bench = Bench::new(&topology(ALL));
    bench.sandbox("plan", &["--out", "plan.json"]).expect(Exit::Done);
    change(&bench, |cloud| join(cloud, "222222222222", None));
    bench.sandbox("apply", &["--plan", "plan.json", "--yes"]).expect(Exit::Failed);
    bench.sandbox("plan", &["--out", "plan.json"]).expect(Exit::Done);
    bench.sandbox("apply", &["--plan", "plan.json", "--yes"]).expect(Exit::Done);
}

#[test]
fn what_is_included_and_not_there_is_noted() {
    let bench = Bench::new(&topology("{ account: management, include: [\"222222222222\"] }"));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done);
    for note in [
        "sources.web: `organization` matches no account today",
        "sources.web: 222222222222 is included, but is not an active account of the organisation",
    ] {
        assert!(plan.out.contains(note), "{note}\n{}", plan.out);
    }
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    change(&bench, |cloud| join(cloud, "222222222222", None));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn offline_the_organisation_is_not_expanded() {
    let bench = Bench::new(&topology(ALL).replace("[organization]", "[app, organization]"));
    let note = "sources.web: `organization` expands after reading";
    let validated = bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    assert!(validated.err.contains(note), "{}", validated.err);
    let plan = bench.run(&["logpipe", "plan", "--offline"]).expect(Exit::Done);
    assert!(
        plan.out.contains(note) && plan.out.contains("app/ap-northeast-1/subscription_filter"),
        "{}",
        plan.out
    );
}

/// The first apply of two hundred accounts may take this many calls: five an account, and those of the pipeline.
const CALLS: u64 = 1_100;

/// The pipeline itself takes this many steps.
const PIPELINE: usize = 9;

#[test]
fn two_hundred_accounts_are_listed_twenty_to_a_call_and_entered_once() {
    let bench = Bench::new(&format!("{}limits: {{ role_trust_characters: 8192 }}\n", topology(ALL)));
    change(&bench, |cloud| {
        for number in 0..199 {
            join(cloud, &format!("{:012}", 222_222_222_000_u64 + number), None);
        }
    });
    let applied = bench.sandbox("apply", &["--yes", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!(
        (&applied["failed"], &applied["done"]),
        (&0.into(), &(PIPELINE + 2 * 200).into()),
        "{applied}"
    );
    let calls = applied["calls"]["total"].as_u64().unwrap();
    assert!(calls <= CALLS, "{calls} calls");
    let before = bench.now();
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let calls = bench.calls_since(before);
    let count = |operation: &str| calls.iter().filter(|call| call.operation == operation).count();
    assert_eq!((count("ListAccounts"), count("AssumeRole")), (11, 202));
    assert_eq!(count("DescribeSubscriptionFilters"), 200, "one look at each account's log group");
}
