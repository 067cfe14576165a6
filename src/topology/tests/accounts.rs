//! `access`, `accounts` and who is meant where an account is named.

use super::super::Access;
use super::{VALID, check, check_advice, check_edit, edited, parse, valid};

fn access(yaml: &str, account: &str) -> Access {
    valid(yaml).accounts[&account.parse().unwrap()].access.clone()
}

#[test]
fn ids_must_be_quoted() {
    check_edit(
        "\"999999999999\"",
        "012345678901",
        &["7:12 the account id `012345678901` is an unquoted number"],
    );
    check_advice("\"999999999999\"", "012345678901", "leading zeros", "`\"012345678901\"`");
    check_edit(
        "id: \"111111111111\"",
        "id: 111111111111",
        &["8:14 the account id `111111111111` is an unquoted number"],
    );
    check_edit("[app]", "[111111111111]", &["16:16 the account id `111111111111` is an unquoted number"]);
    check_edit("\"999999999999\"", "\"12\"", &["7:12 `12` is not valid for `archive`"]);
}

#[test]
fn names_and_ids() {
    check_edit(
        "  app: {",
        "  other: { id: \"999999999999\" }\n  app: {",
        &["8:16 `other` has the same id as `archive`"],
    );
    check_edit(
        "  app: {",
        "  \"222222222222\": { id: \"333333333333\" }\n  app: {",
        &["8:3 an account cannot be called `222222222222`"],
    );
    check_edit("  app: {", "  a b: \"333333333333\"\n  app: {", &["8:3 `a b` is not valid for `accounts`"]);
    check_edit("account: archive", "account: archivee", &["11:14 unknown account `archivee`"]);
    check_advice("account: archive", "account: archivee", "archive, app", "did you mean `archive`?");
    // A broken account is reported once, and not again wherever it is named.
    check_edit("{ id: \"111111111111\" }", "{ id: \"1\" }", &["8:14 `1` is not valid for `id`"]);
}

/// Without `access`, and with other accounts.
fn without_access(accounts: &str) -> String {
    let text = edited("access: { role_name: Deployer }\n", "");
    let from = "  archive: \"999999999999\"\n  app: { id: \"111111111111\" }\n";
    assert!(text.contains(from));
    text.replace(from, accounts)
}

#[test]
fn there_is_a_way_into_every_account() {
    let archive = "  archive: \"999999999999\"\n";
    let none = |app: &str| without_access(&format!("{archive}{app}"));
    let nowhere = ["6:3 there is no way into app, archive"];
    check(&none("  app: { id: \"111111111111\" }\n"), &nowhere);
    check(&none("  app: { id: \"111111111111\", external_id: abc }\n"), &nowhere);
    let by_id = edited("access: { role_name: Deployer }\n", "").replace("[app]", "[\"333333333333\"]");
    check(&by_id, &["6:3 there is no way into 333333333333, archive"]);
    check_edit("role_name: Deployer", "profile: ops", &["5:9 there is no way into app, archive"]);
    let advice = parse("t.yaml", &none("  app: \"111111111111\"\n")).unwrap_err();
    assert!(advice.problems()[0].help().contains("`access: { role_name: LogpipeDeployer }`"));
    // One of them says how; the other is the one whose credentials logpipe starts with.
    for own in ["role_arn: arn:aws:iam::111111111111:role/Own", "role_name: Own", "profile: app-admin"] {
        valid(&none(&format!("  app: {{ id: \"111111111111\", {own} }}\n")));
    }
    let both = format!("{archive}  app: {{ id: \"111111111111\", assume_role: false }}\n");
    check(&without_access(&both), &["6:3 there is no way into archive"]);
    // A single account needs none.
    valid(&without_access(archive).replace("[app]", "[archive]"));
}

#[test]
fn an_id_stands_for_its_account() {
    let topology = valid(&edited("[app]", "[\"111111111111\", \"333333333333\"]"));
    let names: Vec<&str> =
        topology.sources.values().flat_map(|source| &source.accounts).map(|name| name.as_str()).collect();
    assert_eq!(names, ["app", "333333333333"]);
    let met = &topology.accounts[&"333333333333".parse().unwrap()];
    assert_eq!(met.access.role_arn.as_deref(), Some("arn:aws:iam::333333333333:role/Deployer"));
    check_edit("[app]", "[app, \"111111111111\"]", &["16:21 `111111111111` is given twice in `accounts`"]);
}

#[test]
fn access_defaults_and_overrides() {
    let default = access(VALID, "app");
    assert_eq!(default.role_arn.as_deref(), Some("arn:aws:iam::111111111111:role/Deployer"));
    assert_eq!((default.session_name.as_str(), default.profile), ("logpipe", None));
    let yaml = edited(
        "{ role_name: Deployer }",
        "{ role_name: R, profile: p, external_id: ee, session_name: ss, via: ['arn:aws:iam::222222222222:role/hop'] }",
    );
    let inherited = access(&yaml, "archive");
    assert_eq!(inherited.profile.as_deref(), Some("p"));
    assert_eq!(inherited.external_id.as_deref(), Some("ee"));
    assert_eq!(inherited.via, ["arn:aws:iam::222222222222:role/hop"]);
    let own = "{ id: \"111111111111\", role_arn: 'arn:aws:iam::111111111111:role/x/Y', via: [], profile: q }";
    let own = access(&yaml.replace("{ id: \"111111111111\" }", own), "app");
    assert_eq!(own.role_arn.as_deref(), Some("arn:aws:iam::111111111111:role/x/Y"));
    assert_eq!((own.via.len(), own.profile.as_deref(), own.session_name.as_str()), (0, Some("q"), "ss"));
    let none = "{ id: \"111111111111\", assume_role: false, role_arn: 'arn:aws:iam::111111111111:role/Y' }";
    let none = access(&yaml.replace("{ id: \"111111111111\" }", none), "app");
    assert_eq!((none.role_arn, none.via.len()), (None, 0));
    let china = VALID.replace("ap-northeast-1", "cn-north-1");
    assert_eq!(access(&china, "app").role_arn.as_deref(), Some("arn:aws-cn:iam::111111111111:role/Deployer"));
}

#[test]
fn roles() {
    let account = |keys: &str, expected: &[&str]| {
        check_edit("{ id: \"111111111111\" }", &format!("{{ id: \"111111111111\", {keys} }}"), expected);
    };
    account("role_arn: x", &["8:40 `x` is not the ARN of a role"]);
    account("role_arn: 'arn:aws:iam::222222222222:role/R'", &["8:40 the role is in account 222222222222"]);
    account(
        "role_arn: 'arn:aws-cn:iam::111111111111:role/R'",
        &["8:40 the role is in the partition `aws-cn`"],
    );
    account(
        "role_arn: 'arn:aws:iam::111111111111:user/R'",
        &["8:40 `arn:aws:iam::111111111111:user/R` is not the ARN of a role"],
    );
    account(
        "role_name: R, role_arn: 'arn:aws:iam::111111111111:role/R'",
        &["8:30 both `role_name` and `role_arn` are set"],
    );
    account("role_name: R, assume_role: false", &["8:57 `assume_role: false` contradicts `role_name`"]);
    account("role_name: 'a b'", &["8:41 `a b` cannot be the `role_name`"]);
    account("via: [x]", &["8:36 `x` is not the ARN of a role"]);
    account("session_name: x", &["8:44 `x` cannot be the `session_name`"]);
    account("profile: ''", &["8:39 `profile` is empty"]);
}

#[test]
fn assuming_needs_a_role() {
    let yaml = edited("{ role_name: Deployer }", "{ profile: p }")
        .replace("archive: \"999999999999\"", "archive: { id: \"999999999999\", role_name: Own }");
    assert_eq!(access(&yaml, "app").role_arn, None);
    let yaml = yaml.replace("{ id: \"111111111111\" }", "{ id: \"111111111111\", assume_role: true }");
    super::check(&yaml, &["8:43 no role to assume"]);
}
