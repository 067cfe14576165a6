//! Several streams beside each other, with several shards of senders in front of each.

use std::ops::Range;

use logpipe::engine::Error;
use logpipe::plan::Allowed;
use logpipe::stop::Stop;
use logpipe::topology::{Topology, parse};

use super::{How, Made, delivers, made};
use crate::support::clients::{BUCKET, KEY, in_a_cloud};
use crate::support::topologies::{sender_id, senders};

/// Senders to so many streams, with the destination's own account among them: nobody has to trust that one.
fn beside(numbers: Range<u32>, count: u32) -> String {
    let text =
        senders(numbers, "").replace("buffer_seconds: 60", &format!("buffer_seconds: 60, count: {count}"));
    text.replace("web: { accounts: [", "web: { accounts: [archive, ")
}

fn topology(numbers: Range<u32>, count: u32) -> Topology {
    parse("topology.yaml", &format!("{}record: s3://{BUCKET}/{KEY}\n", beside(numbers, count))).unwrap()
}

/// What there is when the accounts of the second numbers have joined those of the first.
fn by(how: How, first: Range<u32>, then: Range<u32>) -> [Made; 2] {
    in_a_cloud(beside(first.start.min(then.start)..then.end, 3).leak(), async move |site| {
        how.apply(&site, &topology(first, 3), &Allowed::default()).await;
        let before = made(&site).await;
        how.apply(&site, &topology(then.clone(), 3), &Allowed::default()).await;
        let after = made(&site).await;
        let places: Vec<_> = then.map(|number| (sender_id(number), "/app/web".to_owned())).collect();
        delivers(&site, &places).await;
        [before, after]
    })
}

#[test]
fn they_make_what_one_makes_when_accounts_join() {
    let expect = by(How::ByOne, 4..20, 0..25);
    for how in How::SHARED {
        assert_eq!(by(how, 4..20, 0..25), expect, "{how:?}");
    }
}

/// More than three shards have room for.
#[test]
fn they_make_what_one_makes_with_several_shards_in_front_of_each_stream() {
    let expect = by(How::ByOne, 5..180, 0..182);
    for how in [How::InTurns(3), How::AtOnce(2)] {
        assert_eq!(by(how, 5..180, 0..182), expect, "{how:?}");
    }
}

#[test]
fn senders_that_move_take_one_process() {
    in_a_cloud(beside(0..9, 1).leak(), async |site| {
        How::AtOnce(2).apply(&site, &site.topology, &Allowed::default()).await;
        let more = topology(0..9, 3);
        for share in How::AtOnce(2).shares() {
            let allowed = Allowed { share: Some(share), ..Allowed::default() };
            let refused = site.machine().apply_allowed(&more, allowed, Stop::never()).await.unwrap_err();
            assert!(matches!(refused, Error::OneProcess(_)), "{refused:?}");
        }
        How::ByOne.apply(&site, &more, &Allowed::default()).await;
        How::AtOnce(3).apply(&site, &more, &Allowed::default()).await;
    });
}
