//! JSON without duplicate keys: AWS refuses a document with two equal keys, and most parsers drop the first.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// An error that names the first key that an object has twice, and the place; whatever else is wrong with the text too.
///
/// # Errors
/// [`serde_json::Error`].
pub fn distinct_keys(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<Distinct>(text).map(|Distinct| ())
}

/// Any value; only the keys matter.
struct Distinct;

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Distinct, A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("the key \"{key}\" is given twice")));
            }
            seen.insert(key);
            map.next_value::<Distinct>()?;
        }
        Ok(Distinct)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Distinct, A::Error> {
        while items.next_element::<Distinct>()?.is_some() {}
        Ok(Distinct)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_str<E>(self, _: &str) -> Result<Distinct, E> {
        Ok(Distinct)
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_given_twice_is_named() {
        let check = |text: &str, expect: Option<&str>| {
            let found = distinct_keys(text).map_err(|error| error.to_string());
            assert_eq!(found.err().as_deref(), expect, "{text}");
        };
        check(r#"{"a":[1,-1,1.5,true,null,"x",{"a":{}}],"b":{"a":1}}"#, None);
        check(r#"{"a":1,"b":2,"a":3}"#, Some("the key \"a\" is given twice at line 1 column 16"));
        check(r#"[{"b":{"c":1,"\u0063":2}}]"#, Some("the key \"c\" is given twice at line 1 column 21"));
    }
}
