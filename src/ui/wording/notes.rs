//! The words of what there is to know beside a plan.

use serde_json::{Value, json};

use super::meaning::meaning;
use super::reasons::uses;
use crate::address::{AccountId, Address};
use crate::plan::Note;
use crate::plan::note::{Delivery, NearLimit, Stays};
use crate::shell::quoted;

/// How many addresses a note names one by one.
const NAMED: usize = 2;

/// A note as a sentence without a period.
pub fn note(note: &Note) -> String {
    match note {
        Note::Meaning(note) => meaning(note),
        Note::Renamed { from, to, id, count } => {
            let id = id.as_ref().map(AccountId::as_str).unwrap_or_default();
            let follow = match count {
                1 => "1 recorded resource follows".to_owned(),
                many => format!("{many} recorded resources follow"),
            };
            format!("account {id} is now called `{to}` instead of `{from}`: {follow}, and nothing changes in AWS")
        }
        Note::GoesById { name, id } => {
            format!("`{name}` is now another account: what was made in {id} is listed under that id")
        }
        Note::LeftOut { address, obstacle } => format!("{address} is left out: {obstacle}"),
        Note::Delivery { bucket, what } => delivery(bucket, what),
        Note::NearLimit(near) => near_limit(near),
        Note::ThroughputUnread { account, why: None } => format!(
            "how much the streams in account {account} take is not known, because the role may not call cloudwatch:GetMetricData: `logpipe access --for plan` lists that right"
        ),
        Note::ThroughputUnread { account, why: Some(why) } => {
            format!("how much the streams in account {account} take is not known: {why}")
        }
        Note::About { resources, notice } => format!("{}: {notice}", named(resources)),
        Note::SubscriptionsStay => "subscriptions that no source names any more stay and keep delivering, and so does everything their events pass through; where their log group has another subscription, every event arrives twice: put the source back, or remove them with `--prune`".to_owned(),
        Note::CutOff { subscription, policy } => format!(
            "{subscription} sends to {}, which this plan switches to its organisation: no source names the subscription, so it passes no role and is no longer admitted, and what it sends in the 3 min before the switch is lost too; remove it before with `logpipe apply --prune`, or keep it in a source",
            policy.name
        ),
        Note::OrganizationLater { policy, subscription } => format!(
            "{} switches to its organisation with `logpipe apply --prune`, and admits accounts until then: no source names {subscription} any more, so it passes no role, and an organisation would not admit it",
            policy.name
        ),
        Note::StreamStays { stream, sender } => {
            format!("{stream} stays, because {sender}, which no source needs any more, still sends to it")
        }
        Note::Prunable { removable, orphans } => {
            format!("`--prune` removes {removable} of {orphans} that the topology no longer names")
        }
        Note::Stays { address, why } => format!("{address} stays: {}", stays(address, why)),
        Note::RecordLost { tagged, subscriptions } => format!(
            "the record owns nothing, but {} this topology's tag, and {} its destinations: restore the record, or run `logpipe apply --adopt` to recover them as logpipe's own",
            counted(*tagged, "resource carries", "resources carry"),
            counted(*subscriptions, "subscription points at", "subscriptions point at"),
        ),
        Note::RecordLeftBehind(other) => other.to_string(),
        Note::Shard { share, accounts, of } => format!(
            "shard {share} has {accounts} of {of} accounts, and waits for what it needs in the accounts of other shards"
        ),
        Note::Offline => {
            "made offline, as if nothing existed: AWS was not asked".to_owned()
        }
    }
}

/// Notes with their codes, for programs.
pub(in crate::ui) fn noted(notes: &[Note]) -> Value {
    notes.iter().map(|one| json!({ "code": one.code(), "note": note(one) })).collect()
}

fn delivery(bucket: &Address, what: &Delivery) -> String {
    match what {
        Delivery::PolicyUnread { role, why } => format!(
            "it is not known whether the policy of {bucket} lets {role} write, because the policy could not be read: {why}"
        ),
        Delivery::PolicyUnreadable { error } => format!("the policy of {bucket} cannot be read: {error}"),
        Delivery::Denied { role, statement } => format!(
            "{bucket} will refuse what is delivered: {statement} of its policy denies s3:PutObject to {role}, so whoever owns that statement has to exempt the role"
        ),
        Delivery::Undecided { role, depends_on, because } => format!(
            "whether the policy of {bucket} lets {role} write depends on {} ({}): `logpipe verify` finds out",
            depends_on.join(", "),
            because.join("; ")
        ),
        Delivery::EncryptionUnread { why } => format!(
            "it is not known which key {bucket} encrypts with, because its encryption could not be read: {why}"
        ),
        Delivery::KeyAlias { alias, destination } => format!(
            "{bucket} encrypts with the KMS key {alias}: set `kms_key_arn` of destinations.{destination} to its ARN, so that the role may use it"
        ),
        Delivery::KeyRefused { key, role, lacks, destination } => format!(
            "{bucket} encrypts with the KMS key {key}, but {role} will lack {lacks}: add `kms_key_arn: {key}` to the bucket of destinations.{destination}, and allow the role in the key policy"
        ),
    }
}

pub(super) fn near_limit(near: &NearLimit) -> String {
    let NearLimit { destination, stream, busiest, limit, throttled, streams, enough, most } = near;
    let refused = match throttled {
        0 => String::new(),
        _ => format!(
            "; {} refused, which CloudWatch Logs sends again for up to a day",
            counted(usize::try_from(*throttled).unwrap_or(usize::MAX), "record was", "records were")
        ),
    };
    let help = if enough <= streams {
        "its streams would be enough if all took as much, so raise the quota of this one, or give the account that logs most a destination of its own".to_owned()
    } else if enough > most {
        format!("{enough} streams would be enough, more than `count` can say: have the quota raised")
    } else {
        format!("`stream: {{ count: {enough} }}` of destinations.{destination} would be enough")
    };
    format!(
        "{stream} took {} in its busiest minute of the last day, and Firehose takes {}{refused}; {help}",
        rate(*busiest),
        rate(*limit)
    )
}

/// Bytes a second, in the largest unit of which there is one, to a tenth.
fn rate(bytes_per_second: u64) -> String {
    const KIB: u64 = 1_024;
    let (unit, name) = match bytes_per_second {
        0..KIB => return format!("{bytes_per_second} B/s"),
        KIB..1_048_576 => (KIB, "KiB/s"),
        _ => (KIB * KIB, "MiB/s"),
    };
    format!("{:.1} {name}", bytes_per_second as f64 / unit as f64)
}

fn stays(address: &Address, why: &Stays) -> String {
    let target = quoted(&address.to_string());
    match why {
        Stays::OutOfReach { id } => format!(
            "`accounts` no longer names {id}, and `access` has no role_name to enter it with; put it back until this is pruned"
        ),
        Stays::Unsettled => format!(
            "an earlier run stopped before it finished with it, and its owner could not be determined; `logpipe destroy --target {target}` says why, or removes it if it is logpipe's"
        ),
        Stays::Guards(whole) => format!("it guards the {whole}, which stays"),
        Stays::PartOf(whole) => format!("AWS deletes it only with its {whole}, which stays"),
        Stays::SentFrom => "a source still sends from it, although none creates it any more".to_owned(),
        Stays::Used(of_others) => format!(
            "others have {} on it, which would be deleted too: have them remove that first, or let `logpipe destroy --target {target} --delete-data` delete both",
            uses(of_others)
        ),
        Stays::HoldsData { holds, by_name } => {
            let consent = if *by_name { " --delete-data" } else { "" };
            format!("it holds {holds}; `logpipe destroy --target {target}{consent}` removes both")
        }
        Stays::Needed { by } => format!("{by}, which stays, needs it"),
    }
}

fn named(resources: &[Address]) -> String {
    let names: Vec<String> = resources.iter().take(NAMED).map(ToString::to_string).collect();
    match resources.len().saturating_sub(NAMED) {
        0 => names.join(" and "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Field, Notice};

    #[test]
    fn what_many_have_alike_names_the_first() {
        let check = |count: usize, expect: &str| {
            let role = |number| format!("app/global/iam_role.r{number}").parse().unwrap();
            let notice = Notice::Added(vec![Field::part("tags", "Team").of_others()]);
            let said = note(&Note::About { resources: (1..=count).map(role).collect(), notice });
            assert_eq!(said, format!("{expect}: others have added tags.Team, which logpipe does not change"));
        };
        check(1, "app/global/iam_role.r1");
        check(2, "app/global/iam_role.r1 and app/global/iam_role.r2");
        check(4, "app/global/iam_role.r1, app/global/iam_role.r2 and 2 more");
    }
}
