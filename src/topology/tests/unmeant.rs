//! What is accepted and has no effect, or another one than it seems to have.

use super::{VALID, edited, valid};

/// The codes of the warnings, with their places.
#[track_caller]
fn check(yaml: &str, expected: &[&str]) {
    let warnings = valid(yaml).warnings;
    let told = warnings.iter().map(|warning| {
        format!("{}:{} {}", warning.excerpt.line(), warning.excerpt.column(), warning.rule().name())
    });
    assert_eq!(told.collect::<Vec<_>>(), expected, "in\n{yaml}");
}

#[test]
fn what_is_without_effect_is_warned_of() {
    check(VALID, &[]);
    check(&edited("    filter:", "    retention_days: 30\n    filter:"), &["19:5 retention_without_create"]);
    check(&edited("    filter:", "    retention_days: 30\n    create: true\n    filter:"), &[]);
    let globs = edited("[\"/app/web\", \"/lambda/*\"]", "[\"/lambda/*\"]\n    create: true");
    check(&globs, &["19:5 create_without_names"]);
    check(&edited("  app: {", "  spare: \"222222222222\"\n  app: {"), &["8:3 unused_account"]);
    let spare = "  spare:\n    account: archive\n    bucket: { name: spare-bucket }\nsources:\n";
    check(&edited("sources:\n", spare), &["14:3 unused_destination"]);
    check(&format!("{VALID}limits: {{ trust_organization: true }}\n"), &["20:11 trust_without_organization"]);
    check(&format!("{VALID}limits: {{ trust_organization: false }}\n"), &[]);
    let members = edited("account: archive", "account: archive\n    allow: organization");
    let organization = "organization: { id: o-exampleorgid }\nlimits: { trust_organization: true }\n";
    check(&format!("{members}{organization}"), &[]);
}

#[test]
fn what_has_another_effect_is_warned_of() {
    let prefix = "{ name: central-bucket, prefix: logs }";
    check(&edited("{ name: central-bucket }", prefix), &["12:45 prefix_without_slash"]);
    let error = "{ name: central-bucket, prefix: \"\", error_prefix: failed }";
    check(&edited("{ name: central-bucket }", error), &["12:63 prefix_without_slash"]);
    check(
        &edited("filter: { pattern: \"\" }", "filter: { pattern: '\"${STAGE}\"' }"),
        &["19:24 variable_in_text"],
    );
}
