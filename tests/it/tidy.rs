//! The rules that no compiler checks: which module may know which, and what a file may look like.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use logpipe::address::KindName;

/// Most lines of a source file.
const LONGEST: usize = 600;

/// The crates below `crates/`, with what logpipe calls them and which of them they are built on.
const CRATES: [(&str, &str, &[&str]); 5] = [
    ("logpipe-identifiers", "identifiers", &[]),
    ("logpipe-machine", "machine", &[]),
    ("logpipe-patterns", "pattern", &[]),
    ("logpipe-policy", "policy", &["logpipe-identifiers"]),
    (
        "logpipe-sandbox",
        "sandbox",
        &["logpipe-identifiers", "logpipe-machine", "logpipe-patterns", "logpipe-policy"],
    ),
];

/// A source file, by its path below `src/`, without its tests and comments. Those of a crate below `crates/` are in a
/// folder of the name that logpipe gives the crate.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) code: String,
    lines: usize,
}

impl Source {
    /// The folder or file directly below `src/`.
    pub(crate) fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Whether another module of the crate is named anywhere in the code.
    fn names(&self, module: &str) -> bool {
        let path = format!("crate::{module}");
        let named = self.code.match_indices(&path).any(|(at, _)| {
            let after = self.code[at + path.len()..].chars().next();
            !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
        });
        // `use crate::{a, b::c};` names them too.
        let grouped = self.code.split("crate::{").skip(1).filter_map(|rest| rest.split(';').next());
        named
            || grouped
                .flat_map(|group| group.split(|c: char| !(c.is_alphanumeric() || c == '_')))
                .any(|word| word == module)
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source file that is not all tests.
pub(crate) fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(read_sources)
}

fn read_sources() -> Vec<Source> {
    let crates =
        CRATES.map(|(folder, name, _)| (root().join("crates").join(folder).join("src"), format!("{name}/")));
    let folders = [(root().join("src"), String::new())].into_iter().chain(crates);
    let all = folders.flat_map(|(folder, name)| {
        files(&folder).into_iter().map(move |path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().count();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            let inner = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            Source { path: format!("{name}{inner}"), code: code.join("\n"), lines }
        })
    });
    let sources: Vec<Source> =
        all.filter(|source| !source.path.contains("tests/") && !source.path.ends_with("tests.rs")).collect();
    assert!(sources.len() > 100, "{} files cannot be all", sources.len());
    sources
}

/// Expects that no file of `modules` has something in its code.
#[track_caller]
fn none_of(modules: &[&str], what: &str, has: impl Fn(&Source) -> bool) {
    let sources = sources();
    let bad: Vec<&str> = sources
        .iter()
        .filter(|source| modules.contains(&source.module()) && has(source))
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(bad, [""; 0], "{what}");
}

#[track_caller]
fn may_not_name(modules: &[&str], forbidden: &[&str]) {
    for name in forbidden {
        none_of(modules, &format!("may not name {name}"), |source| source.names(name));
    }
}

#[test]
fn what_is_pure_knows_no_sdk_and_no_runtime() {
    let pure = ["address", "agent", "cost", "event", "lint", "pattern", "policy", "topology"];
    none_of(&pure, "no SDK and no runtime", |source| {
        source.code.contains("aws_sdk_") || source.code.contains("tokio")
    });
    none_of(
        &["graph", "requests", "access", "explain", "diagram", "export", "coverage"],
        "no SDK and no runtime",
        |source| source.code.contains("aws_sdk_") || source.code.contains("tokio"),
    );
    may_not_name(&pure, &["aws", "provider", "graph", "plan", "apply", "verify", "record", "ui", "cli"]);
}

#[test]
fn the_sdk_stays_in_aws_and_provider() {
    let sources = sources();
    let bad: Vec<&str> = sources
        .iter()
        .filter(|source| !["aws", "provider"].contains(&source.module()) && source.code.contains("aws_sdk_"))
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(bad, [""; 0]);
}

#[test]
fn dependencies_point_downwards() {
    may_not_name(&["topology"], &["agent", "cost"]);
    may_not_name(
        &["provider"],
        &["agent", "cost", "graph", "plan", "apply", "verify", "record", "topology", "ui", "cli"],
    );
    may_not_name(
        &["aws"],
        &["agent", "cost", "provider", "graph", "plan", "apply", "verify", "record", "ui", "cli"],
    );
    may_not_name(&["graph"], &["aws", "plan", "apply", "verify", "record", "ui", "cli"]);
    may_not_name(
        &["requests"],
        &["aws", "provider", "topology", "record", "plan", "apply", "verify", "ui", "cli"],
    );
    may_not_name(&["record"], &["aws", "provider", "graph", "plan", "apply", "verify", "ui", "cli"]);
    may_not_name(&["plan"], &["apply", "verify", "ui", "cli"]);
    may_not_name(&["apply"], &["verify", "ui", "cli"]);
    may_not_name(&["verify"], &["ui", "cli"]);
    may_not_name(&["coverage"], &["record", "apply", "verify", "access", "ui", "cli"]);
    may_not_name(&["import"], &["record", "apply", "verify", "access", "ui", "cli"]);
    may_not_name(&["health"], &["record", "apply", "verify", "ui", "cli"]);
    may_not_name(&["outputs"], &["aws", "plan", "apply", "verify", "ui", "cli"]);
    may_not_name(&["reading"], &["verify", "access", "ui", "cli"]);
    may_not_name(&["access"], &["aws", "apply", "ui", "cli"]);
    may_not_name(&["explain"], &["aws", "topology", "record", "plan", "apply", "verify", "ui", "cli"]);
    may_not_name(&["diagram"], &["aws", "record", "apply", "engine", "ui", "cli"]);
    may_not_name(&["export"], &["aws", "record", "plan", "apply", "verify", "engine", "ui", "cli"]);
    may_not_name(&["ui"], &["aws", "record", "graph", "topology", "cli"]);
    may_not_name(&["engine"], &["ui", "cli"]);
    let engine = [
        "agent", "aws", "cost", "provider", "graph", "requests", "record", "plan", "apply", "verify",
        "coverage", "import", "health", "outputs", "reading", "access", "explain", "diagram", "export",
        "topology", "ui",
    ];
    may_not_name(&engine, &["engine", "sandbox"]);
    may_not_name(&["engine"], &["sandbox"]);
}

/// A command that did one of these itself would do it otherwise than what the tests play.
#[test]
fn what_is_done_is_done_by_the_engine() {
    let steps = [
        "Surveyor",
        "Keeper",
        "Accounts",
        "Connection",
        "enter_for(",
        "decide(",
        "observe_",
        "apply::apply",
        "Reading {",
        "verify::verify",
        "plan::measure",
    ];
    none_of(&["cli"], "commands ask the engine", |source| {
        steps.iter().any(|step| source.code.contains(step))
    });
    none_of(&["engine"], "the engine knows no arguments", |source| source.code.contains("clap"));
}

/// A command that asked would be one more place to touch for each form.
#[test]
fn commands_give_reports_and_ask_for_no_form() {
    // Where the flag is read, and commands with words of their own for forms.
    let may = [
        "answer/fault",
        "answer/presenter",
        "answer/unparsed",
        "args/arguments",
        "commands/access",
        "commands/explain",
        "commands/graph",
        "run",
        "session",
        "settings",
    ];
    none_of(&["cli"], "a command gives a report to its presenter", |source| {
        let name = source.path.strip_prefix("cli/").and_then(|path| path.strip_suffix(".rs"));
        let asks = ["Form::", ".form()", "is_for_people", "_json("];
        name.is_none_or(|name| !may.contains(&name)) && asks.iter().any(|ask| source.code.contains(ask))
    });
}

/// What else is known of a topology stands beside it: `Lifecycle`, `Discovered`, `Survey`.
#[test]
fn a_topology_is_made_in_its_own_module_and_never_changed() {
    let changes = ["mut topology", "mut Topology", "..topology.clone()", "topology.accounts.insert"];
    let bad: Vec<&str> = sources()
        .iter()
        .filter(|source| source.module() != "topology")
        .filter(|source| changes.iter().any(|change| source.code.contains(change)))
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(bad, [""; 0]);
}

/// Whoever builds a graph otherwise forgets what the record knows, or the rights that have to stay.
#[test]
fn plans_are_made_from_surveys_alone() {
    let with = |what: &str| -> Vec<&str> {
        let all = sources().iter().filter(|source| source.code.contains(what));
        all.map(|source| source.path.as_str()).collect()
    };
    assert_eq!(
        with("build(topology, "),
        ["access/collect.rs", "graph/construction/builder.rs", "plan/survey/surveyor.rs"]
    );
    assert_eq!(with("hold(graph, "), ["plan/survey/surveyor.rs"]);
}

#[test]
fn every_client_is_behind_the_fence_and_few_calls_need_no_leave() {
    let sources = sources();
    let with = |what: &str| -> Vec<&str> {
        let engine = sources.iter().filter(|source| source.module() != "sandbox");
        engine.filter(|source| source.code.contains(what)).map(|source| source.path.as_str()).collect()
    };
    assert_eq!(with("Client::from_conf"), ["aws/connect/clients.rs"]);
    assert_eq!(with("interceptor(Fence)"), ["aws/connect/clients.rs"]);
    none_of(&["aws", "provider"], "clients are made in aws/connect/clients.rs", |source| {
        source
            .code
            .split("aws_sdk_")
            .skip(1)
            .any(|rest| rest.split_once("::").is_some_and(|(_, rest)| rest.starts_with("Client::new(")))
    });
    let free = ["aws/reads/log_groups.rs", "aws/reads/versioned_object.rs", "permit.rs", "record/keeper.rs"];
    assert!(with("Permit::unlimited()").iter().all(|path| free.contains(path)), "who needs no leave");
}

/// The sandbox shares nothing with the engine but the rules of AWS, and what stands alone is built on nothing else.
#[test]
fn crates_are_built_on_what_is_below_them() {
    let mut known: Vec<&str> = Vec::new();
    for (folder, _, below) in CRATES {
        let manifest = root().join("crates").join(folder).join("Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let named = |line: &str| {
            Some(line.split(['.', ' ']).next()?.to_owned()).filter(|name| name.starts_with("logpipe"))
        };
        let built_on: Vec<String> =
            manifest.lines().skip_while(|line| *line != "[dependencies]").filter_map(named).collect();
        assert_eq!(built_on, below, "{folder}");
        assert!(
            below.iter().all(|name| known.contains(name)),
            "{folder} is listed below what it is built on"
        );
        known.push(folder);
    }
    let there = std::fs::read_dir(root().join("crates")).unwrap().count();
    assert_eq!(known.len(), there, "every crate is listed");
}

#[test]
fn only_the_console_prints() {
    let sources = sources();
    let ways = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "io::stdout", "io::stderr"];
    // Whether they are terminals may be asked, but within `ui` too only the console has the streams.
    let may = |source: &Source| {
        let writes = ["write!", "write_all", "write_fmt"].iter().any(|write| source.code.contains(write));
        match source.path.as_str() {
            "ui/terminal/console.rs" | "ui/terminal/stream.rs" => true,
            "ui/terminal/size.rs" => !writes,
            _ => false,
        }
    };
    let bad: Vec<&str> = sources
        .iter()
        .filter(|source| !may(source) && ways.iter().any(|way| source.code.contains(way)))
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(bad, [""; 0]);
}

/// Links, pipes, modes, temporary files and disks that fail are thought of in one place.
#[test]
fn only_the_file_module_opens_and_writes_files() {
    let calls = [
        "File::",
        "OpenOptions",
        "DirBuilder",
        "fs::write",
        "fs::read(",
        "fs::read_to_string",
        "fs::rename",
        "fs::copy",
        "fs::remove",
        "fs::create_dir",
        "fs::hard_link",
        "fs::set_permissions",
        "fs::soft_link",
    ];
    // The terminal is asked by its name in the file system.
    let is_the_terminal = |source: &Source| source.path == "ui/terminal/size.rs";
    let bad: Vec<&str> = sources()
        .iter()
        .filter(|source| !source.path.starts_with("machine/files/") && !is_the_terminal(source))
        .filter(|source| {
            let named = |call: &str| {
                source.code.match_indices(call).any(|(at, _)| {
                    // `DiskFile::` and `profiles::` are something else.
                    !source.code[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
                })
            };
            calls.iter().any(|call| named(call))
        })
        .map(|source| source.path.as_str())
        .collect();
    assert_eq!(bad, [""; 0]);
}

#[test]
fn lists_are_read_in_one_way() {
    none_of(&["aws", "provider", "verify", "reading", "plan"], "lists are read with `pages`", |source| {
        source.code.contains("into_paginator")
    });
    // Beside it, only `logs`, which continues with a page when its reader wants more.
    let tokens = ["set_next_token", "set_marker", "set_continuation_token", "set_exclusive_start_tag_key"];
    none_of(&["aws", "provider"], "lists are read with `pages`", |source| {
        let sets = tokens.iter().any(|token| source.code.contains(token));
        sets && !source.code.contains("pages(") && source.path != "aws/reads/log_events.rs"
    });
}

#[test]
fn every_client_tells_what_it_asks() {
    // What is not told is not judged.
    let code = |path: &str| &sources().iter().find(|source| source.path == path).unwrap().code;
    assert!(code("aws/connect/clients.rs").contains(".interceptor(Asking)"));
    none_of(
        &["aws", "provider", "plan", "verify", "cli"],
        "clients are made in aws/connect/clients.rs",
        |source| source.code.contains("Client::from_conf") && source.path != "aws/connect/clients.rs",
    );
}

#[test]
fn files_are_short_and_mod_files_only_list_what_is_there() {
    let sources = sources();
    for source in sources {
        assert!(source.lines <= LONGEST, "{} has {} lines", source.path, source.lines);
        let lists = !["mod.rs", "lib.rs"].iter().any(|name| source.path.ends_with(name))
            || !source.code.contains("fn ");
        assert!(lists, "{} has functions: they belong in a file of their own", source.path);
    }
}

#[test]
fn every_file_says_what_it_owns() {
    // The tests of a file, beside it, are about what that file owns.
    let crates = CRATES.map(|(folder, ..)| files(&root().join("crates").join(folder).join("src")));
    for path in files(&root().join("src"))
        .iter()
        .chain(crates.iter().flatten())
        .filter(|path| !path.ends_with("tests.rs"))
    {
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with("//! "), "{} has no module documentation", path.display());
    }
}

#[test]
fn every_test_file_is_compiled() {
    let folder = root().join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for path in files(&folder) {
        let inner = path.strip_prefix(&folder).unwrap();
        let name = inner.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = name.strip_suffix(".rs").unwrap_or(name);
        assert!(module == "main" || main.contains(&format!("mod {module};")), "{name} is not in main.rs");
    }
}

#[test]
fn every_kind_has_its_row() {
    let text = std::fs::read_to_string(root().join("docs/kinds.md")).unwrap();
    let built = text.split("## Built").nth(1).unwrap().split("## Planned").next().unwrap();
    for kind in KindName::ALL {
        assert!(built.contains(&format!("| `{kind}`")), "docs/kinds.md has no row for {kind}");
    }
}
