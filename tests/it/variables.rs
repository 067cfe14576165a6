//! Variables and included files through the command line: where values come from, what a saved plan is bound to, what is
//! never shown, and the places of problems.

use logpipe::exit::Exit;

use crate::support::process::logpipe_reading;
use crate::support::topologies::{destination, source, topology};
use crate::support::{Bench, Ran};

/// A pipeline whose name and buffer differ from run to run.
fn pipeline() -> String {
    let pipeline =
        topology(&destination("main", ", buffer_mb: \"${var.buffer}\""), &source("web", "app", "main", ""));
    let declared = "variables: { stage: { allowed: [dev, prod] }, buffer: { type: number, default: 5 } }\n";
    declared.to_owned() + &pipeline.replace("name: t\n", "name: \"t-${var.stage}\"\n")
}

fn named(ran: Ran) -> String {
    ran.expect(Exit::Done).json()["topology"].as_str().unwrap().to_owned()
}

#[test]
fn a_topology_takes_values_from_flags_files_and_the_environment() {
    let bench = Bench::new(&pipeline());
    std::fs::write(bench.path("prod.yaml"), "stage: prod\nbuffer: 7\n").unwrap();
    let plan = ["logpipe", "plan", "--sandbox", "--json"];
    let with = |flags: &[&str]| named(bench.run(&[&plan[..], flags].concat()));
    assert_eq!(with(&["--var", "stage=dev"]), "t-dev");
    assert_eq!(with(&["--var-file", "prod.yaml"]), "t-prod");
    assert_eq!(with(&["--var-file=prod.yaml", "--var", "stage=dev"]), "t-dev");
    let environment = [("LOGPIPE_VAR_stage", "prod")];
    assert_eq!(named(bench.run_in(&environment, &plan)), "t-prod");
    let both = [&plan[..], &["--var", "stage=dev"]].concat();
    assert_eq!(named(bench.run_in(&environment, &both)), "t-dev");
    // In front of the command as well, and behind it.
    let before = ["logpipe", "--var", "stage=dev", "plan", "--sandbox", "--json"];
    assert_eq!(named(bench.run(&before)), "t-dev");
    let around = [&before[..], &["--var", "buffer=7"]].concat();
    assert!(bench.run(&around).expect(Exit::Usage).err.contains("put all of them behind it"));
    let piped = ["plan", "--sandbox", "--json", "--var-file", "-"];
    assert_eq!(named(logpipe_reading(&bench.path(""), b"{\"stage\": \"prod\"}", &piped)), "t-prod");
}

#[test]
fn what_is_wrong_with_values_is_told_with_its_place_before_anything_is_read() {
    let bench = Bench::new(&pipeline());
    let validate = |flags: &[&str]| bench.run(&[&["logpipe", "validate", "--json"], flags].concat());
    let none = validate(&[]).expect(Exit::Invalid).json();
    assert_eq!(none["problems"][0]["problem"], "the variable `stage` needs a value");
    let told = none["problems"][0]["help"].as_str().unwrap();
    assert!(told.starts_with("add `--var stage=VALUE`, set LOGPIPE_VAR_stage"), "{told}");
    let wrong = validate(&["--var", "stage=test", "--var", "bufer=1"]).expect(Exit::Invalid).json();
    let problems: Vec<&str> =
        wrong["problems"].as_array().unwrap().iter().map(|at| at["problem"].as_str().unwrap()).collect();
    assert_eq!(
        problems,
        [
            "`--var bufer` gives a value to an unknown variable `bufer`",
            "the value `test` of `stage`, which `--var stage` gives, is not allowed",
        ]
    );
    let missing = bench.run(&["logpipe", "validate", "--var-file", "none.yaml"]).expect(Exit::Usage);
    assert!(missing.err.contains("--var-file none.yaml cannot be read"), "{}", missing.err);
    bench.run(&["logpipe", "validate", "--var", "stage"]).expect(Exit::Usage);
    bench.run(&["logpipe", "validate", "-", "--var-file", "-"]).expect(Exit::Usage);
}

#[test]
fn a_saved_plan_is_refused_with_other_values() {
    let bench = Bench::new(&pipeline());
    let dev = ["--var", "stage=dev"];
    bench.sandbox("plan", &[&dev[..], &["--out", "saved.plan"]].concat()).expect(Exit::Done);
    let apply =
        |flags: &[&str]| bench.sandbox("apply", &[&dev[..], &["--plan", "saved.plan"], flags].concat());
    let refused = apply(&["--var", "buffer=9"]).expect(Exit::Failed);
    assert!(refused.err.contains("its variables have other values"), "{}", refused.err);
    apply(&[]).expect(Exit::Done);
    // And what a hint suggests is about the same topology.
    let again = bench.sandbox("apply", &[&dev[..], &["--yes"]].concat()).expect(Exit::Done);
    assert!(
        again.said().contains("--var stage=dev") || !again.said().contains("`logpipe "),
        "{}",
        again.said()
    );
    bench.sandbox("status", &[&dev[..], &["--detailed-exitcode"]].concat()).expect(Exit::Done);
    bench.sandbox("destroy", &[&dev[..], &["--yes"]].concat()).expect(Exit::Done);
}

#[test]
fn a_sensitive_value_is_in_no_plan_no_record_and_nothing_that_is_said() {
    const SECRET: &str = "s3cr3t-external-id";
    let yaml = "variables: { id: { sensitive: true } }\n".to_owned()
        + &topology(&destination("main", ""), &source("web", "app", "main", ""))
            .replace("role_name: LogpipeDeployer", "role_name: LogpipeDeployer, external_id: \"${var.id}\"");
    let bench = Bench::new(&yaml);
    let id = format!("id={SECRET}");
    let flags = ["--var", &id];
    let mut said = String::new();
    for (command, more) in [
        ("plan", &["--out", "saved.plan"][..]),
        ("apply", &["--yes", "--verify"]),
        ("status", &["--json"]),
        ("explain", &["--live"]),
        ("access", &[]),
        ("graph", &["--json"]),
    ] {
        said += &bench.sandbox(command, &[&flags[..], more].concat()).expect(Exit::Done).said();
    }
    bench.write(&yaml.replace("destination: main", "destination: mian"));
    said += &bench.sandbox("plan", &flags).expect(Exit::Invalid).said();
    bench.write(&yaml.replace("name: t\n", "name: \"t-${var.id}\"\n"));
    said += &bench.sandbox("plan", &flags).expect(Exit::Invalid).said();
    assert!(said.contains("cannot be used here"), "{said}");
    assert!(!said.contains(SECRET), "{said}");
    let mut folders = vec![bench.path("")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            // The sandbox itself plays the accounts, whose trust policies name the id.
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("state.json") {
                files += 1;
                let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                assert!(!text.contains(SECRET), "{}", path.display());
            }
        }
    }
    assert!(files >= 3, "the topology, the plan and the record");
}

#[test]
fn a_topology_in_several_files_is_applied_as_one() {
    let bench = Bench::new("");
    let pipeline = topology(&destination("main", ""), &source("web", "app", "main", ""));
    let (main, sources) = pipeline.split_once("sources:\n").unwrap();
    let main = format!("include: [teams/web.yaml]\n{main}");
    std::fs::create_dir(bench.path("teams")).unwrap();
    std::fs::write(bench.path("teams/web.yaml"), format!("sources:\n{sources}")).unwrap();
    bench.write(&main);
    bench.sandbox("apply", &["--yes", "--verify"]).expect(Exit::Done);
    // From stdin, the working directory is where it looks; the record is the same.
    let again = ["plan", "-", "--sandbox", "--detailed-exitcode"];
    logpipe_reading(&bench.path(""), main.as_bytes(), &again).expect(Exit::Done);
    bench.write(&pipeline);
    bench.sandbox("plan", &["--detailed-exitcode"]).expect(Exit::Done);
    // What is wrong in a part is told of the part, for editors and for code scanning.
    bench.write(&main);
    std::fs::write(
        bench.path("teams/web.yaml"),
        format!("# web\nsources:\n{}", sources.replace("[app]", "[ap]")),
    )
    .unwrap();
    let invalid = bench.run(&["logpipe", "validate", "--json"]).expect(Exit::Invalid).json();
    let problem = &invalid["problems"][0];
    assert!(problem["file"].as_str().unwrap().ends_with("teams/web.yaml"), "{problem}");
    assert_eq!(problem["line"], 3);
    let scanned = bench.run(&["logpipe", "validate", "--output", "sarif"]).expect(Exit::Invalid);
    assert!(scanned.out.contains("teams/web.yaml"), "{}", scanned.out);
}
