//! `subscription_filter`: sends a log group's events to a destination. Its name is `<log group>:<filter>`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_cloudwatchlogs::types::{Distribution, LogGroupClass, SubscriptionFilter as Filter};

use serde_json::{Value, json};

use super::event_selection::EventSelection;
use super::log_group::describe;
use super::patience::{Patience, REACHABLE, change};
use super::sender_role::SenderRole;
use crate::address::Arn;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Reach, Removal, Speed, Tagging};
use crate::provider::field::Field;
use crate::provider::fingerprint;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Found, Kind, Tagged, found, gone};
use crate::provider::notice::{Notice, SendsTo};
use crate::provider::obstacle::{Obstacle, Subscriber};

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionFilter {
    /// ARN of the destination.
    pub destination_arn: Arc<str>,
    /// Filter pattern; empty matches everything.
    pub pattern: String,
    /// The role that it shows.
    pub role: SenderRole,
    /// How events are spread over shards, in AWS's word; `None` is not managed.
    pub distribution: Option<&'static str>,
    /// How many filters a log group takes.
    pub slots: u32,
    /// The names of the other filters that the topology puts on the log group.
    pub beside: Vec<String>,
}

/// A filter as CloudWatch Logs reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveFilter {
    pub(crate) destination_arn: Option<String>,
    pub(crate) pattern: Option<String>,
    distribution: Option<Distribution>,
    /// Set on filters that point straight at a stream; with it a logical destination's filter stays valid.
    pub(crate) role_arn: Option<String>,
    /// What others have set on it.
    pub(crate) selection: EventSelection,
    /// Filters of others on the same log group: the ARNs they send to, by name.
    beside: BTreeMap<String, String>,
}

impl SubscriptionFilter {
    /// Whether the topology puts a filter of this name on the log group, where it calls this one `own`.
    fn plans(&self, own: &str, name: &str) -> bool {
        name == own || self.beside.iter().any(|other| other == name)
    }

    /// The filters that the topology does not plan: the ARNs they send to, by name.
    fn of_others(&self, own: &str, filters: &[Filter]) -> BTreeMap<String, String> {
        let named =
            filters.iter().filter_map(|filter| Some((filter.filter_name()?, filter.destination_arn()?)));
        let others = named.filter(|(name, _)| !self.plans(own, name));
        others.map(|(name, arn)| (name.to_owned(), arn.to_owned())).collect()
    }

    /// What it is when it is made, to be known by again.
    pub(crate) fn fingerprint(&self) -> String {
        let distribution = self.distribution.unwrap_or(Distribution::ByLogStream.as_str());
        let role = self.role.to_show(None);
        fingerprint::of(&json!([*self.destination_arn, self.pattern, role, distribution, Value::Null, false]))
    }

    /// Puts it over what is there, if anything is.
    async fn put_over(&self, live: Option<&LiveFilter>, on: &Target<'_>) -> Result<(), CallError> {
        let (group, filter) = on.address.name_parts();
        // A role that a sender has set stays: AWS tells users to set it before a destination migrates to an organisation
        // policy.
        let here = |live: &&LiveFilter| live.destination_arn.as_deref() == Some(&*self.destination_arn);
        let role = live.filter(here).and_then(|live| live.role_arn.as_deref());
        let call = on.clients().logs().put_subscription_filter().log_group_name(group).filter_name(filter);
        let call = call.filter_pattern(&self.pattern).destination_arn(&*self.destination_arn);
        let call = call.set_role_arn(self.role.to_show(role).map(str::to_owned));
        let call = call.set_distribution(self.distribution.map(Distribution::from));
        let call = call.set_emit_system_fields(live.and_then(|live| live.selection.emitted()));
        on.write("logs:PutSubscriptionFilter", call.send()).await.map(drop)
    }

    /// Puts it as a whole: what is not said is reset. `planned` is nothing where it is new.
    ///
    /// A new one is looked for again before it is put a second time, and not before the first: CloudWatch Logs answers
    /// five of these questions a second, so that they would double the time of a thousand filters, and the plan's own
    /// look is as young as that.
    async fn put(&self, planned: Option<&Planned<LiveFilter>>, on: &Target<'_>) -> Result<(), StepError> {
        let patience = Patience::new(on.fresh());
        let passing = |error: &CallError| patience.with_subscription(error);
        let asked = AtomicBool::new(false);
        let result = on
            .retrying(REACHABLE, passing, || async {
                let again = asked.swap(true, Ordering::Relaxed);
                match planned {
                    Some(planned) => self.put_over(Some(&*planned.now(self, on).await?), on).await?,
                    None => {
                        if again {
                            Planned::vacant(self, on).await?;
                        }
                        self.put_over(None, on).await?;
                    }
                }
                Ok::<(), StepError>(())
            })
            .await;
        match result {
            Err(StepError::Call(error)) if error.is("LimitExceededException", &[]) => {
                Err(slots_taken(error, on).await)
            }
            other => other,
        }
    }
}

impl Kind for SubscriptionFilter {
    type Live = LiveFilter;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Seen("log group"),
        tagged: Tagging::Never,
        proof: Proof::Fingerprint,
        adoption: Adoption::Set,
        flow: Flow::Sends(Reach::LogGroup),
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed {
            service: "CloudWatch Logs",
            written: "PutSubscriptionFilter",
            deleted: "DeleteSubscriptionFilter",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = Some(Fingerprint {
        wanted: Self::fingerprint,
        live: LiveFilter::fingerprint,
        leads_to: |live| live.destination_arn.as_deref(),
    });

    fn stand_in() -> Self {
        Self {
            destination_arn: "".into(),
            pattern: String::new(),
            role: SenderRole { arn: "".into(), shown: false },
            distribution: None,
            slots: u32::MAX,
            beside: Vec::new(),
        }
    }

    fn diff(&self, live: &LiveFilter) -> Vec<FieldChange> {
        let diff = Diff::default()
            .field(Field::DESTINATION, live.destination_arn.as_deref(), &*self.destination_arn)
            .field("pattern", live.pattern.clone(), self.pattern.clone());
        let diff = self.role.compare(diff, live.role_arn.as_deref());
        let diff = live.selection.compare(diff);
        let Some(wanted) = self.distribution else { return diff.done() };
        diff.field("distribution", live.distribution.as_ref().map(Distribution::as_str), wanted).done()
    }

    fn refusal(&self, _live: &LiveFilter) -> Option<Obstacle> {
        None
    }

    /// Another pipeline takes the same events, be it this one under a previous name.
    fn notices(&self, live: &LiveFilter) -> Vec<Notice> {
        let pipelines = live.beside.iter().filter(|(_, arn)| is_destination(arn));
        pipelines
            .map(|(name, arn)| Notice::FilterBeside {
                filter: name.clone(),
                to: match **arn == *self.destination_arn {
                    true => SendsTo::TheSame,
                    false => SendsTo::Another(arn.clone()),
                },
            })
            .collect()
    }

    fn foreign(&self, live: &LiveFilter) -> Vec<FieldChange> {
        live.selection.foreign()
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        let StepError::Call(call) = error else { return None };
        let full = call.operation == "logs:PutSubscriptionFilter" && call.is("LimitExceededException", &[]);
        full.then_some("free a slot on that log group, or exclude it with `exclude`")
    }

    /// One call shows every filter of the group: ours, and those that leave no slot for it.
    async fn look(&self, on: &Target<'_>) -> Result<Found<LiveFilter>, CallError> {
        let (group, filter) = on.address.name_parts();
        let filters = match filters_on(group, on).await {
            // So CloudWatch Logs answers about groups of another class than STANDARD (turbot/steampipe-plugin-aws#2758).
            Err(error) if error.is("ValidationException", &[]) => {
                return Ok(Found::Impossible(unsubscribable(&error, group, on).await));
            }
            other => other?,
        };
        let Some(mut filters) = filters else {
            return Ok(Found::Impossible(Obstacle::NoLogGroup { group: group.to_owned() }));
        };
        let beside = self.of_others(filter, &filters);
        if let Some(at) = filters.iter().position(|found| found.filter_name() == Some(filter)) {
            return Ok(Found::There(LiveFilter { beside, ..filters.swap_remove(at).into() }));
        }
        filters.retain(|found| !found.filter_name().is_some_and(|name| self.plans(filter, name)));
        let planned = self.beside.len() + 1;
        if filters.len() + planned <= usize::try_from(self.slots).unwrap_or(usize::MAX) {
            return Ok(Found::Vacant(LiveFilter { beside, ..LiveFilter::default() }));
        }
        let group = group.to_owned();
        Ok(Found::Impossible(Obstacle::SlotsTaken { group, holders: holders(&filters), slots: self.slots }))
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveFilter>, CallError> {
        let (group, filter) = on.address.name_parts();
        let filters = filters_on(group, on).await?.unwrap_or_default();
        Ok(filters.into_iter().find(|found| found.filter_name() == Some(filter)).map(LiveFilter::from))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(None, on).await
    }

    async fn update(&self, planned: &Planned<LiveFilter>, on: &Target<'_>) -> Result<(), StepError> {
        self.put(Some(planned), on).await
    }

    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let (group, filter) = on.address.name_parts();
        change(on, || async {
            let logs = on.clients().logs();
            let call = logs.delete_subscription_filter().log_group_name(group).filter_name(filter);
            gone(on.write("logs:DeleteSubscriptionFilter", call.send()).await)
        })
        .await
    }
}

impl LiveFilter {
    /// The fingerprint of a filter that was made like this.
    pub(crate) fn fingerprint(&self) -> String {
        let distribution = self.distribution.as_ref().unwrap_or(&Distribution::ByLogStream).as_str();
        fingerprint::of(&json!([
            self.destination_arn,
            self.pattern,
            self.role_arn,
            distribution,
            self.selection.criteria(),
            self.selection.transformed(),
        ]))
    }
}

impl From<Filter> for LiveFilter {
    fn from(filter: Filter) -> Self {
        Self {
            selection: EventSelection::of_filter(&filter),
            destination_arn: filter.destination_arn,
            pattern: Some(filter.filter_pattern.unwrap_or_default()),
            distribution: filter.distribution,
            role_arn: filter.role_arn,
            beside: BTreeMap::new(),
        }
    }
}

/// Whether an ARN is of a CloudWatch Logs destination, behind which there is a pipeline.
fn is_destination(arn: &str) -> bool {
    Arn::parse(arn).is_some_and(|arn| arn.named("destination").is_some())
}

/// The filters on a log group; `None` when there is no such group. They would fit on one page, but AWS may cut it.
pub(super) async fn filters_on(group: &str, on: &Target<'_>) -> Result<Option<Vec<Filter>>, CallError> {
    let call = on.clients().logs().describe_subscription_filters().log_group_name(group);
    let pages =
        on.pages("logs:DescribeSubscriptionFilters", |token| call.clone().set_next_token(token).send());
    found(pages.all(|page| page.subscription_filters.unwrap_or_default()).await)
}

/// Why a log group accepts no subscription filter, from its class where that can be read. It is nobody else's trouble.
async fn unsubscribable(error: &CallError, group: &str, on: &Target<'_>) -> Obstacle {
    let found = describe(group, on).await.unwrap_or_default();
    let class =
        found.and_then(|found| found.log_group_class).filter(|class| *class != LogGroupClass::Standard);
    let group = group.to_owned();
    match class {
        Some(class) => Obstacle::ClassTakesNoFilters { group, class: class.as_str().to_owned() },
        None => Obstacle::FilterRefused { group, error: error.to_string() },
    }
}

/// Who holds the slots of a log group.
fn holders(filters: &[Filter]) -> Vec<Subscriber> {
    let holder = |filter: &Filter| Subscriber {
        name: filter.filter_name().map(str::to_owned),
        destination: filter.destination_arn().map(str::to_owned),
    };
    filters.iter().map(holder).collect()
}

/// AWS only says "Resource limit exceeded."; what the user needs is who holds the slots.
async fn slots_taken(error: CallError, on: &Target<'_>) -> StepError {
    let (group, _) = on.address.name_parts();
    let Ok(Some(filters)) = filters_on(group, on).await else { return StepError::Call(error) };
    let holders = Subscriber::listed(&holders(&filters));
    let message =
        format!("{} all subscription filter slots of {group} are taken, by {holders}", error.message);
    StepError::Call(CallError { message, ..error })
}
