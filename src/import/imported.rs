//! What an import comes to: the pipelines that were found, and the topology of one.

use std::collections::BTreeMap;

use super::inexpressible::Inexpressible;
use super::model::{Pipeline, Unread};
use super::overwide::Overwide;
use crate::address::{AccountId, AccountName, TopologyName};
use crate::event::Verb;
use crate::graph::SkippedAccount;
use crate::plan::Step;

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The pipelines, by the ARNs that they are known by.
    pub pipelines: Vec<Pipeline>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// The accounts that were looked at.
    pub accounts: BTreeMap<AccountName, AccountId>,
    /// Accounts that were left out, of which nothing is known.
    pub skipped: Vec<SkippedAccount>,
}

/// A topology of what is there.
#[derive(Debug)]
pub struct Imported {
    /// Its name.
    pub name: TopologyName,
    /// Its text, without comments.
    pub text: String,
    /// What is there and it does not say.
    pub inexpressible: Vec<Inexpressible>,
    /// Statements that allow more than delivery needs.
    pub overwide: Vec<Overwide>,
    /// What could not be read, before and for this.
    pub unread: Vec<Unread>,
    /// What `plan --adopt` does with it; nothing where that is not known.
    pub steps: Option<Vec<Step>>,
}

impl Imported {
    /// How many resources are taken over as they are: nothing is changed but the tags that say whose they are.
    pub fn taken_over(&self) -> usize {
        self.steps.iter().flatten().filter(|step| !differs(step)).count()
    }

    /// The steps that change, make or refuse something.
    pub fn differing(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().flatten().filter(|step| differs(step))
    }
}

/// Whether a step does more than to take something over.
fn differs(step: &Step) -> bool {
    match step.action.verb() {
        Verb::Keep => false,
        Verb::Adopt => step.changes.iter().any(|change| {
            let mark = change.field.name() == "tags" && change.field.which().is_some_and(is_mark);
            !mark && !change.field.is_of_others()
        }),
        Verb::Create
        | Verb::Update
        | Verb::Replace
        | Verb::Delete
        | Verb::Forget
        | Verb::Refuse
        | Verb::Await => true,
    }
}

/// Whether a tag is one that logpipe marks things with.
fn is_mark(key: &str) -> bool {
    key.starts_with("logpipe:")
}
