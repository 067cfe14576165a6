//! What an earlier life of a topology left: streams that took over from others, what still sends to those, rights that
//! have to stay, configurations that are stored, and what has to wait while a destination migrates to an organisation. Pure.

pub(super) mod generations;
pub(super) mod held;
mod kept;
pub(super) mod of_record;
pub(super) mod organization_migration;
pub(super) mod retirements;
pub(super) mod stored;
