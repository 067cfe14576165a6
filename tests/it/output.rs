//! What scripts rely on: exit codes, the fields of the JSON, and which stream things go to.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, SOURCE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

#[test]
fn exit_codes() {
    let fresh = || Bench::new(TOPOLOGY);
    let invalid = || Bench::new("version: 1\nname: Wrong\n");
    let run = |bench: Bench, arguments: &[&str]| bench.run(&[&["logpipe"], arguments].concat()).exit;
    assert_eq!(run(fresh(), &["validate"]), Exit::Done);
    assert_eq!(run(invalid(), &["validate"]), Exit::Invalid);
    assert_eq!(run(invalid(), &["plan", "--sandbox"]), Exit::Invalid);
    assert_eq!(run(fresh(), &["validate", "absent.yaml"]), Exit::Invalid);
    assert_eq!(run(fresh(), &["frobnicate"]), Exit::Usage);
    assert_eq!(run(fresh(), &["plan", "--frobnicate"]), Exit::Usage);
    assert_eq!(run(fresh(), &["plan", "--sandbox", "--region", "us-east-1"]), Exit::Usage);
    assert_eq!(run(applied(), &["verify", "--sandbox", "--source", "nobody"]), Exit::Usage);
    assert_eq!(run(fresh(), &["plan", "--sandbox"]), Exit::Done);
    assert_eq!(run(fresh(), &["plan", "--sandbox", "--detailed-exitcode"]), Exit::Pending);
    assert_eq!(run(fresh(), &["status", "--sandbox", "--detailed-exitcode"]), Exit::Pending);
    assert_eq!(run(applied(), &["plan", "--sandbox", "--detailed-exitcode"]), Exit::Done);
    assert_eq!(run(fresh(), &["verify", "--sandbox"]), Exit::Broken);
    assert_eq!(run(fresh(), &["apply", "--sandbox"]), Exit::Failed, "nobody to ask");
    assert_eq!(run(applied(), &["destroy", "--sandbox", "--no-input"]), Exit::Failed, "nobody to ask");
    assert_eq!(run(applied(), &["apply", "--sandbox"]), Exit::Done, "nothing to ask about");
    let codes =
        [Exit::Done, Exit::Failed, Exit::Pending, Exit::Incomplete, Exit::Broken, Exit::Usage, Exit::Invalid];
    assert_eq!(codes.map(Exit::code), [0, 1, 2, 3, 4, 64, 65]);
    assert_eq!([Exit::Denied, Exit::Interrupted].map(Exit::code), [77, 130]);
}

#[test]
fn a_question_that_nobody_can_answer_writes_nothing_and_names_the_flag() {
    let bench = Bench::new(TOPOLOGY);
    let before = bench.now();
    let ran = bench.sandbox("apply", &[]).expect(Exit::Failed);
    assert!(ran.err.contains("--yes"), "{}", ran.err);
    assert_eq!(bench.written_since(before), [""; 0]);
}

#[test]
fn a_route_that_is_only_late_is_a_timeout_and_exits_with_4() {
    let ran = applied().sandbox("verify", &["--timeout", "5s", "--output", "json"]).expect(Exit::Broken);
    assert_eq!(ran.json()["verdict"], "timeout");
}

/// The fields of a value and their types, one a line; of a list the first item's.
fn fields(value: &Value) -> String {
    let mut lines = Vec::new();
    collect("", value, &mut lines);
    lines.join("\n")
}

fn collect(path: &str, value: &Value, lines: &mut Vec<String>) {
    let kind = match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(&format!("{path}.{name}"), value, lines);
            }
            return;
        }
        Value::Array(items) if !items.is_empty() => return collect(&format!("{path}[]"), &items[0], lines),
        Value::Array(_) => "empty list",
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
        Value::Null => "null",
    };
    lines.push(format!("{} {kind}", path.trim_start_matches('.')));
}

#[test]
fn json_of_plan() {
    let bench = applied();
    bench.aws(ARCHIVE, TOKYO, async |config| {
        let call = aws::iam(&config).untag_role().role_name("FirehosRoleToS3").tag_keys("Project");
        call.send().await.unwrap();
    });
    let mut plan = bench.sandbox("plan", &["--output", "json"]).expect(Exit::Done).json();
    plan["steps"].as_array_mut().unwrap().retain(|step| step["action"] == "update");
    insta::assert_snapshot!(fields(&plan), @r#"
    format number
    topology text
    summary.create number
    summary.update number
    summary.replace number
    summary.delete number
    summary.forget number
    summary.keep number
    summary.adopt number
    summary.refuse number
    summary.orphan number
    summary.foreign number
    summary.skipped_accounts number
    summary.skipped_resources number
    steps[].address text
    steps[].account text
    steps[].account_id text
    steps[].region text
    steps[].kind text
    steps[].name text
    steps[].action text
    steps[].changes[].field text
    steps[].changes[].from null
    steps[].changes[].to text
    steps[].after empty list
    steps[].reason text
    steps[].reason_code text
    orphans empty list
    roles empty list
    moved empty list
    foreign empty list
    notes empty list
    noted empty list
    skipped_accounts empty list
    skipped_resources empty list
    warnings empty list
    "#);
    insta::assert_snapshot!(plan["steps"][0]["changes"].to_string(), @r#"[{"field":"tags.Project","from":null,"to":"poc"}]"#);
    assert_eq!(plan["format"], 1);
}

#[test]
fn json_of_apply_is_a_line_a_step_and_a_report() {
    let ran = Bench::new(TOPOLOGY).sandbox("apply", &["--yes", "--output", "json"]).expect(Exit::Done);
    let lines = ran.json_lines();
    let (plan, steps) = lines.split_first().unwrap();
    assert_eq!((&plan["type"], &plan["summary"]["create"]), (&json!("plan"), &json!(11)));
    let (report, steps) = steps.split_last().unwrap();
    assert_eq!(steps.len(), 2 * 11);
    insta::assert_snapshot!(fields(&steps[0]), @r#"
    format number
    type text
    address text
    action text
    status text
    ms null
    error null
    "#);
    insta::assert_snapshot!(fields(steps.last().unwrap()), @r#"
    format number
    type text
    address text
    action text
    status text
    ms number
    error null
    "#);
    insta::assert_snapshot!(fields(report), @r#"
    format number
    type text
    done number
    failed number
    skipped number
    not_started number
    unknown number
    interrupted bool
    failures empty list
    done_steps[] text
    skipped_steps empty list
    not_started_steps empty list
    unknown_steps empty list
    calls.total number
    calls.critical_path number
    calls.waiting number
    calls.throttled number
    skipped_accounts empty list
    skipped_resources empty list
    "#);
    assert!(
        steps.iter().all(|step| step["format"] == 1 && step["type"] == "step" && step["action"] == "create")
    );
    assert_eq!((&report["type"], &report["done"]), (&json!("report"), &json!(11)));
}

#[test]
fn json_of_a_failure_says_what_is_left_and_what_to_do() {
    let bench = applied();
    let group = "/delivery/other";
    bench.aws(SOURCE, TOKYO, async move |config| {
        let logs = aws::logs(&config);
        logs.create_log_group().log_group_name(group).send().await.unwrap();
        let arn = "arn:aws:logs:ap-northeast-1:999999999999:destination:delivery-test-destination";
        for name in ["one", "two"] {
            let call = logs.put_subscription_filter().log_group_name(group).filter_name(name);
            call.filter_pattern("").destination_arn(arn).send().await.unwrap();
        }
    });
    let both = TOPOLOGY.replace(r#"["/delivery/test"]"#, r#"["/delivery/test", "/delivery/other"]"#);
    bench.write(&both.replace("destinations:", "limits: { filters_per_log_group: 5 }\ndestinations:"));
    let ran = bench.sandbox("apply", &["--yes", "--output", "json"]);
    // The filter was all there was to do, and AWS refused it.
    assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
    insta::assert_snapshot!(fields(&ran.json()["failures"]), @r#"
    [].address text
    [].error text
    [].code text
    [].aftermath text
    [].hint text
    [].denied bool
    "#);
}

#[test]
fn json_of_verify() {
    let verified = applied().sandbox("verify", &["--output", "json"]).expect(Exit::Done).json();
    insta::assert_snapshot!(fields(&verified), @r#"
    format number
    verdict text
    routes[].source text
    routes[].account text
    routes[].region text
    routes[].log_group text
    routes[].destination text
    routes[].delivered bool
    routes[].seconds number
    routes[].object text
    routes[].line text
    routes[].legs[].leg text
    routes[].legs[].seconds number
    routes[].hops[].hop text
    routes[].hops[].verdict text
    routes[].hops[].detail text
    routes[].hops[].depends_on empty list
    routes[].pattern_proved_by null
    routes[].undelivered empty list
    routes[].finding null
    routes[].fix null
    agents empty list
    readers empty list
    routes_probed number
    routes_total number
    finding null
    skipped_accounts empty list
    "#);
}

#[test]
fn json_of_status() {
    let status = applied().sandbox("status", &["--output", "json"]).expect(Exit::Done).json();
    insta::assert_snapshot!(fields(&status), @r#"
    format number
    topology text
    summary.in_sync number
    summary.amended number
    summary.drifted number
    summary.missing number
    summary.foreign number
    summary.orphan number
    summary.retired number
    resources[].address text
    resources[].account text
    resources[].region text
    resources[].kind text
    resources[].name text
    resources[].status text
    resources[].changes empty list
    resources[].reason text
    resources[].reason_code text
    resources[].drift null
    resources[].applied_at null
    resources[].cloudtrail null
    notes empty list
    noted empty list
    skipped_accounts empty list
    "#);
}

#[test]
fn json_of_validate_and_of_errors() {
    let valid =
        Bench::new(TOPOLOGY).run(&["logpipe", "validate", "--output", "json"]).expect(Exit::Done).json();
    insta::assert_snapshot!(valid.to_string(), @r#"{"format":1,"valid":true,"problems":[],"warnings":[]}"#);
    let invalid = Bench::new(&TOPOLOGY.replace("region: ap-northeast-1", "regoin: ap-northeast-1"));
    let problems = invalid.run(&["logpipe", "validate", "--output", "json"]).expect(Exit::Invalid).json();
    insta::assert_snapshot!(fields(&problems), @r#"
    format number
    valid bool
    problems[].file text
    problems[].line number
    problems[].column number
    problems[].problem text
    problems[].why text
    problems[].help text
    warnings empty list
    "#);
    let error = Bench::new(TOPOLOGY).sandbox("apply", &["--output", "json"]).expect(Exit::Failed).json();
    insta::assert_snapshot!(error.to_string(), @r#"{"format":1,"type":"error","error":"this needs an answer, but there is nobody to ask","exit":1}"#);
}

#[test]
fn data_goes_to_stdout_and_talk_to_stderr() {
    let bench = Bench::new(TOPOLOGY);
    let plan = bench.sandbox("plan", &[]).expect(Exit::Done);
    assert!(plan.out.contains("Plan: 11 to create"), "{}", plan.out);
    let applied = bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(applied.out, "Apply complete: 11 done.\n");
    assert!(
        applied.err.contains("Plan: 11 to create") && applied.err.contains("created in"),
        "{}",
        applied.err
    );
    let verified = bench.sandbox("verify", &[]).expect(Exit::Done);
    assert!(verified.out.contains("Verify: 1 of 1 route delivered."), "{}", verified.out);
    for command in ["plan", "status", "verify"] {
        let ran = bench.sandbox(command, &["--output", "json"]).expect(Exit::Done);
        assert_eq!(ran.json_lines().len(), 1, "one object and nothing else");
    }
}

#[test]
fn quiet_says_nothing_but_errors_and_results() {
    let bench = Bench::new(TOPOLOGY);
    let applied = bench.sandbox("apply", &["--yes", "-q"]).expect(Exit::Done);
    assert_eq!((applied.out.as_str(), applied.err.as_str()), ("Apply complete: 11 done.\n", ""));
    let verified = bench.sandbox("verify", &["-q"]).expect(Exit::Done);
    assert_eq!(verified.err, "");
    let refused = bench.sandbox("destroy", &["-q"]).expect(Exit::Failed);
    assert!(refused.err.contains("--yes"), "{}", refused.err);
}

#[test]
fn colour_is_used_when_forced_and_never_against_no_color() {
    let bench = Bench::new("version: 1\n");
    let coloured = |flags: &[&str], variables: &[(&str, &str)]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_logpipe"));
        command.arg("validate").args(flags).current_dir(bench.path("")).env_clear();
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(65));
        output.stderr.contains(&0x1b)
    };
    assert!(!coloured(&[], &[]), "no terminal");
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!coloured(&["--no-color"], &[("CLICOLOR_FORCE", "1")]));
}

/// Runs the binary with this stdout, and gives its code and what it said.
fn into(stdout: impl Into<std::process::Stdio>, arguments: &[&str]) -> (Option<i32>, String) {
    let bench = Bench::new(TOPOLOGY);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_logpipe"));
    command.args(arguments).current_dir(bench.path("")).env_clear().stdin(std::process::Stdio::null());
    let output = command.stdout(stdout).stderr(std::process::Stdio::piped()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_has_gone_away_is_no_failure() {
    for arguments in [&["--help"][..], &["--version"], &["man", "apply"], &["schema"], &["validate"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        assert_eq!(into(writer, arguments), (Some(0), String::new()), "{arguments:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_stdout_that_cannot_be_written_is_said() {
    let check = |arguments: &[&str], code| {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (found, err) = into(full, arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {err}");
        let said = err.lines().filter(|line| line.starts_with("error: could not write to stdout: No space"));
        assert_eq!(said.count(), 1, "{arguments:?}: {err}");
    };
    check(&["--help"], 1);
    check(&["--version"], 1);
    check(&["schema"], 1);
    check(&["validate"], 1);
    check(&["plan", "--sandbox", "--detailed-exitcode"], 2);
    check(&["apply", "--sandbox", "--yes"], 3);
    check(&["plan", "--nope", "--output", "json"], 64);
}

#[test]
fn what_validate_finds_is_its_answer_and_anything_else_an_error() {
    let bench = Bench::new("version: 1\n");
    let found = bench.run(&["logpipe", "validate", "--output", "json"]).expect(Exit::Invalid).json_lines();
    assert_eq!((found.len(), &found[0]["valid"]), (1, &json!(false)));
    let bench = Bench::new(TOPOLOGY);
    let arguments = ["logpipe", "validate", "--region", "us-east-1", "--output", "json"];
    let found = bench.run(&arguments).expect(Exit::Usage).json_lines();
    assert_eq!((found.len(), &found[0]["type"], &found[0]["exit"]), (1, &json!("error"), &json!(64)));
}

#[test]
fn a_target_without_a_route_is_refused_before_anything_is_applied() {
    let bench = Bench::new(TOPOLOGY);
    let before = bench.now();
    let ran = bench.sandbox("apply", &["--yes", "--verify", "--target", "account=archive"]);
    let ran = ran.expect(Exit::Usage);
    assert!(ran.err.contains("--target selects no subscription filter"), "{}", ran.err);
    assert_eq!(bench.written_since(before), [""; 0]);
}
