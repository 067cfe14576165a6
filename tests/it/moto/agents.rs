//! Agents and readers against moto, which has EC2, IAM and Systems Manager of its own.
//!
//! moto deletes a policy that is still attached, where DeletePolicy of AWS answers DeleteConflict; so the holders of a
//! policy are named on the sandbox alone.

use aws_sdk_ec2::types::{IamInstanceProfileAssociation, IamInstanceProfileSpecification, InstanceType};
use logpipe::exit::Exit;
use serde_json::Value;

use super::{Moto, SOURCE, block_on};

const MONITOR: &str = "222222222222";

impl Moto {
    async fn iam(&self, account: &str) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(&self.inside(account).await)
    }

    async fn ec2(&self) -> aws_sdk_ec2::Client {
        aws_sdk_ec2::Client::new(&self.inside(SOURCE).await)
    }

    /// A name that no other test has.
    fn named(&self, name: &str) -> String {
        format!("{}-{name}", self.name)
    }

    /// A role of somebody else's in an instance profile of its name.
    async fn role(&self, account: &str, name: &str) {
        let iam = self.iam(account).await;
        let trust = r#"{"Version":"2012-10-17","Statement":[]}"#;
        iam.create_role().role_name(name).assume_role_policy_document(trust).send().await.unwrap();
        iam.create_instance_profile().instance_profile_name(name).send().await.unwrap();
        let add = iam.add_role_to_instance_profile().instance_profile_name(name).role_name(name);
        add.send().await.unwrap();
    }

    /// An instance, with a profile if it has one.
    async fn instance(&self, profile: Option<&str>) -> String {
        let run = self.ec2().await.run_instances().image_id("ami-12c6146b").min_count(1).max_count(1);
        let profile = profile.map(|name| IamInstanceProfileSpecification::builder().name(name).build());
        let run = run.instance_type(InstanceType::T3Micro).set_iam_instance_profile(profile);
        run.send().await.unwrap().instances()[0].instance_id().unwrap().to_owned()
    }

    /// The instance profile that an instance has, by name. DescribeInstances of moto shows the one it was run with.
    fn profile_of(&self, instance: &str) -> Option<String> {
        let all = block_on(async {
            self.ec2().await.describe_iam_instance_profile_associations().send().await.unwrap()
        });
        let of = |one: &&IamInstanceProfileAssociation| one.instance_id() == Some(instance);
        let profile = all.iam_instance_profile_associations().iter().find(of)?.iam_instance_profile();
        profile.and_then(|profile| profile.arn()).map(|arn| arn.rsplit('/').next().unwrap().to_owned())
    }

    fn attached(&self, account: &str, role: &str) -> Vec<String> {
        let answer = block_on(async {
            self.iam(account).await.list_attached_role_policies().role_name(role).send().await.unwrap()
        });
        let mut names: Vec<String> = answer
            .attached_policies()
            .iter()
            .map(|policy| policy.policy_name().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    /// A topology of this test.
    fn declare(&self, rest: &str) {
        let head =
            "version: 1\nname: quickstart\nregion: ap-northeast-1\naccess: { role_name: LogpipeDeployer }";
        self.write(&format!("{head}\naccounts: {{ app: \"{SOURCE}\", monitor: \"{MONITOR}\" }}\n{rest}"));
    }

    /// Applies, and sees that nothing is left to do.
    fn converge(&self) -> Value {
        let applied = self.run(&["apply", "--yes", "--output", "json"]).expect(Exit::Done).json();
        self.run(&["plan", "--detailed-exitcode"]).expect(Exit::Done);
        applied
    }
}

#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_that_instances_get_a_profile_of_their_own_and_lose_it() {
    let moto = Moto::empty();
    let theirs = moto.named("theirs");
    block_on(moto.role(SOURCE, &theirs));
    let (bare, taken) = block_on(async { (moto.instance(None).await, moto.instance(Some(&theirs)).await) });
    let agent = |replace: bool, log_groups: &str| {
        moto.declare(&format!(
            "agents:\n  web:\n    accounts: [app]\n    policy: {{ log_groups: [\"{log_groups}\"] }}\n    role: {{ managed_policies: [CloudWatchAgentServerPolicy] }}\n    associate_with: {{ instances: [{bare}, {taken}], replace: {replace} }}\n"
        ));
    };

    agent(false, "/aws/ec2/*");
    let refused = moto.run(&["plan"]);
    assert!(
        refused.said().contains("`replace: true` under `associate_with` replaces the profile"),
        "{}",
        refused.said()
    );

    agent(true, "/aws/ec2/*");
    moto.converge();
    let ours = moto.named("web");
    assert_eq!((moto.profile_of(&bare), moto.profile_of(&taken)), (Some(ours.clone()), Some(ours.clone())));
    assert_eq!(moto.attached(SOURCE, &ours), ["CloudWatchAgentServerPolicy", &moto.named("web-agent")]);

    // Six documents in turn: more than the versions that IAM keeps.
    for number in 0..6 {
        agent(true, &format!("/aws/ec2/{number}/*"));
        assert_eq!(moto.converge()["done"], 1);
    }

    // Somebody gives one instance another profile: that is not ours to take away.
    block_on(async {
        let ec2 = moto.ec2().await;
        let all = ec2.describe_iam_instance_profile_associations().send().await.unwrap();
        let of = all.iam_instance_profile_associations().iter().find(|one| one.instance_id() == Some(&taken));
        let other = IamInstanceProfileSpecification::builder().name(&theirs).build();
        let replace = ec2.replace_iam_instance_profile_association().iam_instance_profile(other);
        replace.association_id(of.unwrap().association_id().unwrap()).send().await.unwrap();
    });
    moto.run(&["destroy", "--yes"]).expect(Exit::Done);
    assert_eq!((moto.profile_of(&bare), moto.profile_of(&taken)), (None, Some(theirs)));
}

#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_that_a_role_of_others_gets_policies_and_keeps_its_own() {
    let moto = Moto::empty();
    let theirs = moto.named("theirs");
    block_on(async {
        moto.role(SOURCE, &theirs).await;
        let attach = moto.iam(SOURCE).await.attach_role_policy().role_name(&theirs);
        attach.policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
    });
    let instance = block_on(moto.instance(Some(&theirs)));
    moto.declare(&format!(
        "agents:\n  web:\n    accounts: [app]\n    policy: {{ log_groups: [\"/aws/ec2/*\"] }}\n    attach_to: {{ instances: [{instance}] }}\n"
    ));
    moto.converge();
    assert_eq!(moto.attached(SOURCE, &theirs), ["ReadOnlyAccess", &moto.named("web-agent")]);
    moto.run(&["destroy", "--yes"]).expect(Exit::Done);
    assert_eq!(moto.attached(SOURCE, &theirs), ["ReadOnlyAccess"]);
    assert_eq!(moto.profile_of(&instance), Some(theirs));
}

#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_that_a_reader_comes_and_goes() {
    let moto = Moto::empty();
    let who = moto.named("who");
    block_on(moto.role(MONITOR, &who));
    moto.declare(&format!(
        "readers:\n  ops:\n    account: app\n    trusted: {{ account: monitor, role: {who} }}\n"
    ));
    moto.converge();
    assert_eq!(moto.attached(MONITOR, &who), [moto.named("ops-assume")]);
    assert!(!moto.attached(SOURCE, &moto.named("ops")).is_empty());
    moto.run(&["destroy", "--yes"]).expect(Exit::Done);
    assert_eq!(moto.attached(MONITOR, &who), [""; 0]);
}

/// Somebody else's policy on our role, and our role in somebody else's profile.
#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_that_who_holds_our_role_is_named_and_left() {
    let moto = Moto::empty();
    moto.declare("agents:\n  web:\n    accounts: [app]\n    policy: { log_groups: [\"/aws/ec2/*\"] }\n    role: { managed_policies: [] }\n");
    moto.converge();
    let (ours, hers) = (moto.named("web"), moto.named("hers"));
    block_on(async {
        let iam = moto.iam(SOURCE).await;
        let attach = iam.attach_role_policy().role_name(&ours);
        attach.policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess").send().await.unwrap();
        iam.create_instance_profile().instance_profile_name(&hers).send().await.unwrap();
        let add = iam.add_role_to_instance_profile().instance_profile_name(&hers);
        add.role_name(&ours).send().await.unwrap();
    });
    let destroyed = moto.run(&["destroy", "--yes"]).expect(Exit::Incomplete);
    let words =
        format!("Held by policy arn:aws:iam::aws:policy/ReadOnlyAccess and instance profile `{hers}`");
    assert!(destroyed.said().contains(&words), "{}", destroyed.said());
    assert_eq!(moto.attached(SOURCE, &ours), ["ReadOnlyAccess"]);
}
