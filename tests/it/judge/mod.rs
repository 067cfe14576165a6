//! A second opinion on policy evaluation: random policies and requests of this domain, with logpipe's decisions, for a
//! program of others to decide again. `tests/judge/compare.mjs` compares; `docs/second-opinions.md` says how.

mod asking;
mod dice;
mod writing;

use std::io::Write;

use logpipe::policy::{Context, Decision, Policy, Principal, Request, authorize};
use serde_json::{Map, Value, json};

use asking::{Asking, Attached, derived};
use dice::Dice;
use writing::{Place, policy};

/// One request with all policies that decide about it.
struct Case {
    asking: Asking,
    identity: Vec<Value>,
    resource: Option<Value>,
}

impl Case {
    fn draw(dice: &mut Dice) -> Self {
        let asking = Asking::draw(dice);
        let attached = match asking.attached {
            Attached::Never => false,
            Attached::Sometimes => dice.percent(80),
            Attached::Always => true,
        };
        let place = if asking.trust { Place::Trust } else { Place::Resource };
        let resource = attached.then(|| policy(dice, &asking, place));
        let count = match asking.principal.account() {
            Some(_) => *dice.of(&[0, 1, 1, 1, 2]),
            None => 0,
        };
        let identity = (0..count).map(|_| policy(dice, &asking, Place::Identity)).collect();
        Self { asking, identity, resource }
    }

    fn decide(&self) -> Decision {
        let Asking { principal, action, resource, owner, keys, .. } = &self.asking;
        let parse = |document: &Value| {
            Policy::from_value(document).unwrap_or_else(|error| panic!("{error}: {document}"))
        };
        let identity: Vec<Policy> = self.identity.iter().map(parse).collect();
        let attached = self.resource.as_ref().map(parse);
        let context = context(keys);
        let request = Request { principal, action, resource, context: &context };
        authorize(&request, &owner.parse().unwrap(), &identity, attached.as_ref())
    }

    fn to_json(&self, number: usize) -> Value {
        let Asking { principal, action, resource, owner, keys, .. } = &self.asking;
        let decision = self.decide();
        let why = match &decision {
            Decision::Allow { statement } | Decision::ExplicitDeny { statement } => json!(statement),
            Decision::ImplicitDeny { because } | Decision::Unknown { because, .. } => json!(because),
        };
        let mut context = keys.clone();
        context.extend(derived(principal));
        json!({
            "case": number,
            "principal": who(principal),
            "action": action,
            "resource": resource,
            "account": owner,
            "context": context,
            "identity": self.identity,
            "attached": self.resource,
            "decision": decision.outcome(),
            "why": why,
        })
    }
}

/// The simulator is told every key, so nothing is unknown to logpipe either.
fn context(keys: &Map<String, Value>) -> Context {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    keys.iter().fold(Context::complete(), |context, (key, value)| match value {
        Value::Array(values) => context.with(key, values.iter().map(text).collect::<Vec<_>>()),
        one => context.with(key, text(one)),
    })
}

fn who(principal: &Principal) -> Value {
    match principal {
        Principal::Anonymous => json!({"type": "Anonymous"}),
        named => json!(named.to_string()),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told where and how much by .ci/run")]
fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn number(name: &str, usual: u64) -> u64 {
    told(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
#[ignore = "writes the cases for tests/judge/compare.mjs; see .ci/run"]
fn cases_for_the_judge() {
    let path = told("LOGPIPE_JUDGE_CASES").expect("LOGPIPE_JUDGE_CASES says where; .ci/run sets it");
    let mut dice = Dice::new(number("LOGPIPE_JUDGE_SEED", 1));
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    for case in 0..number("LOGPIPE_JUDGE_COUNT", 20_000) {
        let line = Case::draw(&mut dice).to_json(case as usize);
        writeln!(file, "{line}").unwrap();
    }
    file.flush().unwrap();
}
