//! Changes that somebody made after the plan's reading and before its writing.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// One field of ours that is no longer as a plan saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedField {
    /// Dotted path of the field (`tags.Project`, `policy`).
    pub field: String,
    /// What the plan saw; null when nothing was there.
    pub planned: Value,
    /// What is there now; null when nothing is.
    pub now: Value,
}

/// Why something is not written although a plan asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Fields that the writing would have overwritten without anybody having seen them.
    Fields(Vec<MovedField>),
    /// There was none of this name.
    Made,
    /// It is gone.
    Gone,
    /// What others have attached would be deleted with it, and no plan has named that.
    Used(Vec<MovedField>),
}

impl Moved {
    /// The fields.
    pub fn fields(&self) -> &[MovedField] {
        match self {
            Self::Fields(fields) | Self::Used(fields) => fields,
            Self::Made | Self::Gone => &[],
        }
    }
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |fields: &[MovedField]| {
            let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
            names.join(", ")
        };
        match self {
            Self::Fields(fields) => write!(
                f,
                "it has been changed since the plan was made ({}), and this step would have overwritten that",
                names(fields)
            ),
            Self::Made => write!(f, "one of this name has been created since the plan was made"),
            Self::Gone => write!(f, "it has been deleted since the plan was made"),
            Self::Used(fields) => write!(
                f,
                "it is used by things that the plan did not name ({}), which would have been deleted with it",
                names(fields)
            ),
        }
    }
}
