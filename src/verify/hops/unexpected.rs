//! What is there beside what a hop needs, and should not be: the hop works, and something is wrong all the same.

use serde_json::Value;

use super::inspection::Inspection;
use super::judge::{Finding, Flaw};
use super::way::Way;
use crate::address::Address;
use crate::provider::firehose::stream::FirehoseStream;
use crate::provider::iam::role::IamRole;
use crate::provider::logs::destination_policy::LogsDestinationPolicy;
use crate::provider::notice::{Notice, SendsTo};
use crate::provider::s3::bucket::S3Bucket;
use crate::provider::{Field, FieldChange, Live, Resource};
use crate::shell::quoted;
use crate::verify::verdict::HopVerdict;

impl Way<'_> {
    /// A hop that is right, unless something of what it rests on should not be there.
    pub(super) fn and_nothing_else(&self, hop: &str, finding: Finding) -> Finding {
        let detail = finding?;
        let resources = self.resources(hop);
        let found: Vec<String> =
            resources.iter().flat_map(|address| self.inspection.unexpected(hop, address)).collect();
        if found.is_empty() {
            return Ok(detail);
        }
        Err(Flaw::from((HopVerdict::Unexpected, format!("{}; for the rest, {detail}", found.join("; ")))))
    }
}

impl Inspection<'_> {
    /// What a hop's resource has that it should not have, each as a clause.
    fn unexpected(&self, hop: &str, address: &Address) -> Vec<String> {
        let Some((node, live)) = self.survey.graph.nodes.get(address).zip(self.observed.live(address)) else {
            return Vec::new();
        };
        if node.resource.uses_existing() {
            return Vec::new();
        }
        let notices = node.resource.notices(live).into_iter();
        let noticed = notices.filter(|notice| harms(hop, notice, live)).map(|notice| words(&notice, address));
        noticed.chain(altered(&node.resource, live)).collect()
    }

    /// What there is to know about a hop's resource that is as it must be, behind what is said of it. What should not be there
    /// is left to be told as that.
    pub(super) fn with_notices(&self, hop: &str, address: &Address, detail: &str) -> String {
        let there = self.survey.graph.nodes.get(address).zip(self.observed.live(address));
        let notices = there.into_iter().flat_map(|(node, live)| {
            let used = node.resource.uses_existing();
            let notices = node.resource.notices(live).into_iter();
            notices.filter(move |notice| used || !harms(hop, notice, live))
        });
        notices.fold(detail.to_owned(), |told, notice| format!("{told}; {notice}"))
    }
}

/// Whether what there is to know of a resource is something that should not be.
fn harms(hop: &str, notice: &Notice, live: &Live) -> bool {
    match notice {
        Notice::DeletedEarly(_) | Notice::FilterBeside { to: SendsTo::TheSame, .. } => true,
        Notice::TrustedStranger { .. } => hop.ends_with("_trust"),
        Notice::InlinePolicy { policy, .. } => {
            let role = live.of::<IamRole>();
            hop.ends_with("_permission")
                && role.and_then(|role| role.others.get(policy)).is_some_and(allows_anything)
        }
        // What these let through, their hops say; a pipeline of others beside this one may be meant; and of a bucket that
        // was taken over, its owner has decided the rest.
        Notice::AttachedPolicy { .. }
        | Notice::BucketKey { .. }
        | Notice::StreamKey { .. }
        | Notice::ObjectOwnership { .. }
        | Notice::PublicAccess
        | Notice::Added(_)
        | Notice::FilterBeside { to: SendsTo::Another(_), .. }
        | Notice::Boundary { .. } => false,
    }
}

fn allows_anything(policy: &Value) -> bool {
    let statements = &policy["Statement"];
    let one = std::slice::from_ref(statements);
    statements.as_array().map_or(one, Vec::as_slice).iter().any(|statement| statement["Effect"] == "Allow")
}

/// The notice with the command that takes away what nobody else will.
fn words(notice: &Notice, address: &Address) -> String {
    match notice {
        Notice::InlinePolicy { .. } => format!(
            "{notice}, which delivery does not need: unless that is meant, `logpipe apply --tighten` takes it off"
        ),
        Notice::FilterBeside { filter, .. } => {
            let (group, _) = address.name_parts();
            format!(
                "{notice}: `aws logs delete-subscription-filter --log-group-name {} --filter-name {}` removes it",
                quoted(group),
                quoted(filter)
            )
        }
        _ => notice.to_string(),
    }
}

/// What of logpipe's own is not as it was declared although it lets events through: who else gets in, what others see, how
/// long anything stays, and where and how it is written.
fn altered(resource: &Resource, live: &Live) -> Option<String> {
    /// What a bucket has that is for more than its upkeep.
    const OF_BUCKETS: [&str; 4] = ["public_access_block", "object_ownership", "encryption", "lifecycle"];
    let bucket = resource.of::<S3Bucket>().is_some();
    let policy = resource.of::<LogsDestinationPolicy>().is_some();
    let stream = resource.of::<FirehoseStream>().is_some();
    let matters = |change: &FieldChange| match (bucket, stream) {
        (true, _) => OF_BUCKETS.iter().any(|name| change.field.is_in(name)),
        (_, true) => !change.field.is_in(Field::TAGS),
        _ => policy,
    };
    let changes = resource.diff(live).into_iter().filter(matters);
    let changed: Vec<String> = changes.map(|change| change.field.path()).collect();
    (!changed.is_empty()).then(|| {
        let (fields, verb) = (changed.join(", "), if changed.len() == 1 { "is" } else { "are" });
        format!(
            "{fields} {verb} not as the topology has it: somebody else has changed that, or it is yet to be applied"
        )
    })
}
