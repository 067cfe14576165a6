//! What EC2 keeps, region by region.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::state::site::Site;
use crate::state::world::World;
use logpipe_identifiers::Region;

/// EC2 in one account.
pub(crate) type Ec2State = BTreeMap<Region, RegionalEc2>;

/// EC2 in one region of an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct RegionalEc2 {
    /// Instances by id.
    pub(crate) instances: BTreeMap<String, Instance>,
    /// Associations with instance profiles, by id.
    pub(crate) associations: BTreeMap<String, Association>,
}

/// An instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Instance {
    /// `running`, `stopped`, …
    pub(crate) state: String,
    /// Its type.
    pub(crate) instance_type: String,
    /// Its private address.
    pub(crate) private_address: String,
    /// When it was launched.
    pub(crate) launched_ms: u64,
    /// Tags, its name among them.
    pub(crate) tags: BTreeMap<String, String>,
}

/// An instance profile on an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Association {
    /// The instance.
    pub(crate) instance: String,
    /// ARN of the profile.
    pub(crate) profile_arn: String,
    /// Unique id of the profile.
    pub(crate) profile_id: String,
    /// How far it is.
    pub(crate) state: AssociationState,
}

/// How far an association is. One that is over is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AssociationState {
    /// On its way.
    Associating,
    /// There.
    Associated,
    /// On its way out.
    Disassociating,
}

impl fmt::Display for AssociationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Associating => "associating",
            Self::Associated => "associated",
            Self::Disassociating => "disassociating",
        })
    }
}

impl RegionalEc2 {
    /// The associations of an instance, with their ids.
    pub(crate) fn of_instance(&self, instance: &str) -> impl Iterator<Item = (&String, &Association)> {
        self.associations.iter().filter(move |(_, held)| held.instance == instance)
    }

    /// The association an instance has or is about to have.
    pub(crate) fn current(&self, instance: &str) -> Option<&Association> {
        let lasting = |held: &&Association| held.state != AssociationState::Disassociating;
        self.of_instance(instance).map(|(_, held)| held).find(lasting)
    }
}

impl World {
    /// EC2 somewhere, if there is anything.
    pub(crate) fn ec2(&self, site: &Site) -> Option<&RegionalEc2> {
        self.accounts.get(&site.account)?.ec2.get(&site.region)
    }

    /// EC2 somewhere.
    pub(crate) fn ec2_mut(&mut self, site: &Site) -> &mut RegionalEc2 {
        self.account(&site.account).ec2.entry(site.region.clone()).or_default()
    }

    /// An instance.
    pub(crate) fn instance(&self, site: &Site, id: &str) -> Option<&Instance> {
        self.ec2(site)?.instances.get(id)
    }
}
