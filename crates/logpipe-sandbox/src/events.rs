//! Events as applications write them and as buckets hold them, without a request: for whoever watches over every event.

use std::time::SystemTime;

use bytes::Bytes;

use logpipe_identifiers::{AccountId, Region};

use super::cloud::Cloud;
use super::delivery::{self, Way};
use super::services::logs::Event;
use super::state::site::Site;
use super::state::world::to_ms;

impl Cloud {
    /// The log groups that a subscription takes events from.
    pub fn subscribed_log_groups(&self) -> Vec<(AccountId, Region, String)> {
        let world = self.world();
        let mut found = Vec::new();
        for (account, held) in &world.accounts {
            for (region, logs) in &held.logs {
                let all = !logs.account_policies.is_empty();
                let groups = logs.groups.iter().filter(|(_, group)| all || !group.filters.is_empty());
                found.extend(groups.map(|(name, _)| (account.clone(), region.clone(), name.clone())));
            }
        }
        found
    }

    /// Writes an event, and gives back the ways that it would take if they took no time; nothing where there is no such
    /// log group. The group does not keep it, which nobody reads.
    pub fn write_event(
        &self,
        now: SystemTime,
        account: &AccountId,
        region: &Region,
        group: &str,
        message: &str,
    ) -> Option<Vec<Way>> {
        let mut world = self.changed();
        world.advance_to(to_ms(now));
        let site = Site { account: account.clone(), region: region.clone() };
        world.log_group(&site, group).ok()?;
        let ways = delivery::ways(&world, &site, group, message);
        let timestamp = world.now_ms;
        let id = world.event_id(timestamp);
        let event = Event { timestamp, ingested_ms: timestamp, message: message.to_owned() };
        delivery::forward(&mut world, &site, group, "application", &[(id, event)]);
        Some(ways)
    }

    /// The objects of all buckets: bucket, key and content.
    pub fn objects(&self) -> Vec<(String, String, Bytes)> {
        let world = self.world();
        let objects = world.buckets.iter().flat_map(|(bucket, held)| {
            held.objects.iter().map(|(key, object)| (bucket.clone(), key.clone(), object.body.clone()))
        });
        objects.collect()
    }
}
