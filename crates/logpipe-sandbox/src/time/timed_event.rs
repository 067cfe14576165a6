//! What can happen later: the closed list of timed events, and what each does to the world.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use logpipe_identifiers::AccountId;

use crate::delivery::{self, Batch, Parcel};
use crate::services::Service;
use crate::services::ec2::{self, AssociationState};
use crate::services::firehose::{self, StreamAddress};
use crate::services::iam::{ProfileView, RoleView};
use crate::state::site::Site;
use crate::state::world::World;

/// A timed event. Everything it needs is in it, so that it survives saving and loading.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum TimedEvent {
    /// Services come to see a role as it was when the change was made; without a view, that it is gone.
    RolePropagated {
        /// The account of the role.
        account: AccountId,
        /// The name of the role.
        role: String,
        /// The role as changed.
        view: Option<RoleView>,
        /// The services.
        services: BTreeSet<Service>,
    },
    /// EC2 comes to see an instance profile as it was when the change was made; without a view, that it is gone.
    ProfilePropagated {
        /// The account of the profile.
        account: AccountId,
        /// The name of the profile.
        profile: String,
        /// The profile as changed.
        view: Option<ProfileView>,
    },
    /// A change of an instance's profile is made.
    AssociationSettles {
        /// Where the instance is.
        site: Site,
        /// The association.
        association: String,
        /// The state it was in when the change began.
        from: AssociationState,
    },
    /// A message from a log group arrives where a subscription filter sent it.
    MessageArrives {
        /// The message.
        parcel: Parcel,
    },
    /// The interval of one of a stream's buffers is over.
    BufferCloses {
        /// The stream.
        stream: StreamAddress,
        /// The number of the batch in the buffer.
        batch: u64,
    },
    /// A batch that was refused is tried again.
    BatchRetried {
        /// The stream.
        stream: StreamAddress,
        /// The batch.
        batch: Batch,
    },
    /// A stream becomes ACTIVE, or has failed.
    StreamCreated {
        /// The stream.
        stream: StreamAddress,
        /// Its number.
        number: u64,
        /// Why it has failed.
        failure: Option<String>,
    },
    /// A change of a stream's destination takes effect.
    DestinationUpdated {
        /// The stream.
        stream: StreamAddress,
        /// Its number.
        number: u64,
        /// The version that takes effect, if it is still the last.
        version: u64,
    },
    /// A deleted stream is gone.
    StreamGone {
        /// The stream.
        stream: StreamAddress,
        /// Its number.
        number: u64,
    },
}

impl TimedEvent {
    /// Lets it happen. `World::now_ms` is the time it was due.
    pub(crate) fn happen(self, world: &mut World) {
        match self {
            Self::RolePropagated { account, role, view, services } => {
                world.account(&account).iam.propagated(&role, view, &services);
            }
            Self::ProfilePropagated { account, profile, view } => {
                world.account(&account).iam.profile_propagated(&profile, view);
            }
            Self::AssociationSettles { site, association, from } => {
                ec2::settled(world, &site, &association, from);
            }
            Self::MessageArrives { parcel } => delivery::arrive(world, &parcel),
            Self::BufferCloses { stream, batch } => delivery::close(world, &stream, batch),
            Self::BatchRetried { stream, batch } => delivery::deliver(world, &stream, batch),
            Self::StreamCreated { stream, number, failure } => {
                firehose::created(world, &stream, number, failure);
            }
            Self::DestinationUpdated { stream, number, version } => {
                firehose::took_effect(world, &stream, number, version);
            }
            Self::StreamGone { stream, number } => firehose::gone(world, &stream, number),
        }
    }

    /// What happens, in a few words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::RolePropagated { account, role, services, .. } => {
                let names: Vec<&str> = services.iter().map(|service| service.name()).collect();
                format!("{} see role {role} of {account} as it is now", names.join(", "))
            }
            Self::ProfilePropagated { account, profile, .. } => {
                format!("ec2 sees instance profile {profile} of {account} as it is now")
            }
            Self::AssociationSettles { association, from, .. } => {
                format!("{association} is no longer {from}")
            }
            Self::MessageArrives { parcel } => format!("{parcel} arrives"),
            Self::BufferCloses { stream, .. } => format!("{} delivers a buffer", stream.arn()),
            Self::BatchRetried { stream, .. } => format!("{} tries a refused batch again", stream.arn()),
            Self::StreamCreated { stream, failure: None, .. } => format!("{} becomes ACTIVE", stream.arn()),
            Self::StreamCreated { stream, .. } => format!("{} fails to be made", stream.arn()),
            Self::DestinationUpdated { stream, .. } => {
                format!("{} writes as it was last told to", stream.arn())
            }
            Self::StreamGone { stream, .. } => format!("{} is gone", stream.arn()),
        }
    }
}
