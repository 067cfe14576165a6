//! Turns an existing configuration into the equivalent part of a topology.

use serde_json::{Map, Value, json};

use crate::address::Key;
use crate::topology::{Imported, in_words_of_the_topology};

/// An agent of this key in this account that collects what the configuration says.
pub fn fragment(imported: &Imported, key: &Key, account: &str) -> Value {
    let mut agent = Map::from_iter([("accounts".to_owned(), json!([account]))]);
    if let Some(region) = &imported.region {
        agent.insert("region".to_owned(), json!(region));
    }
    agent.extend(in_words_of_the_topology(&imported.collected));
    json!({ "agents": { key.as_str(): agent } })
}

/// The fragment as YAML.
///
/// # Errors
/// When it cannot be written as YAML, which no fragment is known to be.
pub fn fragment_yaml(fragment: &Value) -> Result<String, serde_yaml::Error> {
    serde_yaml::to_string(fragment)
}
