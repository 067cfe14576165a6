//! The words of what there is to know about what a topology means.

use crate::address::AccountId;
use crate::plan::meaning::{Note, Reads, Selection, Unsubscribable};
use crate::policy::quota::grouped;
use crate::ui::text;

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
            format!("sources.{source}: `organization` matches no account today")
        }
        Note::NotOfOrganization { source, id } => {
            format!("sources.{source}: {id} is included, but is not an active account of the organisation")
        }
        Note::MembersInactive { source, ids } => {
            let (accounts, are) = if ids.len() == 1 { ("account", "is") } else { ("accounts", "are") };
            let ids: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
            format!(
                "sources.{source}: {} {accounts} of the organisation {are} left out, because only active accounts can be used: {}",
                grouped(ids.len()),
                ids.join(", ")
            )
        }
        Note::PrefixDated { destination, prefix, hour } => format!(
            "destinations.{destination}: the prefix `{prefix}` has an expression but no timestamp, and Firehose adds no date to such a prefix, so logpipe appends `{hour}`; put a `!{{timestamp:…}}` into the prefix to choose where and how"
        ),
        Note::SmallObjectsStay { destination, smallest } => format!(
            "destinations.{destination}: S3 moves no object under {} KB unless its bucket is set otherwise; `min_object_size` of a transition sets the smallest size (`min_object_size: {smallest}` keeps it as it is)",
            smallest / 1024
        ),
        Note::Sharded { destination, senders, entrances, streams } => {
            let in_front = match streams {
                1 => String::new(),
                _ => format!(" in front of {} streams", grouped(*streams)),
            };
            format!(
                "destinations.{destination}: {} senders over {} CloudWatch Logs destinations{in_front}",
                grouped(*senders),
                grouped(entrances.len())
            )
        }
        Note::StreamsIdle { destination, senders, streams } => format!(
            "destinations.{destination}: `stream.count` is {streams} for {}: senders are spread by account, so the other streams carry nothing",
            text::count(*senders, "sender")
        ),
        Note::ManyPolicies { role, count, usual } => format!(
            "{role} gets {count} policies attached: AWS refuses more than {usual} unless the account's IAM quota `Managed policies attached to an IAM role` has been raised; you can combine several `extra_policies` into one"
        ),
        Note::PermissionSetReads { set, reads } => {
            let Reads { reader, trusted, trusted_id, account, role, policy } = reads;
            format!(
                "readers.{reader}: whoever has the permission set {set} in {trusted} ({trusted_id}) may read the logs of {account} as {role}, once {policy} is attached to that set as a customer managed policy, which only IAM Identity Center can do"
            )
        }
        Note::AccountReads(Reads { reader, trusted, trusted_id, account, role, policy }) => format!(
            "readers.{reader}: any user or role of {trusted} ({trusted_id}) that its own account permits may read the logs of {account} as {role}, because `trusted` names no role; {policy} is created, but attached to nobody"
        ),
        Note::RolesUnread { agent, account } => format!(
            "agents.{agent} in {account}: expands after reading, which finds the role of its instances"
        ),
        Note::InstancesUnread { agent, account } => {
            format!("agents.{agent} in {account}: which of its instances exist is known after reading")
        }
    }
}

fn selection(selection: &Selection) -> String {
    match selection {
        Selection::GlobUnread { glob } => format!("`{glob}` expands after reading"),
        Selection::LeftOut { glob, group, why } => {
            let why = match why {
                Unsubscribable::OwnErrorLog => "it is this pipeline's own error log",
                Unsubscribable::Class => "only log groups of class STANDARD support subscription filters",
                Unsubscribable::ControlTower => "it belongs to Control Tower",
            };
            format!("`{glob}` leaves out {group}: {why}")
        }
        Selection::NothingMatches { glob } => format!("`{glob}` matches no log group today"),
        Selection::ExclusionUnread { glob } => format!("the exclusion `{glob}` expands after reading"),
        Selection::ExcludedToday { glob, count } => format!(
            "`{glob}` excludes the {count} log group(s) that match today; one that is created later is delivered until the next apply"
        ),
        Selection::NoLogGroup => "there is no log group to deliver from today".to_owned(),
    }
}
