//! Routes as people see them in every form: what became of each, and which are alike.

use serde_json::{Value, json};

use super::json::fix_json;
use crate::address::Place;
use crate::ui::alike::{AccountIds, Owner, together};
use crate::ui::text;
use crate::verify::verdict::{Hop, HopVerdict, Route};

/// A route with its region as a place.
pub(crate) type Placed<'a> = (&'a Route, Place);

/// The routes, those together that are alike in several accounts; each by itself if `each` says so.
pub(crate) fn alike_routes<'a>(routes: &'a [Route], ids: &AccountIds, each: bool) -> Vec<Vec<Placed<'a>>> {
    let routes = routes.iter().map(|route| (route, Place::Region(route.region.clone())));
    together(routes, |(route, place)| match each {
        true => format!("{:?}", (&route.source, &route.account, place, &route.log_group)),
        false => owner(route, place, ids).general(&general(route)),
    })
}

/// What became of one route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Delivered,
    Broken,
    /// No hop is known to be wrong, and yet the event was not found.
    Unproven,
}

impl Fate {
    pub(crate) fn of(route: &Route) -> Self {
        if route.delivered {
            Self::Delivered
        } else if route.hops.iter().any(is_wrong) {
            Self::Broken
        } else {
            Self::Unproven
        }
    }
}

/// What became of a route, but for whose it is and how long it took.
fn general(route: &Route) -> Value {
    let way = (&route.source, &route.log_group, &route.destination);
    let fix = route.fix.as_ref().map(fix_json);
    json!([way, route.delivered, route.hops, route.finding, fix, route.pattern_proved_by])
}

pub(crate) fn owner<'a>(route: &'a Route, place: &'a Place, ids: &'a AccountIds) -> Owner<'a> {
    Owner { account: &route.account, id: ids.get(&route.account), place: Some(place) }
}

/// The least and the most seconds that routes took.
pub(crate) fn span(routes: &[Placed<'_>]) -> Option<(f64, f64)> {
    let mut seconds: Vec<f64> = routes.iter().filter_map(|(route, _)| route.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    Some((*seconds.first()?, *seconds.last()?))
}

/// From where to where.
pub(crate) fn route_name(route: &Route) -> String {
    let (source, account, region) = (&route.source, &route.account, &route.region);
    format!("{source} {account}/{region} {} → {}", text::clean(&route.log_group), route.destination)
}

/// A hop that cannot be read proves nothing.
pub(crate) fn is_wrong(hop: &Hop) -> bool {
    matches!(hop.verdict, HopVerdict::Incorrect | HopVerdict::Missing)
}
