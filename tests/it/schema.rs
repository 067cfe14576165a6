//! What editors and readers get is what is committed.

use std::path::Path;

use logpipe::exit::Exit;

use crate::support::Bench;

#[track_caller]
fn check(arguments: &[&str], committed: &str) {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(committed);
    // No topology is needed, and none is read.
    let ran =
        Bench::new("not: [a topology").run(&[&["logpipe", "schema"], arguments].concat()).expect(Exit::Done);
    assert_eq!(ran.out, std::fs::read_to_string(committed).unwrap());
    assert_eq!(ran.err, "");
}

#[test]
fn the_schema_is_printed_as_it_is_committed() {
    check(&[], "topologies/topology.schema.json");
    check(&["--markdown"], "docs/topology-reference.md");
}
