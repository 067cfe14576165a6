//! The result of a search, in the terms of a verdict. Pure.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use super::archive::search::{DeliveredObject, SearchError};
use super::hops::first_broken;
use super::verdict::{Fix, Hop, HopVerdict, Leg, Route, Undelivered};
use crate::aws::CallError;

/// The condition key by which a role trusts an organisation.
const SOURCE_ORGANIZATION: &str = "aws:SourceOrgID";

/// Notes in a verdict where and when its event, sent at `sent`, was found.
pub(crate) fn deliver(verdict: &mut Route, sent: SystemTime, found: &DeliveredObject, bucket: &str) {
    let seconds =
        |from: SystemTime, to: SystemTime| to.duration_since(from).unwrap_or_default().as_secs_f64();
    verdict.delivered = true;
    verdict.seconds = Some(seconds(sent, found.seen));
    verdict.object = Some(format!("s3://{bucket}/{}", found.key));
    verdict.line = Some(found.line.clone());
    // S3 tells whole seconds. Times outside of the wait are of another clock, and differences would mean nothing.
    let plausible = |time: &SystemTime| *time + Duration::from_secs(1) >= sent && *time <= found.seen;
    let written = Some(found.written).filter(plausible);
    verdict.legs = match (found.arrived.filter(plausible), written) {
        (Some(arrived), Some(written)) => vec![
            Leg { leg: "log group to Firehose", seconds: seconds(sent, arrived) },
            Leg { leg: "in the Firehose buffer", seconds: seconds(arrived.max(sent), written) },
            Leg { leg: "in the bucket until found", seconds: seconds(written, found.seen) },
        ],
        (None, Some(written)) => vec![
            Leg { leg: "log group to bucket", seconds: seconds(sent, written) },
            Leg { leg: "in the bucket until found", seconds: seconds(written, found.seen) },
        ],
        (_, None) => {
            vec![Leg { leg: "log group to found in the bucket", seconds: seconds(sent, found.seen) }]
        }
    };
}

/// Lays it to the stream that Firehose took a test event and could make nothing of it, where it did. However the stream
/// looks, that proves it wrong.
pub(super) fn blame_stream(hops: &mut [Hop], undelivered: &[Undelivered]) -> bool {
    let Some(failed) = undelivered.iter().find(|one| one.test_event) else { return false };
    let said: Vec<&str> =
        [&failed.error_code, &failed.error_message].into_iter().flatten().map(String::as_str).collect();
    for hop in hops.iter_mut().filter(|hop| hop.hop == "stream") {
        hop.verdict = HopVerdict::Incorrect;
        hop.detail = format!("{}; it could not process the test event: {}", hop.detail, said.join(": "));
    }
    true
}

/// What to do where no hop is known to be wrong, and one depends on what AWS does not document.
pub(super) fn doubted_key(hops: &[Hop]) -> Option<Fix> {
    let doubted =
        hops.iter().any(|hop| hop.depends_on.iter().any(|key| key.eq_ignore_ascii_case(SOURCE_ORGANIZATION)));
    (doubted && first_broken(hops).is_none()).then_some(Fix::LeaveOut { key: "limits.trust_organization" })
}

/// Why a test event was not found, in words that claim no more than is known.
pub(crate) fn not_found(
    hops: &[Hop],
    ended: Option<&Result<(), SearchError>>,
    complaints: &[String],
) -> String {
    // What the event itself has shown to be wrong says more than that it did not come.
    let shown = first_broken(hops);
    let why = shown.unwrap_or_else(|| unproven(hops, ended));
    if complaints.is_empty() { why } else { format!("{why}; {}", complaints.join("; ")) }
}

fn unproven(hops: &[Hop], ended: Option<&Result<(), SearchError>>) -> String {
    match ended {
        Some(Err(SearchError::Call(error))) => {
            let missing =
                missing_permission(error).map_or_else(String::new, |missing| format!("; {missing}"));
            format!(
                "whether the test event arrived is unknown, because the bucket could not be searched: {error}{missing}"
            )
        }
        Some(Err(SearchError::TimedOut(timed_out))) => {
            format!("{}, yet the test event did not arrive: {timed_out}", state_of(hops))
        }
        Some(Ok(())) | None => "stopped before the test event was found".to_owned(),
    }
}

/// What whoever searches lacks where S3 refuses an object because of its KMS key.
fn missing_permission(error: &CallError) -> Option<String> {
    let key = error.undecryptable_key()?;
    let who = error.place.role.as_deref().unwrap_or("the starting credentials");
    Some(format!("allow kms:Decrypt on {key} to {who}, in its identity policy or in the key policy"))
}

/// What is known of hops of which none is wrong.
fn state_of(hops: &[Hop]) -> String {
    let of = |verdict: HopVerdict| {
        let hops: Vec<&str> = hops.iter().filter(|hop| hop.verdict == verdict).map(|hop| hop.hop).collect();
        hops.join(", ")
    };
    let (unread, unknown) = (of(HopVerdict::Unreachable), of(HopVerdict::Unknown));
    let mut doubts = Vec::new();
    if !unread.is_empty() {
        doubts.push(format!("{unread} could not be read"));
    }
    if !unknown.is_empty() {
        let depends: BTreeSet<&str> =
            hops.iter().flat_map(|hop| &hop.depends_on).map(String::as_str).collect();
        let depends: Vec<&str> = depends.into_iter().collect();
        doubts.push(format!("{unknown} could not be judged (it depends on {})", depends.join(", ")));
    }
    if doubts.is_empty() {
        "every hop is correct".to_owned()
    } else {
        format!("no hop is known to be wrong, although {}", doubts.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Class;
    use crate::aws::call::CallPlace;
    use crate::aws::wait::TimedOut;
    use crate::wait_for::{LastSeen, WaitFor};

    fn hop(hop: &'static str, verdict: HopVerdict) -> Hop {
        Hop { hop, verdict, detail: String::new(), depends_on: Vec::new() }
    }

    #[test]
    fn a_search_that_ran_out_of_time_tells_what_is_known_of_the_hops() {
        let timed_out = || TimedOut {
            what: WaitFor::TestEvent,
            limit: Duration::from_secs(9),
            last: LastSeen::words("1 left"),
        };
        let ended = Err(SearchError::TimedOut(timed_out()));
        let hops = [hop("destination", HopVerdict::Correct), hop("bucket", HopVerdict::Correct)];
        assert_eq!(
            not_found(&hops, Some(&ended), &["undelivered: errors/x".to_owned()]),
            "every hop is correct, yet the test event did not arrive: waited 9 s for the test event to arrive in the bucket; last seen: 1 left; \
             undelivered: errors/x"
        );
        let hops = [hop("destination", HopVerdict::Unreachable), hop("bucket", HopVerdict::Correct)];
        assert_eq!(
            not_found(&hops, Some(&ended), &[]),
            "no hop is known to be wrong, although destination could not be read, yet the test event did not \
             arrive: waited 9 s for the test event to arrive in the bucket; last seen: 1 left"
        );
        let unknown =
            Hop { depends_on: vec!["aws:PrincipalOrgID".to_owned()], ..hop("bucket", HopVerdict::Unknown) };
        assert_eq!(
            not_found(&[unknown], Some(&ended), &[]),
            "no hop is known to be wrong, although bucket could not be judged (it depends on aws:PrincipalOrgID), yet \
             the test event did not arrive: waited 9 s for the test event to arrive in the bucket; last seen: 1 left"
        );
        assert_eq!(not_found(&hops, None, &[]), "stopped before the test event was found");
    }

    #[test]
    fn an_object_that_cannot_be_decrypted_names_the_permission() {
        let place = CallPlace {
            account: "999999999999".parse().unwrap(),
            region: "ap-northeast-1".to_owned(),
            role: Some("arn:aws:iam::999999999999:role/Deployer".to_owned()),
        };
        let message = "User: arn:aws:sts::999999999999:assumed-role/Deployer/logpipe is not authorized to perform: \
                       kms:Decrypt on resource: arn:aws:kms:ap-northeast-1:999999999999:key/1 because no \
                       identity-based policy allows the kms:Decrypt action";
        let refused = CallError::unanswered("s3:GetObject", place, Class::Denied, message.to_owned());
        let said = not_found(&[], Some(&Err(SearchError::Call(refused))), &[]);
        let expect = "; allow kms:Decrypt on arn:aws:kms:ap-northeast-1:999999999999:key/1 to \
                      arn:aws:iam::999999999999:role/Deployer, in its identity policy or in the key policy";
        assert!(said.ends_with(expect), "{said}");
    }
}
