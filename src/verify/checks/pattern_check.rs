//! Does a test event fit the pattern of its route's filter? Asked of CloudWatch Logs itself, once for all events of
//! one pattern, and of logpipe's own matcher where that is refused.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};

use crate::address::{AccountName, Region};
use crate::aws::{Accounts, CallError, log_groups};
use crate::graph::Route;
use crate::pattern::Pattern;
use crate::plan::READS_AT_ONCE;
use crate::verify::probe::Probe;
use crate::verify::verdict::ProvedBy;

/// Whether a test event fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PatternCheck {
    /// As far as is known; `by` whom that is known, where there was anything to ask.
    Yes { by: Option<ProvedBy>, note: Option<String> },
    /// Why not.
    No(String),
}

impl PatternCheck {
    /// Who says that it fits.
    pub(crate) fn by(&self) -> Option<ProvedBy> {
        match self {
            Self::Yes { by, .. } => *by,
            Self::No(_) => None,
        }
    }

    /// Why nothing can be sent, which is no fault of the pipeline.
    pub(crate) fn refusal(&self) -> Option<String> {
        match self {
            Self::Yes { .. } => None,
            Self::No(why) => Some(format!(
                "not tried, although no hop is known to be wrong: {why}; give an event that matches with --message"
            )),
        }
    }
}

/// What is asked: about one message, and the pattern it has to match.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    pub(crate) account: &'a AccountName,
    pub(crate) region: &'a Region,
    pub(crate) pattern: &'a str,
    pub(crate) message: &'a str,
    /// Whether the message is the user's.
    pub(crate) custom: bool,
}

/// One call's worth of questions.
type Place<'a> = (&'a AccountName, &'a Region, &'a str);

/// What CloudWatch Logs answers: the messages that match.
type Answers<'a> = BTreeMap<Place<'a>, Result<BTreeSet<String>, CallError>>;

impl<'a> Question<'a> {
    /// Whether the test event of a route fits the filter's pattern.
    pub(crate) fn about(route: &'a Route, pattern: Option<&'a str>, probe: &'a Probe, custom: bool) -> Self {
        let pattern = pattern.unwrap_or_default();
        Self { account: &route.account, region: &route.region, pattern, message: &probe.message, custom }
    }
}

impl Question<'_> {
    fn place(&self) -> Place<'_> {
        (self.account, self.region, self.pattern)
    }

    /// What logpipe's own matcher says, unless the pattern is one that only AWS understands.
    fn own(&self) -> Option<bool> {
        let certain = crate::pattern::parse(self.pattern).ok().filter(|pattern| pattern.doubts().is_empty());
        certain.map(|pattern| pattern.matches(self.message))
    }

    fn needs_no_answer(&self) -> bool {
        crate::pattern::parse(self.pattern).is_ok_and(|pattern: Pattern| pattern.takes_everything())
    }

    /// A message that could not be made to match is not worth a call; the user's may match all the same.
    fn is_worth_asking(&self) -> bool {
        !self.needs_no_answer() && (self.custom || self.own() != Some(false))
    }

    /// The verdict, from what was answered.
    fn check(&self, answers: &Answers<'_>) -> PatternCheck {
        let (own, pattern) = (self.own(), self.pattern);
        match answers.get(&self.place()) {
            _ if self.needs_no_answer() => PatternCheck::Yes { by: None, note: None },
            Some(Ok(matching)) if matching.contains(self.message) => PatternCheck::Yes {
                by: Some(ProvedBy::CloudwatchLogs),
                note: Some(format!(
                    "CloudWatch Logs confirms that its pattern `{pattern}` matches the test event"
                )),
            },
            Some(Ok(_)) => PatternCheck::No(format!(
                "CloudWatch Logs says that its pattern `{pattern}` does not match the test event"
            )),
            _ if own == Some(false) && self.custom => PatternCheck::No(format!(
                "its pattern `{pattern}` does not match the text given with --message"
            )),
            _ if own == Some(false) => PatternCheck::No(format!(
                "logpipe could not make up a test event that its pattern `{pattern}` matches"
            )),
            Some(Err(error)) => own_word(own, pattern, &format!("CloudWatch Logs did not answer: {error}")),
            None => own_word(own, pattern, "CloudWatch Logs was not asked"),
        }
    }
}

fn own_word(own: Option<bool>, pattern: &str, why: &str) -> PatternCheck {
    let (by, note) = match own {
        Some(_) => (
            Some(ProvedBy::Logpipe),
            format!("logpipe itself judged that its pattern `{pattern}` matches the test event; {why}"),
        ),
        None => (None, format!("whether its pattern `{pattern}` matches the test event is unknown; {why}")),
    };
    PatternCheck::Yes { by, note: Some(note) }
}

/// Answers every question, with one call for each pattern in one place.
pub(crate) async fn ask(questions: &[Question<'_>], accounts: &Accounts) -> Vec<PatternCheck> {
    let mut batches: BTreeMap<Place<'_>, BTreeSet<&str>> = BTreeMap::new();
    for question in questions.iter().filter(|question| question.is_worth_asking()) {
        batches.entry(question.place()).or_default().insert(question.message);
    }
    let answers = batches.into_iter().filter_map(|(place, messages)| {
        let (account, region, pattern) = place;
        let connection = accounts.get(account)?;
        let messages: Vec<&str> = messages.into_iter().collect();
        Some(async move { (place, log_groups::matching(connection, region, pattern, &messages).await) })
    });
    let answers: Answers<'_> = stream::iter(answers).buffer_unordered(READS_AT_ONCE).collect().await;
    questions.iter().map(|question| question.check(&answers)).collect()
}

/// Answers every question without asking AWS.
pub(crate) fn guess(questions: &[Question<'_>]) -> Vec<PatternCheck> {
    questions.iter().map(|question| question.check(&Answers::new())).collect()
}
