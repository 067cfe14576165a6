//! A policy document as it was written, read once however many calls it decides.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use logpipe_policy::Policy;

/// The text of a policy. Clones share what it was read as.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct Document {
    text: Arc<str>,
    read: Arc<OnceLock<Option<Policy>>>,
}

impl Document {
    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// As a policy, if it is one.
    pub(crate) fn policy(&self) -> Option<&Policy> {
        self.read.get_or_init(|| Policy::parse(&self.text).ok()).as_ref()
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Document {}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Self { text: text.into(), read: Arc::default() }
    }
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Self { text: text.into(), read: Arc::default() }
    }
}

impl From<Document> for String {
    fn from(document: Document) -> Self {
        document.text.as_ref().to_owned()
    }
}
