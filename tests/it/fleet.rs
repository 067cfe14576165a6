//! A part of the accounts: what `--target` needs, and what can be entered.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::{Bench, Ran};

const TEAMS: [(&str, &str); 3] =
    [("team-01", "111111111111"), ("team-02", "222222222222"), ("team-03", "333333333333")];

/// Three teams that send to one archive.
fn topology() -> String {
    let accounts = TEAMS.map(|(name, id)| format!("  {name}: \"{id}\"\n")).concat();
    let sources = TEAMS.map(|(name, _)| source(name, "create: true")).concat();
    format!(
        "version: 1\nname: fleet\nregion: eu-west-1\naccess: {{ role_name: LogpipeDeployer }}\naccounts:\n  archive: \"999999999999\"\n{accounts}destinations:\n  central: {{ account: archive, stream: {{ buffer_seconds: 60 }} }}\nsources:\n{sources}"
    )
}

fn source(team: &str, more: &str) -> String {
    format!(
        "  {team}: {{ accounts: [{team}], destination: central, log_groups: [\"/{team}/web\"], {more} }}\n"
    )
}

/// Addresses of the steps with an action.
fn steps(plan: &Value, action: &str) -> Vec<String> {
    let steps = plan["steps"].as_array().unwrap().iter().filter(|step| step["action"] == action);
    steps.map(|step| step["address"].as_str().unwrap().to_owned()).collect()
}

fn skipped(json: &Value) -> Vec<&str> {
    json["skipped_accounts"].as_array().unwrap().iter().map(|one| one["account"].as_str().unwrap()).collect()
}

fn planned(ran: &Ran) -> Value {
    serde_json::from_str(ran.out.lines().next().unwrap()).unwrap()
}

const JSON: &[&str] = &["--output", "json", "--skip-unreachable"];

#[test]
fn an_account_that_cannot_be_entered_is_left_out_when_asked_for_and_said_loudly() {
    let bench = Bench::new(&topology());
    bench.sandbox("plan", &[]).expect(Exit::Done);
    bench.suspend("222222222222");
    let refused = bench.sandbox("plan", &[]).expect(Exit::Denied);
    assert!(refused.err.contains("could not enter account `team-02`"), "{}", refused.err);
    assert!(refused.err.contains("--skip-unreachable"), "{}", refused.err);

    let plan = planned(&bench.sandbox("plan", JSON).expect(Exit::Incomplete));
    assert_eq!(skipped(&plan), ["team-02"]);
    assert_eq!(plan["summary"]["skipped_accounts"], 1);
    assert_eq!(plan["skipped_accounts"][0]["code"], "AccessDenied");
    assert!(!steps(&plan, "create").iter().any(|address| address.starts_with("team-02/")), "{plan:#}");
    assert!(steps(&plan, "create").iter().any(|address| address.starts_with("team-01/")), "{plan:#}");
    // Whoever is left out is let in all the same.
    let of = |kind: &str| {
        let step = plan["steps"].as_array().unwrap().iter().find(|step| step["kind"] == kind).unwrap();
        step["changes"].to_string()
    };
    assert!(of("logs_destination_policy").contains("222222222222"), "{plan:#}");

    let applied =
        bench.sandbox("apply", &["--yes", "--verify", "--skip-unreachable"]).expect(Exit::Incomplete);
    assert!(
        applied.err.contains("Accounts left out") && applied.err.contains("team-02 (222222222222)"),
        "{}",
        applied.err
    );
    let status = bench.sandbox("status", JSON).expect(Exit::Incomplete).json();
    assert_eq!((skipped(&status), &status["summary"]["missing"]), (vec!["team-02"], &json!(0)));
    let verified = bench.sandbox("verify", JSON).expect(Exit::Incomplete).json();
    assert_eq!((skipped(&verified), &verified["verdict"]), (vec!["team-02"], &json!("delivered")));
    assert_eq!(verified["routes_total"], 2);
    // What nobody finds may be in there.
    let unfound = ["--skip-unreachable", "--source", "team-01", "--log-group", "/nowhere"];
    let logs = bench.sandbox("logs", &unfound).expect(Exit::Usage);
    assert!(logs.err.contains("Accounts left out") && logs.err.contains("team-02"), "{}", logs.err);

    bench.reopen("222222222222");
    let plan = planned(&bench.sandbox("plan", JSON).expect(Exit::Done));
    assert_eq!(skipped(&plan), [""; 0]);
    assert!(steps(&plan, "create").iter().all(|address| address.starts_with("team-02/")), "{plan:#}");
    assert_eq!(steps(&plan, "update"), [""; 0], "{plan:#}");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn what_is_in_an_account_that_is_left_out_is_never_taken_for_gone() {
    let globs = topology().replace("[\"/team-02/web\"]", "[\"/team-02/*\"]");
    let bench = Bench::new(&topology());
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.write(&globs.replace("\"/team-02/*\"], create: true", "\"/team-02/*\"]"));
    let owned = || bench.record("fleet").entries().len();
    let before = owned();
    bench.suspend("222222222222");
    let plan = planned(&bench.sandbox("plan", &[JSON, &["--prune"]].concat()).expect(Exit::Incomplete));
    assert_eq!((steps(&plan, "delete"), &plan["orphans"]), (vec![], &json!([])), "{plan:#}");
    bench.sandbox("apply", &["--yes", "--prune", "--skip-unreachable"]).expect(Exit::Incomplete);
    assert_eq!(owned(), before);

    // Not even where the topology has no use for it any more.
    let without = topology().replace(&source("team-02", "create: true"), "");
    bench.write(&without);
    let plan = planned(&bench.sandbox("plan", &[JSON, &["--prune"]].concat()).expect(Exit::Incomplete));
    assert_eq!(skipped(&plan), ["team-02"]);
    assert_eq!(steps(&plan, "delete"), [""; 0], "{plan:#}");
    bench.sandbox("apply", &["--yes", "--prune", "--skip-unreachable"]).expect(Exit::Incomplete);
    assert_eq!(owned(), before);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Denied);
    assert_eq!(owned(), before);
}

#[test]
fn a_target_needs_its_own_accounts_only() {
    let bench = Bench::new(&topology());
    bench.sandbox("plan", &[]).expect(Exit::Done);
    bench.suspend("222222222222");
    let before = bench.now();
    bench.sandbox("plan", &["--target", "account=team-01"]).expect(Exit::Done);
    bench.sandbox("apply", &["--target", "account=team-01", "--yes", "--verify"]).expect(Exit::Done);
    bench.sandbox("status", &["--target", "team-01/*"]).expect(Exit::Done);
    bench.sandbox("verify", &["--target", "account=team-01"]).expect(Exit::Done);
    bench.sandbox("plan", &["--target", "account=archive"]).expect(Exit::Done);
    let entered = bench.calls_since(before).into_iter().filter(|call| call.operation == "AssumeRole");
    assert!(entered.into_iter().all(|call| call.error.is_none()), "the other accounts were not asked");
    let refused = bench.sandbox("plan", &["--target", "account=team-02"]).expect(Exit::Denied);
    assert!(refused.err.contains("team-02"), "{}", refused.err);
}

/// One of the teams sends whatever a glob finds.
#[test]
fn what_a_glob_finds_in_other_accounts_is_not_judged_by_a_target() {
    let finds = topology().replace("[\"/team-02/web\"], create: true", "[\"/team-02/*\"]");
    let bench = Bench::new(&finds);
    let cloud = bench.cloud();
    cloud.prepare_log_group(&"222222222222".parse().unwrap(), &"eu-west-1".parse().unwrap(), "/team-02/web");
    cloud.store().unwrap();
    let said = bench.sandbox("plan", &["--target", "account=archive"]).expect(Exit::Done).said();
    assert!(!said.contains("matches no log group"), "{said}");
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--target", "account=archive", "--detailed-exitcode"]).expect(Exit::Done);
    // Where it sends to another destination, it comes along, as what is named does.
    let (central, second) =
        ("  central: { account: archive", "  second: { account: archive, stream: { buffer_seconds: 60 } }\n");
    let moves = finds.replace(central, &format!("{second}{central}"));
    let moves = moves
        .replace("accounts: [team-02], destination: central", "accounts: [team-02], destination: second");
    bench.write(&moves);
    bench.sandbox("apply", &["--yes", "--target", "account=archive"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn a_log_group_that_is_not_there_holds_up_its_own_route_only() {
    let missing = topology().replace(&source("team-03", "create: true"), &source("team-03", "create: false"));
    let bench = Bench::new(&missing);
    let plan = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(plan.out.contains("1 refused"), "{}", plan.out);
    let refused = bench.sandbox("apply", &["--yes"]).expect(Exit::Failed);
    assert!(refused.err.contains("--skip-unreachable"), "{}", refused.err);
    bench.sandbox("plan", &["--target", "account=team-01"]).expect(Exit::Done);

    let ran = bench.sandbox("apply", &[JSON, &["--yes"]].concat()).expect(Exit::Incomplete);
    let report = ran.json();
    let filter = "team-03/eu-west-1/subscription_filter./team-03/web:fleet";
    assert_eq!(report["skipped_resources"][0]["address"], filter, "{report:#}");
    assert!(
        report["skipped_resources"][0]["reason"].as_str().unwrap().contains("does not exist"),
        "{report:#}"
    );
    assert_eq!((&report["failed"], &report["skipped"]), (&json!(0), &json!(0)));
    assert_eq!(planned(&ran)["summary"]["skipped_resources"], 1);
    let verified = bench.sandbox("verify", JSON).expect(Exit::Incomplete).json();
    assert_eq!((&verified["verdict"], &verified["routes_total"]), (&json!("delivered"), &json!(2)));
    let shown = bench.sandbox("plan", &["--skip-unreachable"]).expect(Exit::Incomplete);
    assert!(shown.out.contains("No changes in what could be read: 1 resource left out."), "{}", shown.out);
}

#[test]
fn a_saved_plan_leaves_out_what_it_left_out() {
    let bench = Bench::new(&topology());
    bench.sandbox("plan", &[]).expect(Exit::Done);
    bench.suspend("222222222222");
    bench.sandbox("plan", &["--skip-unreachable", "--out", "p.json"]).expect(Exit::Incomplete);
    bench.reopen("222222222222");
    // It could do more now, and was not asked to.
    bench.sandbox("apply", &["--plan", "p.json"]).expect(Exit::Failed);
    bench.suspend("222222222222");
    bench.sandbox("apply", &["--plan", "p.json"]).expect(Exit::Incomplete);
}

#[test]
fn nothing_is_left_out_where_nothing_would_be_left() {
    let bench = Bench::new(&topology());
    bench.sandbox("plan", &[]).expect(Exit::Done);
    for (_, id) in TEAMS {
        bench.suspend(id);
    }
    bench.sandbox("plan", &["--skip-unreachable"]).expect(Exit::Incomplete);
    bench.suspend("999999999999");
    let refused = bench.sandbox("plan", &["--skip-unreachable"]).expect(Exit::Denied);
    assert!(refused.err.contains("`archive`, account `team-01`"), "{}", refused.err);
    let usage = bench.run(&["logpipe", "cost", "topology.yaml", "--gb-per-month", "1", "--skip-unreachable"]);
    assert!(usage.expect(Exit::Usage).err.contains("without --measure"));
}

/// Who is in the organisation is not known without the account that lists it.
#[test]
fn members_are_left_out_and_whoever_lists_them_is_not() {
    let text = "version: 1\nname: fleet\nregion: eu-west-1\naccess: { role_name: LogpipeDeployer }\naccounts:\n  management: \"444444444444\"\n  archive: \"999999999999\"\norganization: { account: management, include: [\"111111111111\", \"222222222222\"] }\ndestinations:\n  central: { account: archive, stream: { buffer_seconds: 60 } }\nsources:\n  all: { accounts: [organization], destination: central, log_groups: [\"/app\"], create: true }\n";
    let bench = Bench::new(text);
    bench.sandbox("plan", &[]);
    let cloud = bench.cloud();
    for id in ["111111111111", "222222222222"] {
        cloud.add_member(&id.parse().unwrap(), None);
        let operator = "000000000000".parse().unwrap();
        cloud.prepare_account(&id.parse().unwrap(), "LogpipeDeployer", None, &operator);
    }
    cloud.store().unwrap();
    bench.sandbox("plan", &[]);
    bench.suspend("222222222222");
    let plan = planned(&bench.sandbox("plan", JSON).expect(Exit::Incomplete));
    assert_eq!(skipped(&plan), ["222222222222"]);
    assert!(plan.to_string().contains("111111111111/eu-west-1/subscription_filter"), "{plan:#}");
    bench.suspend("444444444444");
    let refused = bench.sandbox("plan", &["--skip-unreachable"]).expect(Exit::Denied);
    assert!(refused.err.contains("`management`"), "{}", refused.err);
}
