//! Many accounts that are alike: what is the same in all of them is told once, everything with `--verbose`, and JSON does
//! not change.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::process::logpipe;

/// This many accounts with the same log groups, and an agent in each.
pub(crate) fn topology(accounts: usize) -> String {
    let names: Vec<String> = (1..=accounts).map(|number| format!("team-{number:03}")).collect();
    let ids = names.iter().enumerate().map(|(number, name)| format!("  {name}: \"{:012}\"\n", 100 + number));
    let ids: String = ids.collect();
    format!(
        "version: 1\nname: many\nregion: ap-northeast-1\naccess: {{ role_name: Deployer }}\n\
         accounts:\n  archive: \"999999999999\"\n{ids}\
         destinations:\n  central:\n    account: archive\n    stream: {{ buffer_seconds: 60 }}\n\
         sources:\n  web:\n    accounts: [{all}]\n    regions: [ap-northeast-1, eu-west-1]\n    destination: central\n    log_groups: [/app/web, /app/api]\n    create: true\n",
        all = names.join(", ")
    )
}

/// What is said with `--verbose`, which the bench's own console does not take.
fn verbose(bench: &Bench, command: &str) -> String {
    logpipe(&bench.path(""), &[], &[command, "--sandbox", "--verbose"]).expect(Exit::Done).out
}

fn lines(text: &str, with: &str) -> usize {
    text.lines().filter(|line| line.contains(with)).count()
}

#[test]
fn a_plan_of_many_like_accounts_shows_one_of_them() {
    let bench = Bench::new(&topology(40).replace("/app/api]", "/app/api, /app/jobs]"));
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done).out;
    let words = "the same in 79 more places: team-001/eu-west-1, team-002/ap-northeast-1, team-002/eu-west-1 … team-040/eu-west-1";
    assert!(plan.contains(words), "{plan}");
    assert_eq!(lines(&plan, "log_group./app/web"), 1, "{plan}");
    assert!(lines(&plan, "") < 80, "{plan}");
    assert!(plan.contains("      alike in these 3:\n      destination_arn = "), "{plan}");
    let each = verbose(&bench, "plan");
    assert_eq!(lines(&each, "log_group./app/web"), 80);
    assert!(!each.contains("the same in"), "{each}");
    let json = bench.sandbox("plan", &["--json"]).expect(Exit::Done).json();
    let groups = json["steps"].as_array().unwrap().iter().filter(|step| step["name"] == "/app/web");
    assert_eq!(groups.count(), 80);
}

#[test]
fn an_account_that_differs_is_shown_for_itself_and_what_goes_is_named_everywhere() {
    let bench = Bench::new(&topology(7));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let status = bench.sandbox("status", &[]).expect(Exit::Done).out;
    let words = "the same in 6 more accounts: team-002, team-003, team-004, team-005, team-006, team-007";
    assert!(status.contains(words) && lines(&status, "log_group./app/web") == 2, "{status}");

    bench.aws("000000000104", "ap-northeast-1", async |config| {
        let logs = crate::support::aws::logs(&config);
        logs.delete_log_group().log_group_name("/app/web").send().await.unwrap();
    });
    let status = bench.sandbox("status", &[]).expect(Exit::Done).out;
    assert!(status.contains("the same in 5 more accounts"), "{status}");
    assert!(status.contains("missing  team-005/ap-northeast-1/log_group./app/web"), "{status}");

    let destroy = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let named = "team-006/ap-northeast-1, team-006/eu-west-1, team-007/ap-northeast-1, team-007/eu-west-1";
    assert!(destroy.err.contains(named), "{}", destroy.err);
    assert!(destroy.err.contains(" in each\n"), "{}", destroy.err);
}

#[test]
fn routes_delivered_alike_are_told_once() {
    let bench = Bench::new(&topology(4));
    let ran = bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    assert!(ran.out.contains("Verify: 16 of 16 routes delivered."), "{}", ran.out);
    let shown = ran.out.lines().filter(|line| line.starts_with('✓')).count();
    assert_eq!(shown, 4, "one a log group and region, since the stream is in one of them: {}", ran.out);
    let words = "    the same in 3 more accounts: team-002, team-003, team-004\n    delivered there in 60.0 to 60.0 s; --verbose shows each";
    assert!(ran.out.contains(words), "{}", ran.out);
    let each = verbose(&bench, "verify");
    assert_eq!(each.lines().filter(|line| line.starts_with('✓')).count(), 16, "{each}");
}
