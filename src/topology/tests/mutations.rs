//! What the loader takes, the schema takes; and what it refuses and the schema takes is of the kinds that no schema says.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schema::the_schema;
use super::{FULL, VALID, parse};

/// What only the loader can tell, with the messages that tell it. A message of no kind is one that the schema should have
/// refused too.
const BEYOND_A_SCHEMA: [(&str, &[&str]); 11] = [
    (
        "references to other parts of the topology",
        &[
            "unknown account `",
            "unknown destination `",
            "` is excluded",
            "` is a role that this topology makes",
            "the record is in the bucket that",
            "` is the error log of the stream",
            "the role does not have the principal tag `",
            "no way into ",
            "with `partition_by`",
        ],
    ),
    (
        "what may exist only once",
        &[
            "` has the same id as `",
            "` is given twice",
            " are called `",
            "two sources put a filter `",
            " both need the account policy",
            "two agents associate",
            "` gets another profile",
            "another `",
            "duplicate key `",
            " of the topology",
        ],
    ),
    ("what two places set", &["` is `INFREQUENT_ACCESS`", "` keeps events for "]),
    (
        "the partition, region and account of an ARN",
        &[
            "` is in the partition `",
            "the role is in ",
            "the policy is in ",
            "the key is in the ",
            "the topic is in the ",
            " topic is in the region `",
            "the resource is in the ",
            "unknown region `",
            "` cannot be a bucket name in the account-regional",
        ],
    ),
    ("names that follow from others", &["the derived "]),
    ("what is counted together", &[" policies for ", " tags", " sources put filters ", " characters"]),
    (
        "what comes after what",
        &[
            "and the stream buffers for ",
            " days and ",
            "objects are deleted after",
            " in one transition and ",
        ],
    ),
    (
        "grammars",
        &[
            "` is not a filter pattern",
            "` is not a log group name or glob",
            "` is not a valid regular expression",
            "` is not a placeholder of the agent",
            "the bucket `",
            "`prefix` cannot be `",
            "`error_prefix` cannot be `",
        ],
    ),
    ("ARNs and names of a policy", &["the policy has the invalid ", "the policy has an invalid "]),
    ("values of variables", &["the default of `", "the value `"]),
    ("files", &["` cannot be included", "the policy file `", "the policy in `"]),
];

/// The kind of what only the loader can tell, by what it says.
pub(super) fn beyond(message: &str) -> Option<&'static str> {
    let of = |(_, messages): &&(&'static str, &[&str])| messages.iter().any(|part| message.contains(part));
    BEYOND_A_SCHEMA.iter().find(of).map(|(kind, _)| *kind)
}

/// How many of the mutations are tried, beside a quarter as many pairs of them.
const TRIED: usize = 2_000;

/// The shipped topologies, and those of the tests.
fn corpus() -> Vec<Value> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("topologies");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let shipped = paths.iter().map(|path| std::fs::read_to_string(path).unwrap());
    let texts = [FULL.to_owned(), VALID.to_owned()].into_iter().chain(shipped);
    texts.map(|text| serde_yaml::from_str(&text).unwrap()).collect()
}

/// One step of a path into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Item(usize),
}

/// What is done at the end of a path.
#[derive(Debug, Clone)]
enum Change {
    Remove,
    Replace(Value),
    Insert(String, Value),
    Rename(String),
    Push(Value),
}

#[derive(Debug, Clone)]
struct Mutation {
    path: Vec<Step>,
    change: Change,
}

/// Values that are right somewhere and wrong elsewhere.
fn values() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1),
        json!(29),
        json!(63),
        json!(99_999),
        json!(1.5),
        json!(5_000_000_000_u64),
        json!(""),
        json!("a"),
        json!("x y"),
        json!("a/b"),
        json!("a:b*"),
        json!("é"),
        json!("€"),
        json!("organization"),
        json!("app"),
        json!("999999999999"),
        json!("us-east-1"),
        json!("s3://bucket/key"),
        json!("i-0134c94a"),
        json!("arn:aws:iam::111111111111:role/x"),
        json!("arn:aws:iam::111111111111:policy/x"),
        json!("!{timestamp:yyyy}/"),
        json!("!{firehose:error-output-type}"),
        json!("{timestamp_format}"),
        json!("[a"),
        json!("a".repeat(600)),
        json!([]),
        json!([[]]),
        json!({}),
        json!({ "a": "b" }),
    ]
}

/// Other texts that almost are the text.
fn slips(text: &str) -> Vec<Value> {
    let ends = [" ", "*", ":", "/", "-", ".", "_", "é", "€", "}", "x", "-an", "[", "%"];
    let mut all: Vec<String> =
        ends.iter().flat_map(|end| [format!("{text}{end}"), format!("{end}{text}")]).collect();
    all.extend([text.to_uppercase(), text.to_lowercase(), text.repeat(8), text.chars().skip(1).collect()]);
    all.push(text.chars().take(text.chars().count().saturating_sub(1)).collect());
    all.into_iter().map(Value::from).collect()
}

/// Every entry of every map of the corpus, by its key.
fn entries(value: &Value, into: &mut BTreeMap<String, Vec<Value>>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let known = into.entry(key.clone()).or_default();
                if !known.contains(value) {
                    known.push(value.clone());
                }
                entries(value, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| entries(item, into)),
        _ => {}
    }
}

/// Every mutation of a value.
fn mutations(value: &Value, pool: &BTreeMap<String, Vec<Value>>) -> Vec<Mutation> {
    let mut all = Vec::new();
    walk(value, &mut Vec::new(), pool, &mut all);
    all
}

fn walk(value: &Value, path: &mut Vec<Step>, pool: &BTreeMap<String, Vec<Value>>, all: &mut Vec<Mutation>) {
    let mut add = |change: Change| all.push(Mutation { path: path.clone(), change });
    if !path.is_empty() {
        add(Change::Remove);
    }
    values().into_iter().filter(|other| other != value).for_each(|other| add(Change::Replace(other)));
    match value {
        Value::String(text) => slips(text).into_iter().for_each(|slip| add(Change::Replace(slip))),
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or_default();
            for near in [number - 1, number + 1, number * 2, number * 10] {
                add(Change::Replace(near.into()));
            }
        }
        Value::Array(items) => {
            items.first().into_iter().for_each(|first| add(Change::Push(first.clone())));
            values().into_iter().for_each(|other| add(Change::Push(other)));
        }
        Value::Object(_) => {
            for (key, values) in pool {
                add(Change::Insert(key.clone(), values[key.len() % values.len()].clone()));
            }
        }
        _ => {}
    }
    if let Some(Step::Key(key)) = path.last() {
        let near = [format!("{key}x"), key.to_uppercase(), format!("aws:{key}"), "organization".to_owned()];
        near.into_iter()
            .for_each(|key| all.push(Mutation { path: path.clone(), change: Change::Rename(key) }));
    }
    let below: Vec<(Step, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(at, item)| (Step::Item(at), item)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in below {
        path.push(step);
        walk(value, path, pool, all);
        path.pop();
    }
}

/// What a path leads to.
fn at<'v>(value: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(at) => value.get_mut(at),
    })
}

impl Mutation {
    /// The value with the change made, if its place is still there.
    fn of(&self, value: &Value) -> Option<Value> {
        let mut whole = value.clone();
        match (&self.change, self.path.split_last()) {
            (Change::Replace(new), _) => *at(&mut whole, &self.path)? = new.clone(),
            (Change::Push(item), _) => at(&mut whole, &self.path)?.as_array_mut()?.push(item.clone()),
            (Change::Insert(key, new), _) => {
                at(&mut whole, &self.path)?.as_object_mut()?.insert(key.clone(), new.clone());
            }
            (Change::Remove, Some((Step::Key(key), path))) => {
                at(&mut whole, path)?.as_object_mut()?.shift_remove(key)?;
            }
            (Change::Remove, Some((Step::Item(item), path))) => {
                let list = at(&mut whole, path)?.as_array_mut()?;
                (*item < list.len()).then(|| list.remove(*item))?;
            }
            (Change::Rename(new), Some((Step::Key(key), path))) => {
                let map = at(&mut whole, path)?.as_object_mut()?;
                let renamed = |(old, value): (&String, &Value)| {
                    (if old == key { new.clone() } else { old.clone() }, value.clone())
                };
                *map = map.iter().map(renamed).collect::<Map<_, _>>();
            }
            (Change::Remove | Change::Rename(_), _) => return None,
        }
        Some(whole)
    }
}

/// What loader and schema said of many values.
#[derive(Default)]
struct Judged {
    tried: usize,
    taken: usize,
    /// By their kinds, what the loader alone refused.
    beyond: BTreeMap<&'static str, usize>,
    /// What should not be.
    wrong: Vec<String>,
}

impl Judged {
    /// JSON is YAML, as far as topologies go.
    fn judge(&mut self, value: &Value, what: &str) {
        let text = value.to_string();
        let problems = parse("t.yaml", &text).err().map(|invalid| invalid.problems().to_vec());
        let problems = problems.unwrap_or_default();
        self.tried += 1;
        match (problems.is_empty(), the_schema().is_valid(value)) {
            (true, true) => self.taken += 1,
            (true, false) => self.wrong.push(format!("{what}: the loader takes what the schema refuses")),
            (false, false) => {}
            (false, true) => {
                for problem in problems {
                    match beyond(problem.message()) {
                        Some(kind) => *self.beyond.entry(kind).or_default() += 1,
                        None => {
                            self.wrong.push(format!("{what}: the schema takes it, the loader: {problem}"));
                        }
                    }
                }
            }
        }
    }

    #[track_caller]
    fn settle(self) {
        println!(
            "{} tried, {} taken by both, by the schema alone: {:#?}",
            self.tried, self.taken, self.beyond
        );
        assert!(self.taken > self.tried / 50, "hardly anything is valid");
        let shown = self.wrong.iter().take(200).cloned().collect::<Vec<_>>();
        assert!(self.wrong.is_empty(), "{} of {}:\n{}", self.wrong.len(), self.tried, shown.join("\n"));
    }
}

/// A part of the mutations of the corpus, drawn with a seed.
fn judged(seed: u64, singles: usize, pairs: usize) -> Judged {
    let corpus = corpus();
    let mut pool = BTreeMap::new();
    corpus.iter().for_each(|value| entries(value, &mut pool));
    let all: Vec<(usize, Mutation)> = corpus
        .iter()
        .enumerate()
        .flat_map(|(of, value)| mutations(value, &pool).into_iter().map(move |mutation| (of, mutation)))
        .collect();
    let mut dice = fastrand::Rng::with_seed(seed);
    let mut judged = Judged::default();
    let chosen: Vec<usize> = (0..singles).map(|_| dice.usize(..all.len())).collect();
    for (of, mutation) in chosen.into_iter().map(|at| &all[at]) {
        if let Some(value) = mutation.of(&corpus[*of]) {
            judged.judge(&value, &format!("{of} {mutation:?}"));
        }
    }
    for _ in 0..pairs {
        let (of, first) = &all[dice.usize(..all.len())];
        let same: Vec<&Mutation> = std::iter::repeat_with(|| &all[dice.usize(..all.len())])
            .take(64)
            .filter(|(other, _)| other == of)
            .map(|(_, mutation)| mutation)
            .take(1)
            .collect();
        let Some(second) = same.first() else { continue };
        if let Some(value) = first.of(&corpus[*of]).and_then(|value| second.of(&value)) {
            judged.judge(&value, &format!("{of} {first:?} and {second:?}"));
        }
    }
    judged
}

#[test]
fn loader_and_schema_agree_on_what_a_schema_can_say() {
    judged(1, TRIED, TRIED / 4).settle();
}
