//! ListLogGroups: names and classes, many on a page, by several patterns at once.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::json::{present, read};
use crate::state::site::Site;
use crate::state::world::World;

use super::pages::PageRequest;
use super::state::group_arn;
use super::{groups, rules};

/// The most that a page holds (CloudWatch Logs API Reference, ListLogGroups, `limit`).
const PAGE: usize = 1_000;

/// The members that narrow the list further and are not simulated.
const OTHERS: [&str; 4] = ["accountIdentifiers", "dataSources", "fieldIndexNames", "logGroupTags"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListLogGroups {
    log_group_name_pattern: Option<String>,
    log_group_class: Option<String>,
    #[serde(default)]
    include_linked_accounts: bool,
    #[serde(flatten)]
    page: PageRequest,
}

/// ListLogGroups.
pub(super) fn list(world: &mut World, call: &Call, input: &Value) -> Result<Value, Fault> {
    let other = OTHERS.into_iter().find(|name| !input[*name].is_null());
    let input: ListLogGroups = read(input)?;
    if let Some(other) = other.or(input.include_linked_accounts.then_some("includeLinkedAccounts")) {
        return Err(Fault::not_simulated("ListLogGroups with", other));
    }
    let pattern = input.log_group_name_pattern.as_deref().map(Pattern::new).transpose()?;
    if let Some(class) = &input.log_group_class {
        groups::check_class(class)?;
    }
    let site = Site::of(call);
    let cut = world.rng.cut();
    let groups = world.logs_mut(&site).groups.iter();
    let selected = groups.filter(|(name, group)| {
        pattern.as_ref().is_none_or(|pattern| pattern.matches(name))
            && input.log_group_class.as_deref().is_none_or(|class| class == group.class)
    });
    let page = input.page.of_most(PAGE, cut, selected)?;
    let shown = page.items.into_iter().map(|(name, group)| {
        json!({
            "logGroupName": name,
            "logGroupArn": group_arn(&site, name),
            "logGroupClass": group.class,
        })
    });
    Ok(present(json!({ "logGroups": shown.collect::<Vec<_>>(), "nextToken": page.next_token })))
}

/// Up to five texts, each of which a name has in it, or begins with after a `^` (CloudWatch Logs API Reference,
/// ListLogGroups, `logGroupNamePattern`). It is a regular expression, in which a point is any character.
struct Pattern<'a>(Vec<&'a str>);

impl<'a> Pattern<'a> {
    fn new(text: &'a str) -> Result<Self, Fault> {
        let broken = |rule: &str| Err(rules::broken(text, "logGroupNamePattern", rule));
        if text.len() < 3 {
            return broken("have length greater than or equal to 3");
        }
        if text.len() > 129 {
            return broken("have length less than or equal to 129");
        }
        let alternatives: Vec<&str> = text.split('|').collect();
        let fits = |alternative: &&str| {
            let characters = alternative.strip_prefix('^').unwrap_or(alternative);
            (3..=24).contains(&characters.len()) && characters.bytes().all(rules::is_of_group_names)
        };
        if alternatives.len() > 5 || !alternatives.iter().all(fits) {
            return broken(
                "satisfy regular expression pattern: (\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24})(\\|\\^?[\\.\\-_\\/#A-Za-z0-9]{3,24}){0,4}",
            );
        }
        Ok(Self(alternatives))
    }

    fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|alternative| match alternative.strip_prefix('^') {
            Some(start) => name.len() >= start.len() && alike(start, &name.as_bytes()[..start.len()]),
            None => name.as_bytes().windows(alternative.len()).any(|part| alike(alternative, part)),
        })
    }
}

fn alike(text: &str, part: &[u8]) -> bool {
    text.bytes().zip(part).all(|(wanted, there)| wanted == b'.' || wanted == *there)
}
