//! A topology with what flags say of lint taken into account.

use super::model::Topology;
use super::problem::Invalid;
use crate::lint::{Levels, Severity, Warning};

impl Topology {
    /// The same, with findings that matter as much as these levels say.
    #[must_use]
    pub fn at_levels(self, levels: &Levels) -> Self {
        let (warnings, allowed) = levels.judged(self.warnings);
        let allowed = self.allowed.into_iter().chain(allowed).collect();
        Self { warnings, allowed, ..self }
    }

    /// The findings because of which it is refused.
    pub fn denied(&self) -> impl Iterator<Item = &Warning> {
        self.warnings.iter().filter(|warning| warning.severity == Severity::Error)
    }
}

impl Invalid {
    /// The same, with findings that matter as much as these levels say.
    #[must_use]
    pub fn at_levels(self, levels: &Levels) -> Self {
        let (warnings, allowed) = levels.judged(self.warnings);
        let allowed = self.allowed.into_iter().chain(allowed).collect();
        Self { warnings, allowed, ..self }
    }
}
