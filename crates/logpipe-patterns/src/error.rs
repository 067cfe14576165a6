//! What is wrong with a filter pattern.

/// Why a text is not a filter pattern, where, and what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at offset {offset}: {message}; {remedy}")]
pub struct PatternError {
    /// Where, in bytes from the start of the pattern.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub remedy: String,
}
