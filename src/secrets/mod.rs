//! What must never be shown: the secrets that this run knows, secrets that their names reveal, and how both are masked.
//!
//! Knows neither where secrets come from nor where texts go: credentials are told to it as they are resolved, and the
//! console asks it for every text.

mod encoded;
mod index;
mod keys;
mod named;
mod registry;

pub use keys::{is_secret_key, secret_keys};
pub use registry::Secrets;
