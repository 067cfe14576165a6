//! `sources`: selectors, retention and filters.

use super::super::{Distribution, LogGroupSelector, Scope};
use super::{VALID, check, check_advice, check_edit, edited, valid};

#[test]
fn defaults() {
    let topology = valid(VALID);
    let web = topology.sources.values().next().unwrap();
    let [exact, glob] = web.log_groups.as_slice() else { panic!("two selectors") };
    assert_eq!(exact, &LogGroupSelector::Exact("/app/web".into()));
    assert_eq!(glob, &LogGroupSelector::Glob("/lambda/*".into()));
    assert_eq!((web.filter.name.as_str(), web.filter.pattern.as_str()), ("logs", ""));
    assert_eq!((web.create, web.retention_days), (false, None));
    assert_eq!((web.regions.as_slice(), web.filter.distribution), ([topology.region].as_slice(), None));
}

#[test]
fn destinations_are_looked_up() {
    check_edit("destination: central", "destination: centrl", &["17:18 unknown destination `centrl`"]);
    check_advice("destination: central", "destination: centrl", "central", "did you mean `central`?");
    check_edit("destination: central", "destination: x", &["17:18 unknown destination `x`"]);
}

#[test]
fn selectors() {
    let groups = |list: &str, expected: &[&str]| check_edit("[\"/app/web\", \"/lambda/*\"]", list, expected);
    groups("[]", &["18:17 `log_groups` is empty"]);
    groups("[a, b, a]", &["18:24 `a` is given twice in `log_groups`"]);
    groups("[aws/x]", &["18:18 `aws/x` is not a log group name or glob"]);
    groups("['/a[']", &["18:18 `/a[` is not a log group name or glob"]);
    groups("['/{a,b}*']", &["18:18 `/{a,b}*` is not a log group name or glob"]);
    groups("['/a[!x-z]?']", &[]);
    groups("[1]", &["18:18 `log_groups` must be a string"]);
    groups("[/app/debug-1, /b]\n    exclude: ['/app/debug*']", &["18:18 `/app/debug-1` is excluded"]);
    groups("[/b]\n    exclude: ['/c d']", &["19:15 `/c d` is not a log group name or glob"]);
}

#[test]
fn retention() {
    let days = |days: &str, expected: &[&str]| {
        check_edit("    filter:", &format!("    retention_days: {days}\n    filter:"), expected);
    };
    days("30", &[]);
    days("31", &["19:21 `retention_days` is 31"]);
    days("0", &["19:21 `retention_days` is 0"]);
    check_advice("    filter:", "    retention_days: 31\n    filter:", "certain numbers", "write 60");
}

#[test]
fn filters() {
    check_edit("pattern: \"\"", "name: a:b", &["19:21 `a:b` cannot be a filter name"]);
    let long = format!("pattern: \"{}\"", "x".repeat(1025));
    check_edit("pattern: \"\"", &long, &["19:24 the filter pattern has 1025 characters"]);
    check_edit("pattern: \"\"", "distribution: by_stream", &["19:29 `distribution` cannot be `by_stream`"]);
}

#[test]
fn distributions() {
    let distribution = |word: &str| {
        let topology = valid(&edited("pattern: \"\"", &format!("distribution: {word}")));
        topology.sources.into_values().next().unwrap().filter.distribution
    };
    assert_eq!(distribution("by_log_stream"), Some(Distribution::ByLogStream));
    assert_eq!(distribution("random"), Some(Distribution::Random));
}

#[test]
fn regions_are_named_once() {
    check_edit(
        "    filter",
        "    regions: [us-east-1, us-east-1]\n    filter",
        &["19:26 `us-east-1` is given twice in `regions`"],
    );
    check_edit("    filter", "    regions: []\n    filter", &["19:14 `regions` is empty"]);
}

#[test]
fn a_whole_account() {
    let scope =
        |keys: &str| edited("log_groups: [\"/app/web\", \"/lambda/*\"]", &format!("scope: account{keys}"));
    let web = valid(&scope("\n    exclude: [/app/debug, '/tmp/*']")).sources.into_values().next().unwrap();
    assert_eq!((web.scope, web.log_groups.len(), web.exclude.len()), (Scope::Account, 0, 2));
    check_edit(
        "    filter:",
        "    scope: account\n    filter:",
        &["18:5 `log_groups` cannot be combined with `scope: account`"],
    );
    check(&scope("\n    create: true"), &["19:5 `create` cannot be combined with `scope: account`"]);
    check(
        &scope("\n    retention_days: 30"),
        &["19:5 `retention_days` cannot be combined with `scope: account`"],
    );
    check(
        &scope("").replace("pattern: \"\"", "name: aws/x"),
        &["19:21 `aws/x` cannot be the name of an account policy"],
    );
    check_edit("    filter:", "    scope: acount\n    filter:", &["19:12 `scope` cannot be `acount`"]);
    let other = |keys: &str| {
        format!(
            "{}  more: {{ accounts: ['111111111111'], destination: central, scope: account{keys} }}\n",
            scope("")
        )
    };
    check(
        &other(""),
        &["20:68 `web` and `more` both need the account policy of 111111111111 in ap-northeast-1"],
    );
    valid(&other(", regions: [us-east-1]"));
}
