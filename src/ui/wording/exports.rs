//! The words of what is in no file of an export, and of what there is to know of one.

use super::meaning::meaning;
use crate::export::{LeftOut, Note, Why};
use crate::policy::quota::grouped;

/// How many addresses a note names one by one.
const NAMED: usize = 2;

/// Why a resource is in no file, as a clause after its address.
pub(in crate::ui) fn not_exported(left: &LeftOut) -> String {
    match &left.why {
        Why::OnlyUsed => "it exists already, and logpipe only uses it".to_owned(),
        Why::UsedAsItIs => "it is there already, and is used as it is".to_owned(),
        Why::NoWord { language, instead: None } => format!("{} has no resource for it", language.name()),
        Why::NoWord { language, instead: Some(command) } => {
            format!("{} has no resource for it; `{command}` does the same", language.name())
        }
    }
}

/// What there is to know, as a sentence without a period.
pub(in crate::ui) fn export_note(note: &Note) -> String {
    match note {
        Note::Meaning(note) => meaning(note),
        Note::Large { file, bytes, most } => format!(
            "{file} has {} bytes, and CloudFormation takes more than {} only out of a bucket: deploy it with `--s3-bucket`",
            grouped(*bytes),
            grouped(*most)
        ),
        Note::NoMembers => "no account sends anything, so there is nothing for a stack set".to_owned(),
        Note::Crowded { resources, most } => format!(
            "the template of the stack set has {} resources, and CloudFormation takes {} at most: narrow the export with `--target`, or subscribe whole accounts with `scope: account`",
            grouped(*resources),
            grouped(*most)
        ),
        Note::MembersExist { resources } => format!(
            "{} of what the stack set would make is there already, and a stack set takes nothing over: leave out `--stack-set` to have stacks that do, or remove it first with `logpipe destroy`",
            grouped(*resources)
        ),
        Note::NotOpen { destination } => format!(
            "destinations.{destination} admits and trusts the accounts of today alone, so stacks in accounts that join later fail: set `allow: organization` and `limits: {{ trust_organization: true }}`, or export and deploy again when one joins"
        ),
        Note::Untagged { resources } => {
            let more = match resources.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {} more", grouped(more)),
            };
            let named: Vec<String> = resources.iter().take(NAMED).map(ToString::to_string).collect();
            format!(
                "CloudFormation sets no tags on managed policies and instance profiles: `logpipe status` shows those of {}{more} as missing",
                named.join(", ")
            )
        }
        Note::ManyProviders { count } => format!(
            "{} providers, each of which Terraform runs as a process: write a folder for some accounts at a time, with `--target`",
            grouped(*count)
        ),
    }
}
