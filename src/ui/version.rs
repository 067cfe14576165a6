//! Which logpipe this is.

use serde_json::{Value, json};

/// The version as text; a build that goes without something says so.
pub fn version_text(version: &str, features: &[&str]) -> String {
    format!(
        "logpipe {version}\nfeatures: {}",
        if features.is_empty() { "none".to_owned() } else { features.join(", ") }
    )
}

/// The version as one JSON object.
pub fn version_json(version: &str, features: &[&str]) -> Value {
    json!({ "format": 1, "version": version, "features": features })
}
