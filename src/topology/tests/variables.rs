//! Variables: what stands for them, what they are given, and what is said of it.

use proptest::prelude::*;

use super::super::load::{Regions, read_text};
use super::super::{Given, Invalid, Topology};
use super::rendering::rendered;
use super::{Beside, FULL, VALID, edited, schema};
use crate::secrets::Secrets;

/// What a run gives: flags as `name=value`, files, and the environment.
fn given(flags: &[&str], files: &[(&str, &str)], environment: &[(&str, &str)]) -> Given {
    let pair = |(one, other): &(&str, &str)| ((*one).to_owned(), (*other).to_owned());
    Given {
        flags: flags.iter().map(|flag| pair(&flag.split_once('=').unwrap())).collect(),
        files: files.iter().map(pair).collect(),
        environment: environment.iter().map(pair).collect(),
        secrets: Secrets::default(),
    }
}

fn read(yaml: &str, given: &Given) -> Result<Topology, Invalid> {
    read_text("t.yaml", yaml, &Beside, Regions::Known, given)
}

#[track_caller]
fn taken(yaml: &str, given: &Given) -> Topology {
    schema::agrees(yaml, &[]);
    read(yaml, given).unwrap_or_else(|invalid| panic!("{:#?} in\n{yaml}", invalid.problems()))
}

/// Every problem as `file:line:column message: why`.
#[track_caller]
fn check(yaml: &str, given: &Given, expected: &[&str]) {
    let invalid = read(yaml, given).expect_err("it is valid");
    rendered(&invalid);
    let problems = invalid.problems().iter().map(|problem| {
        assert!(!problem.help().is_empty());
        let (file, line, column) = (problem.file(), problem.line(), problem.column());
        format!("{file}:{line}:{column} {}: {}", problem.message(), problem.why())
    });
    assert_eq!(problems.collect::<Vec<_>>(), expected, "in\n{yaml}");
}

/// The valid topology with variables declared in its second line, and one of its texts replaced.
fn with(variables: &str, from: &str, to: &str) -> String {
    let yaml = if from.is_empty() { VALID.to_owned() } else { edited(from, to) };
    yaml.replacen("version: 1\n", &format!("version: 1\nvariables: {{ {variables} }}\n"), 1)
}

fn json(topology: &Topology) -> serde_json::Value {
    serde_json::to_value(topology).unwrap()
}

#[test]
fn a_value_stands_where_it_could_be_written() {
    let none = given(&[], &[], &[]);
    let same = |variables: &str, from: &str, with_variable: &str, written: &str| {
        let topology = taken(&with(variables, from, with_variable), &none);
        assert_eq!(json(&topology), json(&taken(&edited(from, written), &none)), "{variables}");
    };
    same("bucket: central", "name: central-bucket", "name: \"${var.bucket}-logs\"", "name: central-logs");
    same("mb: 7", "buffer_mb: 5", "buffer_mb: \"${var.mb}\"", "buffer_mb: 7");
    same("mb: 7", "Project: poc", "Project: \"${var.mb}-${var.mb}\"", "Project: 7-7");
    same("log: true", "buffer_mb: 5", "error_log: \"${var.log}\"", "error_log: true");
    same("id: \"000000000001\"", "\"999999999999\"", "\"${var.id}\"", "\"000000000001\"");
    same("who: [app]", "[app]", "\"${var.who}\"", "[app]");
    same("who: [app]", "[app]", "[\"${var.who}\", archive]", "[app, archive]");
    same("who: []", "[app]", "[\"${var.who}\", app]", "[app]");
    // What only looks like a variable, and a value that looks like YAML.
    let (with_variable, written) = ("'\"${var.a} ${aws:x}\"'", "'\"b: [c] # d ${aws:x}\"'");
    same(
        "a: \"b: [c] # d\"",
        "pattern: \"\"",
        &format!("pattern: {with_variable}"),
        &format!("pattern: {written}"),
    );
}

#[test]
fn two_dollars_are_written_for_what_is_meant_as_it_is() {
    let pattern = "pattern: '\"a $${var.a}${var.a} $${b}\"'";
    let topology = taken(&with("a: x", "pattern: \"\"", pattern), &given(&[], &[], &[]));
    assert!(json(&topology).to_string().contains("a ${var.a}x $${b}"), "{topology:?}");
}

#[test]
fn flags_win_over_files_and_files_over_the_environment() {
    let yaml = with("name: { default: zero }", "name: logs", "name: \"${var.name}\"");
    let name = |flags: &[&str], files: &[(&str, &str)], environment: &[(&str, &str)]| {
        taken(&yaml, &given(flags, files, environment)).name.to_string()
    };
    let (first, second) = (("a.yaml", "name: one"), ("b.json", "{\"name\": \"two\"}"));
    let environment = [("LOGPIPE_VAR_name", "three"), ("LOGPIPE_VAR_other", "x")];
    assert_eq!(name(&[], &[], &[]), "zero");
    assert_eq!(name(&[], &[], &environment), "three");
    assert_eq!(name(&[], &[first, second], &environment), "two");
    assert_eq!(name(&[], &[second, first], &environment), "one");
    assert_eq!(name(&["name=four", "name=five"], &[first], &environment), "five");
    let of_environment = edited("name: logs", "name: \"${env.NAME}\"");
    assert_eq!(taken(&of_environment, &given(&[], &[], &[("NAME", "six")])).name.as_str(), "six");
}

#[test]
fn texts_are_read_by_the_type_of_their_variable() {
    let typed = |of: &str, from: &str, key: &str, value: &str| {
        let yaml = with(&format!("v: {{ type: {of} }}"), from, &format!("{key}: \"${{var.v}}\""));
        taken(&yaml, &given(&[&format!("v={value}")], &[], &[]))
    };
    typed("number", "buffer_mb: 5", "buffer_mb", "12");
    typed("boolean", "buffer_mb: 5", "error_log", "false");
    for list in ["app", "app, archive", "[app, archive]", "[\"app\"]"] {
        typed("list", "accounts: [app]", "accounts", list);
    }
    typed("string", "Project: poc", "Project", "12");
}

#[test]
fn what_is_wrong_is_told_at_the_use_and_where_it_is_declared() {
    let none = given(&[], &[], &[]);
    let days = |variables: &str| with(variables, "name: central-bucket", "expire_days: \"${var.days}\"");
    check(&days(""), &none, &["t.yaml:13:28 unknown variable `days`: `variables` does not declare it"]);
    check(
        &days("days: { type: number, description: How long }"),
        &none,
        &[
            "t.yaml:13:28 the variable `days` needs a value: it has no default; it is for: How long; `${var.days}`, declared at t.yaml:2:14, has no value",
        ],
    );
    check(
        &days("days: 0"),
        &none,
        &[
            "t.yaml:13:28 `expire_days` is 0: S3 deletes objects after one day at the earliest; `${var.days}`, declared at t.yaml:2:14, has its default",
        ],
    );
    check(
        &days("days: { type: number }"),
        &given(&["days=soon"], &[], &[]),
        &["t.yaml:2:14 `--var days` must give `days` a number: its type is `number`"],
    );
    check(
        &days("days: 3"),
        &given(&["day=4"], &[], &[]),
        &["t.yaml:2:1 `--var day` gives a value to an unknown variable `day`: the topology declares days"],
    );
    check(
        &days("days: { default: 30, allowed: [30, 90] }"),
        &given(&[], &[("prod.yaml", "# of prod\ndays: 60\n")], &[]),
        &[
            "prod.yaml:2:7 the value `60` of `days` is not allowed: it must be one of: 30, 90; declared here is at t.yaml:2:14",
        ],
    );
    check(
        &days("days: { type: number }"),
        &given(&[], &[("prod.yaml", "days: \"60\"\ndayz: 1\n")], &[]),
        &[
            "prod.yaml:1:7 `days` must be a number: its type is `number`; declared here is at t.yaml:2:14",
            "prod.yaml:2:1 this gives a value to an unknown variable `dayz`: the topology declares days",
        ],
    );
    check(
        &days("days: { type: string, default: 3 }"),
        &none,
        &["t.yaml:2:45 the default of `days` must be a string: its `type` is `string`"],
    );
    check(
        &edited("name: central-bucket", "expire_days: \"${env.DAYS}\""),
        &given(&[], &[], &[("DAYS", "30")]),
        &[
            "t.yaml:12:28 `expire_days` must be a whole number: this is the string `30`; `${env.DAYS}` is what the environment variable `DAYS` holds",
        ],
    );
    check(
        &edited("name: central-bucket", "expire_days: \"${env.DAYS}\""),
        &none,
        &["t.yaml:12:28 the environment variable `DAYS` is not set: it has no default here"],
    );
    check(
        &with("a: [x]", "Project: poc", "Project: \"b-${var.a}\", \"${var.a}\": c"),
        &none,
        &[
            "t.yaml:5:18 `${var.a}` is a list: a list cannot be a part of a text; `${var.a}`, declared at t.yaml:2:14, has its default",
            "t.yaml:5:32 a variable in the key `${var.a}`: only values can stand for variables",
        ],
    );
    check(
        &edited("Project: poc", "Project: \"${var.a b}\""),
        &none,
        &["t.yaml:4:18 `${var.a b}` is no variable: a variable is written `${var.name}` or `${env.NAME}`"],
    );
}

#[test]
fn what_is_declared_wrongly_is_told_where_it_is_declared() {
    let none = given(&[], &[], &[]);
    let declared = |variables: &str, expect: &str| check(&with(variables, "", ""), &none, &[expect]);
    let needed = "must be a string, a number, `true` or `false`, or a list of these";
    declared(
        "a-b: 1",
        "t.yaml:2:14 `a-b` cannot be the name of a variable: `-` is not allowed: the name of a variable can contain letters, digits and `_`",
    );
    declared("a: ", &format!("t.yaml:2:14 `a` {needed}: an empty value is none of these"));
    declared(
        "a: [[]]",
        &format!(
            "t.yaml:2:17 `a` {needed}: a variable stands in the place of single values and of lists of them"
        ),
    );
    declared("a: { typ: string }", "t.yaml:2:19 unknown key `typ`: `a` has no such key");
    declared(
        "a: { type: text }",
        "t.yaml:2:25 `type` cannot be `text`: it must be one of: string, number, boolean, list",
    );
    declared("a: \"${var.b}\"", "t.yaml:2:17 `a` refers to a variable: a variable cannot be made of others");
    declared("a: 1, a: 2", "t.yaml:2:20 duplicate key `a`: each key can appear only once");
}

#[test]
fn an_unused_variable_is_a_finding() {
    let topology = read(&with("a: 1", "", ""), &given(&[], &[], &[])).unwrap();
    let [warning] = &topology.warnings[..] else { panic!("{:?}", topology.warnings) };
    assert_eq!((warning.rule().code(), warning.excerpt.line(), warning.excerpt.column()), ("LP031", 2, 14));
}

#[test]
fn what_is_sensitive_stands_only_where_it_is_not_written_down() {
    let secret = "wJalrXUtnFEMI";
    let sensitive = "id: { sensitive: true }";
    let used = with(sensitive, "role_name: Deployer", "role_name: Deployer, external_id: \"x-${var.id}\"");
    let given = given(&[&format!("id={secret}")], &[], &[("MY_TOKEN", secret)]);
    let topology = taken(&used, &given);
    assert_eq!(topology.access.as_ref().unwrap().external_id.as_deref(), Some("x-wJalrXUtnFEMI"));
    assert!(!json(&topology).to_string().contains(secret));
    assert_eq!(given.secrets.masked(&format!("it is {secret}")), "it is ***");
    for (from, to) in [
        ("Project: poc", "Project: \"${var.id}\""),
        ("Project: poc", "Project: \"a-${env.MY_TOKEN}\""),
        ("name: central-bucket", "name: \"a-${var.id}\""),
    ] {
        let invalid = read(&with(sensitive, from, to), &given).unwrap_err();
        assert!(invalid.problems()[0].message().contains("cannot be used here"), "{invalid:?}");
        assert!(!format!("{invalid:?}{}", rendered(&invalid)).contains(secret));
    }
}

#[test]
fn no_problem_quotes_a_sensitive_value() {
    let secret = "s3cret s3cret";
    let external = |variable: &str| {
        with(variable, "role_name: Deployer", "role_name: Deployer, external_id: \"${var.id}\"")
    };
    let none = given(&[], &[], &[]);
    for (yaml, given) in [
        (external(&format!("id: {{ default: {secret:?}, sensitive: true }}")), none.clone()),
        (external(&format!("id: {secret:?}")), none.clone()),
        (external("id: { sensitive: true, allowed: [b] }"), given(&[&format!("id={secret}")], &[], &[])),
        (
            external("id: { sensitive: true, type: number }"),
            given(&[], &[("v.yaml", &format!("id: {secret}\n"))], &[]),
        ),
        (
            external("id: { sensitive: true }"),
            given(&[], &[("v.yaml", &format!("id: {secret}\nb: [\n"))], &[]),
        ),
        (external("id: { sensitive: true }"), given(&[], &[("v.yaml", &format!("idd: {secret}\n"))], &[])),
        (external("x: 1").replace("var.id", "env.TOKEN"), given(&[], &[], &[("TOKEN", secret)])),
    ] {
        let invalid = read(&yaml, &given).expect_err("a space is not allowed in it");
        let shown = format!("{}{invalid:?}", rendered(&invalid));
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn a_problem_shows_both_places() {
    let yaml = with("days: { default: 0 }", "name: central-bucket", "expire_days: \"${var.days}\"");
    let shown = rendered(&read(&yaml, &given(&["days=0"], &[], &[])).unwrap_err());
    assert!(shown.contains("[t.yaml:13:28]") && shown.contains("declared here"), "{shown}");
    assert!(shown.contains("is given by `--var days`"), "{shown}");
}

#[test]
fn a_variable_in_brackets_needs_quotes() {
    let invalid = read("tags: { a: ${var.b} }\n", &given(&[], &[], &[])).unwrap_err();
    assert!(invalid.problems()[0].help().contains("in quotes"), "{invalid:?}");
}

proptest! {
    /// Whatever a value is, it is put in as it is, and never read as YAML.
    #[test]
    fn a_value_is_taken_as_it_is(value in "[ -~é\\n]{0,40}") {
        let yaml = with("v: { default: x }", "pattern: \"\"", "name: \"${var.v}\"");
        let written = edited("pattern: \"\"", &format!("name: {}", serde_json::json!(value)));
        let given = given(&[], &[], &[("LOGPIPE_VAR_v", &value)]);
        match (read(&yaml, &given), read(&written, &given)) {
            (Ok(one), Ok(other)) => prop_assert_eq!(json(&one), json(&other)),
            (Err(one), Err(other)) => {
                prop_assert_eq!(one.problems()[0].message(), other.problems()[0].message());
            }
            (one, other) => prop_assert!(false, "{:?} and {:?}", one, other),
        }
    }

    /// A topology without variables is read as before, whatever else a run gives.
    #[test]
    fn without_variables_nothing_is_different(line in 0..90_usize, value in "[a-z0-9${}:.!*]{0,12}") {
        prop_assume!(!value.contains("${var.") && !value.contains("${env."));
        let text = serde_json::json!(value).to_string();
        let lines: Vec<String> = FULL.lines().map(ToOwned::to_owned).collect();
        let changed = lines.iter().enumerate().map(|(at, whole)| match whole.split_once(": ") {
            Some((key, _)) if at == line % lines.len() => format!("{key}: {text}"),
            _ => whole.clone(),
        });
        let yaml = changed.collect::<Vec<_>>().join("\n");
        let environment = given(&[], &[], &[("LOGPIPE_VAR_x", "y"), ("HOME", "/root")]);
        let before = read(&yaml, &given(&[], &[], &[])).map(|topology| json(&topology));
        let now = read(&yaml, &environment).map(|topology| json(&topology));
        prop_assert_eq!(format!("{before:?}"), format!("{now:?}"));
    }
}
