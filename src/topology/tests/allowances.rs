//! What comments of a topology allow, and what they say of nothing.

use super::{edited, parse, problems, valid};
use crate::lint::Lint;

/// The codes of what is told and of what is allowed, with their places.
#[track_caller]
fn check(yaml: &str, told: &[&str], allowed: &[&str]) {
    let topology = valid(yaml);
    let at = |warning: &crate::lint::Warning| {
        format!("{}:{} {}", warning.excerpt.line(), warning.excerpt.column(), warning.rule().code())
    };
    assert_eq!(topology.warnings.iter().map(at).collect::<Vec<_>>(), told, "in\n{yaml}");
    let silent = topology.allowed.iter().map(|allowed| at(&allowed.warning));
    assert_eq!(silent.collect::<Vec<_>>(), allowed, "in\n{yaml}");
}

/// The valid topology with a spare account in line 8, and comments around it.
fn spare(above: &str, behind: &str) -> String {
    edited("  app: {", &format!("{above}  spare: \"222222222222\"{behind}\n  app: {{"))
}

#[test]
fn a_comment_is_about_its_line_or_the_next() {
    check(&spare("", ""), &["8:3 LP007"], &[]);
    check(&spare("", " # logpipe: allow LP007"), &[], &["8:3 LP007"]);
    check(&spare("", "   #logpipe:allow unused_account"), &[], &["8:3 LP007"]);
    check(&spare("  # logpipe: allow lp007 -- later\n", ""), &[], &["9:3 LP007"]);
    check(&spare("# logpipe: allow LP007\n  # more\n", ""), &[], &["10:3 LP007"]);
    check(&spare("  # logpipe: allow LP007\n\n", ""), &["8:20 LP012", "10:3 LP007"], &[]);
    check(&spare("", "\n  # logpipe: allow LP007"), &["8:3 LP007", "9:20 LP012"], &[]);
    let elsewhere = edited("archive: \"999999999999\"", "archive: \"999999999999\" # logpipe: allow LP007");
    check(&elsewhere, &["7:44 LP012"], &[]);
}

#[test]
fn several_rules_and_the_reason_are_told_apart() {
    let yaml = spare("", " # logpipe: allow LP008 , LP007 -- LP010, perhaps");
    check(&yaml, &["8:42 LP012"], &["8:3 LP007"]);
    let reason = |yaml: &str| valid(yaml).allowed[0].reason.clone();
    assert_eq!(reason(&yaml).as_deref(), Some("LP010, perhaps"));
    assert_eq!(reason(&spare("", " # logpipe: allow LP007 -- ")), None);
    // Two findings in one line, and one rule twice.
    let filter = "filter: { pattern: '?A B \"${X}\"' } # logpipe: allow LP002, LP010";
    check(&edited("filter: { pattern: \"\" }", filter), &[], &["19:24 LP002", "19:24 LP010"]);
}

#[test]
fn a_comment_without_a_rule_is_told() {
    let instead = |comment: &str| {
        let topology = valid(&edited("    stream: {", &format!("    # {comment}\n    stream: {{")));
        let [warning] = &topology.warnings[..] else { panic!("{:?}", topology.warnings) };
        match &warning.lint {
            Lint::AllowNotUnderstood { word, instead } => {
                (warning.excerpt.column(), word.clone(), instead.clone().unwrap_or_default())
            }
            other => panic!("{other:?}"),
        }
    };
    let owned = |column: usize, word: &str, instead: &str| (column, word.to_owned(), instead.to_owned());
    assert_eq!(instead("logpipe: allow LP7"), owned(22, "LP7", ""));
    assert_eq!(instead("logpipe: allow LP07 -- x"), owned(22, "LP07", "LP007"));
    assert_eq!(instead("logpipe: allow unused-account"), owned(22, "unused-account", "unused_account"));
    assert_eq!(instead("logpipe: alow LP007"), owned(16, "alow", "allow"));
    assert_eq!(instead("logpipe: allow"), owned(16, "", ""));
    assert_eq!(instead("logpipe: allow all -- of it"), owned(22, "all", ""));
    // What follows the first word may be anything.
    assert_eq!(instead("logpipe: allow external_id: s3cret"), owned(22, "external_id:", ""));
}

#[test]
fn other_comments_are_nobodys_business() {
    for comment in
        ["logpipe makes this", "logpipe: the role of deployers", "see logpipe: allow LP007", "logpipe:"]
    {
        check(&edited("    stream: {", &format!("    # {comment}\n    stream: {{")), &[], &[]);
    }
    let quoted = edited("pattern: \"\"", "pattern: '\"a # logpipe: allow LP07\"'");
    check(&quoted, &[], &[]);
}

/// Rules that have not had their say may find it yet.
#[test]
fn an_invalid_topology_says_nothing_of_what_is_not_found() {
    let yaml = edited("{ buffer_mb: 5 }", "{ buffer_mb: 500 } # logpipe: allow LP011, LP07");
    assert!(!problems(&yaml).is_empty());
    let invalid = parse("t.yaml", &yaml).unwrap_err();
    let codes: Vec<&str> = invalid.warnings().iter().map(|warning| warning.rule().code()).collect();
    assert_eq!(codes, ["LP013"]);
}
