//! IAM policy documents.
/// Equality by meaning.
pub fn same(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    a == b
}
