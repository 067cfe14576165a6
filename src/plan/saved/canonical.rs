//! JSON of which there is one text: keys in order, nothing between, so that a digest is of what it says.
//!
//! RFC 8785 (JSON Canonicalization Scheme), as far as values go that hold no fractions, of which plans have none.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The same with the members of every object in the order of RFC 8785, section 3.2.3: by UTF-16 code units.
pub(crate) fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            members.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect()
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// The SHA-256 of its one text, in hexadecimal digits.
pub(crate) fn digest(value: &Value) -> String {
    let text = sorted(value).to_string();
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_order_of_keys_makes_no_difference_and_that_of_items_does() {
        let one = json!({ "b": [1, { "d": null, "c": "é" }], "a": true, "€": 1, "😀": 2, "ﬀ": 3 });
        let other = json!({ "ﬀ": 3, "a": true, "😀": 2, "b": [1, { "c": "é", "d": null }], "€": 1 });
        assert_eq!(sorted(&one).to_string(), r#"{"a":true,"b":[1,{"c":"é","d":null}],"€":1,"😀":2,"ﬀ":3}"#);
        assert_eq!(digest(&one), digest(&other));
        assert_ne!(digest(&json!([1, 2])), digest(&json!([2, 1])));
        // As `printf '{"a":1}' | sha256sum` has it.
        assert_eq!(
            digest(&json!({ "a": 1 })),
            "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
        );
    }
}
