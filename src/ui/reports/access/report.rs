//! What roles must be allowed, as an answer.

use serde_json::Value;

use super::cloudformation::access_cloudformation;
use super::human::{access_notes, access_text};
use super::json::access_json;
use super::markdown::page;
use super::script::access_script;
use super::view::AccessView;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::Page;

/// What administrators take the documents in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Documents {
    /// To read and paste.
    Text,
    /// One template for all accounts.
    Cloudformation,
    /// A shell script around the AWS CLI.
    Awscli,
}

/// What roles must be allowed.
#[derive(Debug)]
pub struct AccessReport {
    /// The needs.
    pub view: AccessView,
    /// How people take them.
    pub documents: Documents,
    /// Where a record is that was not read, if it was not.
    pub unread_record: Option<String>,
}

impl AccessReport {
    /// What the needs do not say.
    pub(crate) fn caveat(&self) -> Option<String> {
        self.unread_record.as_ref().map(|place| {
            format!(
                "the record {place} was not read, so this leaves out what it still owns and the topology no longer names"
            )
        })
    }
}

impl Report for AccessReport {
    fn human(&self, look: Look) -> Vec<Part> {
        match self.documents {
            Documents::Text => {
                let notes = access_notes(&self.view).into_iter();
                let notes = notes.map(|note| Part::Say(format!("note: {note}")));
                std::iter::once(Part::Table(access_text(&self.view, look.paint))).chain(notes).collect()
            }
            Documents::Cloudformation => {
                vec![Part::Data(format!("{:#}", access_cloudformation(&self.view)))]
            }
            Documents::Awscli => vec![Part::Data(access_script(&self.view).trim_end().to_owned())],
        }
    }

    /// A template is the answer itself. Its functions have their long forms (`Fn::Sub`, `Ref`), which need no tags in YAML.
    fn json(&self) -> Value {
        match self.documents {
            Documents::Cloudformation => access_cloudformation(&self.view),
            Documents::Text | Documents::Awscli => access_json(&self.view),
        }
    }

    fn markdown(&self, look: Look) -> Page {
        page(self, look.each())
    }

    fn aside(&self, _look: Look) -> Vec<Part> {
        self.caveat().map(|caveat| Part::Say(format!("note: {caveat}"))).into_iter().collect()
    }
}
