//! Groups what is the same in several accounts and regions.
//!
//! Two items are alike if their data differ only in the account's id and name and in the region.

use std::collections::BTreeMap;

use serde::Serialize;

use super::wording;
use crate::address::{AccountId, AccountName, Address, Place};
use crate::plan::{Note, meaning};

/// The ids of accounts, as far as they are known.
pub type AccountIds = BTreeMap<AccountName, AccountId>;

/// This many names are listed; of more, the first few and the last one.
const MOST_NAMED: usize = 6;

/// Names listed of many.
const FIRST_NAMED: usize = 3;

/// Whose something is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) account: &'a AccountName,
    pub(super) id: Option<&'a AccountId>,
    /// Where it is, unless it is about the account as a whole.
    pub(super) place: Option<&'a Place>,
}

impl<'a> Owner<'a> {
    /// Whose the resource at this address is.
    pub(super) fn of(address: &'a Address, ids: &'a AccountIds) -> Self {
        Self { account: &address.account, id: ids.get(&address.account), place: Some(&address.place) }
    }

    /// The same, whichever of the CloudWatch Logs destinations of one destination it sends to.
    pub(super) fn general_by_way_of(&self, said: &impl Serialize, entrances: &Entrances<'_>) -> String {
        entrances.general(self.general(said))
    }

    /// What is said, without whose it is: equal for what is alike.
    pub(super) fn general(&self, said: &impl Serialize) -> String {
        let mut text = serde_json::to_string(said).unwrap_or_default();
        // Addresses first: an account may be called as a part of something else.
        let account = self.account.as_str();
        if let Some(place) = self.place {
            text = text.replace(&format!("{account}/{place}"), "\0/\0");
        }
        text = text.replace(&format!("{account}/global/"), "\0/global/");
        if let Some(id) = self.id {
            text = text.replace(id.as_str(), "\0");
        }
        match self.place.and_then(Place::region) {
            Some(region) => text.replace(region.as_str(), "\0region"),
            None => text,
        }
    }
}

/// The CloudWatch Logs destinations that senders of one destination are spread over.
#[derive(Debug, Default)]
pub(super) struct Entrances<'a>(Vec<&'a [String]>);

impl<'a> Entrances<'a> {
    /// Those that a plan tells of.
    pub(super) fn of(notes: &'a [Note]) -> Self {
        let spread = notes.iter().filter_map(|note| match note {
            Note::Meaning(meaning::Note::Sharded { entrances, .. }) => Some(entrances.as_slice()),
            _ => None,
        });
        Self(spread.collect())
    }

    /// Whether all senders send to the same ones.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A JSON text with the first of them for all.
    fn general(&self, mut text: String) -> String {
        for (first, others) in self.0.iter().filter_map(|entrances| entrances.split_first()) {
            for other in others {
                // The ARN ends a text, or a text within a policy document.
                for end in ["\"", "\\"] {
                    text = text.replace(
                        &format!(":destination:{other}{end}"),
                        &format!(":destination:{first}{end}"),
                    );
                }
            }
        }
        text
    }
}

/// Items with equal keys together, in the order of the first of each.
pub(super) fn together<T>(items: impl IntoIterator<Item = T>, key: impl Fn(&T) -> String) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for item in items {
        let next = groups.len();
        let group = *known.entry(key(&item)).or_insert(next);
        if group == next {
            groups.push(vec![item]);
        } else {
            groups[group].push(item);
        }
    }
    groups
}

/// `the same in 39 more accounts: team-02, team-03, team-04 … team-40`, of what is told of the first owner. All names are
/// listed where `all` says so. `None` when there are no others.
pub(super) fn elsewhere<'a>(
    first: Owner<'a>,
    others: impl IntoIterator<Item = Owner<'a>>,
    all: bool,
) -> Option<String> {
    let others: Vec<Owner<'_>> = others.into_iter().collect();
    let number = others.len();
    let (noun, names): (&str, Vec<String>) = if others.iter().all(|owner| owner.place == first.place) {
        ("account", others.iter().map(|owner| owner.account.to_string()).collect())
    } else if others.iter().all(|owner| owner.account == first.account) {
        ("region", others.iter().filter_map(|owner| Some(owner.place?.to_string())).collect())
    } else {
        let name = |owner: &Owner<'_>| match owner.place {
            Some(place) => format!("{}/{place}", owner.account),
            None => owner.account.to_string(),
        };
        ("place", others.iter().map(name).collect())
    };
    let plural = if number == 1 { "" } else { "s" };
    (number > 0).then(|| format!("the same in {number} more {noun}{plural}: {}", listed(&names, all)))
}

/// Notes, with those that are alike grouped: one of them, and where else it applies. Each stands by itself if `each`
/// says so, and so does a note that is about no place in these accounts.
pub(super) fn notes(notes: &[Note], ids: &AccountIds, each: bool) -> Vec<(String, Option<String>)> {
    let placed: Vec<(String, Option<(&AccountName, Place)>)> = notes
        .iter()
        .map(|note| {
            let known = note.places().into_iter().find(|(account, _)| ids.contains_key(account));
            (wording::note(note), known)
        })
        .collect();
    let alike = together(&placed, |(said, place)| match place {
        Some((account, place)) if !each => {
            Owner { account, id: ids.get(*account), place: Some(place) }.general(said)
        }
        _ => said.clone(),
    });
    let told = alike.iter().filter_map(|alike| {
        let (first, _) = alike.first()?;
        let places = alike.iter().filter_map(|(_, place)| place.as_ref());
        let mut owners =
            places.map(|(account, place)| Owner { account, id: ids.get(*account), place: Some(place) });
        let same = owners.next().and_then(|first| elsewhere(first, owners, false));
        Some((first.clone(), same))
    });
    told.collect()
}

/// Addresses a line each, with those that are alike behind the first of them; each by itself if `each` says so.
pub(super) fn addresses<'a>(
    addresses: impl IntoIterator<Item = &'a Address>,
    ids: &'a AccountIds,
    each: bool,
) -> Vec<String> {
    let owner = |address: &'a Address| Owner::of(address, ids);
    let key = |address: &&'a Address| match each {
        true => address.to_string(),
        false => owner(address).general(&(address.kind, &address.name)),
    };
    let groups = together(addresses, key);
    let line = |alike: &Vec<&'a Address>| {
        let (first, others) = alike.split_first()?;
        let same = elsewhere(owner(first), others.iter().map(|address| owner(address)), true);
        Some(std::iter::once(first.to_string()).chain(same.map(|same| format!("    {same}"))).collect())
    };
    groups.iter().filter_map(line).flat_map(|lines: Vec<String>| lines).collect()
}

fn listed(names: &[String], all: bool) -> String {
    match names {
        [first @ .., last] if !all && names.len() > MOST_NAMED => {
            format!("{} … {last}", first[..FIRST_NAMED].join(", "))
        }
        names => names.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(number: usize) -> Vec<(AccountName, AccountId, Place)> {
        let one = |number: usize| {
            let name = format!("team-{number:02}").parse().unwrap();
            (name, format!("{:012}", 100 + number).parse().unwrap(), Place::Global)
        };
        (1..=number).map(one).collect()
    }

    fn owners(names: &[(AccountName, AccountId, Place)]) -> Vec<Owner<'_>> {
        let owner = |(account, id, place)| Owner { account, id: Some(id), place: Some(place) };
        names.iter().map(|names| owner((&names.0, &names.1, &names.2))).collect()
    }

    #[test]
    fn what_differs_only_in_whose_it_is_is_alike() {
        let names = names(2);
        let owners = owners(&names);
        let said = |owner: &Owner<'_>, more: &str| {
            let (account, id) = (owner.account, owner.id.unwrap());
            owner
                .general(&(format!("{account}/global/iam_role.x"), format!("arn:aws:iam::{id}:role/x{more}")))
        };
        assert_eq!(said(&owners[0], ""), said(&owners[1], ""));
        assert_ne!(said(&owners[0], ""), said(&owners[1], "-2"));
        let regions = ["eu-west-1", "us-east-1"].map(|region| Place::try_from(region.to_owned()).unwrap());
        let said = |place: &Place| {
            let owner = Owner { place: Some(place), ..owners[0] };
            owner.general(&format!("arn:aws:logs:{place}:x"))
        };
        assert_eq!(said(&regions[0]), said(&regions[1]));
    }

    #[test]
    fn what_is_spread_over_destinations_is_alike() {
        let note = |entrances: [&str; 3]| {
            Note::Meaning(meaning::Note::Sharded {
                destination: "central".parse().unwrap(),
                senders: 170,
                entrances: entrances.map(str::to_owned).to_vec(),
                streams: 1,
            })
        };
        let notes = [note(["logs", "logs-2", "logs-12"])];
        let entrances = Entrances::of(&notes);
        let names = names(1);
        let said = |name: &str| {
            let arn = format!("arn:aws:logs:eu-west-1:999999999999:destination:{name}");
            let document = format!("{{\"DestinationArn\":\"{arn}\"}}");
            owners(&names)[0].general_by_way_of(&(arn, document), &entrances)
        };
        assert_eq!(said("logs"), said("logs-2"));
        assert_eq!(said("logs"), said("logs-12"));
        assert_ne!(said("logs"), said("logs-3"), "which is another destination");
        assert_ne!(said("logs"), said("logs-2-x"));
    }

    #[test]
    fn a_name_that_is_a_part_of_something_else_stays() {
        let account = "web".parse().unwrap();
        let owner = Owner { account: &account, id: None, place: None };
        assert_eq!(owner.general(&"/app/web/global.log"), "\"/app/web/global.log\"");
    }

    #[test]
    fn others_are_counted_and_named() {
        let check = |number: usize, all: bool, expect: Option<&str>| {
            let names = names(number);
            let owners = owners(&names);
            assert_eq!(elsewhere(owners[0], owners[1..].iter().copied(), all).as_deref(), expect);
        };
        check(1, false, None);
        check(2, false, Some("the same in 1 more account: team-02"));
        check(40, false, Some("the same in 39 more accounts: team-02, team-03, team-04 … team-40"));
        check(
            9,
            true,
            Some(
                "the same in 8 more accounts: team-02, team-03, team-04, team-05, team-06, team-07, team-08, team-09",
            ),
        );
        let names = names(2);
        let owners = owners(&names);
        let tokyo = Place::try_from("ap-northeast-1".to_owned()).unwrap();
        let elsewhere_in = |others: Vec<Owner<'_>>| elsewhere(owners[0], others, false).unwrap();
        assert_eq!(
            elsewhere_in(vec![Owner { place: Some(&tokyo), ..owners[0] }]),
            "the same in 1 more region: ap-northeast-1"
        );
        assert_eq!(
            elsewhere_in(vec![owners[1], Owner { place: Some(&tokyo), ..owners[1] }]),
            "the same in 2 more places: team-02/global, team-02/ap-northeast-1"
        );
    }

    #[test]
    fn notes_about_several_places_are_told_once() {
        let ids: AccountIds = names(3).into_iter().map(|(account, id, _)| (account, id)).collect();
        let note = |account: &str| {
            Note::Meaning(meaning::Note::Selection {
                source: "web".parse().unwrap(),
                account: account.parse().unwrap(),
                region: "eu-west-1".parse().unwrap(),
                what: meaning::Selection::NothingMatches { glob: "/x*".to_owned() },
            })
        };
        let all = [note("team-01"), Note::Offline, note("team-02"), note("team-03")];
        let told = notes(&all, &ids, false);
        let same = Some("the same in 2 more accounts: team-02, team-03".to_owned());
        assert_eq!(told, [(wording::note(&all[0]), same), (wording::note(&Note::Offline), None)]);
        assert_eq!(notes(&all, &ids, true).len(), 4);
    }

    #[test]
    fn groups_keep_the_order_of_their_first() {
        let groups = together(["a1", "b1", "a2", "c1", "b2"], |item| item[..1].to_owned());
        assert_eq!(groups, [vec!["a1", "a2"], vec!["b1", "b2"], vec!["c1"]]);
    }
}
