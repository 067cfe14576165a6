//! The configuration of an agent as JSON.

use serde_json::{Value, json};

use super::diagnostic::ProblemView;

/// What there is to say of an agent's configuration.
#[derive(Debug)]
pub struct AgentView<'a> {
    /// Name of the topology.
    pub topology: &'a str,
    /// Key of the agent.
    pub agent: &'a str,
    /// Region of its instances.
    pub region: &'a str,
    /// Its accounts, name and id.
    pub accounts: Vec<(&'a str, &'a str)>,
    /// Whether its instances run Windows.
    pub windows: bool,
    /// Name of the SSM parameter for its configuration.
    pub parameter: &'a str,
    /// The configuration.
    pub configuration: Value,
    /// The commands for an instance.
    pub commands: String,
}

/// All of it as one object.
pub fn agent_config_json(view: &AgentView<'_>) -> Value {
    let account = |(name, id): &(&str, &str)| json!({ "account": name, "account_id": id });
    json!({
        "format": 1,
        "topology": view.topology,
        "agent": view.agent,
        "region": view.region,
        "accounts": view.accounts.iter().map(account).collect::<Vec<_>>(),
        "platform": if view.windows { "windows" } else { "linux" },
        "parameter": view.parameter,
        "configuration": view.configuration,
        "commands": view.commands,
    })
}

/// What a topology has to declare for a configuration.
#[derive(Debug)]
pub struct ImportView<'a> {
    /// The file that holds the configuration.
    pub file: &'a str,
    /// The part of a topology.
    pub fragment: Value,
    /// The same as YAML.
    pub yaml: &'a str,
    /// What a topology has no words for.
    pub left_out: &'a [ProblemView],
    /// What is worth knowing of the rest.
    pub notes: &'a [String],
}

/// All of it as one object.
pub fn agent_import_json(view: &ImportView<'_>) -> Value {
    let left_out = |problem: &ProblemView| {
        json!({
            "line": problem.line,
            "column": problem.column,
            "problem": problem.problem,
            "why": problem.why,
        })
    };
    json!({
        "format": 1,
        "file": view.file,
        "fragment": view.fragment,
        "yaml": view.yaml,
        "left_out": view.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "notes": view.notes,
    })
}
