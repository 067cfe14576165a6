//! A digest of what was to be made, small enough for the record, so that logpipe recognises the resource after a killed
//! run.
//!
//! For kinds that are not tagged in the creating call. What somebody else makes under the same name differs in some
//! field, or does exactly the same.

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
