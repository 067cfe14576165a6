//! `logs_account_policy`: sends the events of every log group of an account and region to a destination.

use std::collections::BTreeSet;

use aws_sdk_cloudwatchlogs::types::{AccountPolicy, PolicyType, Scope};
use serde_json::{Value, json};

use super::event_selection::EventSelection;
use super::patience::{Patience, REACHABLE, change};
use super::sender_role::SenderRole;
use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Reach, Removal, Speed, Tagging};
use crate::provider::field::Field;
use crate::provider::fingerprint;
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Found, Kind, Tagged, found, gone};
use crate::provider::obstacle::{Obstacle, Subscriber};

/// The only form that selection criteria have (CloudWatch Logs API Reference, PutAccountPolicy).
const CRITERIA: &str = "LogGroupName NOT IN ";

/// Most bytes of selection criteria (CloudWatch Logs API Reference, PutAccountPolicy).
const CRITERIA_LIMIT: usize = 25 * 1_024;

/// A subscription policy of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsAccountPolicy {
    /// ARN of the destination.
    pub destination_arn: String,
    /// Filter pattern; empty matches everything.
    pub pattern: String,
    /// The role that it shows.
    pub role: SenderRole,
    /// How events are spread over shards, in AWS's word; `None` is not managed.
    pub distribution: Option<&'static str>,
    /// The log groups that are left out.
    pub excluded: BTreeSet<String>,
}

/// A policy as CloudWatch Logs reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveAccountPolicy {
    pub(crate) destination_arn: Option<String>,
    pub(crate) pattern: Option<String>,
    pub(super) distribution: Option<String>,
    /// A role of the sender, which others may have set.
    pub(crate) role_arn: Option<String>,
    /// The criteria as they are written.
    criteria: Option<String>,
    /// What others have set in its document.
    pub(crate) selection: EventSelection,
}

impl LiveAccountPolicy {
    /// The log groups that its criteria leave out; `None` when they cannot be read.
    pub(crate) fn excluded(&self) -> Option<BTreeSet<String>> {
        let Some(criteria) = self.criteria.as_deref().filter(|criteria| !criteria.is_empty()) else {
            return Some(BTreeSet::new());
        };
        let words = criteria.trim().strip_prefix("LogGroupName")?.trim_start().strip_prefix("NOT")?;
        serde_json::from_str(words.trim_start().strip_prefix("IN")?).ok()
    }
}

impl LogsAccountPolicy {
    /// Its document, as logpipe makes it.
    pub fn wanted_document(&self) -> Value {
        self.document(self.role.wanted(), &EventSelection::default())
    }

    /// What it leaves out, as AWS wants it said.
    pub fn criteria(&self) -> Option<String> {
        (!self.excluded.is_empty()).then(|| format!("{CRITERIA}{}", json!(self.excluded)))
    }

    /// A complaint about criteria that AWS refuses for their size.
    pub(crate) fn too_long(&self) -> Option<String> {
        let length = self.criteria().unwrap_or_default().len();
        (length > CRITERIA_LIMIT).then(|| {
            format!(
                "excluding {} log groups takes criteria of {length} bytes, and AWS allows {CRITERIA_LIMIT}: exclude fewer, or select the log groups with `scope: log_groups`",
                self.excluded.len()
            )
        })
    }

    /// The document, with what others have added to it.
    fn document(&self, role_arn: Option<&str>, selection: &EventSelection) -> Value {
        let mut document = json!({ "DestinationArn": self.destination_arn, "FilterPattern": self.pattern });
        for (key, value) in selection.members() {
            document[key] = value;
        }
        for (key, value) in [("Distribution", self.distribution), ("RoleArn", role_arn)] {
            if let Some(value) = value {
                document[key] = json!(value);
            }
        }
        document
    }

    /// What it is when it is made, to be known by again.
    pub(crate) fn fingerprint(&self) -> String {
        let role = self.role.to_show(None);
        fingerprint::of(&json!([
            self.destination_arn,
            self.pattern,
            role,
            self.distribution,
            self.excluded,
            Value::Null,
            false,
        ]))
    }

    /// Puts it over what is there, or an empty place. A role that a sender has set stays, as on a filter.
    async fn put_over(&self, live: &LiveAccountPolicy, on: &Target<'_>) -> Result<(), CallError> {
        let keeps_destination = live.destination_arn.as_ref() == Some(&self.destination_arn);
        let there = live.role_arn.as_deref().filter(|_| keeps_destination);
        let document = self.document(self.role.to_show(there), &live.selection).to_string();
        let call = on.clients().logs().put_account_policy().policy_name(on.name());
        let call = call.policy_type(PolicyType::SubscriptionFilterPolicy).scope(Scope::All);
        let call = call.policy_document(document).set_selection_criteria(self.criteria());
        on.write("logs:PutAccountPolicy", call.send()).await.map(drop)
    }

    /// It sends a test message all the way, as a filter does. `planned` is nothing where it is new.
    async fn put(
        &self,
        planned: Option<&Planned<LiveAccountPolicy>>,
        on: &Target<'_>,
    ) -> Result<(), StepError> {
        let patience = Patience::new(on.fresh());
        let passing = |error: &CallError| patience.with_subscription(error);
        let result = on
            .retrying(REACHABLE, passing, || async {
                match planned {
                    Some(planned) => self.put_over(&*planned.now(self, on).await?, on).await?,
                    None => {
                        Planned::vacant(self, on).await?;
                        self.put_over(&LiveAccountPolicy::default(), on).await?;
                    }
                }
                Ok::<(), StepError>(())
            })
            .await;
        match result {
            Err(StepError::Call(error)) if error.is("LimitExceededException", &[]) => {
                Err(slot_taken(error, on).await)
            }
            other => other,
        }
    }
}

impl Kind for LogsAccountPolicy {
    type Live = LiveAccountPolicy;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Own,
        tagged: Tagging::Never,
        proof: Proof::Fingerprint,
        adoption: Adoption::Set,
        flow: Flow::Sends(Reach::Account),
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed {
            service: "CloudWatch Logs",
            written: "PutAccountPolicy",
            deleted: "DeleteAccountPolicy",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = Some(Fingerprint {
        wanted: Self::fingerprint,
        live: LiveAccountPolicy::fingerprint,
        leads_to: |live| live.destination_arn.as_deref(),
    });

    fn stand_in() -> Self {
        Self {
            destination_arn: String::new(),
            pattern: String::new(),
            role: SenderRole { arn: "".into(), shown: false },
            distribution: None,
            excluded: BTreeSet::new(),
        }
    }

    fn diff(&self, live: &LiveAccountPolicy) -> Vec<FieldChange> {
        let mut diff = Diff::default()
            .field(Field::DESTINATION, live.destination_arn.clone(), self.destination_arn.clone())
            .field("pattern", live.pattern.clone(), self.pattern.clone());
        if let Some(wanted) = self.distribution {
            diff = diff.field("distribution", live.distribution.clone(), wanted);
        }
        let diff = self.role.compare(diff, live.role_arn.as_deref());
        let diff = live.selection.compare(diff);
        let left_out = live.excluded().map_or_else(|| json!(live.criteria), |excluded| json!(excluded));
        diff.field("exclude", left_out, json!(self.excluded)).done()
    }

    fn refusal(&self, _live: &LiveAccountPolicy) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, live: &LiveAccountPolicy) -> Vec<FieldChange> {
        live.selection.foreign()
    }

    fn hint(error: &StepError) -> Option<&'static str> {
        let StepError::Call(call) = error else { return None };
        let full = call.operation == "logs:PutAccountPolicy" && call.is("LimitExceededException", &[]);
        full.then_some("delete that policy, or select the log groups with `scope: log_groups`")
    }

    /// One call shows the policy of the account: ours, or one that holds its place.
    async fn look(&self, on: &Target<'_>) -> Result<Found<LiveAccountPolicy>, CallError> {
        let policies = policies(on).await?;
        let ours = |policy: &&AccountPolicy| policy.policy_name() == Some(on.name());
        if let Some(ours) = policies.iter().find(ours) {
            return Ok(Found::There(ours.into()));
        }
        if policies.is_empty() {
            return Ok(Found::Absent);
        }
        Ok(Found::Impossible(Obstacle::AccountPolicyTaken { holders: holders(&policies) }))
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveAccountPolicy>, CallError> {
        let policies = policies(on).await?;
        Ok(policies.iter().find(|policy| policy.policy_name() == Some(on.name())).map(Into::into))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(None, on).await
    }

    async fn update(&self, planned: &Planned<LiveAccountPolicy>, on: &Target<'_>) -> Result<(), StepError> {
        self.put(Some(planned), on).await
    }

    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        change(on, || async {
            let call = on.clients().logs().delete_account_policy().policy_name(on.name());
            let call = call.policy_type(PolicyType::SubscriptionFilterPolicy);
            gone(on.write("logs:DeleteAccountPolicy", call.send()).await)
        })
        .await
    }
}

impl LiveAccountPolicy {
    /// The fingerprint of a policy that was made like this.
    pub(crate) fn fingerprint(&self) -> String {
        fingerprint::of(&json!([
            self.destination_arn,
            self.pattern,
            self.role_arn,
            self.distribution,
            self.excluded(),
            self.selection.criteria(),
            self.selection.transformed(),
        ]))
    }
}

impl From<&AccountPolicy> for LiveAccountPolicy {
    fn from(policy: &AccountPolicy) -> Self {
        let document: Value =
            policy.policy_document().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let text = |key: &str| document[key].as_str().map(str::to_owned);
        Self {
            destination_arn: text("DestinationArn"),
            pattern: Some(text("FilterPattern").unwrap_or_default()),
            distribution: text("Distribution"),
            role_arn: text("RoleArn"),
            criteria: policy.selection_criteria().map(str::to_owned),
            selection: EventSelection::of_document(&document),
        }
    }
}

/// The subscription policies of the account in the region. AWS takes one, but may answer with empty pages before it.
pub(super) async fn policies(on: &Target<'_>) -> Result<Vec<AccountPolicy>, CallError> {
    let call = on.clients().logs().describe_account_policies();
    let call = call.policy_type(PolicyType::SubscriptionFilterPolicy);
    let pages = on.pages("logs:DescribeAccountPolicies", |token| call.clone().set_next_token(token).send());
    Ok(found(pages.all(|page| page.account_policies.unwrap_or_default()).await)?.unwrap_or_default())
}

/// Who holds the place of an account's subscription policy.
fn holders(policies: &[AccountPolicy]) -> Vec<Subscriber> {
    let holder = |policy: &AccountPolicy| Subscriber {
        name: policy.policy_name().map(str::to_owned),
        destination: LiveAccountPolicy::from(policy).destination_arn,
    };
    policies.iter().map(holder).collect()
}

/// AWS only says "Resource limit exceeded."; what the user needs is which policy is there.
async fn slot_taken(error: CallError, on: &Target<'_>) -> StepError {
    match policies(on).await {
        Ok(policies) if !policies.is_empty() => {
            let holders = Subscriber::listed(&holders(&policies));
            let message = format!(
                "{} an account has one subscription policy in a region, and it is {holders}",
                error.message
            );
            StepError::Call(CallError { message, ..error })
        }
        _ => StepError::Call(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::change::paths;

    fn policy(excluded: &[&str]) -> LogsAccountPolicy {
        LogsAccountPolicy {
            destination_arn: "arn".to_owned(),
            pattern: String::new(),
            role: SenderRole { arn: "role".into(), shown: false },
            distribution: None,
            excluded: excluded.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn check(criteria: Option<&str>, excluded: &[&str], differs: bool) {
        let live = LiveAccountPolicy {
            destination_arn: Some("arn".to_owned()),
            pattern: Some(String::new()),
            distribution: Some("Random".to_owned()),
            role_arn: None,
            criteria: criteria.map(str::to_owned),
            selection: EventSelection::default(),
        };
        let changes = policy(excluded).diff(&live);
        assert_eq!(paths(&changes), if differs { &["exclude"][..] } else { &[] }, "{criteria:?}");
    }

    #[test]
    fn criteria_are_compared_by_what_they_leave_out() {
        check(None, &[], false);
        check(Some(""), &[], false);
        check(Some(r#" LogGroupName NOT  IN [ "/b", "/a" ]"#), &["/a", "/b"], false);
        check(Some(r#"LogGroupName NOT IN ["/a"]"#), &[], true);
        check(None, &["/a"], true);
        check(Some("LogGroupName LIKE x"), &[], true);
        check(policy(&["/a", "/b"]).criteria().as_deref(), &["/a", "/b"], false);
    }

    #[test]
    fn a_role_is_set_where_one_is_wanted_and_ours_goes_where_none_is() {
        let check = |shown, live: Option<&str>, differs: bool, shows: Option<&str>| {
            let role = SenderRole { arn: "ours".into(), shown };
            assert_eq!(!role.compare(Diff::default(), live).done().is_empty(), differs, "{shown} {live:?}");
            assert_eq!(role.to_show(live), shows, "{shown} {live:?}");
        };
        check(true, None, true, Some("ours"));
        check(true, Some("theirs"), true, Some("ours"));
        check(true, Some("ours"), false, Some("ours"));
        check(false, Some("ours"), true, None);
        check(false, Some("theirs"), false, Some("theirs"));
        check(false, None, false, None);
    }

    #[test]
    fn criteria_that_aws_refuses_are_found_before_aws_does() {
        let names: Vec<String> = (0..300).map(|number| format!("/{number:0>99}")).collect();
        let some = |count: usize| policy(&names[..count].iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(some(200).too_long(), None);
        assert!(some(300).too_long().unwrap().starts_with("excluding 300 log groups takes criteria of"));
    }
}
