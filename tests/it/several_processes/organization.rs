//! Accounts that the organisation lists, some of which cannot be used.

use logpipe::address::AccountId;
use logpipe::engine::Error;
use logpipe::plan::Allowed;
use logpipe::stop::Stop;

use super::{How, Made, complete, delivers, made};
use crate::support::clients::{Site, in_a_cloud};
use crate::support::engine::OPERATOR;
use crate::support::topologies::sender_id;

const UNIT: &str = "ou-ab12-11111111";

/// What the organisation has in its unit and is in use.
const MEMBERS: std::ops::Range<u32> = 0..12;
/// One beside the unit that is meant by its id.
const BESIDE: u32 = 20;
const SUSPENDED: u32 = 30;
/// One that nobody gets into.
const CLOSED: u32 = 31;

const TOPOLOGY: &str = r#"version: 1
name: t
region: ap-northeast-1
access: { role_name: LogpipeDeployer }
accounts: { management: "444444444444", archive: "999999999999" }
organization: { account: management, include: [{ ou: ou-ab12-11111111 }, "100000000020"], exclude: [archive] }
destinations:
  main: { account: archive, bucket: { name: t-main }, stream: { buffer_seconds: 60 } }
sources:
  web: { accounts: [organization], destination: main, log_groups: [/app/web], create: true }
"#;

fn id(number: u32) -> AccountId {
    sender_id(number).parse().unwrap()
}

fn open(site: &Site, number: u32) {
    site.cloud.prepare_account(&id(number), "LogpipeDeployer", None, &OPERATOR.parse().unwrap());
}

/// An organisation with all of them, and two that are not meant.
fn founded(site: &Site) {
    let cloud = &site.cloud;
    cloud.prepare_management_account(&"444444444444".parse().unwrap());
    cloud.add_unit(UNIT, None);
    for number in MEMBERS.chain([SUSPENDED, CLOSED]) {
        cloud.add_member(&id(number), Some(UNIT));
    }
    for number in [BESIDE, 40, 41] {
        cloud.add_member(&id(number), None);
    }
    cloud.set_member_state(&id(SUSPENDED), "SUSPENDED");
    cloud.suspend_account(&id(SUSPENDED));
    MEMBERS.chain([BESIDE, SUSPENDED]).for_each(|number| open(site, number));
}

async fn all_deliver(site: &Site, further: &[u32]) {
    let numbers = MEMBERS.chain([BESIDE]).chain(further.iter().copied());
    let places: Vec<_> = numbers.map(|number| (sender_id(number), "/app/web".to_owned())).collect();
    delivers(site, &places).await;
}

#[test]
fn they_make_what_one_makes_and_leave_out_what_one_leaves_out() {
    let by = |how: How| {
        in_a_cloud(TOPOLOGY, async move |site| {
            founded(&site);
            let allowed = Allowed { skip_unreachable: true, ..Allowed::default() };
            how.apply(&site, &site.topology, &allowed).await;
            let made = made(&site).await;
            all_deliver(&site, &[]).await;
            made
        })
    };
    let expect = by(How::ByOne);
    for how in How::SHARED {
        assert_eq!(by(how), expect, "{how:?}");
    }
}

fn by_one_that_gets_in_everywhere() -> Made {
    in_a_cloud(TOPOLOGY, async |site| {
        founded(&site);
        open(&site, CLOSED);
        How::ByOne.apply(&site, &site.topology, &Allowed::default()).await;
        made(&site).await
    })
}

#[test]
fn an_account_that_nobody_gets_into_holds_up_its_own_process_alone() {
    let expect = by_one_that_gets_in_everywhere();
    let made = in_a_cloud(TOPOLOGY, async |site| {
        founded(&site);
        for share in How::InTurns(3).shares() {
            let allowed = Allowed { share: Some(share), ..Allowed::default() };
            let applied = site.machine().apply_allowed(&site.topology, allowed.clone(), Stop::never()).await;
            if !share.has(&id(CLOSED)) {
                complete(&applied.unwrap());
                continue;
            }
            let refused = applied.unwrap_err();
            assert!(matches!(refused, Error::NotReached(_)), "{refused:?}");
            open(&site, CLOSED);
            let again = site.machine().apply_allowed(&site.topology, allowed, Stop::never()).await;
            complete(&again.unwrap());
        }
        let made = made(&site).await;
        all_deliver(&site, &[CLOSED]).await;
        made
    });
    assert_eq!(made, expect);
}

/// An account that joins after the process with the destination has listed the organisation.
#[test]
fn an_account_that_joins_in_between_comes_in_when_they_are_run_again() {
    let expect = by_one_that_gets_in_everywhere();
    let made = in_a_cloud(TOPOLOGY, async |site| {
        founded(&site);
        open(&site, CLOSED);
        let run = async |share| {
            let allowed = Allowed { share: Some(share), ..Allowed::default() };
            site.machine().apply_allowed(&site.topology, allowed, Stop::never()).await.unwrap()
        };
        let shares = How::InTurns(3).shares();
        let joins = MEMBERS.map(id).find(|account| !shares[0].has(account)).unwrap();
        site.cloud.remove_member(&joins);
        complete(&run(shares[0]).await);
        site.cloud.add_member(&joins, Some(UNIT));
        for share in &shares[1..] {
            // Each finds that the role does not trust whom it should trust by now.
            let applied = run(*share).await;
            let hints = applied.report.failures.iter().filter_map(|failure| failure.hint.as_deref());
            assert!(hints.clone().count() > 0, "{share}: {:?}", applied.report);
            hints.for_each(|hint| assert!(hint.contains(&format!("shard {} has", shares[0])), "{hint}"));
        }
        for share in shares {
            complete(&run(share).await);
        }
        let made = made(&site).await;
        all_deliver(&site, &[CLOSED]).await;
        made
    });
    assert_eq!(made, expect);
}
