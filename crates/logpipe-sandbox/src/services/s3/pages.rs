//! Pages of keys: prefixes, delimiters and where the next page starts. Pure.

/// What to list.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// Only keys with this prefix.
    pub(crate) prefix: &'a str,
    /// Roll keys up at this text after the prefix; empty for not at all.
    pub(crate) delimiter: &'a str,
    /// Only keys, and rolled-up prefixes, after this.
    pub(crate) after: &'a str,
    /// What is given of the key `after` itself still counts: the page before ended between its versions.
    pub(crate) within: bool,
    /// At most this many keys and prefixes.
    pub(crate) limit: usize,
}

impl<'a> Wanted<'a> {
    /// No key before this one can be on the page.
    pub(crate) fn start(self) -> &'a str {
        self.after.max(self.prefix)
    }

    /// Both a key already given and a key under a prefix already given come before the end of the last page.
    fn was_given(self, entry: &str) -> bool {
        !self.after.is_empty() && (entry < self.after || entry == self.after && !self.within)
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<'a, T> {
    /// Keys with what is under them, in order.
    pub(crate) entries: Vec<(&'a str, T)>,
    /// Rolled-up prefixes, in order.
    pub(crate) prefixes: Vec<String>,
    /// The last key or prefix of the page, if there is more.
    pub(crate) next: Option<String>,
}

/// Lists a page of what there is from [`Wanted::start`] on, in the order of keys.
pub(crate) fn page<'a, T>(from_start: impl Iterator<Item = (&'a str, T)>, wanted: Wanted<'_>) -> Page<'a, T> {
    let mut page = Page { entries: Vec::new(), prefixes: Vec::new(), next: None };
    let mut last = String::new();
    for (key, value) in from_start {
        let Some(rest) = key.strip_prefix(wanted.prefix) else { break };
        let rolled = rolled_up(wanted, rest);
        let entry = rolled.as_deref().unwrap_or(key);
        if wanted.was_given(entry) || page.prefixes.last().is_some_and(|p| p == entry) {
            continue;
        }
        if page.entries.len() + page.prefixes.len() >= wanted.limit {
            page.next = (wanted.limit > 0).then_some(last);
            return page;
        }
        entry.clone_into(&mut last);
        match rolled {
            Some(prefix) => page.prefixes.push(prefix),
            None => page.entries.push((key, value)),
        }
    }
    page
}

fn rolled_up(wanted: Wanted<'_>, rest: &str) -> Option<String> {
    if wanted.delimiter.is_empty() {
        return None;
    }
    let end = rest.find(wanted.delimiter)? + wanted.delimiter.len();
    Some(format!("{}{}", wanted.prefix, &rest[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(wanted: Wanted<'_>) -> Vec<(Vec<String>, Vec<String>)> {
        let keys = ["a/1", "a/2", "b", "c/1/x", "c/2", "d"];
        let mut pages = Vec::new();
        let mut after = wanted.after.to_owned();
        loop {
            let wanted = Wanted { after: &after, ..wanted };
            let from_start = keys.iter().skip_while(|key| **key < wanted.start());
            let page = page(from_start.map(|key| (*key, ())), wanted);
            pages.push((page.entries.iter().map(|(key, ())| (*key).to_owned()).collect(), page.prefixes));
            match page.next {
                Some(next) => after = next,
                None => return pages,
            }
        }
    }

    fn flat(wanted: Wanted<'_>) -> String {
        let pages = all(wanted)
            .into_iter()
            .map(|(keys, prefixes)| keys.into_iter().chain(prefixes).collect::<Vec<_>>().join(" "));
        pages.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn pages_are_cut_and_continued() {
        let wanted = Wanted { limit: 4, ..Wanted::default() };
        assert_eq!(flat(wanted), "a/1 a/2 b c/1/x | c/2 d");
        assert_eq!(flat(Wanted { limit: 1, delimiter: "/", ..wanted }), "a/ | b | c/ | d");
    }

    #[test]
    fn prefixes_select_and_delimiters_roll_up() {
        let wanted = Wanted { limit: 100, ..Wanted::default() };
        assert_eq!(flat(Wanted { delimiter: "/", ..wanted }), "b d a/ c/");
        assert_eq!(flat(Wanted { delimiter: "/", prefix: "c/", ..wanted }), "c/2 c/1/");
        assert_eq!(flat(Wanted { prefix: "a/", after: "a/1", ..wanted }), "a/2");
        assert_eq!(flat(Wanted { prefix: "zzz", ..wanted }), "");
    }
}
