//! Queries that find partition keys in a record.
//!
//! Of JQ 1.6 only objects that pick members are evaluated: `{owner:.owner,logGroup:.logGroup}`.

use std::collections::BTreeMap;

use serde_json::Value;

/// A query: for each partition key, the member of the record it is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query(BTreeMap<String, String>);

/// The query is not of the one form.
#[derive(Debug, thiserror::Error)]
#[error(
    "The sandbox evaluates only MetadataExtractionQuery objects that pick members of the record, such as \
     {{owner:.owner,logGroup:.logGroup}}"
)]
pub(crate) struct UnknownQuery;

impl Query {
    /// Reads a query.
    pub(crate) fn parse(text: &str) -> Result<Self, UnknownQuery> {
        let inside =
            text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or(UnknownQuery)?;
        let mut keys = BTreeMap::new();
        for entry in inside.split(',') {
            let (key, path) = entry.split_once(':').ok_or(UnknownQuery)?;
            let member = path.trim().strip_prefix('.').ok_or(UnknownQuery)?;
            if keys.insert(identifier(key)?, identifier(member)?).is_some() {
                return Err(UnknownQuery);
            }
        }
        Ok(Self(keys))
    }

    /// The partition keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The values of the keys, or `None` if one is missing, null or empty, or is neither text nor number.
    pub(crate) fn evaluate(&self, document: &Value) -> Option<BTreeMap<String, String>> {
        let value = |member: &String| match document.get(member)? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        self.0.iter().map(|(key, member)| Some((key.clone(), value(member)?))).collect()
    }
}

fn identifier(text: &str) -> Result<String, UnknownQuery> {
    let text = text.trim();
    let word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if word && text.bytes().next().is_some_and(|first| !first.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err(UnknownQuery)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(query: &str, expect: Option<&[&str]>) {
        let found = Query::parse(query).ok();
        let keys = found.as_ref().map(|query| query.keys().collect::<Vec<_>>());
        assert_eq!(keys.as_deref(), expect, "{query}");
    }

    #[test]
    fn one_form_is_read() {
        check("{owner:.owner,logGroup:.logGroup}", Some(&["logGroup", "owner"]));
        check("{ a : .b , c : .d_2 }", Some(&["a", "c"]));
        for other in [
            "",
            "{}",
            ".owner",
            "{owner}",
            "{owner:.a.b}",
            "{owner:.a|length}",
            "{\"owner\":.owner}",
            "{owner:\"x\"}",
            "{a:.a,a:.b}",
            "{a:.a,}",
            "{1a:.a}",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn every_key_needs_a_value() {
        let query = Query::parse("{a:.b,c:.d}").unwrap();
        let found = query.evaluate(&json!({ "b": "x", "d": 7 })).unwrap();
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), "x".to_owned()), ("c".to_owned(), "7".to_owned())]
        );
        for lacking in
            [json!({ "b": "x" }), json!({ "b": "", "d": 1 }), json!({ "b": null, "d": 1 }), json!("b")]
        {
            assert_eq!(query.evaluate(&lacking), None, "{lacking}");
        }
    }
}
