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
            assert_eq!(path.file_stem().unwrap().to_str(), Some(topology.name.as_str()));
            loaded += 1;
        }
    }
    assert!(loaded >= 2);
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
    assert_eq!(message(b"version: 1\nname: \xff\n"), "2:7 a byte that is not UTF-8");
    let large = vec![b'#'; 10 * 1024 * 1024 + 1];
    assert!(message(&large).contains("too large"));
}
