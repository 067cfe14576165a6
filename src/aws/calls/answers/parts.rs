//! Whether a body has the parts that its shape names.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::document::Element;

/// What is missing of `paths` in a JSON object, in words.
pub(super) fn missing_in_json(value: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find(|path| !json_has(value, path)).map(|path| format!("`{path}`"))
}

fn json_has(value: &Value, path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let list = first.strip_suffix("[]");
    let Some(found) = value.get(list.unwrap_or(first)).filter(|found| !found.is_null()) else { return false };
    let goes_on = |inner: &Value| rest.is_none_or(|rest| json_has(inner, rest));
    match (list, found) {
        // An empty place in a list would be passed over in silence.
        (Some(_), Value::Array(items)) => items.iter().all(|item| !item.is_null() && goes_on(item)),
        (Some(_), _) => false,
        (None, found) => goes_on(found),
    }
}

/// What is missing of `paths` in an XML element, in words.
pub(super) fn missing_in_xml(element: &Element, paths: &[&str]) -> Option<String> {
    paths.iter().find(|path| !xml_has(element, path)).map(|path| format!("`{path}`"))
}

fn xml_has(element: &Element, path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let list = first.strip_suffix("[]");
    let Some(found) = element.all(list.unwrap_or(first)).next() else { return false };
    let goes_on = |inner: &Element| rest.is_none_or(|rest| xml_has(inner, rest));
    match list {
        Some(_) => found.children.iter().all(goes_on),
        None => goes_on(found),
    }
}

/// Which of the documents in a JSON object is none, in words. One that need not be there may be empty.
pub(super) fn unread_in_json(value: &Value, paths: &[&str], needed: &[&str]) -> Option<String> {
    let is_read = |path: &str, found: &Value| {
        found.as_str().is_some_and(|text| is_document(text) || (text.is_empty() && !needed.contains(&path)))
    };
    paths
        .iter()
        .find(|path| !json_all(value, path, &|found| is_read(path, found)))
        .map(|path| format!("a JSON object in `{path}`"))
}

fn json_all(value: &Value, path: &str, holds: &dyn Fn(&Value) -> bool) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let inner = |found: &Value| match rest {
        Some(rest) => json_all(found, rest, holds),
        None => holds(found),
    };
    match (first.strip_suffix("[]"), value.get(first.trim_end_matches("[]"))) {
        (_, None | Some(Value::Null)) => true,
        (Some(_), Some(Value::Array(items))) => items.iter().all(inner),
        (_, Some(found)) => inner(found),
    }
}

/// Which of the documents in an XML element is none, in words. They are URL-encoded (IAM API Reference, GetRole).
pub(super) fn unread_in_xml(element: &Element, paths: &[&str]) -> Option<String> {
    let is_read = |path: &&&str| {
        let names: Vec<&str> = path.split('.').collect();
        element.at(&names).is_none_or(|found| is_document(&found.text))
    };
    paths.iter().find(|path| !is_read(path)).map(|path| format!("a JSON object in `{path}`"))
}

/// Whether a text is a JSON object, as it is or encoded for URLs or XML.
fn is_document(text: &str) -> bool {
    let object = |text: &str| serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
    object(text)
        || percent_decode_str(text).decode_utf8().is_ok_and(|text| object(&text))
        || object(
            &text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
        )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_item_of_a_list_has_what_the_path_goes_on_with() {
        let check = |value: Value, path: &str, expect: bool| {
            assert_eq!(missing_in_json(&value, &[path]).is_none(), expect, "{value} {path}");
        };
        check(json!({ "a": [] }), "a[].b", true);
        check(json!({ "a": [{ "b": 1 }, { "b": "" }] }), "a[].b", true);
        check(json!({ "a": [{ "b": 1 }, {}] }), "a[].b", false);
        check(json!({ "a": [null] }), "a[]", false);
        check(json!({ "a": "x" }), "a[]", false);
        check(json!({ "a": { "b": null } }), "a.b", false);
        check(json!({}), "a", false);
    }

    #[test]
    fn documents_are_objects() {
        for text in ["{}", "%7B%22a%22%3A1%7D", "{&quot;a&quot;:1}"] {
            assert!(is_document(text), "{text}");
        }
        for text in ["", "[]", "null", "%7B", "<html>"] {
            assert!(!is_document(text), "{text}");
        }
        let check = |value: Value, expect: bool| {
            assert_eq!(unread_in_json(&value, &["a[].p"], &[]).is_none(), expect, "{value}");
        };
        check(json!({ "a": [{ "p": "" }] }), true);
        assert!(unread_in_json(&json!({ "a": [{ "p": "" }] }), &["a[].p"], &["a[].p"]).is_some());
        check(json!({ "a": [{ "p": "{}" }, {}] }), true);
        check(json!({ "a": [{ "p": "{" }] }), false);
        check(json!({ "a": [{ "p": 1 }] }), false);
    }
}
