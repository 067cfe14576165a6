//! `export cloudformation`: templates that make what logpipe would make.
//!
//! `LOGPIPE_UPDATE_GOLDEN=1 cargo test --test it -- export_cloudformation::` writes the files anew. `tests/export/cloudformation.py`
//! has cfn-lint judge them, and an emulator make stacks of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use logpipe::exit::Exit;
use serde_json::Value;

use crate::export::exported;
use crate::golden::updating;
use crate::graph::shipped;
use crate::support::Bench;

/// A topology with nearly every kind.
const RICH: &str = include_str!("cases/everything.yaml");

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");

/// Compares a file with the one that is kept.
#[track_caller]
fn check(folder: &str, file: &Value) {
    let name = file["name"].as_str().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/export").join(folder);
    let (path, text) = (folder.join(name), file["text"].as_str().unwrap());
    if updating() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == text, "{} differs\n{text}", path.display());
}

/// The templates among the files of an export, by their names, in their order.
fn templates(export: &Value) -> Vec<(String, Value)> {
    let files = export["files"].as_array().unwrap().iter();
    let templates = files.filter(|file| file["name"].as_str().unwrap().ends_with(".yaml"));
    templates
        .map(|file| {
            let read = serde_yaml::from_str(file["text"].as_str().unwrap()).unwrap();
            (file["name"].as_str().unwrap().to_owned(), read)
        })
        .collect()
}

fn resources(template: &Value) -> impl Iterator<Item = (&String, &Value)> {
    template["Resources"].as_object().unwrap().iter()
}

#[test]
fn the_templates_are_these() {
    let kept = ["quickstart", "everything", "organization"];
    for (name, bench) in shipped().into_iter().filter(|(name, _)| kept.contains(&name.as_str())) {
        let export = exported(&bench, &["cloudformation"]);
        for file in export["files"].as_array().unwrap() {
            check(&format!("cloudformation/{name}"), file);
        }
    }
    let export = exported(&Bench::new(RICH), &["cloudformation"]);
    for file in export["files"].as_array().unwrap() {
        check("cloudformation/rich", file);
    }
    let (_, bench) = shipped().into_iter().find(|(name, _)| name == "organization").unwrap();
    for (form, flags) in [("self-managed", &[][..]), ("service-managed", &["--ou", "ou-ab12-34567890"])] {
        let export = exported(&bench, &[&["cloudformation", "--stack-set", form], flags].concat());
        for file in export["files"].as_array().unwrap() {
            check(&format!("cloudformation/organization-{form}"), file);
        }
    }
}

/// What a template needs is above it, or in a template before it.
#[test]
fn everything_comes_after_what_it_needs() {
    for (name, bench) in shipped() {
        let export = exported(&bench, &["cloudformation"]);
        let mut before = BTreeSet::new();
        for (file, template) in templates(&export) {
            let mut above = BTreeSet::new();
            for (id, resource) in resources(&template) {
                let needs = resource["DependsOn"].as_array().into_iter().flatten();
                for need in needs {
                    assert!(above.contains(need.as_str().unwrap()), "{name} {file}: {id} needs {need}");
                }
                above.insert(id.clone());
            }
            before.insert(file);
        }
        let files = export["files"].as_array().unwrap();
        let mut seen = BTreeSet::new();
        for file in files {
            let after = file["text"].as_str().unwrap().lines().find_map(|line| line.strip_prefix("# After "));
            for needed in after.into_iter().flat_map(|after| after.trim_end_matches('.').split(", ")) {
                assert!(seen.contains(needed), "{name}: {needed} comes too late");
            }
            seen.insert(file["name"].as_str().unwrap().to_owned());
        }
    }
}

#[test]
fn names_and_arns_are_exported_as_the_walk_through_has_them() {
    let (_, bench) = shipped().into_iter().find(|(name, _)| name == "everything").unwrap();
    let export = exported(&bench, &["cloudformation"]);
    let templates = templates(&export);
    let (_, app) = templates.iter().find(|(name, _)| name.starts_with("app.")).unwrap();
    let outputs = app["Outputs"].as_object().unwrap().values();
    let names: BTreeSet<&str> = outputs.filter_map(|output| output["Export"]["Name"].as_str()).collect();
    for name in ["poc-cloudwatch-agent-policy-arn", "poc-ec2-cloudwatch-agent-profile-name"] {
        assert!(names.contains(name), "{name} is not in {names:?}");
    }
    let role = resources(app)
        .find(|(_, resource)| resource["Properties"]["RoleName"] == "poc-ec2-cloudwatch-agent-role");
    let attached = role.unwrap().1["Properties"]["ManagedPolicyArns"].as_array().unwrap();
    assert!(
        attached.iter().any(|arn| arn == "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"),
        "{attached:?}"
    );
    let left_out = export["left_out"].as_array().unwrap();
    let association = left_out.iter().find(|one| one["code"] == "no_word").unwrap();
    assert!(association["why"].as_str().unwrap().contains("aws ec2 associate-iam-instance-profile"));
}

#[test]
fn what_holds_data_stays_when_its_stack_goes() {
    let export = exported(&Bench::new(QUICKSTART), &["cloudformation"]);
    let mut kept = BTreeSet::new();
    for (_, template) in templates(&export) {
        for (_, resource) in
            resources(&template).filter(|(_, one)| one["DeletionPolicy"] == "RetainExceptOnCreate")
        {
            assert_eq!(resource["UpdateReplacePolicy"], "Retain");
            kept.insert(resource["Type"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(
        kept,
        ["AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy"].map(str::to_owned).into()
    );
}

/// The archive is in another region than the destinations in front of it, so neither region can be made as a whole.
#[test]
fn regions_that_need_each_other_are_parted() {
    let elsewhere =
        QUICKSTART.replace("    account: archive\n", "    account: archive\n    region: us-east-1\n");
    assert_ne!(elsewhere, QUICKSTART);
    let export = exported(&Bench::new(&elsewhere), &["cloudformation"]);
    let names: Vec<String> = templates(&export).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["archive.us-east-1.yaml", "archive.ap-northeast-1.yaml", "app.ap-northeast-1.yaml"]);
    let text = export["files"][1]["text"].as_str().unwrap();
    assert!(text.contains("# After archive.us-east-1.yaml.\n"), "{text}");
    assert!(!text.contains("AWS::IAM::Role"), "roles are with the stream, which is made before: {text}");
}

#[test]
fn no_template_has_more_than_cloudformation_takes() {
    let groups: Vec<String> = (0..700).map(|number| format!("\"/app/service-{number}\"")).collect();
    let many = QUICKSTART.replace("[\"/app/web\"]", &format!("[{}]", groups.join(", ")));
    assert_ne!(many, QUICKSTART);
    let export = exported(&Bench::new(&many), &["cloudformation"]);
    let templates = templates(&export);
    let of_app: Vec<usize> = templates
        .iter()
        .filter(|(name, _)| name.starts_with("app."))
        .map(|(_, one)| resources(one).count())
        .collect();
    assert_eq!(of_app.iter().sum::<usize>(), 1_400);
    assert!(of_app.iter().all(|number| *number <= 500), "{of_app:?}");
    let notes = export["notes"].as_array().unwrap();
    let large: Vec<&Value> = notes.iter().filter(|note| note["code"] == "large_file").collect();
    assert_eq!(large.len(), of_app.len(), "{notes:?}");
    let text = export["files"][1]["text"].as_str().unwrap();
    assert!(text.contains("--s3-bucket BUCKET"), "{}", text.lines().take(9).collect::<Vec<_>>().join("\n"));
}

/// Ten senders, of which one logs more: the template is the same for all, and says what only one has.
#[test]
fn a_stack_set_has_one_template_for_all_senders() {
    let accounts: Vec<String> =
        (0..12).map(|number| format!("  team-{number}: \"2000000000{number:02}\"\n")).collect();
    let names: Vec<String> = (0..12).map(|number| format!("team-{number}")).collect();
    let topology = format!(
        "version: 1\nname: teams\nregion: eu-west-1\naccess: {{ role_name: LogpipeDeployer }}\naccounts:\n  archive: \"999999999999\"\n{}\
         destinations:\n  central: {{ account: archive }}\n\
         sources:\n  all: {{ accounts: [{}], destination: central, log_groups: [/app/web], regions: [eu-west-1, us-east-1], create: true }}\n  \
         more: {{ accounts: [team-3], destination: central, log_groups: [/app/audit] }}\n",
        accounts.concat(),
        names.join(", ")
    );
    let bench = Bench::new(&topology);
    let export = exported(&bench, &["cloudformation", "--stack-set", "self-managed"]);
    let templates: BTreeMap<String, Value> = templates(&export).into_iter().collect();
    let names: Vec<&str> = templates.keys().map(String::as_str).collect();
    assert_eq!(names, ["archive.eu-west-1.yaml", "archive.us-east-1.yaml", "members.yaml"]);
    let members = &templates["members.yaml"];
    let of = |group: &str| {
        let found = resources(members).find(|(_, one)| {
            one["Type"] == "AWS::Logs::SubscriptionFilter" && one["Properties"]["LogGroupName"] == group
        });
        found.unwrap().1
    };
    assert_eq!(resources(members).count(), 3);
    assert_eq!(of("/app/web")["Condition"], Value::Null);
    let arn = &of("/app/web")["Properties"]["DestinationArn"]["Fn::Sub"];
    assert_eq!(arn, "arn:aws:logs:${AWS::Region}:999999999999:destination:teams-central");
    let condition = of("/app/audit")["Condition"].as_str().unwrap();
    let condition = members["Conditions"][condition].to_string();
    assert!(condition.contains("eu-west-1") && condition.contains("200000000003"), "{condition}");
    let script = export["files"].as_array().unwrap().last().unwrap();
    let script = script["text"].as_str().unwrap();
    let instances = script.lines().find(|line| line.contains("--accounts ")).unwrap();
    assert_eq!(instances.split_whitespace().filter(|word| word.len() == 12).count(), 12, "{instances}");
    assert!(script.contains("--regions eu-west-1 us-east-1"), "{script}");
}

/// Offline nobody knows which accounts join later, so one stands for all of them; its id is nowhere.
#[test]
fn accounts_of_units_get_what_the_organisation_sends() {
    let (_, bench) = shipped().into_iter().find(|(name, _)| name == "organization").unwrap();
    let flags =
        ["cloudformation", "--stack-set", "service-managed", "--ou", "ou-ab12-34567890,ou-ab12-34567891"];
    let export = exported(&bench, &flags);
    let text = export.to_string();
    assert!(!text.contains("000000000000"), "{text}");
    let script = export["files"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
    for words in [
        "--permission-model SERVICE_MANAGED --auto-deployment \"Enabled=true,RetainStacksOnAccountRemoval=false\"",
        "--deployment-targets OrganizationalUnitIds=ou-ab12-34567890,ou-ab12-34567891",
        "--call-as \"${CALL_AS:-SELF}\"",
    ] {
        assert!(script.contains(words), "{script}");
    }
    let notes = export["notes"].as_array().unwrap();
    assert!(notes.iter().any(|note| note["code"] == "not_open_to_new_accounts"), "{notes:?}");
}

#[test]
fn an_open_destination_takes_accounts_to_come() {
    let (_, bench) = shipped().into_iter().find(|(name, _)| name == "organization").unwrap();
    let topology = include_str!("../../topologies/organization.yaml");
    let open = topology
        .replace("    account: archive\n", "    account: archive\n    allow: organization\n")
        .replace(
            "organization:\n  #",
            "limits: { trust_organization: true }\norganization:\n  id: o-abcdefghij\n  #",
        );
    bench.write(&open);
    let flags = ["cloudformation", "--stack-set", "service-managed", "--ou", "ou-ab12-34567890"];
    let export = exported(&bench, &flags);
    let notes = export["notes"].as_array().unwrap();
    assert!(notes.iter().all(|note| note["code"] != "not_open_to_new_accounts"), "{notes:?}");
    let templates: BTreeMap<String, Value> = templates(&export).into_iter().collect();
    let role =
        resources(&templates["members.yaml"]).find(|(_, one)| one["Type"] == "AWS::IAM::Role").unwrap().1;
    assert!(role["Properties"].to_string().contains("${AWS::AccountId}"), "{role}");
    let filter = resources(&templates["members.yaml"])
        .find(|(_, one)| one["Type"] == "AWS::Logs::SubscriptionFilter")
        .unwrap()
        .1;
    assert_eq!(
        filter["Properties"]["RoleArn"]["Fn::Sub"],
        "arn:aws:iam::${AWS::AccountId}:role/organization-central-sender"
    );
}

/// What logpipe has made, a stack takes over by what each resource is known by.
#[test]
fn what_is_there_is_for_a_stack_to_take_over() {
    let bench = Bench::new(QUICKSTART);
    bench.sandbox("apply", &["--yes"]).expect(Exit::Done);
    let flags = ["--sandbox", "--output", "json"];
    let export =
        bench.run(&[&["logpipe", "export", "cloudformation"], &flags[..]].concat()).expect(Exit::Done).json();
    let files = export["files"].as_array().unwrap();
    let names: Vec<&str> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
    let expected = [
        "archive.ap-northeast-1.import.yaml",
        "archive.ap-northeast-1.import.json",
        "archive.ap-northeast-1.yaml",
        "app.ap-northeast-1.import.yaml",
        "app.ap-northeast-1.import.json",
        "app.ap-northeast-1.yaml",
    ];
    assert_eq!(names, expected);
    let list: Value = serde_json::from_str(files[1]["text"].as_str().unwrap()).unwrap();
    let template: Value = serde_yaml::from_str(files[0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(list.as_array().unwrap().len(), resources(&template).count());
    assert!(template.get("Outputs").is_none());
    for one in list.as_array().unwrap() {
        let resource = &template["Resources"][one["LogicalResourceId"].as_str().unwrap()];
        assert_eq!(
            (&resource["Type"], &resource["DeletionPolicy"]),
            (&one["ResourceType"], &"Retain".into())
        );
        for (name, value) in one["ResourceIdentifier"].as_object().unwrap() {
            assert_eq!(resource["Properties"][name], *value, "{one}");
        }
    }
    // The log group of the source is used as it is, as apply does.
    let left_out = export["left_out"].as_array().unwrap();
    assert!(left_out.iter().any(|one| one["code"] == "used_as_it_is"), "{left_out:?}");
}
