//! What can happen later: the closed list of timed events, and what each does to the world.

use serde::{Deserialize, Serialize};

use crate::address::AccountId;

use super::iam::RoleView;
use super::world::World;

/// A timed event. Everything it needs is in it, so that it survives saving and loading.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Due {
    /// Other services come to see a role as it was when the change was made; without a view, that it is gone.
    RolePropagated {
        /// The account of the role.
        account: AccountId,
        /// The name of the role.
        role: String,
        /// The role as changed.
        view: Option<RoleView>,
    },
}

impl Due {
    /// Lets it happen. `World::now_ms` is the time it was due.
    pub(crate) fn happen(self, world: &mut World) {
        match self {
            Self::RolePropagated { account, role, view } => {
                world.account(&account).iam.propagated(&role, view);
            }
        }
    }
}
