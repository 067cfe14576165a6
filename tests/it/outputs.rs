//! What others build on: names and ARNs of the pipeline, completions and manual pages.

use logpipe::exit::Exit;
use serde_json::json;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::walkthrough::{TOPOLOGY, applied};

#[test]
fn outputs_are_the_arns_that_aws_gave() {
    let bench = applied();
    let outputs = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).json();
    let outputs = outputs["outputs"].as_object().unwrap();
    assert!(outputs.values().all(|output| output["applied"] == true), "{outputs:?}");
    let key = outputs.keys().next().unwrap().split_once('.').unwrap().0.to_owned();
    let value = |name: &str| outputs[&format!("{key}.{name}")]["value"].clone();
    let (stream, role) = (value("stream_name"), value("firehose_role_arn"));
    let (stream_arn, role_arn) = bench.aws(ARCHIVE, TOKYO, async move |config| {
        let stream = aws::firehose(&config)
            .describe_delivery_stream()
            .delivery_stream_name(stream.as_str().unwrap())
            .send()
            .await
            .unwrap();
        let name = role.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let role = aws::iam(&config).get_role().role_name(name).send().await.unwrap();
        (
            stream.delivery_stream_description().unwrap().delivery_stream_arn().to_owned(),
            role.role().unwrap().arn().to_owned(),
        )
    });
    assert_eq!(value("stream_arn"), json!(stream_arn));
    assert_eq!(value("firehose_role_arn"), json!(role_arn));
    assert_eq!(value("subscription_filters"), json!(1));
}

#[test]
fn one_output_is_a_bare_value() {
    let bench = applied();
    let all = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).json();
    for (name, output) in all["outputs"].as_object().unwrap() {
        let one = bench.sandbox("outputs", &[name]).expect(Exit::Done);
        let expected = output["value"].as_str().map_or_else(|| output["value"].to_string(), str::to_owned);
        assert_eq!((one.out, one.err), (format!("{expected}\n"), String::new()));
    }
}

#[test]
fn a_slip_of_the_keyboard_is_told_the_nearest_name() {
    let bench = applied();
    let all = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).json();
    let name = all["outputs"].as_object().unwrap().keys().next().unwrap().clone();
    let slip = name.replace("bucket", "buckt");
    let ran = bench.sandbox("outputs", &[&slip]).expect(Exit::Usage);
    assert!(ran.err.contains(&format!("did you mean `{name}`?")), "{}", ran.err);
}

#[test]
fn what_is_not_applied_is_shown_as_such_and_never_handed_out() {
    let bench = Bench::new(TOPOLOGY);
    let all = bench.sandbox("outputs", &["--output", "json"]).expect(Exit::Done).json();
    let outputs = all["outputs"].as_object().unwrap();
    assert!(outputs.values().all(|output| output["applied"] == false), "{outputs:?}");
    let name = outputs.keys().next().unwrap();
    let ran = bench.sandbox("outputs", &[name]).expect(Exit::Failed);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("logpipe apply"), "{}", ran.err);
    assert!(bench.sandbox("outputs", &[]).expect(Exit::Done).out.contains("(not applied yet)"));
}

#[test]
fn the_script_of_every_shell_asks_logpipe_itself() {
    let bench = Bench::new(TOPOLOGY);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = bench.run(&["logpipe", "completions", shell]).expect(Exit::Done).out;
        assert!(script.contains("LOGPIPE_COMPLETE"), "{shell} asks nobody: {script}");
    }
    assert_eq!(bench.run(&["logpipe", "completions", "ksh"]).exit, Exit::Usage);
}

#[test]
fn manual_pages_are_made_of_the_help() {
    let bench = Bench::new(TOPOLOGY);
    let page = bench.run(&["logpipe", "man"]).expect(Exit::Done).out;
    assert!(page.contains(".TH logpipe 1") && page.contains("logpipe\\-apply(1)"), "{page}");
    let apply = bench.run(&["logpipe", "man", "apply"]).expect(Exit::Done).out;
    assert!(apply.contains(".TH logpipe-apply 1") && apply.contains("\\-\\-adopt"), "{apply}");
    let ran = bench.run(&["logpipe", "man", "aply"]).expect(Exit::Usage);
    assert!(ran.err.contains("did you mean `apply`?"), "{}", ran.err);
}
