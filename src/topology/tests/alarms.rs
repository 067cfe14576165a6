//! `alarms` of destinations and sources.

use super::{check_advice, check_edit, edited, valid};

const TOKYO: &str = "arn:aws:sns:ap-northeast-1:999999999999:ops";

fn of_destination(keys: &str, expected: &[&str]) {
    check_edit("stream: { buffer_mb: 5 }", &format!("alarms: {{ {keys} }}"), expected);
}

fn of_source(keys: &str, expected: &[&str]) {
    check_edit("filter: { pattern: \"\" }", &format!("alarms: {{ {keys} }}"), expected);
}

#[test]
fn a_destination_has_a_topic_and_a_delay_that_is_longer_than_the_buffer() {
    let read = |keys: &str| {
        let topology = valid(&edited("stream: { buffer_mb: 5 }", &format!("alarms: {{ {keys} }}")));
        let alarms = topology.destinations.into_values().next().unwrap().alarms.unwrap();
        (alarms.delay_minutes, alarms.errors)
    };
    assert_eq!(read(&format!("topic: \"{TOKYO}\"")), (15, true));
    assert_eq!(read(&format!("topic: \"{TOKYO}\", delay: 2h, errors: false")), (120, false));
    of_destination("delay: 15m", &["13:5 `alarms` has no `topic`"]);
    of_destination(
        &format!("topic: \"{TOKYO}\", delay: 25h"),
        &["13:76 `25h` cannot be a time of whole minutes or hours"],
    );
    of_destination(
        &format!("topic: \"{TOKYO}\", delay: 1m"),
        &["13:76 `1m` cannot be a time of whole minutes or hours"],
    );
    of_destination(
        &format!("topic: \"{TOKYO}\", delay: 5m"),
        &["13:76 `delay` is 5 minutes, and the stream buffers for 300 seconds"],
    );
    of_destination("topic: ops", &["13:22 `ops` cannot be the ARN of an SNS topic"]);
}

#[test]
fn a_topic_is_where_the_alarm_is() {
    of_destination(
        "topic: \"arn:aws:sns:us-east-1:999999999999:ops\"",
        &["13:22 the topic is in the region `us-east-1`"],
    );
    of_source(
        "topic: \"arn:aws-cn:sns:ap-northeast-1:999999999999:ops\"",
        &["19:22 the topic is in the partition `aws-cn`"],
    );
    check_advice(
        "filter: { pattern: \"\" }",
        "alarms: { topic: \"arn:aws:sns:us-east-1:999999999999:ops\" }",
        "this source is in ap-northeast-1",
        "name a topic in ap-northeast-1",
    );
}

#[test]
fn a_source_in_several_regions_has_a_topic_in_each() {
    let ireland = "arn:aws:sns:eu-west-1:999999999999:ops";
    let with =
        |topics: &str| format!("regions: [ap-northeast-1, eu-west-1]\n    alarms: {{ topic: {topics} }}");
    let edit = |topics: &str, expected: &[&str]| {
        check_edit("filter: { pattern: \"\" }", &with(topics), expected);
    };
    edit(&format!("[\"{TOKYO}\", \"{ireland}\"]"), &[]);
    edit(&format!("\"{TOKYO}\""), &["20:22 no topic is in the region `eu-west-1`"]);
    let topology =
        valid(&edited("filter: { pattern: \"\" }", &with(&format!("[\"{TOKYO}\", \"{ireland}\"]"))));
    let alarms = topology.sources.into_values().next().unwrap().alarms.unwrap();
    assert_eq!(alarms.topic_in(&"eu-west-1".parse().unwrap()), Some(ireland));
    assert_eq!(alarms.topic_in(&"us-east-1".parse().unwrap()), None);
}
