//! Metrics Insights queries, as far as alarms use them: one function of one metric over all that match (CloudWatch User
//! Guide, "Query components and syntax in CloudWatch Metrics Insights").

use crate::faults::fault::Fault;
use crate::state::site::Site;
use crate::state::world::World;

use super::forwarding;
use super::metrics::{LOGS, invalid};

/// `SELECT SUM(metric) FROM "namespace" [WHERE label = 'value' [AND …]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Insights {
    metric: String,
    namespace: String,
    wanted: Vec<(String, String)>,
}

impl Insights {
    /// Reads one.
    pub(super) fn read(text: &str) -> Result<Self, Fault> {
        let mut words = Words { rest: text };
        let read = Self::from_words(&mut words);
        let read = read.filter(|_| words.rest.trim().is_empty());
        match read {
            Some(insights) => Ok(insights),
            None if text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select")) => {
                Err(Fault::not_simulated("cloudwatch", &format!("the query `{text}`")))
            }
            None => Err(invalid("Invalid metrics list: the expression is not a Metrics Insights query.")),
        }
    }

    fn from_words(words: &mut Words<'_>) -> Option<Self> {
        words.keyword("SELECT")?;
        words.keyword("SUM")?;
        words.symbol('(')?;
        let metric = words.name()?;
        words.symbol(')')?;
        words.keyword("FROM")?;
        let (namespace, mut wanted) = (words.name()?, Vec::new());
        let mut more = words.keyword("WHERE");
        while more.is_some() {
            let label = words.name()?;
            words.symbol('=')?;
            wanted.push((label, words.quoted('\'')?));
            more = words.keyword("AND");
        }
        Some(Self { metric, namespace, wanted })
    }

    /// All that was counted, each with when it was, in milliseconds since 1970.
    pub(super) fn values(&self, world: &World, site: &Site) -> Vec<(u64, f64)> {
        if self.namespace != LOGS {
            return Vec::new();
        }
        let matches = |series: &forwarding::Series<'_>| {
            self.wanted.iter().all(|(label, value)| series.dimension(label) == Some(value.as_str()))
        };
        let series = forwarding::series(world, site).filter(matches);
        series.flat_map(|series| series.values(&self.metric)).collect()
    }
}

/// A query, word by word.
struct Words<'t> {
    rest: &'t str,
}

impl Words<'_> {
    fn keyword(&mut self, word: &str) -> Option<()> {
        let rest = self.rest.trim_start();
        let (start, behind) = (rest.get(..word.len())?, rest.get(word.len()..)?);
        let ends = !behind.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_');
        (start.eq_ignore_ascii_case(word) && ends).then_some(())?;
        self.rest = behind;
        Some(())
    }

    fn symbol(&mut self, symbol: char) -> Option<()> {
        self.rest = self.rest.trim_start().strip_prefix(symbol)?;
        Some(())
    }

    /// A name, in double quotes where it has more than letters, digits and `_`.
    fn name(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('"') {
            return self.quoted('"');
        }
        let end = self.rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// A text in quotes, in which a backslash takes the meaning from what follows.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let inside = self.rest.trim_start().strip_prefix(quote)?;
        let (mut text, mut escaped) = (String::new(), false);
        for (at, letter) in inside.char_indices() {
            match letter {
                _ if escaped => {
                    text.push(letter);
                    escaped = false;
                }
                '\\' => escaped = true,
                letter if letter == quote => {
                    self.rest = &inside[at + letter.len_utf8()..];
                    return Some(text);
                }
                letter => text.push(letter),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_of_one_sum_are_read_and_others_are_not_simulated() {
        let text =
            r#"select SUM(DeliveryErrors) FROM "AWS/Logs" WHERE FilterName = 'it\'s' AND LogGroupName='/a'"#;
        let read = Insights::read(text).unwrap();
        assert_eq!((read.metric.as_str(), read.namespace.as_str()), ("DeliveryErrors", LOGS));
        let wanted: Vec<(&str, &str)> =
            read.wanted.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
        assert_eq!(wanted, [("FilterName", "it's"), ("LogGroupName", "/a")]);
        let refused = |text: &str| Insights::read(text).unwrap_err().code;
        assert_eq!(refused("SELECT AVG(x) FROM y"), "NotImplemented");
        assert_eq!(refused("SELECT SUM(x) FROM y GROUP BY z"), "NotImplemented");
        assert_eq!(refused("m1 + m2"), "ValidationError");
    }
}
