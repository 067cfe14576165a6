//! The rights that `logpipe access` computes suffice, which every flow of every other test shows, and none of them is
//! too much: without any one of them something goes wrong. What that is stands in docs/permissions.md.
//!
//! `LOGPIPE_UPDATE_GOLDEN=1 cargo test --test it -- minimal::` finds it out again and writes the table.

mod cases;
mod flows;
mod machines;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use logpipe::access::{Command, Deployment, Wanted};
use logpipe::record::Record;
use logpipe::topology::parse;
use serde_json::Value;

use cases::{CASES, Case};
use table::{Row, updating};

/// An action in a statement of the policies of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Right {
    account: String,
    sid: String,
    action: String,
}

/// What the roles of a topology are given.
fn rights(case: &Case, wanted: &Wanted, record: &Record) -> BTreeSet<Right> {
    let topology = parse("topology.yaml", case.topology).unwrap();
    let needs = Deployment::of(&topology, record).with_possible_members().needs(wanted).needs;
    let mut rights = BTreeSet::new();
    for need in needs.iter().filter(|need| !need.holder.is_member()) {
        // Whoever starts may do everything in the sandbox, and cannot get in anywhere without this one right.
        let Some(account) = need.holder.account() else { continue };
        for statement in
            need.policies.iter().flat_map(|policy| policy.document["Statement"].as_array().unwrap())
        {
            for action in several(&statement["Action"]) {
                let (sid, action) = (statement["Sid"].as_str().unwrap().to_owned(), action.to_owned());
                rights.insert(Right { account: account.to_string(), sid, action });
            }
        }
    }
    rights
}

fn several(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(
        || value.as_str().into_iter().collect(),
        |all| all.iter().filter_map(Value::as_str).collect(),
    )
}

/// The rights of each case; of the later ones only those that no earlier one has in an account of that name.
fn to_prove() -> Vec<(&'static Case, Right)> {
    let mut known = BTreeSet::new();
    let mut open = Vec::new();
    for case in &CASES {
        for right in rights(case, &Wanted::everything(), &Record::default()) {
            let kind = (case.name_of(&right.account), right.action.clone(), right.sid.clone());
            if known.insert(kind) {
                open.push((case, right));
            }
        }
    }
    open
}

/// Actions that stand in for each other: where one may not be called, the other is.
const STAND_INS: [&str; 2] = ["logs:DescribeLogGroups", "logs:ListLogGroups"];

/// A right, and those that would stand in for it.
fn without(case: &Case, right: &Right) -> BTreeSet<Right> {
    let mut without = BTreeSet::from([right.clone()]);
    if STAND_INS.contains(&right.action.as_str()) {
        let all = rights(case, &Wanted::everything(), &Record::default());
        let stands_in =
            |other: &Right| other.account == right.account && STAND_INS.contains(&other.action.as_str());
        without.extend(all.into_iter().filter(stands_in));
    }
    without
}

/// The first flow that goes wrong without a right.
fn needed_by(case: &Case, right: &Right) -> Option<&'static str> {
    let without = without(case, right);
    case.flows.iter().find(|flow| !flow.works(case, &without)).map(|flow| flow.name)
}

/// Does it for all of them, on as many threads as there are processors.
fn each<T: Sync, R: Send + Ord>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(item);
                    done.lock().unwrap().push(result);
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort();
    done
}

#[test]
fn with_all_rights_everything_works() {
    let all: Vec<(&Case, &flows::Flow)> =
        CASES.iter().flat_map(|case| case.flows.iter().map(move |flow| (case, flow))).collect();
    let broken = each(&all, |(case, flow)| (!flow.works(case, [])).then_some((case.name, flow.name)));
    assert_eq!(broken.into_iter().flatten().collect::<Vec<_>>(), []);
}

/// Whether an action is among these rights, by whichever statement: what one allows for several purposes is said once.
fn is_in(right: &Right, rights: &BTreeSet<Right>) -> bool {
    rights.iter().any(|other| (&other.account, &other.action) == (&right.account, &right.action))
}

#[test]
fn with_the_rights_of_its_command_alone_each_flow_works() {
    let all = |case: &'static Case| case.flows.iter().map(move |flow| (case, flow));
    let broken = each(&CASES.iter().flat_map(all).collect::<Vec<_>>(), |(case, flow)| {
        let tighten = flow.name == "apply --tighten";
        let wanted = Wanted { commands: [flow.of].into(), tighten, delete_data: flow.of == Command::Destroy };
        let record = flow.record(case);
        let (own, all) = (rights(case, &wanted, &record), rights(case, &Wanted::everything(), &record));
        let others = all.iter().filter(|right| !is_in(right, &own));
        (!flow.works(case, others)).then_some((case.name, flow.name))
    });
    assert_eq!(broken.into_iter().flatten().collect::<Vec<_>>(), []);
}

#[test]
fn without_any_right_the_flow_goes_wrong_that_the_docs_name() {
    let open = to_prove();
    if updating() {
        let rows =
            each(&open, |(case, right)| Row::of(case, right, needed_by(case, right).unwrap_or("NOTHING")));
        table::write(&rows);
    }
    let rows = table::read();
    let expected: BTreeMap<Row, (&Case, &Right)> =
        open.iter().map(|(case, right)| (Row::of(case, right, ""), (*case, right))).collect();
    let named: BTreeSet<Row> = rows.iter().map(Row::without_flow).collect();
    assert_eq!(
        named,
        expected.keys().cloned().collect(),
        "LOGPIPE_UPDATE_GOLDEN=1 writes the table of docs/permissions.md anew"
    );
    let spare = each(&rows, |row| {
        let (case, right) = expected[&row.without_flow()];
        let flow = case.flows.iter().find(|flow| flow.name == row.flow);
        flow.is_none_or(|flow| flow.works(case, &without(case, right))).then(|| row.clone())
    });
    assert_eq!(spare.into_iter().flatten().collect::<Vec<_>>(), [], "nothing goes wrong without these");
}
