//! Judges every hop of every route, and reads what Firehose has failed to deliver. Nothing is sent.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use futures_util::join;

use super::archive::layout::Writing;
use super::archive::search::Search;
use super::checks::buckets::bucket_verdicts;
use super::diagnosis::{Blocked, Counted, DeliveryErrors, Diagnosis};
use super::failure::code_and_message;
use super::fix::Fixes;
use super::run::Verify;
use super::verdict::{HopVerdict, Route as RouteVerdict};
use crate::aws::{Class, log_groups};
use crate::plan::look;
use crate::stop::Stop;
use crate::topology::Destination;

/// Looks at everything; at failures since `lately`. A stop ends it with what was found until then.
pub async fn diagnose(verify: &Verify<'_>, lately: Duration, mut stop: Stop) -> Diagnosis {
    let graph = verify.to_look_at();
    let looked = tokio::select! {
        looked = look(&graph, verify.accounts, verify.clock, verify.events) => Some(looked),
        () = stop.changed() => None,
    };
    let observed = looked.as_ref().map(|(observed, _)| observed);
    let inspection = verify.inspection(looked.as_ref());
    let fixes = inspection.as_ref().map(|inspection| Fixes::of(verify, inspection)).unwrap_or_default();
    let mut route_checks = verify.route_checks(inspection.as_ref(), &fixes, &mut stop).await;
    for check in &mut route_checks {
        // Where nothing keeps events back, what should not be there is what there is to repair.
        let unexpected = check.verdict.hops.iter().find(|hop| hop.verdict == HopVerdict::Unexpected);
        if let (None, Some(hop), Some(inspection)) = (&check.verdict.fix, unexpected, &inspection) {
            check.verdict.finding =
                Some(format!("events get through, and {} is not as it should be: {}", hop.hop, hop.detail));
            check.verdict.fix = fixes.of_hop(inspection, check.route, hop.hop);
        }
    }
    let since = verify.now() - lately;
    let failing = verify.destinations(observed).into_values().map(|(destination, writing)| async move {
        verify.delivery_errors(destination, &writing, since).await
    });
    let all = async {
        join!(
            join_all(failing),
            verify.streams(observed, since),
            verify.kept(observed),
            verify.quotas(&fixes),
            verify.roles()
        )
    };
    let (delivery_errors, streams, kept, quotas, (agents, readers)) = tokio::select! {
        found = Box::pin(all) => found,
        () = stop.changed() => Default::default(),
    };
    let of_everything = inspection.as_ref().filter(|_| verify.source.is_none());
    let alarms = of_everything.map(|inspection| inspection.alarms(&fixes)).unwrap_or_default();
    let mut routes: Vec<RouteVerdict> = route_checks.into_iter().map(|check| check.verdict).collect();
    routes.sort_by(RouteVerdict::in_order);
    Diagnosis {
        finding: (routes.is_empty() && agents.is_empty() && readers.is_empty()).then(|| verify.no_route()),
        routes,
        agents,
        readers,
        alarms,
        buckets: bucket_verdicts(kept, &streams),
        streams,
        quotas,
        delivery_errors: delivery_errors
            .into_iter()
            .filter(|one| !one.errors.is_empty() || !one.unread.is_empty())
            .collect(),
        blocked: fixes
            .refused()
            .map(|(address, reason)| Blocked { address: address.clone(), reason: reason.clone() })
            .collect(),
    }
}

impl Verify<'_> {
    /// What Firehose could not deliver since then.
    async fn delivery_errors(
        &self,
        destination: &Destination,
        writing: &Writing,
        since: SystemTime,
    ) -> DeliveryErrors {
        let (mut counted, mut unread) = (Counted::default(), Vec::new());
        let search = Search {
            accounts: self.accounts,
            destination,
            writing,
            clock: self.clock,
            events: self.events,
            marks: BTreeMap::new(),
            since,
            limit: Duration::ZERO,
            found: Mutex::default(),
            notes: Mutex::default(),
            read: Mutex::default(),
        };
        match search.failed_objects().await {
            Ok(failed) => {
                let undelivered = failed.iter().flat_map(|object| object.undelivered(""));
                undelivered.for_each(|one| counted.undelivered(&one));
            }
            // That there is no bucket is said of its hop.
            Err(error) if error.class == Class::NotFound => {}
            Err(error) => unread.push(format!("what lies below the error prefix is unknown: {error}")),
        }
        if let Some(group) = destination.transport.error_log_group()
            && let Some(connection) = self.accounts.get(&destination.account)
        {
            match log_groups::messages_since(connection, &destination.region, group, since).await {
                Ok(messages) => {
                    for message in messages {
                        let (code, message) = code_and_message(&message);
                        counted.logged(code.as_deref(), &message);
                    }
                }
                // A stream that never failed has not made its log group.
                Err(error) if error.class == Class::NotFound => {}
                Err(error) => unread.push(format!("Firehose's error log is unknown: {error}")),
            }
        }
        DeliveryErrors { destination: destination.key.clone(), errors: counted.errors(), unread }
    }
}
