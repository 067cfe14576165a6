//! In which stacks of a set a resource is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::stack_set::Instance;
use crate::address::{AccountId, Region};

/// Most that `Fn::Or` takes (CloudFormation User Guide, "Condition functions").
const MOST_IN_OR: usize = 10;

/// The conditions of a template.
pub(super) struct Conditions<'a> {
    /// The accounts of each region.
    all: BTreeMap<&'a Region, BTreeSet<&'a AccountId>>,
    /// The account that stands for those that are not known.
    anybody: Option<&'a AccountId>,
    made: Vec<Value>,
}

impl<'a> Conditions<'a> {
    pub(super) fn of(all: &'a BTreeSet<Instance>, anybody: Option<&'a AccountId>) -> Self {
        Self { all: by_region(all), anybody, made: Vec::new() }
    }

    /// The name of the condition that holds in these stacks alone; none where it would hold in all of them.
    pub(super) fn condition(&mut self, instances: &BTreeSet<Instance>) -> Option<String> {
        let wanted = by_region(instances);
        if wanted == self.all {
            return None;
        }
        // Regions in which the same accounts have it go together.
        let accounts: BTreeMap<&Region, Option<Value>> =
            wanted.iter().map(|(region, accounts)| (*region, self.accounts(region, accounts))).collect();
        let mut alternatives: Vec<(Option<Value>, BTreeSet<&Region>)> = Vec::new();
        for (region, accounts) in accounts {
            match alternatives.iter_mut().find(|(other, _)| *other == accounts) {
                Some((_, regions)) => drop(regions.insert(region)),
                None => alternatives.push((accounts, BTreeSet::from([region]))),
            }
        }
        let of = |(accounts, regions): (Option<Value>, BTreeSet<&Region>)| {
            let all_regions = regions.len() == self.all.len();
            let place = (!all_regions)
                .then(|| any(regions.iter().map(|region| equals("AWS::Region", region.as_str())).collect()));
            match (place.flatten(), accounts) {
                (Some(place), Some(accounts)) => Some(json!({ "Fn::And": [place, accounts] })),
                (one, other) => one.or(other),
            }
        };
        let condition = any(alternatives.into_iter().filter_map(of).collect())?;
        let index = match self.made.iter().position(|made| *made == condition) {
            Some(index) => index,
            None => {
                self.made.push(condition);
                self.made.len() - 1
            }
        };
        Some(name(index))
    }

    /// That a stack is in one of these accounts; nothing where it always is.
    fn accounts(&self, region: &Region, wanted: &BTreeSet<&AccountId>) -> Option<Value> {
        let all = self.all.get(region)?;
        if wanted == all {
            return None;
        }
        let is = |account: &&AccountId| equals("AWS::AccountId", account.as_str());
        // What accounts get that nobody knows yet is said by naming those that do not get it.
        match self.anybody.is_some_and(|anybody| wanted.contains(anybody)) {
            true => Some(json!({ "Fn::Not": [any((all - wanted).iter().map(is).collect())?] })),
            false => any(wanted.iter().map(is).collect()),
        }
    }

    /// All of them.
    pub(super) fn written(self) -> Option<Value> {
        let named = self.made.into_iter().enumerate().map(|(index, condition)| (name(index), condition));
        let all: Map<String, Value> = named.collect();
        (!all.is_empty()).then_some(Value::Object(all))
    }
}

fn name(index: usize) -> String {
    format!("Has{}", index + 1)
}

fn by_region(instances: &BTreeSet<Instance>) -> BTreeMap<&Region, BTreeSet<&AccountId>> {
    let mut regions: BTreeMap<&Region, BTreeSet<&AccountId>> = BTreeMap::new();
    for (account, region) in instances {
        regions.entry(region).or_default().insert(account);
    }
    regions
}

fn equals(what: &str, text: &str) -> Value {
    json!({ "Fn::Equals": [{ "Ref": what }, text] })
}

/// That one of these holds, in as many levels as it takes.
fn any(mut conditions: Vec<Value>) -> Option<Value> {
    while conditions.len() > 1 {
        let level = conditions.chunks(MOST_IN_OR).map(|some| match some {
            [one] => one.clone(),
            several => json!({ "Fn::Or": several }),
        });
        conditions = level.collect();
    }
    conditions.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instances(of: &[(&str, &str)]) -> BTreeSet<Instance> {
        of.iter().map(|(account, region)| (account.parse().unwrap(), region.parse().unwrap())).collect()
    }

    const A: &str = "111111111111";
    const B: &str = "222222222222";
    const ANYBODY: &str = "000000000000";

    #[test]
    fn a_condition_says_in_which_stacks_something_is() {
        let all = instances(&[(A, "eu-west-1"), (A, "us-east-1"), (B, "eu-west-1"), (B, "us-east-1")]);
        let check = |of: &[(&str, &str)], expect: Option<Value>| {
            let mut conditions = Conditions::of(&all, None);
            let name = conditions.condition(&instances(of));
            assert_eq!(name.is_some(), expect.is_some());
            assert_eq!(conditions.written().map(|all| all["Has1"].clone()), expect);
        };
        check(&[(A, "eu-west-1"), (A, "us-east-1"), (B, "eu-west-1"), (B, "us-east-1")], None);
        check(&[(A, "eu-west-1"), (A, "us-east-1")], Some(equals("AWS::AccountId", A)));
        check(&[(A, "eu-west-1"), (B, "eu-west-1")], Some(equals("AWS::Region", "eu-west-1")));
        check(
            &[(A, "eu-west-1")],
            Some(json!({ "Fn::And": [equals("AWS::Region", "eu-west-1"), equals("AWS::AccountId", A)] })),
        );
    }

    #[test]
    fn accounts_that_nobody_knows_are_all_but_those_that_are_named() {
        let all = instances(&[(A, "eu-west-1"), (ANYBODY, "eu-west-1")]);
        let anybody = ANYBODY.parse().unwrap();
        let mut conditions = Conditions::of(&all, Some(&anybody));
        conditions.condition(&instances(&[(ANYBODY, "eu-west-1")])).unwrap();
        conditions.condition(&instances(&[(A, "eu-west-1")])).unwrap();
        let written = conditions.written().unwrap();
        assert_eq!(written["Has1"], json!({ "Fn::Not": [equals("AWS::AccountId", A)] }));
        assert_eq!(written["Has2"], equals("AWS::AccountId", A));
    }

    #[test]
    fn thousands_of_accounts_fit_into_one_condition() {
        let condition = any((0..2_000).map(|number| json!(number)).collect()).unwrap();
        fn widest(condition: &Value) -> usize {
            let parts = condition["Fn::Or"].as_array();
            parts.map_or(0, |parts| parts.iter().map(widest).max().unwrap().max(parts.len()))
        }
        assert_eq!(widest(&condition), MOST_IN_OR);
    }
}
