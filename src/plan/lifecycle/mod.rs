//! What earlier versions of a topology left behind: streams with successors, what still sends to them, permissions that
//! must stay, stored configurations, and what must wait while a destination migrates to an organisation. Pure.

pub(super) mod generations;
pub(super) mod held;
mod kept;
pub(super) mod of_record;
pub(super) mod organization_migration;
pub(super) mod retirements;
pub(super) mod shards;
pub(super) mod stored;
