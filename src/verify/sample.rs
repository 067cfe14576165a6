//! Which routes are probed when not all are. Pure.

use std::collections::{BTreeMap, VecDeque};

use crate::graph::Route;

/// This many routes are probed where nobody says how many: enough to meet every source and account of most topologies,
/// few enough that the test events cost nothing worth mentioning.
const MOST_UNASKED: usize = 20;

/// How many of this many routes are probed.
pub(super) fn size(routes: usize, sample: Option<usize>) -> usize {
    sample.unwrap_or(MOST_UNASKED).min(routes)
}

/// A part of the routes, spread as widely as its size allows: over sources first, then accounts, then regions. The same
/// routes give the same sample.
pub(super) fn spread(routes: Vec<&Route>, size: usize) -> Vec<&Route> {
    if size >= routes.len() {
        return routes;
    }
    let mut left: BTreeMap<_, VecDeque<&Route>> = BTreeMap::new();
    for route in routes {
        left.entry((&route.source, &route.account, &route.region)).or_default().push_back(route);
    }
    let (mut sources, mut accounts, mut regions) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut sample = Vec::new();
    while sample.len() < size {
        let next = left.iter_mut().filter(|(_, routes)| !routes.is_empty()).min_by_key(|(place, _)| {
            let times = (
                sources.get(place.0).copied().unwrap_or(0),
                accounts.get(place.1).copied().unwrap_or(0),
                regions.get(place.2).copied().unwrap_or(0),
            );
            // What has not been taken at all comes before what has been taken less often.
            (times.0 > 0, times.1 > 0, times.2 > 0, times)
        });
        let Some((place, route)) = next.and_then(|(place, routes)| Some((*place, routes.pop_front()?)))
        else {
            break;
        };
        *sources.entry(place.0).or_insert(0_usize) += 1;
        *accounts.entry(place.1).or_insert(0_usize) += 1;
        *regions.entry(place.2).or_insert(0_usize) += 1;
        sample.push(route);
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A route by `source account region group`.
    fn route(text: &str) -> Route {
        let [source, account, region, group] = text.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{text} is no route")
        };
        Route {
            source: source.parse().unwrap(),
            destination: "central".parse().unwrap(),
            account: account.parse().unwrap(),
            region: region.parse().unwrap(),
            log_group: group.to_owned(),
            filter: format!("{account}/{region}/subscription_filter.{group}:f").parse().unwrap(),
        }
    }

    #[track_caller]
    fn check(routes: &[&str], size: usize, expect: &[&str]) {
        let routes: Vec<Route> = routes.iter().map(|text| route(text)).collect();
        let name = |route: &&Route| {
            format!("{} {} {} {}", route.source, route.account, route.region, route.log_group)
        };
        let sample: Vec<String> = spread(routes.iter().collect(), size).iter().map(name).collect();
        assert_eq!(sample, expect);
    }

    const ROUTES: [&str; 7] = [
        "a x us-east-1 /1",
        "a x us-east-1 /2",
        "a x us-west-2 /1",
        "a y us-east-1 /1",
        "a z us-east-1 /1",
        "b x us-east-1 /3",
        "b x us-east-1 /4",
    ];

    #[test]
    fn a_sample_is_spread_over_sources_then_accounts_then_regions() {
        check(&ROUTES, 0, &[]);
        check(&ROUTES, 1, &["a x us-east-1 /1"]);
        check(&ROUTES, 2, &["a x us-east-1 /1", "b x us-east-1 /3"]);
        let all_but_two = [
            "a x us-east-1 /1",
            "b x us-east-1 /3",
            "a y us-east-1 /1",
            "a z us-east-1 /1",
            "a x us-west-2 /1",
        ];
        check(&ROUTES, 5, &all_but_two);
        check(&ROUTES, 7, &ROUTES);
        check(&ROUTES, 100, &ROUTES);
    }

    #[test]
    fn twenty_are_probed_unasked() {
        assert_eq!(size(20, None), 20);
        assert_eq!(size(21, None), 20);
        assert_eq!(size(21, Some(50)), 21);
        assert_eq!(size(1000, Some(50)), 50);
    }
}
