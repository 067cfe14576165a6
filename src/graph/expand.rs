//! The log groups of a source: exact names as they are, globs expanded over the log groups that exist.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::LogGroups;
use super::note::{Selection as Note, Unsubscribable};
use crate::topology::{LogGroupSelector, Source};

/// The class of the log groups that filters can be on.
pub(crate) const STANDARD: &str = "STANDARD";

/// One selected log group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selected {
    pub(crate) name: String,
    /// Named in full, not found by a glob.
    pub(crate) exact: bool,
}

/// What a source selects in one account and region.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) groups: Vec<Selected>,
    /// What the user should know about the choice.
    pub(crate) notes: Vec<Note>,
}

/// The part of a glob before its first special character: what a look-up can be narrowed to.
pub(crate) fn glob_prefix(glob: &str) -> &str {
    glob.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default()
}

/// Selects log groups. Exact names come first, then what globs find, in the order of names.
pub(crate) fn select(source: &Source, there: Option<&LogGroups>, own: &BTreeSet<String>) -> Selection {
    let excluded = globs(&source.exclude);
    let mut selection = Selection::default();
    let mut taken = BTreeSet::new();
    for selector in &source.log_groups {
        if let LogGroupSelector::Exact(name) = selector
            && taken.insert(name.clone())
        {
            selection.groups.push(Selected { name: name.clone(), exact: true });
        }
    }
    for selector in &source.log_groups {
        let LogGroupSelector::Glob(glob) = selector else { continue };
        let Some(there) = there else {
            selection.notes.push(Note::GlobUnread { glob: glob.clone() });
            continue;
        };
        let matcher = globs(std::slice::from_ref(glob));
        let mut found = 0;
        for (name, class) in
            there.iter().filter(|(name, _)| matcher.is_match(name) && !excluded.is_match(name))
        {
            if let Some(why) = unsubscribable(name, class, own) {
                let (glob, group) = (glob.clone(), name.clone());
                selection.notes.push(Note::LeftOut { glob, group, why });
                continue;
            }
            found += 1;
            if taken.insert(name.clone()) {
                selection.groups.push(Selected { name: name.clone(), exact: false });
            }
        }
        if found == 0 {
            selection.notes.push(Note::NothingMatches { glob: glob.clone() });
        }
    }
    selection
}

/// What a source of a whole account means in one account and region.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    /// The log groups that are taken out, those named without being there included.
    pub(crate) excluded: BTreeSet<String>,
    /// The log groups of today whose events are delivered.
    pub(crate) groups: Vec<String>,
    /// What the user should know about the choice.
    pub(crate) notes: Vec<Note>,
}

/// Parts the log groups of an account, and expands what is excluded: criteria of AWS know full names only.
pub(crate) fn whole(source: &Source, there: Option<&LogGroups>, own: &BTreeSet<String>) -> Whole {
    let mut whole = Whole { excluded: own.clone(), ..Whole::default() };
    for excluded in &source.exclude {
        if glob_prefix(excluded) == excluded {
            whole.excluded.insert(excluded.clone());
            continue;
        }
        let Some(there) = there else {
            whole.notes.push(Note::ExclusionUnread { glob: excluded.clone() });
            continue;
        };
        let matcher = globs(std::slice::from_ref(excluded));
        let today: Vec<&String> = there.keys().filter(|name| matcher.is_match(name)).collect();
        whole.notes.push(Note::ExcludedToday { glob: excluded.clone(), count: today.len() });
        whole.excluded.extend(today.into_iter().cloned());
    }
    let Some(there) = there else { return whole };
    let delivered = |(name, class): &(&String, &String)| {
        !whole.excluded.contains(*name) && unsubscribable(name, class, own).is_none()
    };
    whole.groups = there.iter().filter(delivered).map(|(name, _)| name.clone()).collect();
    if whole.groups.is_empty() {
        whole.notes.push(Note::NoLogGroup);
    }
    whole
}

/// Why a group that matches a glob is left out all the same.
fn unsubscribable(name: &str, class: &str, own: &BTreeSet<String>) -> Option<Unsubscribable> {
    if own.contains(name) {
        Some(Unsubscribable::OwnErrorLog)
    } else if class != STANDARD {
        Some(Unsubscribable::Class)
    } else if of_control_tower(name) {
        Some(Unsubscribable::ControlTower)
    } else {
        None
    }
}

/// Whether a log group is one of AWS Control Tower's, which takes away what others put on it.
pub(crate) fn of_control_tower(name: &str) -> bool {
    name.starts_with("aws-controltower")
}

/// The globs that a source selects by.
pub(crate) fn globs_of(source: &Source) -> GlobSet {
    let globs = source.log_groups.iter().filter_map(|selector| match selector {
        LogGroupSelector::Glob(glob) => Some(glob.clone()),
        LogGroupSelector::Exact(_) => None,
    });
    globs_in(globs)
}

/// Globs in which `*` crosses slashes; they were checked when the topology was loaded.
pub(crate) fn globs(patterns: &[String]) -> GlobSet {
    globs_in(patterns.iter().cloned())
}

fn globs_in(patterns: impl Iterator<Item = String>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.filter_map(|pattern| Glob::new(&pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{Filter, Scope};

    fn source(log_groups: &[&str], exclude: &[&str]) -> Source {
        let selector = |text: &&str| {
            let text = (*text).to_owned();
            if text.contains('*') { LogGroupSelector::Glob(text) } else { LogGroupSelector::Exact(text) }
        };
        Source {
            key: "app".parse().unwrap(),
            accounts: vec![],
            organization: false,
            regions: vec![],
            destination: "central".parse().unwrap(),
            scope: if log_groups.is_empty() { Scope::Account } else { Scope::LogGroups },
            log_groups: log_groups.iter().map(selector).collect(),
            exclude: exclude.iter().map(|text| (*text).to_owned()).collect(),
            create: false,
            retention_days: None,
            filter: Filter { name: "f".into(), pattern: String::new(), distribution: None },
            alarms: None,
        }
    }

    fn check(log_groups: &[&str], exclude: &[&str], expect: &[&str], notes: usize) {
        let there: LogGroups = [
            ("/app/a", "STANDARD"),
            ("/app/a/deep", "STANDARD"),
            ("/app/debug-1", "STANDARD"),
            ("/app/rare", "INFREQUENT_ACCESS"),
            ("/aws/kinesisfirehose/own", "STANDARD"),
        ]
        .into_iter()
        .map(|(name, class)| (name.to_owned(), class.to_owned()))
        .collect();
        let own = BTreeSet::from(["/aws/kinesisfirehose/own".to_owned()]);
        let selection = select(&source(log_groups, exclude), Some(&there), &own);
        let names: Vec<&str> = selection.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, expect);
        assert_eq!(selection.notes.len(), notes, "{:?}", selection.notes);
    }

    #[test]
    fn globs_cross_slashes_and_leave_out_what_takes_no_filter() {
        check(&["/app/*"], &["/app/debug*"], &["/app/a", "/app/a/deep"], 1);
        check(&["/app/a", "/app/*"], &[], &["/app/a", "/app/a/deep", "/app/debug-1"], 1);
        check(&["*"], &["/app/*"], &[], 2);
        check(&["/nothing/*"], &[], &[], 1);
        check(&["/exact"], &[], &["/exact"], 0);
    }

    #[test]
    fn a_whole_account_is_what_is_not_excluded() {
        let there: LogGroups = [
            ("/app", "STANDARD"),
            ("/app/debug", "STANDARD"),
            ("/rare", "INFREQUENT_ACCESS"),
            ("/own", "STANDARD"),
        ]
        .map(|(name, class)| (name.to_owned(), class.to_owned()))
        .into();
        let own = BTreeSet::from(["/own".to_owned()]);
        let source = source(&[], &["/app/*", "/not-yet"]);
        let names = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
        let today = whole(&source, Some(&there), &own);
        assert_eq!(
            (names(&today.excluded), today.groups),
            ("/app/debug /not-yet /own".to_owned(), vec!["/app".to_owned()])
        );
        assert_eq!(today.notes, [Note::ExcludedToday { glob: "/app/*".to_owned(), count: 1 }]);
        let offline = whole(&source, None, &own);
        assert_eq!((names(&offline.excluded), offline.groups.len()), ("/not-yet /own".to_owned(), 0));
        assert_eq!(offline.notes, [Note::ExclusionUnread { glob: "/app/*".to_owned() }]);
        let nothing = whole(&source, Some(&LogGroups::new()), &own);
        assert_eq!(nothing.notes.last(), Some(&Note::NoLogGroup));
    }

    #[test]
    fn the_prefix_of_a_glob_narrows_the_look_up() {
        assert_eq!(glob_prefix("/app/*"), "/app/");
        assert_eq!(glob_prefix("*"), "");
        assert_eq!(glob_prefix("/app/web"), "/app/web");
    }
}
