//! Tiers of parameters: how much one holds (Systems Manager User Guide, "Managing parameter tiers").

use serde::{Deserialize, Serialize};

use crate::faults::fault::Fault;

use super::faults::invalid;

/// Bytes of a standard parameter.
const STANDARD_MOST: usize = 4_096;
/// Bytes of an advanced parameter.
const ADVANCED_MOST: usize = 8_192;

/// A tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Tier {
    /// Without charge, up to 4 KB.
    Standard,
    /// With a charge, up to 8 KB. Never goes back.
    Advanced,
}

impl Tier {
    /// Its name in the API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Advanced => "Advanced",
        }
    }

    /// The tier of a parameter that gets this value, where this tier is asked for and it has that one.
    pub(super) fn of(asked: Option<&str>, value: &str, held: Option<Tier>) -> Result<Self, Fault> {
        let tier = match (asked, held) {
            (Some("Advanced"), _) | (None, Some(Self::Advanced)) => Self::Advanced,
            (Some("Standard"), Some(Self::Advanced)) => {
                return Err(invalid(
                    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the \
                     advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the \
                     advanced parameter and recreate it as a standard parameter.",
                ));
            }
            (Some("Intelligent-Tiering"), held) => match value.len() > STANDARD_MOST {
                true => Self::Advanced,
                false => held.unwrap_or(Self::Standard),
            },
            _ => Self::Standard,
        };
        tier.takes(value).map(|()| tier)
    }

    fn takes(self, value: &str) -> Result<(), Fault> {
        match self {
            Self::Standard if value.len() > STANDARD_MOST => Err(invalid(
                "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger \
                 parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, \
                 see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
            )),
            Self::Advanced if value.len() > ADVANCED_MOST => {
                Err(invalid("Advanced tier parameters support a maximum parameter value of 8192 characters."))
            }
            _ => Ok(()),
        }
    }
}
