//! A topology in several files.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;

use super::super::load::{Regions, read_text};
use super::super::{Given, Invalid, PolicyFiles, Topology, load};
use super::VALID;
use super::rendering::rendered;

/// Files by their paths from the topology's folder.
struct Folder(BTreeMap<&'static str, String>);

impl PolicyFiles for Folder {
    fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let text = path.to_str().and_then(|path| self.0.get(path));
        text.map(|text| text.clone().into_bytes())
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "No such file or directory"))
    }
}

fn read(main: &str, files: &[(&'static str, &str)]) -> std::result::Result<Topology, Invalid> {
    let files = Folder(files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect());
    read_text("dir/t.yaml", main, &files, Regions::Known, &Given::default())
}

#[track_caller]
fn check(main: &str, files: &[(&'static str, &str)], expected: &[&str]) {
    let invalid = read(main, files).expect_err("it is valid");
    rendered(&invalid);
    let problems = invalid.problems().iter().map(|problem| {
        let (file, line, column) = (problem.file(), problem.line(), problem.column());
        format!("{file}:{line}:{column} {}: {}", problem.message(), problem.why())
    });
    assert_eq!(problems.collect::<Vec<_>>(), expected);
}

/// The valid topology in a file of its own for each part that starts with one of these keys.
fn split(keys: &[&str]) -> (String, Vec<String>) {
    let mut sections: Vec<String> = Vec::new();
    for line in VALID.lines() {
        match line.starts_with(' ') {
            true => *sections.last_mut().unwrap() += &format!("{line}\n"),
            false => sections.push(format!("{line}\n")),
        }
    }
    let is_of = |section: &String, key: &str| section.starts_with(&format!("{key}:"));
    let main = sections.iter().filter(|section| !keys.iter().any(|key| is_of(section, key)));
    let parts = keys.iter().map(|key| sections.iter().find(|section| is_of(section, key)).unwrap().clone());
    (main.cloned().collect(), parts.collect())
}

#[test]
fn parts_are_one_topology() {
    let whole = serde_json::to_value(read(VALID, &[]).unwrap()).unwrap();
    let (main, parts) = split(&["name", "region", "accounts", "sources"]);
    let [name, region, accounts, sources] = &parts[..] else { panic!("{parts:?}") };
    let read = read(
        &format!("include: [parts/base.yaml, ./accounts.yaml]\n{main}"),
        &[
            ("parts/base.yaml", &format!("version: 1\ninclude: [more/sources.yaml, ../region.yaml]\n{name}")),
            ("parts/more/sources.yaml", sources),
            ("region.yaml", region),
            ("accounts.yaml", accounts),
        ],
    );
    assert_eq!(serde_json::to_value(read.unwrap()).unwrap(), whole);
}

#[test]
fn entries_of_a_section_can_be_in_several_files() {
    let main = format!("include: [more.yaml]\n{VALID}");
    let more = "variables: { stage: dev }\naccounts: { shop: \"222222222222\" }\ntags: { Stage: \"${var.stage}\" }\nsources:\n  shop: { accounts: [shop], destination: central, log_groups: [/shop] }\n";
    let topology = read(&main, &[("more.yaml", more)]).unwrap();
    assert_eq!((topology.accounts.len(), topology.sources.len()), (3, 2));
    assert_eq!(topology.tags.get("Stage").map(String::as_str), Some("dev"));
}

#[test]
fn every_problem_has_the_place_of_its_own_file() {
    let main = format!("include: [more.yaml]\n{VALID}");
    check(
        &main,
        &[("more.yaml", "# more\nname: other\naccounts:\n  app: \"222222222222\"\n  x: \"1\"\n")],
        &[
            "dir/more.yaml:2:1 duplicate key `name`: each key can appear only once; the other one is at dir/t.yaml:3:1",
            "dir/more.yaml:4:3 duplicate key `app`: each key can appear only once; the other one is at dir/t.yaml:9:3",
            "dir/more.yaml:5:6 `1` is not valid for `x`: this has 1 digits; expected an AWS account id (twelve digits)",
        ],
    );
    check(
        &main,
        &[("more.yaml", "version: 2\ntags: {\n")],
        &[
            "dir/more.yaml:3:1 not valid YAML: while parsing a node, did not find expected node content: the rest of the file cannot be read",
        ],
    );
    check(
        &main,
        &[("more.yaml", "version: 2\n")],
        &[
            "dir/more.yaml:1:1 duplicate key `version`: each key can appear only once; the other one is at dir/t.yaml:2:1",
        ],
    );
    check(
        &main,
        &[("more.yaml", "- a\n")],
        &[
            "dir/more.yaml:1:1 `more.yaml` is no part of a topology: an included file has keys of a topology, such as `accounts`",
        ],
    );
    // Twice in one file is an error there.
    check(
        &main,
        &[("more.yaml", "limits: { filters_per_log_group: 3 }\nlimits: {}\n")],
        &["dir/more.yaml:2:1 duplicate key `limits`: each key can appear only once"],
    );
}

#[test]
fn what_cannot_be_included_is_told_where_it_is_written() {
    let including = |include: &str| format!("include: {include}\n{VALID}");
    check(
        &including("[none.yaml]"),
        &[],
        &["dir/t.yaml:1:11 `none.yaml` cannot be included: No such file or directory"],
    );
    check(
        &including("[t.yaml]"),
        &[],
        &["dir/t.yaml:1:11 `t.yaml` includes itself: a file cannot be a part of itself"],
    );
    check(
        &including("[a.yaml]"),
        &[("a.yaml", "include: [b/c.yaml]\n"), ("b/c.yaml", "include: [../a.yaml]\n")],
        &["dir/b/c.yaml:1:11 `../a.yaml` includes itself: a file cannot be a part of itself"],
    );
    check(
        &including("[a.yaml, b.yaml]"),
        &[("a.yaml", ""), ("b.yaml", "include: [./a.yaml]\n")],
        &[
            "dir/b.yaml:1:11 `./a.yaml` is included twice: its keys would be there twice; the other one is at dir/t.yaml:1:11",
        ],
    );
    check(
        &including("[\"${var.a}.yaml\"]"),
        &[],
        &[
            "dir/t.yaml:1:11 a variable in the path `${var.a}.yaml`: which files a topology is made of is the same in every run",
        ],
    );
    check(&including("[]"), &[], &["dir/t.yaml:1:10 `include` is empty: an empty list selects nothing"]);
}

#[test]
fn secrets_and_comments_of_parts_are_as_in_the_topology_itself() {
    let main = format!("include: [more.yaml]\n{VALID}");
    let broken = "accounts:\n  shop: { id: \"222222222222\", external_id: \"s3cret s3cret\" }\n";
    let invalid = read(&main, &[("more.yaml", broken)]).unwrap_err();
    assert!(!format!("{invalid:?}{}", rendered(&invalid)).contains("s3cret"), "{invalid:?}");
    let unused = "accounts:\n  shop: \"222222222222\"\n";
    let topology = read(&main, &[("more.yaml", unused)]).unwrap();
    let [warning] = &topology.warnings[..] else { panic!("{:?}", topology.warnings) };
    assert_eq!((warning.excerpt.file(), warning.excerpt.line()), ("dir/more.yaml", 2));
    let allowed = "accounts:\n  # logpipe: allow LP007 -- later\n  shop: \"222222222222\"\n";
    let topology = read(&main, &[("more.yaml", allowed)]).unwrap();
    assert_eq!((topology.warnings.len(), topology.allowed.len()), (0, 1));
}

#[test]
fn parts_are_read_from_beside_their_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("parts")).unwrap();
    let (main, parts) = split(&["accounts"]);
    std::fs::write(folder.path().join("t.yaml"), format!("include: [parts/a.yaml]\n{main}")).unwrap();
    std::fs::write(folder.path().join("parts/a.yaml"), "include: [b.yaml]\n").unwrap();
    std::fs::write(folder.path().join("parts/b.yaml"), &parts[0]).unwrap();
    assert_eq!(load(&folder.path().join("t.yaml")).unwrap().accounts.len(), 2);
    std::fs::write(folder.path().join("parts/b.yaml"), "nmae: x\n").unwrap();
    let invalid = load(&folder.path().join("t.yaml")).unwrap_err();
    let file = folder.path().join("parts/b.yaml").display().to_string();
    assert!(invalid.problems().iter().any(|problem| problem.file() == file), "{invalid:?}");
}
