//! `organization`, and the word in a source that stands for its accounts.

use super::super::{Include, parse};
use super::{check, check_advice, edited, valid};

/// The valid topology with an organisation, whose section is this.
fn with(section: &str) -> String {
    edited("destinations:", &format!("organization: {section}\ndestinations:"))
        .replace("accounts: [app]", "accounts: [app, organization]")
}

#[test]
fn its_accounts_are_entered_as_access_says() {
    let yaml = with("{ account: archive }").replace(
        "{ role_name: Deployer }",
        "{ role_name: ops/Deployer, external_id: secret-id, profile: p }",
    );
    let topology = valid(&yaml);
    let source = &topology.sources[&"web".parse().unwrap()];
    assert_eq!((source.accounts.len(), source.organization), (1, true));
    let (lister, _) = topology.lister().unwrap();
    assert_eq!(lister.as_str(), "archive");
    let found = ["111111111111", "222222222222"].map(|id| id.parse().unwrap()).into();
    let expanded = topology.with_members(&found);
    let names: Vec<&str> =
        expanded.sources[&"web".parse().unwrap()].accounts.iter().map(|name| name.as_str()).collect();
    assert_eq!(names, ["app", "222222222222"], "one that has a name goes by it");
    let access = &expanded.accounts[&"222222222222".parse().unwrap()].access;
    assert_eq!(access.role_arn.as_deref(), Some("arn:aws:iam::222222222222:role/ops/Deployer"));
    assert_eq!((access.external_id.as_deref(), access.profile.as_deref()), (Some("secret-id"), Some("p")));
    assert!(!format!("{topology:?}").contains("secret-id"));
}

#[test]
fn accounts_are_included_by_unit_tags_name_and_id() {
    let yaml = with(
        r#"{ account: archive, include: [{ ou: ou-ab12-34567890 }, { name: "prod-*" }, { tag: { env: prod, team: web } }, app, "222222222222"], exclude: [archive] }"#,
    );
    let topology = valid(&yaml);
    let organization = topology.organization.as_ref().unwrap();
    let [
        Include::Unit(unit),
        Include::Name(name),
        Include::Tags(tags),
        Include::Account(app),
        Include::Account(other),
    ] = organization.include.as_slice()
    else {
        panic!("{organization:?}")
    };
    assert_eq!((unit.as_str(), name.as_str()), ("ou-ab12-34567890", "prod-*"));
    assert_eq!((tags.len(), app.as_str()), (2, "111111111111"));
    assert_eq!(other.as_str(), "222222222222");
    assert_eq!(topology.accounts.len(), 2, "an account that is only included is not met by that");
}

#[test]
fn a_source_that_covers_it_needs_a_lister_and_a_way_in() {
    let word = edited("[app]", "[organization]");
    check(&word, &["16:16 the topology has no `organization`"]);
    check(&with("{ id: o-exampleorgid }"), &["9:1 nothing can list the accounts of the organisation"]);
    let no_role = with("{ account: archive }").replace("access: { role_name: Deployer }\n", "");
    check(
        &no_role,
        &[
            "6:3 there is no way into app, archive",
            "16:21 there is no way into the accounts of the organisation",
        ],
    );
    let unused = edited("destinations:", "organization: { id: o-exampleorgid }\ndestinations:");
    assert!(valid(&unused).lister().is_none());
    check_advice("account: archive", "account: organization", "every account", "name a single account");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    check(&with("{}"), &["9:1 `organization` has no `account`"]);
    check(&with("{ account: nobody }"), &["9:26 unknown account `nobody`"]);
    check(&with("{ id: x, account: app }"), &["9:21 `x` is not valid for `id`"]);
    let check = |include: &str, expected: &str| {
        let yaml = with(&format!("{{ account: archive, include: [{include}] }}"));
        check(&yaml, &[expected]);
    };
    check("", "9:44 `include` is empty");
    check("111111111111", "9:45 the account id `111111111111` is an unquoted number");
    check("{ ou: ou-1 }", "9:51 `ou-1` is not valid for `ou`");
    check("{ unit: a }", "9:47 unknown key `unit`");
    check("{}", "9:45 an entry of `include` is empty");
    check("{ tag: {} }", "9:52 `tag` is empty");
    check("{ ou: ou-ab12-34567890, tag: { env: prod } }", "9:69 both `tag` and `ou` are set");
    check("{ tag: { env: prod }, name: a }", "9:47 both `tag` and `name` are set");
    check("{ name: \"[a\" }", "9:53 `[a` is not a glob: unclosed character class; missing ']'");
    check("{ tag: { env: 1 } }", "9:59 `env` must be a string");
    check("app, \"111111111111\"", "9:50 `111111111111` is given twice in `include`");
}

#[test]
fn its_external_id_is_in_no_excerpt() {
    let yaml = with("{ account: archive, id: 1 }")
        .replace("{ role_name: Deployer }", "{ role_name: Deployer, external_id: secret-id }");
    let invalid = parse("t.yaml", &yaml).unwrap_err();
    assert!(!format!("{invalid:?}").contains("secret-id"));
}
