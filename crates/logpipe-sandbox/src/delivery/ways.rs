//! What would happen to an event that arrived now, if it took no time: every hop is asked as on delivery.

use crate::services::logs;
use crate::state::site::Site;
use crate::state::world::World;

use super::chain::{self, Origin, Refusal, Route};
use super::{flush, forward};

/// One subscription of a log group, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The name of the subscription filter, or of the account's policy.
    pub subscription: String,
    /// The bucket that the event would be written to, or why it would not.
    pub leads_to: Result<String, String>,
}

/// The ways of an event. A log group without a subscription has none.
pub(crate) fn ways(world: &World, sender: &Site, group: &str, message: &str) -> Vec<Way> {
    let subscriptions = forward::subscriptions(world, sender, group);
    let way = |subscription: &forward::Subscription<'_>| {
        let filter = subscription.filter;
        let selects = filter.system_fields.take(sender, group)
            && logs::compile(&filter.pattern).is_ok_and(|it| it.matches(message));
        let leads_to = match selects {
            false => Err("the subscription does not select it".to_owned()),
            true => bucket(world, sender, group, subscription),
        };
        Way { subscription: subscription.name.to_owned(), leads_to }
    };
    subscriptions.iter().map(way).collect()
}

fn bucket(
    world: &World,
    sender: &Site,
    group: &str,
    subscription: &forward::Subscription<'_>,
) -> Result<String, String> {
    let refused = |refusal: Refusal| format!("{refusal:?}");
    let origin = Origin { site: sender.clone(), arn: format!("{}:*", logs::group_arn(sender, group)) };
    let filter = subscription.filter;
    let actions = forward::actions(subscription.account_level);
    let route = Route { arn: &filter.destination_arn, role: filter.role_arn.as_deref(), actions };
    let target = chain::resolve(world, &origin, route).map_err(refused)?;
    let stream = chain::reach(world, &target, &origin).map_err(refused)?;
    flush::writes_to(world, &stream).map_err(|refusal| format!("{refusal:?}"))
}
