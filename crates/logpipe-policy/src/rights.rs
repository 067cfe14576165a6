//! Documents that grant what two others do, so that one permission can be added before another is removed.
//!
//! Works on any JSON and leaves alone what it does not understand, as live documents may be malformed.

use serde_json::{Map, Value};

use super::grammar::{listed, statements};
use super::principal::{account_of_root, global_logs_service};

/// The document that grants what `wanted` does and, of what `live` grants, what `kept` says: it is asked about each value
/// with the element, the kind of principal or the condition key that it stands in, and about the `Sid` of a statement that
/// `wanted` has none like.
///
/// Values join the statement of the same `Sid` and the same conditions. What such a statement lets through may therefore
/// be a little more than either document does, never less than what was to be kept.
pub fn union(wanted: &Value, live: &Value, kept: &dyn Fn(&str, &str) -> bool) -> Value {
    let mut all: Vec<Value> = statements(wanted).to_vec();
    for there in statements(live).iter().filter(|there| there["Effect"] == "Allow") {
        match all.iter_mut().find(|statement| alike(statement, there)) {
            Some(statement) => widen(statement, there, kept),
            None if stands_alone(there, kept) => all.push(there.clone()),
            None => {}
        }
    }
    let mut both = wanted.clone();
    if let Some(statements) = both.get_mut("Statement") {
        *statements = Value::Array(all);
    }
    both
}

/// Adds values to an element, which stays as it is where it has them or is not there.
pub fn add<'v>(document: &mut Value, pointer: &str, values: impl IntoIterator<Item = &'v str>) {
    if let Some(element) = document.pointer_mut(pointer) {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        join(element, name, values);
    }
}

/// Whether two statements differ in values alone.
fn alike(one: &Value, other: &Value) -> bool {
    let shape = |statement: &Value| {
        let conditions = objects(&statement["Condition"]);
        let keys = conditions.flat_map(|(operator, keys)| {
            objects(keys).map(move |(key, _)| format!("{operator} {}", key.to_ascii_lowercase()))
        });
        let mut keys: Vec<String> = keys.collect();
        keys.sort();
        let elements = ["NotAction", "NotResource", "NotPrincipal"].map(|name| statement.get(name).cloned());
        (statement.get("Sid").cloned(), statement["Effect"].clone(), keys, elements)
    };
    shape(one) == shape(other)
}

fn widen(statement: &mut Value, there: &Value, kept: &dyn Fn(&str, &str) -> bool) {
    for (name, values) in ["Action", "Resource"].map(|name| (name, &there[name])) {
        join_kept(statement.get_mut(name), name, values, kept);
    }
    for (kind, values) in objects(&there["Principal"]) {
        let own = statement.get_mut("Principal").and_then(|principal| principal.get_mut(kind));
        join_kept(own, kind, values, kept);
    }
    for (operator, keys) in objects(&there["Condition"]) {
        let Some(Value::Object(own)) = statement.get_mut("Condition").and_then(|all| all.get_mut(operator))
        else {
            continue;
        };
        for (key, values) in objects(keys) {
            let own = own.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, own)| own);
            join_kept(own, key, values, kept);
        }
    }
}

fn join_kept(own: Option<&mut Value>, name: &str, values: &Value, kept: &dyn Fn(&str, &str) -> bool) {
    if let Some(own) = own {
        let values = listed(values).iter().filter_map(Value::as_str);
        join(own, name, values.filter(|value| kept(name, value)));
    }
}

fn join<'v>(element: &mut Value, name: &str, values: impl IntoIterator<Item = &'v str>) {
    let mut all: Vec<Value> = listed(element).to_vec();
    for value in values {
        let value = normal(name, value);
        let has = |there: &Value| there.as_str().is_some_and(|there| normal(name, there) == value);
        if !all.iter().any(has) {
            all.push(Value::from(value));
        }
    }
    if all.len() > listed(element).len() {
        *element = Value::Array(all);
    }
}

/// One form for values that mean the same.
fn normal(name: &str, value: &str) -> String {
    match name {
        "AWS" => account_of_root(value).map_or_else(|| value.to_owned(), |account| account.to_string()),
        "Service" => global_logs_service(value).unwrap_or(value).to_owned(),
        _ => value.to_owned(),
    }
}

/// Whether all of a statement that nothing is like may be kept.
fn stands_alone(statement: &Value, kept: &dyn Fn(&str, &str) -> bool) -> bool {
    let all_kept = |name: &str, values: &Value| {
        listed(values).iter().all(|value| value.as_str().is_some_and(|value| kept(name, value)))
    };
    let elements = objects(statement);
    elements.into_iter().all(|(name, value)| match name.as_str() {
        "Effect" => true,
        "Sid" | "Action" | "Resource" => all_kept(name, value),
        "Principal" => value.is_object() && objects(value).all(|(kind, names)| all_kept(kind, names)),
        "Condition" => {
            objects(value).all(|(_, keys)| objects(keys).all(|(key, values)| all_kept(key, values)))
        }
        _ => false,
    }) && statement.get("Sid").is_some()
}

fn objects(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::same;

    fn trust(sources: &Value) -> Value {
        json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "logs.amazonaws.com" },
            "Action": "sts:AssumeRole",
            "Condition": { "ArnLike": { "aws:SourceArn": sources } },
        }]})
    }

    fn check(wanted: &Value, live: &Value, kept: impl Fn(&str, &str) -> bool, expect: &Value) {
        let both = union(wanted, live, &kept);
        assert!(same(&both, expect), "{both:#}\n{expect:#}");
    }

    #[test]
    fn values_join_the_statement_that_differs_in_nothing_else() {
        let (a, b) = ("arn:aws:logs:*:111111111111:*", "arn:aws:logs:*:222222222222:*");
        check(&trust(&json!(a)), &trust(&json!([a, b])), |_, _| true, &trust(&json!([a, b])));
        check(&trust(&json!([a])), &trust(&json!(b)), |_, _| true, &trust(&json!([a, b])));
        check(&trust(&json!([a])), &trust(&json!(["*"])), |_, value| value != "*", &trust(&json!(a)));
    }

    #[test]
    fn what_is_written_otherwise_is_the_same() {
        let admits = |names: Value| {
            json!({ "Version": "2012-10-17", "Statement": [{ "Sid": "Senders", "Effect": "Allow",
                "Principal": { "AWS": names }, "Action": "logs:PutSubscriptionFilter", "Resource": "*" }]})
        };
        let (wanted, live) =
            (admits(json!(["111111111111"])), admits(json!("arn:aws:iam::111111111111:root")));
        check(&wanted, &live, |_, _| true, &wanted);
        let live = admits(json!(["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"]));
        check(&wanted, &live, |_, _| true, &admits(json!(["111111111111", "222222222222"])));
    }

    #[test]
    fn other_conditions_other_effects_and_strange_documents_add_nothing() {
        let a = "arn:aws:logs:*:111111111111:*";
        let wanted = trust(&json!(a));
        let mut other = trust(&json!("arn:aws:logs:*:222222222222:*"));
        other["Statement"][0]["Condition"]["StringEquals"] = json!({ "aws:SourceAccount": "222222222222" });
        check(&wanted, &other, |_, _| true, &wanted);
        let mut denied = trust(&json!("arn:aws:logs:*:222222222222:*"));
        denied["Statement"][0]["Effect"] = json!("Deny");
        check(&wanted, &denied, |_, _| true, &wanted);
        for strange in
            [json!(null), json!([]), json!("x"), json!({ "Statement": 3 }), json!({ "Statement": [1] })]
        {
            check(&wanted, &strange, |_, _| true, &wanted);
        }
    }

    #[test]
    fn a_statement_that_nothing_is_like_is_kept_whole_or_not_at_all() {
        let role = |statements: Value| json!({ "Version": "2012-10-17", "Statement": statements });
        let own =
            json!({ "Sid": "WriteObjects", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "b" });
        let log =
            json!({ "Sid": "LogErrors", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "g" });
        let (wanted, live) = (role(json!([own])), role(json!([own, log])));
        check(&wanted, &live, |_, _| true, &live);
        check(&wanted, &live, |name, _| name != "Sid", &wanted);
        check(&wanted, &live, |name, _| name != "Resource", &wanted);
    }

    #[test]
    fn values_are_added_once_and_only_where_there_is_an_element() {
        let mut document = trust(&json!("a"));
        add(&mut document, "/Statement/0/Condition/ArnLike/aws:SourceArn", ["a", "b"]);
        add(&mut document, "/Statement/0/Condition/ArnLike/aws:SourceArn", ["b"]);
        add(&mut document, "/Statement/0/Principal/AWS", ["c"]);
        assert_eq!(document, trust(&json!(["a", "b"])));
    }
}
