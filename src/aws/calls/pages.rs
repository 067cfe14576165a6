//! The one way to read paginated lists. A repeated token would loop forever, or, as the SDK's own paginators treat it,
//! end the list early; here it is an error.

use std::collections::HashSet;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::aws::call::{CallError, CallPlace, Class};

/// An answer that may not be the last one.
pub(crate) trait Page {
    /// What comes after it.
    fn then(&self) -> Then<'_>;
}

/// What comes after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then<'a> {
    /// Nothing.
    Nothing,
    /// The page of this token.
    Page(&'a str),
    /// More, and AWS does not say where.
    Lost,
}

impl<'a> Then<'a> {
    /// Where the token alone says whether there is more.
    pub(crate) fn of(token: Option<&'a str>) -> Self {
        token.filter(|token| !token.is_empty()).map_or(Self::Nothing, Self::Page)
    }

    /// Where a flag says it, beside the token.
    pub(crate) fn flagged(more: bool, token: Option<&'a str>) -> Self {
        match (more, Self::of(token)) {
            (false, _) => Self::Nothing,
            (true, Self::Nothing) => Self::Lost,
            (true, page) => page,
        }
    }
}

/// The tokens that have come so far.
#[derive(Debug, Default)]
pub(crate) struct Tokens(HashSet<String>);

impl Tokens {
    /// Whether a page has named this one as the next.
    pub(crate) fn has(&self, token: &str) -> bool {
        self.0.contains(token)
    }

    /// Notes that a page names this one as the next; false when one has before.
    pub(crate) fn is_new(&mut self, token: &str) -> bool {
        self.0.insert(token.to_owned())
    }
}

/// Pages, each fetched when it is needed.
pub(crate) struct Pages<F> {
    operation: &'static str,
    place: CallPlace,
    ask: F,
    next: Option<String>,
    seen: Tokens,
    over: bool,
}

impl<F> Pages<F> {
    /// Pages that `ask` brings, each by the token of the one before; without one, the first.
    pub(in crate::aws) fn new(operation: &'static str, place: CallPlace, ask: F) -> Self {
        Self { operation, place, ask, next: None, seen: Tokens::default(), over: false }
    }

    /// The next page, or none after the last.
    ///
    /// # Errors
    /// What AWS answered; [`Class::Unreadable`] where its pages go round, or end without saying so.
    pub(crate) async fn next<P, E, A>(&mut self) -> Result<Option<P>, CallError>
    where
        F: Fn(Option<String>) -> A,
        A: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
        P: Page,
    {
        if self.over {
            return Ok(None);
        }
        let answer = Box::pin((self.ask)(self.next.take())).await;
        let page = answer.map_err(|error| CallError::from_sdk(self.operation, self.place.clone(), &error))?;
        match page.then() {
            Then::Nothing => self.over = true,
            Then::Page(token) if self.seen.is_new(token) => self.next = Some(token.to_owned()),
            Then::Page(_) => return Err(repeated(self.operation, self.place.clone())),
            Then::Lost => {
                let message = "AWS says that there is another page, but not how to get it".to_owned();
                return Err(self.complaint(message));
            }
        }
        Ok(Some(page))
    }

    /// What is in all pages.
    ///
    /// # Errors
    /// As [`Pages::next`].
    pub(crate) async fn all<P, E, A, I>(mut self, items: impl Fn(P) -> I) -> Result<Vec<I::Item>, CallError>
    where
        F: Fn(Option<String>) -> A,
        A: Future<Output = Result<P, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
        P: Page,
        I: IntoIterator,
    {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(items(page));
        }
        Ok(all)
    }

    fn complaint(&self, message: String) -> CallError {
        CallError::unanswered(self.operation, self.place.clone(), Class::Unreadable, message)
    }
}

/// The error for repeating pages.
pub(crate) fn repeated(operation: &'static str, place: CallPlace) -> CallError {
    let message = "AWS returned a page token for the second time, so its pages would never end".to_owned();
    CallError::unanswered(operation, place, Class::Unreadable, message)
}

/// The answers that come in pages. A macro, because the SDK's types share no trait.
macro_rules! pages {
    ($($service:ident::$operation:ident::$answer:ident => |$page:ident| $then:expr;)*) => {
        $(impl Page for $service::operation::$operation::$answer {
            fn then(&self) -> Then<'_> {
                let $page = self;
                $then
            }
        })*
    };
}

pages! {
    aws_sdk_cloudwatch::describe_alarms::DescribeAlarmsOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatch::list_metrics::ListMetricsOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatch::get_metric_data::GetMetricDataOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::describe_account_policies::DescribeAccountPoliciesOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::describe_destinations::DescribeDestinationsOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::describe_log_groups::DescribeLogGroupsOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::describe_log_streams::DescribeLogStreamsOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::describe_subscription_filters::DescribeSubscriptionFiltersOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::filter_log_events::FilterLogEventsOutput => |page| Then::of(page.next_token());
    aws_sdk_cloudwatchlogs::list_log_groups::ListLogGroupsOutput => |page| Then::of(page.next_token());
    aws_sdk_firehose::list_tags_for_delivery_stream::ListTagsForDeliveryStreamOutput => |page| Then::flagged(page.has_more_tags(), page.tags().last().map(|tag| tag.key()));
    aws_sdk_iam::list_attached_role_policies::ListAttachedRolePoliciesOutput => |page| Then::flagged(page.is_truncated(), page.marker());
    aws_sdk_iam::list_entities_for_policy::ListEntitiesForPolicyOutput => |page| Then::flagged(page.is_truncated(), page.marker());
    aws_sdk_iam::list_instance_profiles_for_role::ListInstanceProfilesForRoleOutput => |page| Then::flagged(page.is_truncated(), page.marker());
    aws_sdk_iam::list_policy_versions::ListPolicyVersionsOutput => |page| Then::flagged(page.is_truncated(), page.marker());
    aws_sdk_iam::list_role_policies::ListRolePoliciesOutput => |page| Then::flagged(page.is_truncated(), page.marker());
    aws_sdk_iam::simulate_principal_policy::SimulatePrincipalPolicyOutput => |page| Then::flagged(page.is_truncated(), page.marker());
    aws_sdk_organizations::list_accounts::ListAccountsOutput => |page| Then::of(page.next_token());
    aws_sdk_organizations::list_accounts_for_parent::ListAccountsForParentOutput => |page| Then::of(page.next_token());
    aws_sdk_organizations::list_organizational_units_for_parent::ListOrganizationalUnitsForParentOutput => |page| Then::of(page.next_token());
    aws_sdk_organizations::list_tags_for_resource::ListTagsForResourceOutput => |page| Then::of(page.next_token());
    aws_sdk_s3::list_objects_v2::ListObjectsV2Output => |page| Then::flagged(page.is_truncated().unwrap_or_default(), page.next_continuation_token());
}

#[cfg(feature = "ec2")]
pages! {
    aws_sdk_ec2::describe_iam_instance_profile_associations::DescribeIamInstanceProfileAssociationsOutput => |page| Then::of(page.next_token());
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use aws_sdk_iam::operation::list_role_policies::{ListRolePoliciesError, ListRolePoliciesOutput};
    use futures_util::FutureExt;

    use super::*;

    /// The names on all pages, each a name, whether there are more, and the token of the next.
    #[track_caller]
    fn read(answers: &[(&str, bool, Option<&str>)]) -> Result<Vec<String>, CallError> {
        let place =
            CallPlace { account: "111111111111".parse().unwrap(), region: "global".to_owned(), role: None };
        let asked = RefCell::new(0..);
        let ask = |_: Option<String>| {
            let (name, more, token) = answers[asked.borrow_mut().next().unwrap() % answers.len()];
            let page = ListRolePoliciesOutput::builder().policy_names(name).is_truncated(more);
            let page = page.set_marker(token.map(str::to_owned)).build().unwrap();
            async move { Ok::<_, SdkError<ListRolePoliciesError, HttpResponse>>(page) }
        };
        let pages = Pages::new("iam:ListRolePolicies", place, ask);
        pages.all(|page| page.policy_names).now_or_never().unwrap()
    }

    #[test]
    fn all_pages_are_read_to_the_last() {
        assert_eq!(read(&[("a", false, None)]).unwrap(), ["a"]);
        let three = [("a", true, Some("1")), ("b", true, Some("2")), ("c", false, None)];
        assert_eq!(read(&three).unwrap(), ["a", "b", "c"]);
    }

    #[test]
    fn pages_that_go_round_are_an_error() {
        let round = [
            &[("a", true, Some("1"))][..],
            &[("a", true, Some("1")), ("b", true, Some("1"))],
            &[("a", true, Some("1")), ("b", true, Some("2")), ("c", true, Some("1"))],
        ];
        for answers in round {
            let error = read(answers).unwrap_err();
            assert_eq!(error.class, Class::Unreadable);
            assert!(error.message.contains("never end"), "{error}");
        }
    }

    #[test]
    fn a_list_that_is_said_to_go_on_and_does_not_is_an_error() {
        let error = read(&[("a", true, None)]).unwrap_err();
        assert!(error.message.contains("there is another page"), "{error}");
    }
}
