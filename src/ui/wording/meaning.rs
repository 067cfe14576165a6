//! The words of what there is to know about what a topology means.

use crate::plan::meaning::{Note, Reads, Selection, Unsubscribable};

/// A note on what a topology means, as a sentence.
pub fn meaning(note: &Note) -> String {
    match note {
        Note::Selection { source, account, region, what } => {
            format!("sources.{source} in {account}/{region}: {}", selection(what))
        }
        Note::OrganizationUnread { source } => {
            format!("sources.{source}: `organization` expands after reading")
        }
        Note::OrganizationEmpty { source } => {
            format!("sources.{source}: `organization` has no such account today")
        }
        Note::NotOfOrganization { source, id } => {
            format!("sources.{source}: {id} is included, but is no active account of the organisation")
        }
        Note::PrefixDated { destination, prefix, hour } => format!(
            "destinations.{destination}: the prefix `{prefix}` has an expression and no timestamp, and Firehose adds no date to such a prefix, so logpipe writes `{hour}` behind it; write a `!{{timestamp:…}}` into it to say where and how"
        ),
        Note::SmallObjectsStay { destination, smallest } => format!(
            "destinations.{destination}: S3 moves no object under {} KB, unless its bucket was set otherwise; `min_object_size` of a transition says from which size on (`min_object_size: {smallest}` keeps it so)",
            smallest / 1024
        ),
        Note::ManyPolicies { role, count, usual } => format!(
            "{role} gets {count} policies attached: AWS refuses more than {usual} unless the account's IAM quota `Managed policies attached to an IAM role` was raised; several of `extra_policies` can be written as one"
        ),
        Note::PermissionSetReads { set, reads } => {
            let Reads { reader, trusted, trusted_id, account, role, policy } = reads;
            format!(
                "readers.{reader}: whoever has the permission set {set} in {trusted} ({trusted_id}) may read the logs of {account} as {role}, once {policy} is attached to that set as a customer managed policy, which IAM Identity Center alone can do"
            )
        }
        Note::AccountReads(Reads { reader, trusted, trusted_id, account, role, policy }) => format!(
            "readers.{reader}: every user and role of {trusted} ({trusted_id}) that its own account allows to may read the logs of {account} as {role}, because `trusted` names no role; {policy} is made, and attached to nobody"
        ),
        Note::RolesUnread { agent, account } => format!(
            "agents.{agent} in {account}: expands after reading, which tells the role of its instances"
        ),
        Note::InstancesUnread { agent, account } => {
            format!("agents.{agent} in {account}: which of its instances are there is known after reading")
        }
    }
}

fn selection(selection: &Selection) -> String {
    match selection {
        Selection::GlobUnread { glob } => format!("`{glob}` expands after reading"),
        Selection::LeftOut { glob, group, why } => {
            let why = match why {
                Unsubscribable::OwnErrorLog => "it is this pipeline's own error log",
                Unsubscribable::Class => "only log groups of class STANDARD take subscription filters",
                Unsubscribable::ControlTower => "it is Control Tower's own",
            };
            format!("`{glob}` leaves out {group}: {why}")
        }
        Selection::NothingMatches { glob } => format!("`{glob}` matches no log group today"),
        Selection::ExclusionUnread { glob } => format!("the exclusion `{glob}` expands after reading"),
        Selection::ExcludedToday { glob, count } => format!(
            "`{glob}` excludes the {count} log group(s) that match today; one that comes later is delivered until the next apply"
        ),
        Selection::NoLogGroup => "there is no log group to deliver from today".to_owned(),
    }
}
