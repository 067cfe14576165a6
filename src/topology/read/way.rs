//! How logpipe gets into an account, as `access` and each account may say it.

use super::field::Field;
use super::section::Section;
use crate::address::{AccountId, Arn, Partition};
use crate::topology::finding::Findings;
use crate::topology::keys::accounts as keys;
use crate::topology::keys::forms::names;
use crate::topology::keys::{Key, Text};

/// What a section says about access, nothing filled in.
#[derive(Default)]
pub(super) struct Way {
    pub(super) profile: Option<String>,
    pub(super) role_name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) via: Option<Vec<String>>,
}

impl Way {
    /// The session name, or the usual one.
    pub(super) fn session_name(&self) -> String {
        self.session_name.clone().unwrap_or_else(|| "logpipe".to_owned())
    }

    /// Reads the keys that `access` and each account have.
    pub(super) fn read(section: &Section<'_>, partition: Option<Partition>, findings: &mut Findings) -> Self {
        let via = section.get(&keys::VIA).and_then(|field| field.items(findings)).map(|items| {
            items
                .into_iter()
                .filter_map(|item| role_arn(item, partition, findings))
                .map(|role| role.text)
                .collect()
        });
        let mut named = |key: &Key<Text>| {
            let field = section.get(key)?;
            let text = field.text(findings)?;
            if let Err(why) = key.kind.form.check(text) {
                findings.add(
                    field.span(),
                    format!("`{text}` cannot be the `{}`", key.name),
                    why,
                    "choose another one",
                );
            }
            Some(text.to_owned())
        };
        let role_name = named(&keys::ROLE_NAME);
        let session_name = named(&keys::SESSION_NAME);
        let external_id = section.get(&keys::EXTERNAL_ID).and_then(|field| external_id(field, findings));
        let profile = section.get(&keys::PROFILE).and_then(|field| profile(field, findings));
        Self { profile, role_name, external_id, session_name, via }
    }
}

fn external_id(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = field.secret(findings)?;
    if keys::EXTERNAL_ID.kind.form.check(text).is_err() {
        let why = "an external id has 2 to 1224 letters, digits and `_+=,.@:/-`";
        findings.add(
            field.span(),
            "the `external_id` is not valid",
            why,
            "copy it from the role's trust policy",
        );
    }
    Some(text.to_owned())
}

fn profile(field: Field<'_>, findings: &mut Findings) -> Option<String> {
    let text = field.text(findings)?;
    if text.trim().is_empty() {
        let why = "a profile is a named section of the AWS configuration file";
        findings.add(field.span(), "`profile` is empty", why, "name a profile, or leave it out");
    }
    Some(text.to_owned())
}

/// The ARN of a role, and the account it names.
pub(super) struct RoleArn {
    pub(super) text: String,
    pub(super) account: AccountId,
}

/// IAM User Guide, "IAM ARNs": `arn:<partition>:iam::<account>:role/<path and name>`.
pub(super) fn role_arn(
    field: Field<'_>,
    partition: Option<Partition>,
    findings: &mut Findings,
) -> Option<RoleArn> {
    let text = field.text(findings)?;
    let known = Arn::parse(text)
        .filter(|arn| (arn.service, arn.region) == ("iam", ""))
        .filter(|arn| arn.named("role").is_some_and(|role| names::ROLE_WITH_PATH.check(role).is_ok()))
        .and_then(|arn| Some((arn.partition, arn.account_id()?)));
    let Some((written, account)) = known else {
        let message = format!("`{text}` is not the ARN of a role");
        let why = "expected arn:aws:iam::<account id>:role/<name>";
        findings.add(field.span(), message, why, "copy the ARN from the IAM console");
        return None;
    };
    if let Some(partition) = partition.filter(|partition| partition.as_str() != written) {
        let why = format!(
            "the topology's region is in the partition `{partition}`, and a role works only in its own partition"
        );
        let message = format!("the role is in the partition `{written}`");
        findings.add(field.span(), message, why, format!("name a role that starts with `arn:{partition}:`"));
    }
    Some(RoleArn { text: text.to_owned(), account })
}
