//! Reading from disk.

use std::path::Path;

use super::super::{RecordPlace, load};
use super::VALID;

fn message(content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.yaml");
    std::fs::write(&path, content).unwrap();
    let invalid = load(&path).unwrap_err();
    let problem = &invalid.problems()[0];
    format!("{}:{} {}", problem.line(), problem.column(), problem.message())
}

#[test]
fn shipped_topologies_are_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies");
    let mut loaded = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let topology =
                load(&path).unwrap_or_else(|invalid| panic!("{invalid}: {:?}", invalid.problems()));
            let stem = path.file_stem().unwrap().to_str().unwrap();
            // The one of everything has the name that the documentation uses.
            let name = if stem == "everything" { "central-logs" } else { stem };
            assert_eq!(topology.name.as_str(), name);
            loaded += 1;
        }
    }
    assert!(loaded >= 11);
}

#[test]
fn policy_files_are_beside_the_topology() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("policies")).unwrap();
    let (path, policy) = (folder.path().join("t.yaml"), folder.path().join("policies/mine.json"));
    let topology = |file: &str| {
        let agent = format!(
            "agents:\n  web: {{ accounts: [app], extra_policies: [{{ name: mine, file: {file} }}] }}\n"
        );
        std::fs::write(&path, VALID.to_owned() + &agent).unwrap();
        load(&path).map_err(|invalid| invalid.problems()[0].why().to_owned())
    };
    let document =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    std::fs::write(&policy, format!("\u{feff}{document}")).unwrap();
    let loaded = topology("policies/mine.json").unwrap();
    let extra = &loaded.agents.values().next().unwrap().extra_policies[0];
    assert_eq!(extra.document["Statement"][0]["Action"], "s3:GetObject");
    assert!(topology(policy.to_str().unwrap()).is_ok(), "an absolute path stays what it is");
    assert!(topology("mine.json").unwrap_err().contains("No such file"));
    assert_eq!(topology("policies").unwrap_err(), "it is a folder, and a regular file is needed");
}

#[test]
fn the_record_is_beside_the_topology() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.yaml");
    std::fs::write(&path, VALID).unwrap();
    assert_eq!(load(&path).unwrap().record, RecordPlace::File(folder.path().join(".logpipe/logs.json")));
    std::fs::write(&path, format!("{VALID}record: /var/logs.json\n")).unwrap();
    assert_eq!(load(&path).unwrap().record, RecordPlace::File("/var/logs.json".into()));
}

#[test]
fn files_that_cannot_be_read() {
    let invalid = load(Path::new("/nowhere/t.yaml")).unwrap_err();
    assert!(invalid.problems()[0].message().contains("No such file"));
    assert_eq!(invalid.problems()[0].file(), "/nowhere/t.yaml");
    assert_eq!(
        message(b"version: 1\nname: \xff\n"),
        "2:7 a byte that is not UTF-8: 0xFF is `ÿ` in Latin-1 and Windows-1252"
    );
    let large = vec![b'#'; 10 * 1024 * 1024 + 1];
    assert!(message(&large).contains("too large"));
}
