//! The CloudWatch agent: its configuration, what it takes, how it is installed, and where its configuration is stored.
//!
//! Knows `amazon-cloudwatch-agent.json` and the topology's agents; no resources, no AWS calls. Pure.

mod commands;
mod configuration;
mod fragment;
mod parameter;
mod powershell;
mod rules;
mod shell;
#[cfg(test)]
mod tests;

pub use commands::{Origin, commands};
pub use configuration::{Platform, configuration, configuration_text, platform};
pub use fragment::{fragment, fragment_yaml};
pub use parameter::{LONGEST_VALUE, obstacles, parameter_address, parameter_name, parameter_value};
pub use rules::problems;
