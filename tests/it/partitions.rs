//! `--sandbox` in every partition: China, GovCloud, the European Sovereign Cloud and the isolated ones.

use logpipe::exit::Exit;

use crate::support::Bench;

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const EVERYTHING: &str = include_str!("../../topologies/everything.yaml");
const EXTRA_POLICY: &str = include_str!("../../topologies/policies/s3.json");

/// A region of each partition beside `aws` (botocore, `partitions.json`), and what its ARNs start with.
const PARTITIONS: [(&str, &str); 7] = [
    ("cn-north-1", "aws-cn"),
    ("us-gov-west-1", "aws-us-gov"),
    ("eusc-de-east-1", "aws-eusc"),
    ("us-iso-east-1", "aws-iso"),
    ("us-isob-east-1", "aws-iso-b"),
    ("eu-isoe-west-1", "aws-iso-e"),
    ("us-isof-south-1", "aws-iso-f"),
];

/// A topology moved to a region of another partition.
fn moved(topology: &str, region: &str, partition: &str) -> Bench {
    let bench = Bench::new(
        &topology.replace("ap-northeast-1", region).replace("arn:aws:", &format!("arn:{partition}:")),
    );
    std::fs::create_dir(bench.path("policies")).unwrap();
    let policy = EXTRA_POLICY.replace("arn:aws:", &format!("arn:{partition}:"));
    std::fs::write(bench.path("policies/s3.json"), policy).unwrap();
    bench
}

#[test]
fn an_event_arrives_in_every_partition() {
    for (region, partition) in PARTITIONS {
        let bench = moved(QUICKSTART, region, partition);
        bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
        bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
        bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    }
}

/// Agents, readers, an organisation and chains of roles too.
#[test]
fn all_that_a_topology_can_say_is_made_in_china() {
    let bench = moved(EVERYTHING, "cn-north-1", "aws-cn");
    bench.sandbox("plan", &[]);
    let cloud = bench.cloud();
    let (app, region) = ("111111111111".parse().unwrap(), "cn-north-1".parse().unwrap());
    cloud.prepare_log_group(&app, &region, "/aws/lambda/web");
    cloud.store().unwrap();
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}
