//! Needs as a shell script around the AWS CLI, to be run once in each account.

use std::collections::BTreeMap;

use serde_json::Value;

use super::view::{ACCOUNT_ID, AccessView, EXTERNAL_ID, TRUSTED, name, with_placeholder};
use crate::access::{Holder, Need};

const HEAD: &str = r#"set -eu
account=$(aws sts get-caller-identity --query Account --output text)

# role NAME PATH TRUST: creates the role, or updates its trust policy.
role() {
  if aws iam get-role --role-name "$1" >/dev/null 2>&1; then
    aws iam update-assume-role-policy --role-name "$1" --policy-document "$3"
  else
    aws iam create-role --role-name "$1" --path "$2" --assume-role-policy-document "$3" >/dev/null
  fi
}

# managed NAME DOCUMENT: creates the policy, or a new version of it that replaces all others.
managed() {
  arn=$(aws iam list-policies --scope Local --query "Policies[?PolicyName=='$1'].Arn" --output text)
  if [ -z "$arn" ]; then
    arn=$(aws iam create-policy --policy-name "$1" --policy-document "$2" --query Policy.Arn --output text)
  else
    for old in $(aws iam list-policy-versions --policy-arn "$arn" --query 'Versions[?!IsDefaultVersion].VersionId' --output text); do
      aws iam delete-policy-version --policy-arn "$arn" --version-id "$old"
    done
    aws iam create-policy-version --policy-arn "$arn" --policy-document "$2" --set-as-default >/dev/null
  fi
}
"#;

/// The script.
pub(crate) fn access_script(view: &AccessView) -> String {
    let mut arms: BTreeMap<String, Vec<&Need>> = BTreeMap::new();
    for need in &view.needs.needs {
        if let Some(account) = need.holder.account() {
            // The arm of all others comes last: a digit sorts before it.
            let pattern = if need.holder.is_member() { "[0-9]*".to_owned() } else { account.to_string() };
            arms.entry(pattern).or_default().push(need);
        }
    }
    let mut script = format!(
        "#!/bin/sh\n# What logpipe needs for {} with the topology {}.\n# Run it once in each account, with the credentials of an administrator there.\n{HEAD}\ncase $account in\n",
        view.commands.join(", "),
        view.topology
    );
    for (pattern, needs) in &arms {
        let blocks: Vec<String> = needs.iter().map(|need| block(view, need)).collect();
        script.push_str(&format!("{pattern})\n{}  ;;\n", blocks.join("\n")));
    }
    script.push_str("*)\n  echo \"the topology has no account $account\" >&2\n  exit 1\n  ;;\nesac\n");
    script.push_str(&start(view));
    script
}

fn block(view: &AccessView, need: &Need) -> String {
    let mut lines = vec![format!("  # {}", name(need))];
    let role = need.holder.role();
    let (path, role_name) = role.map_or(("/".to_owned(), None), |role| match role.rsplit_once('/') {
        Some((path, name)) => (format!("/{path}/"), Some(name)),
        None => ("/".to_owned(), Some(role)),
    });
    // The trust of a role that others use too is not ours to write.
    if let (Some(trust), Some(role), false) = (view.trust(need), role_name, need.accounts.is_empty()) {
        if view.wants_principal(need) {
            lines.push("  : \"${TRUSTED_PRINCIPAL:?set it to the ARN of whoever runs logpipe}\"".to_owned());
        }
        if need.has_external_id() {
            lines.push("  : \"${EXTERNAL_ID:?set it to the external id of the topology}\"".to_owned());
        }
        lines.push(format!("  role {} {} {}", shell(role), shell(&path), document(&trust, need)));
    }
    for policy in &need.policies {
        let text = document(&policy.document, need);
        match role_name {
            Some(role) if !policy.managed => lines.push(format!(
                "  aws iam put-role-policy --role-name {} --policy-name {} --policy-document {text}",
                shell(role),
                shell(&policy.name)
            )),
            role => {
                lines.push(format!("  managed {} {text}", shell(&policy.name)));
                lines.push(match role {
                    Some(role) => format!(
                        "  aws iam attach-role-policy --role-name {} --policy-arn \"$arn\"",
                        shell(role)
                    ),
                    None => "  echo \"attach $arn to the role or user that you run logpipe as in $account\""
                        .to_owned(),
                });
            }
        }
    }
    lines.join("\n") + "\n"
}

/// What the credentials need that logpipe starts with, which may be anywhere.
fn start(view: &AccessView) -> String {
    let Some(need) = view.needs.needs.iter().find(|need| need.holder == Holder::Start) else {
        return String::new();
    };
    let mut text = "\n# Whoever runs logpipe needs this policy, in whichever account:\n".to_owned();
    for line in need.policies.iter().flat_map(|policy| {
        format!("{:#}", policy.document).lines().map(|line| format!("# {line}\n")).collect::<Vec<_>>()
    }) {
        text.push_str(&line);
    }
    text
}

/// A document as one word of the shell, in which variables stand for the placeholders.
fn document(document: &Value, need: &Need) -> String {
    let text = shell(&format!("{:#}", with_placeholder(document, need)));
    let variables = [(TRUSTED, "TRUSTED_PRINCIPAL"), (EXTERNAL_ID, "EXTERNAL_ID"), (ACCOUNT_ID, "account")];
    variables
        .into_iter()
        .fold(text, |text, (placeholder, variable)| text.replace(placeholder, &format!("'\"${variable}\"'")))
}

fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
