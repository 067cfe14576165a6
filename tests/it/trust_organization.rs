//! Roles that trust an organisation as a whole (`limits.trust_organization`): one for any number of senders where AWS
//! fills `aws:SourceOrgID`, words of what to do where it does not, and no event lost on the way there and back.

use logpipe::exit::Exit;
use serde_json::{Value, json};

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE};
use crate::support::engine::Job;
use crate::support::kills;
use crate::support::senders::{applied, arrived_once, spread, write};
use crate::support::topologies::senders;

const REGION: &str = "ap-northeast-1";
const TRUSTED: &str = "limits: { trust_organization: true }\n";

/// Accounts of an organisation that send to a destination which admits it.
fn members(numbers: impl IntoIterator<Item = u32>, more: &str) -> String {
    let topology = senders(numbers, &format!("organization: {{ id: o-exampleorgid }}\n{more}"));
    topology.replace("main: { account: archive,", "main: { account: archive, allow: organization,")
}

fn trust(bench: &Bench) -> Value {
    bench.aws(ARCHIVE, REGION, async |config| aws::trust(&config, "t-main-cwl").await)
}

/// Whether AWS fills the key.
fn fill(bench: &Bench, on: bool) {
    let cloud = bench.cloud();
    cloud.fill_source_organization(on);
    cloud.store().unwrap();
}

#[test]
fn one_role_has_room_for_every_member() {
    let bench = applied(&members(0..70, TRUSTED));
    assert_eq!(spread(&bench, 0..70), [("t-main".to_owned(), 70)].into());
    let statements = trust(&bench)["Statement"].clone();
    assert_eq!(
        statements[0]["Condition"]["ArnLike"]["aws:SourceArn"],
        json!(["arn:aws:logs:*:999999999999:*"])
    );
    assert_eq!(
        statements[1]["Condition"],
        json!({ "StringEquals": { "aws:SourceOrgID": "o-exampleorgid" } })
    );
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    let verified = bench.sandbox("verify", &["--sample", "70", "--output", "json"]).expect(Exit::Done).json();
    let hops = verified["routes"][0]["hops"].as_array().unwrap();
    let judged = hops.iter().find(|hop| hop["hop"] == "cwl_role_trust").unwrap();
    assert_eq!((&judged["verdict"], &judged["depends_on"]), (&json!("unknown"), &json!(["aws:SourceOrgID"])));
    let explained = bench.sandbox("explain", &[]).expect(Exit::Done).out;
    assert!(explained.contains("the organisation that the service acts for"), "{explained}");
}

#[test]
fn a_target_leaves_out_senders_and_still_does_not_name_them() {
    let bench = applied(&members(0..3, TRUSTED));
    bench.sandbox("plan", &["--target", "account=archive", "--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn where_the_key_is_not_filled_verify_names_the_hop_and_says_what_to_remove() {
    let bench = applied(&members(0..2, TRUSTED));
    fill(&bench, false);
    let ran = bench.sandbox("verify", &["--output", "json"]).expect(Exit::Broken).json();
    let route = &ran["routes"][0];
    let finding = route["finding"].as_str().unwrap();
    let doubt = "cwl_role_trust could not be judged (it depends on aws:SourceOrgID)";
    assert!(finding.contains(doubt), "{finding}");
    assert_eq!(route["fix"], json!({ "code": "leave_out", "key": "limits.trust_organization" }));
    let said = bench.sandbox("verify", &[]).expect(Exit::Broken).said();
    assert!(said.contains("remove `limits.trust_organization` from the topology"), "{said}");
    bench.write(&members(0..2, ""));
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn a_role_that_trusts_another_organization_is_wrong_whatever_is_filled() {
    let bench = applied(&members(0..1, TRUSTED));
    bench.aws(ARCHIVE, REGION, async |config| {
        let other =
            aws::trust(&config, "t-main-cwl").await.to_string().replace("o-exampleorgid", "o-other12345");
        aws::put_trust(&config, "t-main-cwl", &serde_json::from_str(&other).unwrap()).await;
    });
    bench.pass(60);
    let said = bench.sandbox("verify", &[]).expect(Exit::Broken).said();
    assert!(said.contains("the first that is not is cwl_role_trust"), "{said}");
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
}

#[test]
fn many_shards_become_one_and_many_again_without_a_loss() {
    let bench = applied(&members(0..60, ""));
    let two = [("t-main".to_owned(), 57), ("t-main-2".to_owned(), 3)];
    assert_eq!(spread(&bench, 0..60), two.clone().into());
    write(&bench, 0..60, "by account");
    bench.write(&members(0..60, TRUSTED));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(spread(&bench, 0..60), [("t-main".to_owned(), 60)].into());
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    write(&bench, 0..60, "by organization");
    bench.sandbox("apply", &["--yes", "--prune"]).expect(Exit::Done);
    let roles = bench.aws(ARCHIVE, REGION, async |config| aws::roles(&config).await);
    assert!(!roles.iter().any(|role| role.ends_with("-2")), "{roles:?}");
    write(&bench, 0..60, "pruned");
    bench.write(&members(0..60, ""));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    assert_eq!(spread(&bench, 0..60), two.into());
    assert_eq!(trust(&bench)["Statement"].as_array().unwrap().len(), 1);
    write(&bench, 0..60, "by account again");
    arrived_once(&bench, 60, &["by account", "by organization", "pruned", "by account again"]);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

/// From one topology to the other, killed at every writing call: what is written then arrives, whatever was done.
fn killed_anywhere(from: &str, to: &str) {
    let original = applied(from);
    original.write(to);
    kills::at_each_call(&original, Job::Apply, 0, |bench, _| {
        write(bench, 0..2, "in between");
        bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
        write(bench, 0..2, "at the end");
        arrived_once(bench, 2, &["in between", "at the end"]);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    });
}

#[test]
fn killed_on_the_way_to_the_organization_and_back() {
    killed_anywhere(&members(0..2, ""), &members(0..2, TRUSTED));
    killed_anywhere(&members(0..2, TRUSTED), &members(0..2, ""));
}
