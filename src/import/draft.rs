//! A pipeline as a topology: every key with what is there, and what no key says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::admission::{Admitted, admitted};
use super::inexpressible::Inexpressible;
use super::look::{Inspected, Sight};
use super::model::{FoundDestination, Pipeline, StreamName};
use super::naming::{Naming, is_of, naming};
use super::retention::retention;
use super::sources::{Sources, sources};
use super::ways::Ways;
use crate::address::{AccountId, AccountName, Arn, TopologyName, arn, last_part};
use crate::aws::role_policies::RoleView;
use crate::policy::says;
use crate::provider::Tags;
use crate::provider::firehose::terms::StreamTerms;
use crate::provider::s3::terms::BucketTerms;
use crate::topology::{Draft, Entry, Format, Given, PartitionKey, literal_prefix, prefix_to_write};

/// The log stream that Firehose's errors go to, as a topology has it.
const ERROR_STREAM: &str = "DestinationDelivery";

/// The draft of a pipeline, with what it does not say. Nothing where the pipeline has no stream that could be read.
pub(crate) fn draft(
    pipeline: &Pipeline,
    sight: &Sight,
    inspected: &Inspected,
    ways: &Ways,
    name: Option<&TopologyName>,
) -> Option<(Draft, Naming, Vec<Inexpressible>)> {
    let stream = pipeline.stream.as_ref()?;
    let terms = sight.streams.get(&stream.arn)?.as_ref().ok()?.as_ref()?;
    let (destination, further) = destinations(pipeline);
    let bucket = inspected.bucket.as_ref().and_then(|read| read.as_ref().ok()?.as_ref());
    let naming = naming(name, stream, terms, destination)?;
    let mut drafting = Drafting { pipeline, stream, terms, destination, bucket, inspected, left: Vec::new() };
    drafting.further(&further);
    let admitted = drafting.admission();
    let of_sources = sources(pipeline, inspected, &naming, destination, admitted.organization.is_some());
    drafting.unsubscribed(&admitted, &of_sources, (ways, sight));
    let of_destination = drafting.entries(admitted.organization.is_some());
    let tags = drafting.tags();
    let Drafting { mut left, .. } = drafting;
    let Sources { entries: sources, accounts, left: further } = of_sources;
    left.extend(further);

    let used = |account: &AccountName| accounts.contains(account) || stream.account.as_ref() == Some(account);
    let [variables, access, of_accounts] = ways.entries(&used).try_into().ok()?;
    let organization = admitted
        .organization
        .map(|id| Entry::map("organization", vec![Entry::text("id", id.as_str()).kept()]));
    let mut entries = vec![
        Entry::plain("version", 1).kept(),
        variables,
        Entry::text("name", naming.name.as_str()).kept(),
        Entry::text("region", stream.region.as_str()).kept(),
        Entry::map("tags", tags.iter().map(|(key, value)| quoted_key(key, value)).collect()),
        access,
        of_accounts,
    ];
    entries.extend(organization);
    entries.push(Entry::map("destinations", vec![Entry::map(naming.key.as_str(), of_destination)]));
    entries.push(Entry::map("sources", sources));
    let given = Given { flags: ways.variables(), ..Given::default() };
    Some((Draft::new(entries, given), naming, left))
}

/// A tag, whose key may be anything.
fn quoted_key(key: &str, value: &str) -> Entry {
    Entry::text(Value::from(key).to_string(), value)
}

/// The destination that the topology takes on, with its like in other regions, and those that it leaves out: of several
/// names the one that most subscriptions send to.
fn destinations(pipeline: &Pipeline) -> (Option<&FoundDestination>, Vec<&FoundDestination>) {
    let all = &pipeline.destinations;
    let sent = |name: &str| {
        let named = |arn: &str| all.iter().any(|one| one.arn == arn && one.name == name);
        pipeline.subscriptions.iter().filter(|one| named(&one.subscription.destination)).count()
    };
    let most = all.iter().rev().max_by_key(|one| sent(&one.name));
    let main = most.map(|most| {
        all.iter().find(|one| most.name != one.name && is_of(&one.name, &most.name)).unwrap_or(most)
    });
    let further = all.iter().filter(|one| main.is_some_and(|main| !is_of(&main.name, &one.name)));
    (main, further.collect())
}

struct Drafting<'a> {
    pipeline: &'a Pipeline,
    stream: &'a StreamName,
    terms: &'a StreamTerms,
    destination: Option<&'a FoundDestination>,
    bucket: Option<&'a BucketTerms>,
    inspected: &'a Inspected,
    left: Vec<Inexpressible>,
}

impl Drafting<'_> {
    /// The entries of the destination.
    fn entries(&mut self, organization: bool) -> Vec<Entry> {
        let account = self.stream.account.as_ref().map_or("", AccountName::as_str);
        let mut entries =
            vec![Entry::text("account", account).kept(), Entry::text("region", self.stream.region.as_str())];
        if organization {
            entries.push(Entry::text("allow", "organization").kept());
        }
        let partition_by = self.partition_by();
        entries.push(Entry::map("bucket", self.of_bucket(&partition_by)));
        entries.push(Entry::map("stream", self.of_stream(&partition_by)));
        entries.extend(self.destination.map(|one| Entry::text("destination_name", &one.name)));
        let roles = [
            ("firehose_role", self.terms.role_arn.clone()),
            ("cwl_role", self.destination.and_then(|destination| destination.role.clone())),
        ];
        for (key, role) in roles {
            entries.extend(role.and_then(|role| self.role(key, &role)));
        }
        entries
    }

    /// A role by its name, which a topology says without a path.
    fn role(&mut self, key: &str, text: &str) -> Option<Entry> {
        let path = arn::role_in(text)?;
        let owner = Arn::parse(&self.stream.arn).and_then(|arn| arn.account_id());
        if arn::account_of(text) != owner {
            self.left.push(Inexpressible::RoleElsewhere { role: text.to_owned() });
            return None;
        }
        let name = last_part(path);
        if name != path {
            self.left.push(Inexpressible::RolePath { role: text.to_owned() });
        }
        Some(Entry::text(key, name))
    }

    fn partition_by(&mut self) -> Vec<PartitionKey> {
        let keys = &self.terms.processing.said.partition_by;
        let known = |key: &&str| PartitionKey::ALL.into_iter().find(|known| known.as_str() == *key);
        let keys: Vec<PartitionKey> = keys.iter().filter_map(known).collect();
        if keys.is_empty() && self.terms.partitioned {
            self.left.push(Inexpressible::Partitioning { prefix: self.terms.prefix.clone() });
        }
        keys
    }

    fn of_bucket(&mut self, partition_by: &[PartitionKey]) -> Vec<Entry> {
        let name = self.pipeline.bucket.as_deref().unwrap_or_default();
        let mut entries = vec![Entry::text("name", name)];
        if self.bucket.is_none() {
            // It is not to be seen in the stream's account, so that it can only be used.
            entries.push(Entry::plain("create", false).kept());
        }
        if name.ends_with("-an") {
            entries.push(Entry::text("namespace", "account_regional"));
        }
        let whole = &self.terms.prefix;
        let prefix = prefix_to_write(whole, partition_by).unwrap_or_else(|| {
            let literal = literal_prefix(whole);
            let folders = literal.rfind('/').and_then(|end| literal.get(..=end)).unwrap_or_default();
            let instead = if partition_by.is_empty() { whole.clone() } else { folders.to_owned() };
            self.left.push(Inexpressible::Prefix { prefix: whole.clone(), instead: instead.clone() });
            instead
        });
        entries.push(Entry::text("prefix", &prefix));
        entries.push(Entry::text("error_prefix", &self.terms.error_prefix));
        let (of_stream, of_bucket) =
            (self.terms.kms_key_arn.clone(), self.bucket.and_then(|bucket| bucket.key.clone()));
        if of_stream != of_bucket && self.bucket.is_some() {
            self.left.push(Inexpressible::Keys { stream: of_stream.clone(), bucket: of_bucket.clone() });
        }
        entries.extend(of_stream.or(of_bucket).map(|key| Entry::text("kms_key_arn", &key)));
        let Some(bucket) = self.bucket else { return entries };
        entries.extend(bucket.versioning.then(|| Entry::plain("versioning", true)));
        let (of_rules, left) = retention(&bucket.rules);
        self.left.extend(left);
        entries.extend(of_rules);
        entries
    }

    fn of_stream(&mut self, partition_by: &[PartitionKey]) -> Vec<Entry> {
        let StreamTerms { processing, compression, file_extension, error_log, .. } = self.terms;
        let format = match (processing.said.decompress, processing.said.extract_messages) {
            (true, true) => Format::Messages,
            (true, false) => Format::Decompressed,
            (false, _) => Format::Envelope,
        };
        let word = match format {
            Format::Envelope => "envelope",
            Format::Decompressed => "decompressed",
            Format::Messages => "messages",
        };
        let mut entries = vec![Entry::text("name", &self.stream.name), Entry::text("format", word)];
        match (compression.as_str(), format) {
            ("GZIP", Format::Decompressed | Format::Messages) => {
                entries.push(Entry::text("compression", "gzip"));
            }
            ("UNCOMPRESSED" | "", _) => {}
            _ => self.left.push(Inexpressible::Compression { compression: compression.clone() }),
        }
        match file_extension.as_str() {
            "" => self.left.push(Inexpressible::FileExtension),
            extension => entries.push(Entry::text("file_extension", extension)),
        }
        entries.push(Entry::list("partition_by", partition_by.iter().map(|key| key.as_str())));
        entries.extend(self.terms.buffer_mb.map(|size| Entry::plain("buffer_mb", size)));
        entries.extend(self.terms.buffer_seconds.map(|time| Entry::plain("buffer_seconds", time)));
        match error_log {
            None => entries.push(Entry::plain("error_log", false).kept()),
            Some((group, stream)) => {
                let usual = format!("/aws/kinesisfirehose/{}", self.stream.name);
                if *group != usual || stream != ERROR_STREAM {
                    let (group, stream) = (group.clone(), stream.clone());
                    self.left.push(Inexpressible::ErrorLog { group, stream });
                }
            }
        }
        self.peculiarities();
        entries
    }

    /// What a stream can do beside what a topology says.
    fn peculiarities(&mut self) {
        let terms = self.terms;
        let unsaid = terms.processing.unsaid.iter().cloned();
        self.left.extend(unsaid.map(|processor| Inexpressible::Processor { processor }));
        let zone = terms.time_zone.clone().map(|zone| Inexpressible::TimeZone { zone });
        let converted = terms.converted.then_some(Inexpressible::FormatConversion);
        let backup = terms.backed_up.then_some(Inexpressible::Backup);
        let encryption = terms.encryption.clone();
        let encryption = encryption.map(|encryption| Inexpressible::StreamEncryption { encryption });
        self.left.extend([zone, converted, backup, encryption].into_iter().flatten());
    }

    /// Destinations beside the one that is taken on, and roles beside its own.
    fn further(&mut self, further: &[&FoundDestination]) {
        for one in further {
            let sent = |arn: &str| arn == one.arn;
            let subscriptions = self.pipeline.subscriptions.iter();
            let subscriptions = subscriptions.filter(|sub| sent(&sub.subscription.destination)).count();
            self.left.push(Inexpressible::FurtherDestination { destination: one.arn.clone(), subscriptions });
        }
        let Some(main) = self.destination else { return };
        let like = self.pipeline.destinations.iter().filter(|one| one.name == main.name);
        for (one, role) in like.filter_map(|one| Some((one, one.role.as_ref()?))) {
            if Some(role) != main.role.as_ref() {
                let (destination, role) = (one.arn.clone(), role.clone());
                self.left.push(Inexpressible::FurtherRole { destination, role });
            }
        }
    }

    /// Whom the destinations that are taken on admit.
    fn admission(&mut self) -> Admitted {
        let mut all = Admitted::default();
        let Some(main) = self.destination else { return all };
        for one in self.pipeline.destinations.iter().filter(|one| is_of(&main.name, &one.name)) {
            let Some(policy) = &one.policy else { continue };
            let Admitted { organization, accounts, others } = admitted(policy);
            let two =
                all.organization.is_some() && organization.is_some() && all.organization != organization;
            all.organization = all.organization.or(organization);
            all.accounts.extend(accounts);
            let two = two.then(|| says(policy));
            let others = others.into_iter().chain(two);
            let destination = &one.arn;
            self.left.extend(
                others.map(|says| Inexpressible::Admission { destination: destination.clone(), says }),
            );
        }
        all
    }

    /// Accounts that may send and of which nothing is known that does.
    fn unsubscribed(&mut self, admitted: &Admitted, sources: &Sources, (ways, sight): (&Ways, &Sight)) {
        let Some(main) = self.destination.filter(|_| admitted.organization.is_none()) else { return };
        let id = |name: &AccountName| ways.accounts.iter().find(|way| way.name == *name).map(|way| &way.id);
        let sending: BTreeSet<&AccountId> = sources.accounts.iter().filter_map(id).collect();
        let silent = admitted.accounts.iter().filter(|account| !sending.contains(account)).cloned();
        let looked: BTreeSet<&AccountId> =
            sight.destinations.keys().filter_map(|(name, _)| id(name)).collect();
        let (looked_at, not_looked_at): (Vec<AccountId>, Vec<AccountId>) =
            silent.partition(|account| looked.contains(account));
        if !looked_at.is_empty() || !not_looked_at.is_empty() {
            let destination = main.arn.clone();
            let silent = Inexpressible::SenderWithoutSubscription { destination, looked_at, not_looked_at };
            self.left.push(silent);
        }
    }

    /// The tags that everything has, as far as the tags of all of it are known.
    fn tags(&mut self) -> Tags {
        let mut all: BTreeMap<String, Tags> = BTreeMap::new();
        all.insert(format!("stream {}", self.stream.name), own(&self.terms.tags));
        if let (Some(name), Some(bucket)) = (&self.pipeline.bucket, self.bucket) {
            all.insert(format!("bucket {name}"), own(&bucket.tags));
        }
        let roles = self.inspected.roles.values().filter_map(|role| role.as_ref().ok()?.as_ref());
        all.extend(roles.map(|role: &RoleView| {
            (format!("role {}", last_part(arn::role_in(&role.arn).unwrap_or_default())), own(&role.tags))
        }));
        let destinations = self.inspected.destinations.iter();
        let read = destinations.filter_map(|(arn, tags)| Some((arn, tags.as_ref().ok()?)));
        all.extend(read.map(|(arn, tags)| (arn.clone(), own(tags))));
        let mut common = all.values().next().cloned().unwrap_or_default();
        common.retain(|key, value| all.values().all(|tags| tags.get(key) == Some(value)));
        for (resource, mut tags) in all {
            tags.retain(|key, _| !common.contains_key(key));
            if !tags.is_empty() {
                self.left.push(Inexpressible::Tags { resource, tags });
            }
        }
        common
    }
}

/// The tags that people give: neither AWS's own nor logpipe's.
fn own(tags: &Tags) -> Tags {
    let given = |key: &str| !key.to_ascii_lowercase().starts_with("aws:") && !key.starts_with("logpipe:");
    tags.iter().filter(|(key, _)| given(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}
