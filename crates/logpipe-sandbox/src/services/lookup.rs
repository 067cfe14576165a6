//! Services by their names, and what is asked of one most often.

use crate::protocol::answers::Protocol;

use super::{Facts, Service};

impl Service {
    /// What is true of it whatever is asked.
    pub(crate) fn facts(self) -> &'static Facts {
        self.simulation().facts()
    }

    /// The service with this signing name.
    pub(crate) fn of(signing_name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|service| service.name() == signing_name)
    }

    /// The service whose IAM actions have this prefix.
    pub(crate) fn of_actions(prefix: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|service| service.prefix() == prefix)
    }

    /// The prefix of its IAM actions.
    pub(crate) fn prefix(self) -> &'static str {
        self.facts().action_prefix
    }

    /// Its signing name.
    pub(crate) fn name(self) -> &'static str {
        self.facts().signing_name
    }

    /// The protocol it speaks.
    pub(crate) fn protocol(self) -> Protocol {
        self.facts().protocol
    }
}
