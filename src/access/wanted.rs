//! The purposes of the roles: which commands they serve, and whether they may delete delivered data.

use std::collections::BTreeSet;

use super::right::Doing;

/// A command that needs rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// `plan` and `status`.
    Plan,
    /// `apply`, with `--prune` too.
    Apply,
    /// `verify`.
    Verify,
    /// `doctor`.
    Doctor,
    /// `destroy`.
    Destroy,
    /// `logs`.
    Logs,
    /// `cost --measure`.
    Cost,
    /// `coverage`.
    Coverage,
    /// `agent-config --ssm`.
    AgentConfig,
    /// `status --delivery`.
    Delivery,
    /// `import`.
    Import,
}

impl Command {
    /// All that are about what a topology names: `import` is for accounts of which there is no topology yet, and reads
    /// everything that could be part of one.
    pub const ALL: [Self; 10] = [
        Self::Plan,
        Self::Apply,
        Self::Verify,
        Self::Doctor,
        Self::Destroy,
        Self::Logs,
        Self::Cost,
        Self::Coverage,
        Self::AgentConfig,
        Self::Delivery,
    ];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Verify => "verify",
            Self::Doctor => "doctor",
            Self::Destroy => "destroy",
            Self::Logs => "logs",
            Self::Cost => "cost",
            Self::Coverage => "coverage",
            Self::AgentConfig => "agent-config",
            Self::Delivery => "delivery",
            Self::Import => "import",
        }
    }

    /// Whether it does this: to what the topology declares, or to what only the record still owns, which is looked at and
    /// deleted.
    fn does(self, doing: Doing, declared: bool) -> bool {
        match self {
            Self::Plan => doing == Doing::Read,
            Self::Apply if !declared => matches!(doing, Doing::Read | Doing::Delete),
            Self::Apply => {
                matches!(doing, Doing::Read | Doing::Create | Doing::Update | Doing::Replace)
            }
            Self::Verify => declared && matches!(doing, Doing::Read | Doing::Probe),
            Self::Doctor => declared && matches!(doing, Doing::Read | Doing::Diagnose),
            Self::Destroy => doing == Doing::Delete,
            Self::Logs => declared && doing == Doing::ReadEvents,
            Self::Cost => declared && doing == Doing::Measure,
            Self::Coverage => declared && doing == Doing::Cover,
            Self::AgentConfig => declared && doing == Doing::Store,
            Self::Delivery => declared && doing == Doing::Count,
            Self::Import => declared && doing == Doing::Import,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The commands.
    pub commands: BTreeSet<Command>,
    /// Whether `apply --tighten` is to work, which takes policies of others off roles.
    pub tighten: bool,
    /// Whether `destroy --delete-data` is to work, which empties buckets.
    pub delete_data: bool,
}

impl Wanted {
    /// Every command, `apply --tighten` and `destroy --delete-data` included.
    pub fn everything() -> Self {
        Self { commands: Command::ALL.into(), tighten: true, delete_data: true }
    }

    /// `import` alone.
    pub fn import() -> Self {
        Self { commands: [Command::Import].into(), tighten: false, delete_data: false }
    }

    /// Whether something may be deleted on the way.
    pub(super) fn removes(&self) -> bool {
        [Command::Apply, Command::Destroy].iter().any(|command| self.commands.contains(command))
    }

    /// Whether it takes something that is done to what is declared, or else only recorded.
    pub(super) fn takes(&self, doings: &[Doing], declared: bool) -> bool {
        let data = self.delete_data && self.commands.contains(&Command::Destroy);
        let tighten = self.tighten && declared && self.commands.contains(&Command::Apply);
        let done = |doing: Doing| self.commands.iter().any(|command| command.does(doing, declared));
        let besides = |doing: Doing| match doing {
            Doing::DeleteData => data,
            Doing::Tighten => tighten,
            _ => false,
        };
        doings.iter().any(|doing| done(*doing) || besides(*doing))
    }
}
