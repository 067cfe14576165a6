//! A second reader's opinion: the marked tree holds what `serde_yaml` reads.

use serde_yaml::Value as Other;

use super::super::yaml::{Kind, Node, Value, parse};
use super::VALID;

#[track_caller]
fn agree(ours: &Node, theirs: &Other) {
    match (&ours.value, theirs) {
        (Value::Map(entries), Other::Mapping(map)) => {
            assert_eq!(entries.len(), map.len());
            for entry in entries {
                let value =
                    map.get(entry.key.as_str()).unwrap_or_else(|| panic!("`{}` is not there", entry.key));
                agree(&entry.value, value);
            }
        }
        (Value::List(ours), Other::Sequence(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            ours.iter().zip(theirs).for_each(|(ours, theirs)| agree(ours, theirs));
        }
        (Value::Scalar { text, kind }, theirs) => match (kind, theirs) {
            (Kind::Null, Other::Null) | (Kind::Float, Other::Number(_)) => {}
            (Kind::Flag(ours), Other::Bool(theirs)) => assert_eq!(ours, theirs),
            (Kind::Integer(ours), Other::Number(theirs)) => assert_eq!(Some(*ours), theirs.as_i64()),
            (Kind::Text, Other::String(theirs)) => assert_eq!(text, theirs),
            _ => panic!("`{text}` is read as {theirs:?}"),
        },
        (_, theirs) => panic!("read as {theirs:?}"),
    }
}

#[track_caller]
fn check(text: &str) {
    let ours = parse(text).unwrap_or_else(|_| panic!("must be valid")).unwrap();
    agree(&ours, &serde_yaml::from_str(text).unwrap());
}

#[test]
fn both_readers_see_the_same_values() {
    check(VALID);
    check(super::FULL);
    check(include_str!("../../../topologies/quickstart.yaml"));
    check(include_str!("../../../topologies/many-accounts.yaml"));
    check(include_str!("../../../topologies/everything.yaml"));
}

#[test]
fn they_agree_on_what_yaml_makes_of_scalars() {
    check("a: \"0123\"\nb: 123\nc: true\nd: ~\ne: 1.5\nf: no\ng: 'it''s'\nh: [x, y]\ni: {}\n");
    check("text: |\n  two\n  lines\nfolded: >-\n  one\n  line\nshared: &it { a: 1 }\nagain: *it\n");
}
