//! What users do, each a command or two from a known state, and whether it goes as it should.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use logpipe::access::Command;
use logpipe::exit::Exit;
use logpipe::record::Record;
use logpipe::topology::parse;
use serde_json::json;

use super::cases::{APP, ARCHIVE, Case};
use super::{Right, machines};
use crate::support::Bench;
use crate::support::aws::{self, TOKYO};

/// Where a flow starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    /// Nothing is there.
    Fresh,
    /// The topology as it was before it changed is applied.
    Before,
    /// The topology is applied.
    Applied,
    /// It is verified too, so that there are objects.
    Verified,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) name: &'static str,
    pub(super) of: Command,
    pub(super) start: Start,
    pub(super) run: fn(&Bench, &Case) -> bool,
}

pub(super) const ALL: [Flow; 18] = [
    Flow { name: "plan of something new", of: Command::Plan, start: Start::Fresh, run: plan_new },
    Flow { name: "plan", of: Command::Plan, start: Start::Applied, run: plan },
    Flow {
        name: "plan of log groups without tags",
        of: Command::Plan,
        start: Start::Applied,
        run: plan_untagged,
    },
    Flow { name: "apply", of: Command::Apply, start: Start::Fresh, run: apply },
    Flow { name: "apply of changes", of: Command::Apply, start: Start::Before, run: apply },
    Flow { name: "apply after others", of: Command::Apply, start: Start::Applied, run: repair },
    Flow { name: "apply --tighten", of: Command::Apply, start: Start::Applied, run: tighten },
    Flow { name: "verify", of: Command::Verify, start: Start::Applied, run: verify },
    Flow { name: "verify after one that was killed", of: Command::Verify, start: Start::Applied, run: sweep },
    Flow { name: "doctor of something new", of: Command::Doctor, start: Start::Fresh, run: doctor_new },
    Flow { name: "doctor", of: Command::Doctor, start: Start::Applied, run: doctor },
    Flow { name: "logs", of: Command::Logs, start: Start::Applied, run: logs },
    Flow { name: "cost --measure", of: Command::Cost, start: Start::Applied, run: measure },
    Flow { name: "coverage", of: Command::Coverage, start: Start::Applied, run: coverage },
    Flow { name: "status --delivery", of: Command::Delivery, start: Start::Applied, run: delivery },
    Flow { name: "destroy", of: Command::Destroy, start: Start::Applied, run: destroy },
    Flow {
        name: "destroy of what others use",
        of: Command::Destroy,
        start: Start::Applied,
        run: destroy_held,
    },
    Flow { name: "destroy --delete-data", of: Command::Destroy, start: Start::Verified, run: delete_data },
];

impl Flow {
    /// What is on record where it starts.
    pub(super) fn record(&self, case: &Case) -> Record {
        let topology = parse("topology.yaml", case.topology).unwrap();
        self.start.bench(case).record(topology.name.as_str())
    }

    /// Whether it works without these rights.
    pub(super) fn works<'r>(&self, case: &Case, without: impl IntoIterator<Item = &'r Right>) -> bool {
        let bench = self.start.bench(case);
        let cloud = bench.cloud();
        for Right { account, sid, action } in without {
            cloud.withhold(&account.parse().unwrap(), sid, action);
        }
        cloud.store().unwrap();
        (self.run)(&bench, case)
    }
}

impl Start {
    /// A copy of the folder in this state, which is made once.
    fn bench(self, case: &Case) -> Bench {
        type Made = BTreeMap<(&'static str, Start), Arc<OnceLock<Bench>>>;
        static MADE: Mutex<Made> = Mutex::new(BTreeMap::new());
        let slot = MADE.lock().unwrap().entry((case.name, self)).or_default().clone();
        slot.get_or_init(|| self.make(case)).copy()
    }

    fn make(self, case: &Case) -> Bench {
        let bench = Bench::new(case.topology);
        if self == Self::Before {
            let before = case.before.iter().fold(case.topology.to_owned(), |text, (old, new)| {
                assert!(text.contains(old), "{old}");
                text.replace(old, new)
            });
            bench.write(&before);
        }
        surroundings(&bench);
        if self != Self::Fresh {
            bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
            if case.topology.contains("agents:") {
                assert!(machines::store(&bench), "{}", case.name);
            }
            bench.pass(600);
        }
        if self == Self::Verified {
            bench.sandbox("verify", &[]).expect(Exit::Done);
        }
        bench.write(case.topology);
        bench
    }
}

/// Log groups that are there already, and an organisation with somebody in it.
fn surroundings(bench: &Bench) {
    let cloud = bench.cloud();
    cloud.add_unit("ou-ab12-11111111", None);
    cloud.add_member(&"222222222222".parse().unwrap(), None);
    cloud.add_member(&"666666666666".parse().unwrap(), None);
    cloud.store().unwrap();
    machines::surroundings(bench);
    for (account, group) in [(APP, "/found/one"), (APP, "/aws/ec2/messages"), ("222222222222", "/any")] {
        bench.aws(account, TOKYO, async move |config| {
            aws::logs(&config).create_log_group().log_group_name(group).send().await.unwrap();
        });
    }
}

pub(super) fn done(bench: &Bench, command: &str, flags: &[&str]) -> bool {
    bench.sandbox(command, flags).exit == Exit::Done
}

pub(super) fn plan_new(bench: &Bench, _: &Case) -> bool {
    done(bench, "plan", &[])
}

pub(super) fn plan(bench: &Bench, _: &Case) -> bool {
    done(bench, "plan", &["--detailed-exitcode"])
}

/// A group without tags is looked for by name: no tags at all may mean that it is not there.
fn plan_untagged(bench: &Bench, case: &Case) -> bool {
    for (account, group) in case.tagged {
        let arn = format!("arn:aws:logs:{TOKYO}:{account}:log-group:{group}");
        bench.aws(account, TOKYO, async move |config| {
            let keys = ["logpipe:topology", "Team"].map(str::to_owned).to_vec();
            let call = aws::logs(&config).untag_resource().resource_arn(arn);
            call.set_tag_keys(Some(keys)).send().await.unwrap();
        });
    }
    done(bench, "plan", &[])
}

pub(super) fn apply(bench: &Bench, _: &Case) -> bool {
    done(bench, "apply", &["--yes"])
}

/// The proof is the whole one: that the event fits the pattern is known from AWS.
fn verify(bench: &Bench, case: &Case) -> bool {
    let ran = bench.sandbox("verify", &["--output", "json"]);
    let own_word = ran.out.contains("\"logpipe\"");
    ran.exit == Exit::Done && !own_word && complains(bench, case)
}

/// When nothing arrives in time, what Firehose has logged is told.
fn complains(bench: &Bench, case: &Case) -> bool {
    let now = bench.now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let (group, at) = (format!("/aws/kinesisfirehose/{}", case.stream), i64::try_from(now).unwrap() + 60_000);
    bench.aws(ARCHIVE, TOKYO, async move |config| {
        let event = aws_sdk_cloudwatchlogs::types::InputLogEvent::builder();
        let event = event.message("S3.AccessDenied").timestamp(at).build().unwrap();
        let call = aws::logs(&config).put_log_events().log_group_name(group);
        call.log_stream_name("DestinationDelivery").log_events(event).send().await.unwrap();
    });
    bench.sandbox("verify", &["--timeout", "20s"]).said().contains("Firehose logged: S3.AccessDenied")
}

fn sweep(bench: &Bench, case: &Case) -> bool {
    const LEFT: &str = "logpipe-verify/52174edc-b8ee-46fc-8840-98558cd85b77";
    for (account, group) in case.probed {
        bench.aws(account, TOKYO, async move |config| {
            let call = aws::logs(&config).create_log_stream().log_group_name(*group);
            call.log_stream_name(LEFT).send().await.unwrap();
        });
    }
    bench.pass(2 * 3600);
    let verified = done(bench, "verify", &[]);
    let clean = |(account, group): &(&str, &'static str)| {
        let group = *group;
        let left = bench.aws(account, TOKYO, async move |config| {
            aws::logs(&config).describe_log_streams().log_group_name(group).send().await.unwrap()
        });
        left.log_streams().is_empty()
    };
    verified && case.probed.iter().all(clean)
}

/// Somebody has let a stranger in, too.
fn repair(bench: &Bench, case: &Case) -> bool {
    for (account, role) in case.roles {
        bench.aws(account, TOKYO, async move |config| {
            let mut trust = aws::trust(&config, role).await;
            trust["Statement"][0]["Condition"]["ArnLike"]["aws:SourceArn"] = "arn:aws:logs:*:*:*".into();
            aws::put_trust(&config, role, &trust).await;
        });
    }
    done(bench, "apply", &["--yes"])
}

/// Others have put policies of both kinds on the roles.
fn tighten(bench: &Bench, case: &Case) -> bool {
    for (account, role) in case.roles {
        bench.aws(account, TOKYO, async move |config| aws::add_policies(&config, role).await);
    }
    let left = |(account, role): &(&'static str, &'static str)| {
        let role = *role;
        bench.aws(account, TOKYO, async move |config| {
            aws::inline_policies(&config, role).await.len() > 1
                || !aws::attached(&config, role).await.is_empty()
        })
    };
    done(bench, "apply", &["--tighten", "--yes"]) && !case.roles.iter().any(left)
}

/// Every log group is read.
pub(super) fn logs(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("logs", &[]);
    ran.exit == Exit::Done && !ran.err.contains("could not be read")
}

/// Everything that is logged is measured.
pub(super) fn measure(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("cost", &["--measure"]);
    ran.exit == Exit::Done && !ran.err.contains("could not be measured")
}

/// Nothing stays unknown of any log group.
pub(super) fn coverage(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("coverage", &["--json"]);
    ran.exit == Exit::Done && ran.json()["unread"] == json!([])
}

/// Everything that is delivered is counted.
pub(super) fn delivery(bench: &Bench, _: &Case) -> bool {
    done(bench, "status", &["--delivery"])
}

/// What is not there is missing, and the quotas that it would meet are known.
pub(super) fn doctor_new(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("doctor", &["--json"]);
    ran.exit == Exit::Broken
        && ran.json()["quotas"].as_array().unwrap().iter().all(|of| of["unread"] == json!(null))
}

/// Everything is read that is there to be read.
pub(super) fn doctor(bench: &Bench, _: &Case) -> bool {
    let ran = bench.sandbox("doctor", &["--json"]);
    let found = if ran.exit == Exit::Done { ran.json() } else { return false };
    let unread = |errors: &serde_json::Value| errors["unread"] != json!([]);
    let correct = |name: &str| found[name].as_array().unwrap().iter().all(|one| one["verdict"] == "correct");
    correct("streams")
        && correct("buckets")
        && !found["delivery_errors"].as_array().unwrap().iter().any(unread)
}

pub(super) fn destroy(bench: &Bench, _: &Case) -> bool {
    done(bench, "destroy", &["--yes"])
}

/// What others hold the roles of an account by.
fn holders(account: &str) -> [String; 3] {
    ["profile", "policy", "inline"].map(|what| format!("{what}-of-{account}"))
}

/// Others use roles, and what they hold them by is named.
pub(super) fn destroy_held(bench: &Bench, case: &Case) -> bool {
    for (account, policy) in case.held {
        let (cloud, id) = (bench.cloud(), account.parse().unwrap());
        let arn = format!("arn:aws:iam::{account}:policy/{policy}");
        cloud.prepare_role(&id, &format!("holder-of-{policy}"), "{}", &[], &[&arn]);
        cloud.store().unwrap();
    }
    for (account, role) in case.roles {
        let (cloud, id, [profile, policy, inline]) =
            (bench.cloud(), account.parse().unwrap(), holders(account));
        cloud.prepare_instance_profile(&id, &profile, Some(role));
        let policy = cloud.prepare_policy(&id, &policy, "{}");
        cloud.store().unwrap();
        bench.aws(account, TOKYO, async move |config| {
            let iam = aws::iam(&config);
            iam.attach_role_policy().role_name(*role).policy_arn(policy).send().await.unwrap();
            let nothing = json!({ "Version": "2012-10-17", "Statement": [] }).to_string();
            let call = iam.put_role_policy().role_name(*role).policy_name(inline);
            call.policy_document(nothing).send().await.unwrap();
        });
    }
    let said = bench.sandbox("destroy", &["--yes"]).said();
    case.roles.iter().flat_map(|(account, _)| holders(account)).all(|name| said.contains(&name))
        && case.held.iter().all(|(_, policy)| said.contains(&format!("holder-of-{policy}")))
}

fn delete_data(bench: &Bench, case: &Case) -> bool {
    done(bench, "destroy", &["--yes", "--delete-data", "--confirm", case.bucket])
}
