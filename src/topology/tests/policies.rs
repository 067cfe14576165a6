//! Policies of agents: those of AWS, and those of the user's own.

use super::{VALID, check, parse, valid};

fn with(keys: &str) -> String {
    format!("{VALID}agents:\n  web:\n    accounts: [app]\n    {keys}\n")
}

#[track_caller]
fn check_advice(keys: &str, why: &str, help: &str) {
    let invalid = parse("t.yaml", &with(keys)).unwrap_err();
    let problem = &invalid.problems()[0];
    assert!(problem.why().contains(why), "{}", problem.why());
    assert!(problem.help().contains(help), "{}", problem.help());
}

#[test]
fn managed_policies_by_name_and_by_arn() {
    let managed = |list: &str, expected: &[&str]| {
        check(&with(&format!("role: {{ managed_policies: [{list}] }}")), expected);
    };
    managed("", &[]);
    managed("AmazonEC2RoleforSSM, 'arn:aws:iam::111111111111:policy/team/mine'", &[]);
    managed("MyPolicy", &["23:32 unknown managed policy `MyPolicy`"]);
    managed(
        "'arn:aws:iam::aws:role/x'",
        &["23:32 `arn:aws:iam::aws:role/x` is not the ARN of a managed policy"],
    );
    managed("'arn:aws:iam::222222222222:policy/x'", &["23:32 the policy is in account 222222222222"]);
    managed(
        "'arn:aws-cn:iam::aws:policy/ReadOnlyAccess'",
        &["23:32 the policy is in the partition `aws-cn`"],
    );
    managed(
        "ReadOnlyAccess, 'arn:aws:iam::aws:policy/ReadOnlyAccess'",
        &["23:48 `arn:aws:iam::aws:policy/ReadOnlyAccess` is given twice in `managed_policies`"],
    );
    check_advice("role: { managed_policies: [MyPolicy] }", "of this name", "write its ARN");
    check_advice(
        "role: { managed_policies: [ReadOnlyAcces] }",
        "of this name",
        "did you mean `ReadOnlyAccess`?",
    );
}

#[test]
fn names_with_a_path_resolve_to_it() {
    let topology = valid(&with("role: { managed_policies: [ViewOnlyAccess] }"));
    let agent = topology.agents.into_values().next().unwrap();
    let super::super::Holder::Own(role) = agent.holder else { panic!("its own role") };
    assert_eq!(role.managed_policies, ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]);
}

#[test]
fn policies_in_files() {
    let file = |file: &str, expected: &[&str]| {
        check(&with(&format!("extra_policies: [{{ name: p, file: {file} }}]")), expected);
    };
    file("policies/s3.json", &[]);
    file("nowhere.json", &["23:39 the policy file `nowhere.json` cannot be read"]);
    file("broken.json", &["23:39 the policy file `broken.json` is not JSON"]);
    file("no-policy.json", &["23:39 the policy in `no-policy.json` is not valid"]);
    file(
        "names.json",
        &["23:39 the policy in `names.json` has the invalid Resource `mybucket` in statement 2"],
    );
    file("large.json", &["23:39 the policy file `large.json` is too large"]);
    file(
        "trust.json",
        &[
            "23:39 the policy in `trust.json` has no resource in statement 1",
            "23:39 the policy in `trust.json` names a principal in statement 1",
        ],
    );
    check_advice("extra_policies: [{ name: p, file: broken.json }]", "line 2 column 14", "as JSON");
    check_advice(
        "extra_policies: [{ name: p, file: x.json }]",
        "No such file",
        "relative to the topology's folder",
    );
}

#[test]
fn policies_written_out() {
    let statement = |statement: &str| {
        format!("extra_policies: [{{ name: p, document: {{ Statement: [{{ {statement} }}] }} }}]")
    };
    let document = |text: &str, expected: &[&str]| check(&with(&statement(text)), expected);
    document("Effect: Allow, Action: 's3:*', Resource: '*'", &[]);
    document("Effect: allow, Action: 's3:*', Resource: '*'", &["23:43 the policy is not valid"]);
    document("Effect: Allow, Effect: Deny, Action: '*', Resource: '*'", &["23:74 duplicate key `Effect`"]);
    document("Effect: Allow, Action: '*'", &["23:57 the policy has no resource in statement 1"]);
    document(
        "Effect: Allow, Action: '*', Resource: '*', Principal: '*'",
        &["23:113 the policy names a principal in statement 1"],
    );
    check_advice(
        &statement("Effect: Allow, Action: x, Resource: '*'"),
        "must be \"*\" or \"service:Action\"",
        "IAM",
    );
    check(
        &with("extra_policies: [{ name: p, document: { Statement: [] } }]"),
        &["23:43 the policy has no statements"],
    );
    check(&with("extra_policies: [{ name: p, document: [] }]"), &["23:43 `document` must be a map"]);
    let long = format!("Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::{}'", "b".repeat(6144));
    document(&long, &["23:43 the policy has 6221 characters"]);
}

#[test]
fn statements_that_iam_refuses() {
    let document = |statement: &str| {
        with(&format!(
            "extra_policies: [{{ name: p, document: {{ Statement: [{{ Effect: Allow, {statement} }}] }} }}]"
        ))
    };
    let wrong = |statement: &str, expected: &str, why: &str, help: &str| {
        check(&document(statement), &[expected]);
        let invalid = parse("t.yaml", &document(statement)).unwrap_err();
        let problem = &invalid.problems()[0];
        assert_eq!((problem.why(), problem.help()), (format!("IAM refuses it: {why}").as_str(), help));
    };
    check(&document("Action: ['s3:Get*', '*'], Resource: ['*', 'arn:aws:logs:*:*:*', 'arn:*:s3:::b']"), &[]);
    wrong(
        "Sid: read logs, Action: '*', Resource: '*'",
        "23:79 the policy has the invalid Sid `read logs` in statement 1",
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
        "write `readlogs`",
    );
    wrong(
        "Action: '*', Resource: ['*', mybucket]",
        "23:103 the policy has the invalid Resource `mybucket` in statement 1",
        "Resource mybucket must be in ARN format or \"*\".",
        "write `arn:<partition>:<service>:<region>:<account>:<resource>`, or `*` for all",
    );
    wrong(
        "Action: '*', Resource: 'arn:aws-cn:s3:::b'",
        "23:97 the policy has the invalid Resource `arn:aws-cn:s3:::b` in statement 1",
        "Partition \"aws-cn\" is not valid for resource \"arn:aws-cn:s3:::b\".",
        "write `arn:aws:s3:::b`",
    );
    wrong(
        "Action: '*', NotResource: 'arn:aws:iam:eu-west-1:111111111111:role/r'",
        "23:100 the policy has the invalid NotResource `arn:aws:iam:eu-west-1:111111111111:role/r` in statement 1",
        "IAM resource arn:aws:iam:eu-west-1:111111111111:role/r cannot contain region information.",
        "write `arn:aws:iam::111111111111:role/r`",
    );
    wrong(
        "Action: '*', Resource: 'arn:aws:s3:eu-west-1:111111111111:b/*'",
        "23:97 the policy has the invalid Resource `arn:aws:s3:eu-west-1:111111111111:b/*` in statement 1",
        "Resource arn:aws:s3:eu-west-1:111111111111:b/* can not contain region information.",
        "write `arn:aws:s3:::b/*`",
    );
    wrong(
        "Action: 's3:Get:Object', Resource: '*'",
        "23:82 the policy has the invalid Action `s3:Get:Object` in statement 1",
        "Actions/Condition can contain only one colon.",
        "write `service:Action`, such as `s3:GetObject`",
    );
}

#[test]
fn a_policy_is_in_one_place_and_has_a_name() {
    let extra =
        |keys: &str, expected: &[&str]| check(&with(&format!("extra_policies: [{{ {keys} }}]")), expected);
    extra("name: p", &["23:22 an entry of `extra_policies` has neither `file` nor `document`"]);
    extra(
        "name: p, file: policies/s3.json, document: { Statement: [] }",
        &["23:57 both `document` and `file` are set"],
    );
    extra("file: policies/s3.json", &["23:22 `extra_policies` has no `name`"]);
    extra("name: a b, file: policies/s3.json", &["23:30 `a b` cannot be a policy name"]);
    extra(
        "name: p, fil: policies/s3.json",
        &["23:22 an entry of `extra_policies` has neither `file` nor `document`", "23:33 unknown key `fil`"],
    );
}
