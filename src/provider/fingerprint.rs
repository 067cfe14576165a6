//! What was to be made, in a few bytes that the record can hold, so that it is known again after a run that was killed.
//!
//! Of kinds that bear no tag from their first moment on. What somebody else makes under the same name is something else in
//! some field, or does the very same.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// How much of the digest is kept: nobody has anything from finding another thing with the same.
const BYTES: usize = 16;

/// The digest of the fields that decide what something does.
pub(super) fn of(fields: &Value) -> String {
    Sha256::digest(fields.to_string()).iter().take(BYTES).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_value_or_place_is_another_fingerprint() {
        let one = of(&json!(["a", null, ""]));
        assert_eq!((one.len(), &one), (32, &of(&json!(["a", null, ""]))));
        assert_ne!(one, of(&json!([null, "a", ""])));
        assert_ne!(one, of(&json!(["a", null, "x"])));
    }
}
