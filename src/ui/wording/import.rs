//! The words for what `import` finds.

use crate::address::AccountId;
use crate::import::{Beyond, Fate, Hindrance, Inexpressible, Overwide, Removal, Unread, UnreadWhat};
use crate::policy::says;
use crate::ui::text;

/// What becomes of something, as a heading.
pub(in crate::ui) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Ends => "What is there, no topology says, and adopting ends",
        Fate::Refused => "What is there, and no topology can take over",
        Fate::Stays => "What is there, no topology says, and stays as it is",
    }
}

/// Why no topology can be written of a pipeline.
pub fn hindrance(hindrance: &Hindrance) -> String {
    match hindrance {
        Hindrance::AccountNotGiven { account } => {
            format!("what it sends to is in account {account}, which was not looked at: add --account NAME={account}")
        }
        Hindrance::RegionNotGiven { region } => {
            format!("what it sends to is in {region}, which was not looked at: add --also-region {region}")
        }
        Hindrance::DestinationGone => "its destination is not there any more".to_owned(),
        Hindrance::NotFirehose { target } => {
            format!("it sends to {target}, and a topology's destinations send to Firehose streams")
        }
        Hindrance::StreamGone => "its stream is not there any more".to_owned(),
        Hindrance::NotIntoS3 => "its stream does not deliver to S3".to_owned(),
        Hindrance::OtherSource { source } => {
            format!("its stream takes its records from elsewhere ({source}), and a topology's streams are put to directly")
        }
        Hindrance::Unread(why) => format!("its stream could not be read: {}", why.error),
        Hindrance::NothingSends { admitted } if admitted.is_empty() => {
            "nothing in the accounts and regions that were looked at sends to it: add the accounts of its senders with --account"
                .to_owned()
        }
        Hindrance::NothingSends { admitted } => format!(
            "nothing in the accounts and regions that were looked at sends to it: its policy admits {}, which --account adds",
            ids(admitted)
        ),
    }
}

fn ids(accounts: &[AccountId]) -> String {
    accounts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What is there and no topology says.
pub(in crate::ui) fn inexpressible(one: &Inexpressible) -> String {
    match one {
        Inexpressible::SenderWithoutSubscription { destination, looked_at, not_looked_at } => {
            let looked =
                (!looked_at.is_empty()).then(|| format!("{}, of which nothing sends to it", ids(looked_at)));
            let not = (!not_looked_at.is_empty()).then(|| {
                format!(
                    "{}, which was not looked at: look there too (--account), or it may send no more",
                    ids(not_looked_at)
                )
            });
            let both = looked.into_iter().chain(not).collect::<Vec<_>>().join("; and ");
            format!("{destination} admits {both}")
        }
        Inexpressible::Admission { destination, says } => {
            format!("the policy of {destination} {says}; a topology admits its accounts, or one organisation")
        }
        Inexpressible::Processor { processor } => {
            format!("the stream's processor {processor}, which adopting switches off")
        }
        Inexpressible::FormatConversion => "the stream converts records to another format".to_owned(),
        Inexpressible::Compression { compression } => format!(
            "the stream compresses with {compression}; a topology's streams leave envelopes as they are, which are gzipped already, and compress anything else with gzip or not at all"
        ),
        Inexpressible::Partitioning { prefix } => format!(
            "the stream partitions objects by other fields than owner, logGroup and logStream (`{prefix}`), so a successor without them takes its place"
        ),
        Inexpressible::Prefix { prefix, instead } => {
            format!("the prefix `{prefix}`; with `{instead}` in the topology, logpipe adds folders to it")
        }
        Inexpressible::FileExtension => {
            "the stream has no extension of its own for objects, and a topology's always have one".to_owned()
        }
        Inexpressible::TimeZone { zone } => {
            format!("the times in keys are those of {zone}; a topology's are UTC")
        }
        Inexpressible::Backup => "the stream keeps a second copy of its records in S3".to_owned(),
        Inexpressible::StreamEncryption { encryption } => {
            format!("the stream encrypts what it holds ({encryption})")
        }
        Inexpressible::ErrorLog { group, stream } => format!(
            "the stream logs errors to {group}, stream {stream}; a topology's log to a log group named after them"
        ),
        Inexpressible::Keys { stream, bucket } => {
            let key = |key: &Option<String>| key.clone().unwrap_or_else(|| "no key of yours".to_owned());
            format!(
                "the stream encrypts objects with {}, the bucket with {}; a topology has one key for both",
                key(stream),
                key(bucket)
            )
        }
        Inexpressible::LifecycleRule { rule } => format!("the bucket's {}", named(rule.as_deref())),
        Inexpressible::LifecycleRuleBeside { rule } => format!(
            "the bucket's {}, which does what the topology says too: adopting adds a rule of logpipe's own, and then it can go",
            named(rule.as_deref())
        ),
        Inexpressible::RolePath { role } => {
            format!("{role} is under a path, and a topology's roles are not: give it another role by name")
        }
        Inexpressible::RoleElsewhere { role } => {
            format!("{role} is of another account than the stream, so the topology makes one of its own")
        }
        Inexpressible::FurtherRole { destination, role } => {
            format!("{destination} puts records with {role}; a topology has one role for all regions")
        }
        Inexpressible::FurtherDestination { destination, subscriptions } => {
            let sent = text::count(*subscriptions, "subscription");
            let verb = if *subscriptions == 1 { "sends" } else { "send" };
            format!("{destination} sends to the same stream, under another name; {sent} {verb} to it")
        }
        Inexpressible::DirectSubscription { on, name } => format!(
            "the filter `{name}` on {on} sends straight to the stream; a topology's send to a destination in front of it"
        ),
        Inexpressible::SubscriptionRole { on, name, role, asked: true } => {
            format!("the filter `{name}` on {on} shows {role}; a topology makes a role of its own for that")
        }
        Inexpressible::SubscriptionRole { on, name, role, asked: false } => {
            format!("the filter `{name}` on {on} shows {role}")
        }
        Inexpressible::EventSelection { on, name, by } => {
            format!("the filter `{name}` on {on} drops or changes events by {}", by.join(" and "))
        }
        Inexpressible::Additions { on, name, fields } => {
            format!("the filter `{name}` on {on} adds {} to events", fields.join(", "))
        }
        Inexpressible::SelectionCriteria { on, name } => {
            format!("the policy `{name}` of {on} selects log groups by criteria that are not known")
        }
        Inexpressible::Tags { resource, tags } => {
            let tags: Vec<String> = tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{resource} has tags that not all of them have: {}", tags.join(", "))
        }
        Inexpressible::Key { path, value, why } => format!("{path}: {value} ({why})"),
    }
}

fn named(rule: Option<&str>) -> String {
    rule.map_or_else(|| "lifecycle rule without an id".to_owned(), |rule| format!("lifecycle rule `{rule}`"))
}

/// Where a statement is that allows more than delivery needs.
pub(in crate::ui) fn overwide(one: &Overwide) -> String {
    let policy = one.policy.as_ref().map(|policy| format!(" `{policy}`")).unwrap_or_default();
    format!("{}/{}: its {}{policy}", one.account, one.of, one.slot.as_str())
}

/// What it says, and what of that is beyond what delivery needs.
pub(in crate::ui) fn overwide_statement(one: &Overwide) -> String {
    let statement = says(&serde_json::json!({ "Statement": [one.statement] }));
    format!("{statement}; not needed: {}", beyond(&one.beyond))
}

fn beyond(Beyond { actions, resources, anybody }: &Beyond) -> String {
    let actions = (!actions.is_empty()).then(|| actions.join(", "));
    let resources = (!resources.is_empty()).then(|| format!("the resources {}", resources.join(", ")));
    let anybody = anybody.then(|| "whom it lets in, or under which conditions".to_owned());
    actions.into_iter().chain(resources).chain(anybody).collect::<Vec<_>>().join("; ")
}

/// What takes its place.
pub(in crate::ui) fn replacement(one: &Overwide) -> String {
    format!("needed is what {}", says(&one.replaced_by))
}

/// How it goes.
pub(in crate::ui) fn removal(removal: Removal) -> &'static str {
    match removal {
        Removal::Adopting => "adopting writes what is needed in its place",
        Removal::Tightening => "adopting leaves it; `--adopt --tighten` takes it off the role",
    }
}

/// What could not be read, and what follows from that.
pub(in crate::ui) fn not_read(unread: &Unread) -> String {
    let what = match &unread.what {
        UnreadWhat::Destinations => "which destinations there are".to_owned(),
        UnreadWhat::LogGroups => "which log groups there are".to_owned(),
        UnreadWhat::AccountPolicies => "the account's subscription policy".to_owned(),
        UnreadWhat::Filters(group) => format!("the filters on {group}"),
        UnreadWhat::Role(role) => format!("the role {role}"),
        UnreadWhat::Bucket(bucket) => format!("the bucket {bucket}"),
        UnreadWhat::Versioning(bucket) => format!("whether the bucket {bucket} keeps versions"),
        UnreadWhat::Tags(of) => format!("the tags of {of}"),
        UnreadWhat::Plan => "what adopting would change".to_owned(),
    };
    format!("{}/{}: {what} ({})", unread.account, unread.region, unread.why.error)
}
