//! The words of what lint finds, in one match.

use super::patterns::{of_doubt, of_surprise};
use super::{destinations, policies, sources};
use crate::lint::Lint;

/// What is there, what it means, and what to write instead.
pub(in crate::ui) struct Words {
    /// What is there.
    pub(in crate::ui) message: String,
    /// What it means.
    pub(in crate::ui) why: String,
    /// What to write instead.
    pub(in crate::ui) help: String,
}

/// The words of a finding.
pub(in crate::ui) fn words(lint: &Lint) -> Words {
    match lint {
        Lint::PatternSurprise { pattern, surprise } => of_surprise(pattern, surprise),
        Lint::PatternDoubt { pattern, doubt, unanswered } => of_doubt(pattern, doubt, unanswered.as_deref()),
        Lint::RetentionWithoutCreate { source } => Words {
            message: format!("`retention_days` of `{source}` has no effect"),
            why: "it applies to log groups that logpipe creates, and without `create: true` it creates none".to_owned(),
            help: "remove it, or add `create: true`; logpipe leaves the retention of existing log groups to their owners"
                .to_owned(),
        },
        Lint::CreateWithoutNames { source } => Words {
            message: format!("`create` of `{source}` has no effect"),
            why: "only log groups that are named in full can be created, and all of these are globs".to_owned(),
            help: "name the log groups to create, or remove it".to_owned(),
        },
        Lint::UnusedAccount { account } => Words {
            message: format!("nothing refers to the account `{account}`"),
            why: "no destination, source, agent or reader is in it, so logpipe does not enter it".to_owned(),
            help: "remove it, or name it where it belongs; it may stay until `logpipe apply --prune` has removed what logpipe made in it"
                .to_owned(),
        },
        Lint::UnusedDestination { destination } => Words {
            message: format!("no source delivers to the destination `{destination}`"),
            why: "its bucket, stream and roles are created anyway, but nothing arrives".to_owned(),
            help: "name it as the `destination` of a source, or remove it".to_owned(),
        },
        Lint::TrustWithoutOrganization => Words {
            message: "`trust_organization` has no effect".to_owned(),
            why: "it is for destinations with `allow: organization`, and there is none".to_owned(),
            help: "remove it, or write `allow: organization` at a destination".to_owned(),
        },
        Lint::VariableInText { variable } => Words {
            message: format!("`{variable}` is taken literally"),
            why: "only `${var.name}` and `${env.NAME}` stand for variables".to_owned(),
            help: format!("write `${{env.{}`, or the value itself", variable.trim_start_matches("${")),
        },
        Lint::UnusedVariable { variable } => Words {
            message: format!("nothing refers to the variable `{variable}`"),
            why: "it has no effect, whatever value it is given".to_owned(),
            help: format!("remove it, or write `${{var.{variable}}}` where it belongs"),
        },
        Lint::PrefixWithoutSlash { key, prefix } => Words {
            message: format!("`{key}` does not end in `/`"),
            why: format!("Firehose appends the rest of the key directly to it, so there is no folder `{prefix}`"),
            help: format!("write `{prefix}/`, unless it is the start of a name"),
        },
        Lint::DeliveredTwice { log_group, other, destination } => {
            sources::twice(log_group, other, destination)
        }
        Lint::ExcludeWithoutEffect { source, exclude } => sources::exclusion(source, exclude),
        Lint::RetentionShorterThanRetries { source } => sources::short_retention(source),
        Lint::DistributionWithoutShards { source } => sources::distribution(source),
        Lint::EventsLeaveRegion { source, regions, destination, region } => {
            sources::other_region(source, regions, destination, region)
        }
        Lint::OrganizationWithoutSource { key } => Words {
            message: format!("`{key}` of `organization` has no effect"),
            why: "it says which accounts `organization` stands for in a source, and no source names it"
                .to_owned(),
            help: "remove it, or write `accounts: [organization]` in a source".to_owned(),
        },
        Lint::ExtensionMisleads { extension, gzipped } => destinations::extension(extension, *gzipped),
        Lint::ErrorsAmongObjects { folder, errors } => destinations::errors_among_objects(folder, errors),
        Lint::TimestampMisread { key, misread } => destinations::timestamp(key, *misread),
        Lint::MovedForLessThanBilled { class, days, billed } => {
            destinations::moved_early(class, *days, *billed)
        }
        Lint::KeyOfAnotherAccount { account, role } => destinations::foreign_key(account, role),
        Lint::PolicyAllowsEverything { policy, statement } => policies::everything(policy, *statement),
        Lint::PolicyVariableWithoutVersion { policy, variable } => policies::variable(policy, variable),
        Lint::AgentCannotWrite { agent, log_group } => policies::agent(agent, log_group),
        Lint::ReaderReadsNothing { reader } => policies::reader(reader),
        Lint::AccessWithoutRole { account, key } => policies::without_role(account.as_deref(), key),
        Lint::AllowWithoutEffect { rule } => Words {
            message: format!("this allows {}, and there is nothing to allow", rule.code()),
            why: format!("the line does not go against {rule}"),
            help: "remove it; a comment is about its own line or, on a line of its own, about the next one"
                .to_owned(),
        },
        Lint::AllowNotUnderstood { word, instead } => Words {
            message: match word.is_empty() {
                true => "this comment allows nothing".to_owned(),
                false => format!("`{word}` is not understood"),
            },
            why: "such a comment names rules, as in `# logpipe: allow LP007, LP008 -- the reason`".to_owned(),
            help: match instead {
                Some(instead) => format!("did you mean `{instead}`?"),
                None => "name a rule by its code; docs/lint.md has them all".to_owned(),
            },
        },
    }
}
