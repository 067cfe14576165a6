//! What CloudWatch keeps, region by region: alarms. Metrics follow from what the other services hold.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::state::site::Site;
use crate::state::world::World;
use logpipe_identifiers::Region;

use super::settings::Settings;

/// CloudWatch in one account: alarms by name, region by region.
pub(crate) type CloudWatchState = BTreeMap<Region, BTreeMap<String, Alarm>>;

/// An alarm.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Alarm {
    /// When it was made.
    pub(super) created_ms: u64,
    /// When it was last put.
    pub(super) updated_ms: u64,
    /// What it watches, and what it does.
    pub(super) settings: Settings,
    /// Tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// The ARN of an alarm.
pub(super) fn arn(site: &Site, name: &str) -> String {
    site.arn("cloudwatch", &format!("alarm:{name}"))
}

/// Where an alarm is, and its name, by its ARN.
pub(super) fn of_arn(arn: &str) -> Option<(Site, &str)> {
    let (site, resource) = Site::of_arn(arn, "cloudwatch")?;
    resource.strip_prefix("alarm:").map(|name| (site, name))
}

impl World {
    /// The alarms somewhere, if there ever were any.
    pub(super) fn alarms(&self, site: &Site) -> Option<&BTreeMap<String, Alarm>> {
        self.accounts.get(&site.account)?.cloudwatch.get(&site.region)
    }

    /// An alarm somewhere.
    pub(super) fn alarm(&self, site: &Site, name: &str) -> Option<&Alarm> {
        self.alarms(site)?.get(name)
    }

    /// The alarms somewhere.
    pub(super) fn alarms_mut(&mut self, site: &Site) -> &mut BTreeMap<String, Alarm> {
        self.account(&site.account).cloudwatch.entry(site.region.clone()).or_default()
    }
}
