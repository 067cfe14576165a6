//! Log groups that are found by globs, and whole accounts.

use logpipe::address::AccountId;
use logpipe::plan::Allowed;
use logpipe::topology::Topology;

use super::{How, Made, delivers, made};
use crate::support::aws::TOKYO;
use crate::support::clients::{Site, in_a_cloud};
use crate::support::topologies::{destination, sender_id, topology};

/// The accounts whose log groups are found, and those that send as a whole.
const FOUND: std::ops::Range<u32> = 0..6;
const WHOLE: std::ops::Range<u32> = 6..10;

fn topology_text(allow: &str) -> String {
    let ids = |numbers: std::ops::Range<u32>| {
        let ids: Vec<String> = numbers.map(|number| format!("\"{}\"", sender_id(number))).collect();
        ids.join(", ")
    };
    let sources = format!(
        "  found: {{ accounts: [{found}], destination: main, log_groups: [\"/app/*\", \"/lambda/?\"] }}\n  \
           made: {{ accounts: [{found}], destination: main, log_groups: [/made/one], create: true }}\n  \
           whole: {{ accounts: [{whole}], destination: main, scope: account }}\n",
        found = ids(FOUND),
        whole = ids(WHOLE),
    );
    let main = destination("main", "").replace("account: archive", &format!("account: archive{allow}"));
    let organization = "organization: { id: o-exampleorgid }\ndestinations:";
    topology(&main, &sources).replacen("destinations:", organization, 1)
}

/// Every account has log groups, not the same in each.
fn populated(site: &Site) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for number in FOUND.chain(WHOLE) {
        let groups = (0..=number % 4).map(|group| format!("/app/{group}"));
        for group in groups.chain(["/lambda/a".to_owned()]) {
            there_is(site, number, &group);
            places.push((sender_id(number), group));
        }
    }
    places.extend(FOUND.map(|number| (sender_id(number), "/made/one".to_owned())));
    places
}

fn there_is(site: &Site, number: u32, group: &str) {
    let account: AccountId = sender_id(number).parse().unwrap();
    site.cloud.prepare_log_group(&account, &TOKYO.parse().unwrap(), group);
}

async fn apply(how: How, site: &Site, topology: &Topology) {
    how.apply(site, topology, &Allowed::default()).await;
}

/// What there is after a first time, and after another for log groups that have come since.
fn by(how: How, text: &'static str) -> [Made; 2] {
    in_a_cloud(text, async move |site| {
        let mut places = populated(&site);
        apply(how, &site, &site.topology).await;
        let first = made(&site).await;
        for (number, group) in [(1, "/app/late"), (4, "/lambda/z"), (7, "/late")] {
            there_is(&site, number, group);
            places.push((sender_id(number), group.to_owned()));
        }
        apply(how, &site, &site.topology).await;
        let second = made(&site).await;
        delivers(&site, &places).await;
        [first, second]
    })
}

#[test]
fn they_make_what_one_makes_of_what_is_found() {
    let text = topology_text("").leak();
    let expect = by(How::ByOne, text);
    for how in How::SHARED {
        assert_eq!(by(how, text), expect, "{how:?}");
    }
}

#[test]
fn they_make_what_one_makes_for_a_destination_that_admits_its_organisation() {
    let text = topology_text(", allow: organization").leak();
    let expect = by(How::ByOne, text);
    for how in [How::InTurns(3), How::AtOnce(2)] {
        assert_eq!(by(how, text), expect, "{how:?}");
    }
}
