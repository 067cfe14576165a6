//! What AWS refuses for its size or number is refused by the plan, with the numbers and what to do, and never met
//! half-way through an apply.

use std::fmt::Write as _;

use aws_sdk_s3::types::{Tag, Tagging};
use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::topologies::{RAISED, destination, senders, source, topology};

const REGION: &str = "ap-northeast-1";

#[test]
fn a_raised_quota_that_the_topology_names_is_used() {
    let bench = Bench::new(&senders(0..60, RAISED));
    bench.run(&["logpipe", "validate"]).expect(Exit::Done);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
}

#[test]
fn statements_of_others_that_leave_no_room_in_a_bucket_policy_are_said() {
    let pipeline = topology(&destination("main", ""), &source("web", "app", "main", ""));
    let bench = Bench::new(&pipeline);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws("999999999999", REGION, async |config| {
        let s3 = aws_sdk_s3::Client::new(&config);
        let mut statements = String::new();
        for number in 0..137 {
            write!(
                statements,
                r#"{}{{"Sid":"Team{number:04}","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::999999999999:root"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::t-main/*"}}"#,
                if number == 0 { "" } else { "," }
            )
            .unwrap();
        }
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        assert!(policy.len() < 20_480 && policy.len() > 19_900, "{}", policy.len());
        s3.put_bucket_policy().bucket("t-main").policy(policy).send().await.unwrap();
    });
    let planned = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(planned.out.contains("bytes long, and S3 allows 20,480"), "{}", planned.out);
}

#[test]
fn tags_of_others_that_leave_no_room_are_said() {
    let pipeline = |tags: &str| {
        format!(
            "{}tags: {{ {tags} }}\n",
            topology(&destination("main", ""), &source("web", "app", "main", ""))
        )
    };
    let bench = Bench::new(&pipeline("A: '1'"));
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    bench.aws("999999999999", REGION, async |config| {
        let s3 = aws_sdk_s3::Client::new(&config);
        let mut set = s3.get_bucket_tagging().bucket("t-main").send().await.unwrap().tag_set;
        let more = (set.len()..50)
            .map(|number| Tag::builder().key(format!("team{number}")).value("x").build().unwrap());
        set.extend(more.collect::<Vec<_>>());
        let tagging = Tagging::builder().set_tag_set(Some(set)).build().unwrap();
        s3.put_bucket_tagging().bucket("t-main").tagging(tagging).send().await.unwrap();
    });
    bench.write(&pipeline("A: '1', B: '2'"));
    let planned = bench.sandbox("plan", &[]).expect(Exit::Failed);
    assert!(
        planned.out.contains("together with the tags of others it would have 51, and AWS allows 50"),
        "{}",
        planned.out
    );
}
