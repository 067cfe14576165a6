//! Rules between parts of a topology: two things of one name in one place, and loops.
//!
//! Works on the checked model and asks the tree only where to point.

use std::collections::BTreeMap;

use super::{attached, collected, iam, way_in};
use crate::address::{AccountId, Region};
use crate::topology::finding::{Findings, Span};
use crate::topology::model::{Destination, Filter, Firehose, LogGroupSelector, Source, Topology, Transport};
use crate::topology::yaml::Node;

/// CloudWatch Logs User Guide, "Supported regular expressions (regex) syntax".
const PATTERNS_WITH_REGEX: usize = 5;

/// Checks all of them.
pub(in crate::topology) fn topology(topology: &Topology, root: &Node, findings: &mut Findings) {
    let across = Across { topology, root };
    across.resource_names(findings);
    iam::instances(topology, root, findings);
    attached::topology(topology, root, findings);
    way_in::topology(topology, root, findings);
    across.subscriptions(findings);
    collected::topology(topology, root, findings);
    across.account_policies(findings);
}

struct Across<'t> {
    topology: &'t Topology,
    root: &'t Node,
}

/// A resource that the topology makes: what makes its name unique, and where that name is written.
pub(in crate::topology) struct Named<'t> {
    pub(in crate::topology) what: &'static str,
    pub(in crate::topology) scope: String,
    pub(in crate::topology) name: &'t str,
    pub(in crate::topology) span: Span,
}

impl Named<'_> {
    /// IAM ignores the case of names when it compares them; the other names have none or keep it.
    fn folded(&self) -> String {
        let of_iam = ["role", "policy", "instance profile"].contains(&self.what);
        if of_iam { self.name.to_lowercase() } else { self.name.to_owned() }
    }

    fn plural(&self) -> String {
        self.what.strip_suffix('y').map_or_else(|| format!("{}s", self.what), |stem| format!("{stem}ies"))
    }
}

/// One region of one account.
type Place<'t> = (&'t AccountId, &'t Region);

impl<'t> Across<'t> {
    fn resource_names(&self, findings: &mut Findings) {
        let mut first: BTreeMap<(&str, String, String), Span> = BTreeMap::new();
        let mut named: Vec<Named<'t>> =
            self.topology.destinations.values().flat_map(|destination| self.named(destination)).collect();
        named.extend(iam::named(self.topology, self.root));
        named.sort_by_key(|named| named.span);
        let borrowed = iam::borrowed(self.topology, self.root);
        iam::not_our_own(&borrowed, &named, findings);
        for named in named.into_iter().filter(|named| !named.name.is_empty()) {
            let name = (named.what, named.scope.clone(), named.folded());
            let Some(other) = first.insert(name, named.span) else { continue };
            let message = format!("two {} are called `{}`", named.plural(), named.name);
            let why = format!("each {} has its own settings", named.what);
            findings.add_conflict((named.span, other), message, why, "give one of them another name");
        }
    }

    fn named(&self, destination: &'t Destination) -> Vec<Named<'t>> {
        let key = destination.key.as_str();
        let place = |path: &[&str]| self.root.place(&[&["destinations", key], path].concat());
        let account = iam::id(self.topology, &destination.account);
        let mut named = vec![
            // A bucket name is taken in the whole partition.
            Named {
                what: "bucket",
                scope: String::new(),
                name: &destination.bucket.name,
                span: place(&["bucket", "name"]),
            },
        ];
        match &destination.transport {
            Transport::Firehose(Firehose { stream, role }) => named.extend([
                Named {
                    what: "stream",
                    scope: format!("{account} {}", destination.region),
                    name: &stream.name,
                    span: place(&["stream", "name"]),
                },
                Named { what: "role", scope: account.clone(), name: role, span: place(&["firehose_role"]) },
            ]),
        }
        let (name, span) = (&destination.cwl_role, place(&["cwl_role"]));
        named.push(Named { what: "role", scope: account.clone(), name, span });
        let senders = self.topology.senders_into(&destination.key);
        named.extend(senders.into_iter().filter(|_| destination.wants_roles()).map(|sender| Named {
            what: "role",
            scope: sender.to_string(),
            name: &destination.sender_role,
            span: place(&["allow"]),
        }));
        for region in self.topology.regions_into(&destination.key) {
            named.push(Named {
                what: "CloudWatch Logs destination",
                scope: format!("{account} {region}"),
                name: &destination.destination_name,
                span: place(&["destination_name"]),
            });
        }
        named
    }

    fn subscriptions(&self, findings: &mut Findings) {
        let mut named: BTreeMap<&str, Vec<(Span, &'t Source)>> = BTreeMap::new();
        for (span, source, name) in self.topology.sources.values().flat_map(|source| self.exact(source)) {
            named.entry(name).or_default().push((span, source));
        }
        self.error_logs(&named, findings);
        // What one source alone names has slots enough.
        for (name, mut sources) in named.into_iter().filter(|(_, sources)| sources.len() > 1) {
            sources.sort_by_key(|(span, _)| *span);
            let mut subscribed: BTreeMap<Place<'t>, Slots<'t>> = BTreeMap::new();
            for (span, source) in sources {
                for place in self.places(source) {
                    let slots = subscribed.entry(place).or_default();
                    if slots.take(source, span, name, findings) {
                        slots.count(self.topology.filters_per_log_group, span, name, findings);
                    }
                }
            }
        }
    }

    /// An account has one subscription policy in a region (CloudWatch Logs API Reference, PutAccountPolicy).
    fn account_policies(&self, findings: &mut Findings) {
        let place = |source: &Source| self.root.place(&["sources", source.key.as_str(), "scope"]);
        let sources = self.topology.sources.values().filter(|source| source.whole_account());
        let mut sources: Vec<(Span, &'t Source)> = sources.map(|source| (place(source), source)).collect();
        sources.sort_by_key(|(span, _)| *span);
        let mut first: BTreeMap<Place<'t>, (Span, &'t Source)> = BTreeMap::new();
        for (span, source) in sources {
            let taken = self.places(source).find_map(|place| {
                let (other, theirs) = first.get(&place)?;
                Some((place, *other, *theirs))
            });
            if let Some(((account, region), other, theirs)) = taken {
                let message = format!(
                    "`{}` and `{}` both need the account policy of {account} in {region}",
                    theirs.key, source.key
                );
                let why = "AWS allows one subscription policy per account and region";
                let help = "keep only one of them, or give one `scope: log_groups`";
                findings.add_conflict((span, other), message, why, help);
            }
            for place in self.places(source) {
                first.entry(place).or_insert((span, source));
            }
        }
    }

    /// The log groups a source names exactly, with their places.
    fn exact(&self, source: &'t Source) -> Vec<(Span, &'t Source, &'t str)> {
        let places = self.root.item_places(&["sources", source.key.as_str(), "log_groups"]);
        let exact = source.log_groups.iter().filter_map(|selector| match selector {
            LogGroupSelector::Exact(name) => {
                places.get(name.as_str()).map(|place| (*place, source, name.as_str()))
            }
            LogGroupSelector::Glob(_) => None,
        });
        exact.collect()
    }

    fn places(&self, source: &'t Source) -> impl Iterator<Item = Place<'t>> + use<'_, 't> {
        let accounts = source.accounts.iter().filter_map(|account| self.topology.accounts.get(account));
        accounts.flat_map(|account| source.regions.iter().map(move |region| (&account.id, region)))
    }

    /// No source takes the log groups that Firehose reports its own errors in.
    fn error_logs(&self, named: &BTreeMap<&str, Vec<(Span, &'t Source)>>, findings: &mut Findings) {
        for destination in self.topology.destinations.values() {
            let Some(account) = self.topology.accounts.get(&destination.account) else { continue };
            let Some(group) = destination.transport.error_log_group() else { continue };
            for (span, source) in named.get(group).into_iter().flatten() {
                if self.places(source).any(|place| place == (&account.id, &destination.region)) {
                    recursion(*span, group, destination.transport.name(), findings);
                }
            }
        }
    }
}

fn recursion(span: Span, name: &str, stream: &str, findings: &mut Findings) {
    let message = format!("`{name}` is the error log of the stream `{stream}`");
    let why = "every delivery error would itself be delivered, and fail again";
    findings.add(span, message, why, "remove it");
}

/// The filters that sources put on one log group.
#[derive(Default)]
struct Slots<'t> {
    /// By the names of the filters: where the log group is named, and by which source.
    filters: BTreeMap<&'t str, (Span, &'t Source)>,
}

impl<'t> Slots<'t> {
    /// Whether the source gets a slot of its own.
    fn take(&mut self, source: &'t Source, span: Span, name: &str, findings: &mut Findings) -> bool {
        let filter = source.filter.name.as_str();
        if let Some((other, _)) = self.filters.get(filter).filter(|(other, _)| *other != span) {
            let message = format!("two sources put a filter `{filter}` on `{name}`");
            let why = "a log group has only one filter of a name, so the second would overwrite the first";
            let help =
                "remove the log group from one of them, or give one a `filter: { name: … }` of its own";
            findings.add_conflict((span, *other), message, why, help);
            return false;
        }
        self.filters.insert(filter, (span, source)).is_none()
    }

    fn count(&self, most: u32, span: Span, name: &str, findings: &mut Findings) {
        let count = self.filters.len();
        let sources: Vec<&str> = self.filters.values().map(|(_, source)| source.key.as_str()).collect();
        if u32::try_from(count).is_ok_and(|count| count > most) {
            let message = format!("{count} sources put filters on `{name}`: {}", sources.join(", "));
            let plural = if most == 1 { "" } else { "s" };
            let why = format!("AWS allows {most} subscription filter{plural} on a log group");
            let help = "remove the log group from one of them, or set `limits: { filters_per_log_group: … }` if AWS allows you more";
            findings.add(span, message, why, help);
        }
        let regexes = self.filters.values().filter(|(_, source)| has_regex(&source.filter)).count();
        if regexes > PATTERNS_WITH_REGEX {
            let message = format!("{regexes} sources put filters with regular expressions on `{name}`");
            let why = format!("CloudWatch Logs allows {PATTERNS_WITH_REGEX} such patterns on a log group");
            findings.add(span, message, why, "write some of the patterns without regular expressions");
        }
    }
}

fn has_regex(filter: &Filter) -> bool {
    crate::pattern::parse(&filter.pattern).is_ok_and(|pattern| pattern.has_regex())
}
