//! Changes of a topology one after the other, made by processes of which each knows only from the record what is in the
//! accounts of the others: what is declared there, and what was found there.

use logpipe::plan::Allowed;
use logpipe::topology::{Topology, parse};

use super::{How, Made, delivers, made};
use crate::support::aws::TOKYO;
use crate::support::clients::{BUCKET, KEY, in_a_cloud};
use crate::support::topologies::{destination, sender_id, topology};

const SENDERS: std::ops::Range<u32> = 0..5;
const TRUSTED: &str = "limits: { trust_organization: true }\n";

/// Members of an organisation that send to one of two destinations, which admit it: the first with this bucket and these
/// keys of its stream.
fn text(sends_to: &str, bucket: &str, stream: &str, more: &str) -> String {
    let ids: Vec<String> = SENDERS.map(|number| format!("\"{}\"", sender_id(number))).collect();
    let from = format!("accounts: [{}], destination: {sends_to}", ids.join(", "));
    let sources = format!(
        "  web: {{ {from}, log_groups: [/app/web], create: true }}\n  found: {{ {from}, log_groups: [\"/found/*\"] }}\n"
    );
    let one = destination("one", stream).replace("name: t-one", &format!("name: {bucket}"));
    let destinations =
        (one + &destination("two", "")).replace("account: archive", "account: archive, allow: organization");
    let text = topology(&destinations, &sources);
    let organization = "organization: { id: o-exampleorgid }\ndestinations:";
    format!("{}{more}", text.replacen("destinations:", organization, 1))
}

fn parsed(text: &str) -> Topology {
    parse("topology.yaml", &format!("{text}record: s3://{BUCKET}/{KEY}\n")).unwrap()
}

/// What there is after each of these, of which the last delivers to all.
fn by(how: How, texts: &'static [String]) -> Vec<Made> {
    in_a_cloud(&texts[0], async move |site| {
        let mut after = Vec::new();
        for number in SENDERS {
            let account = sender_id(number).parse().unwrap();
            site.cloud.prepare_log_group(&account, &TOKYO.parse().unwrap(), "/found/one");
        }
        for text in texts {
            how.apply(&site, &parsed(text), &Allowed::default()).await;
            after.push(made(&site).await);
        }
        let all = ["/app/web", "/found/one"]
            .map(|group| SENDERS.map(move |number| (sender_id(number), group.to_owned())));
        let places: Vec<_> = all.into_iter().flatten().collect();
        delivers(&site, &places).await;
        after
    })
}

fn they_make_what_one_makes(texts: Vec<String>) {
    let texts = texts.leak();
    let expect = by(How::ByOne, texts);
    for how in How::SHARED {
        for (at, (made, expect)) in by(how, texts).iter().zip(&expect).enumerate() {
            assert_eq!(made, expect, "{how:?} after {at}");
        }
    }
}

/// What others have on a role, it need not name: the organisation stands for it already.
#[test]
fn whom_an_organisation_stands_for_is_not_named_beside_it() {
    let trusted = |stream| text("one", "t-one", stream, TRUSTED);
    they_make_what_one_makes(vec![trusted(""), trusted(""), trusted(", buffer_mb: 64")]);
}

#[test]
fn they_make_what_one_makes_of_changes_while_roles_trust_an_organisation() {
    let partitioned = ", format: decompressed, compression: gzip, partition_by: [owner], buffer_mb: 64";
    they_make_what_one_makes(vec![
        text("one", "t-one", "", TRUSTED),
        // A stream that takes over, and another bucket.
        text("one", "t-one", partitioned, TRUSTED),
        text("one", "t-other", partitioned, TRUSTED),
        text("two", "t-other", partitioned, TRUSTED),
    ]);
}

#[test]
fn they_make_what_one_makes_when_roles_begin_and_cease_to_trust_an_organisation() {
    they_make_what_one_makes(vec![
        text("one", "t-one", "", ""),
        text("one", "t-one", "", TRUSTED),
        text("two", "t-one", "", TRUSTED),
        text("two", "t-one", "", ""),
    ]);
}
