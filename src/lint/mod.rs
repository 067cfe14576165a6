//! What a topology says that is valid and probably not intended: the rules, what is found against them, and the places in a
//! file that problems and warnings point to.

mod excerpt;
mod levels;
mod rule;
mod severity;
mod warning;

pub use excerpt::Excerpt;
pub use levels::{Level, Levels, Rules};
pub use rule::{Rule, RuleFacts};
pub use severity::Severity;
pub use warning::{AllowedFinding, Lint, Misread, Warning};
