//! The configuration of an agent as JSON.

use serde_json::{Value, json};

use crate::ui::diagnostic::ProblemView;
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Block, Item, Line, Mark, Page};

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
    /// The same as the agent takes it.
    pub text: String,
    /// The commands for an instance.
    pub commands: String,
    /// What people are shown of it.
    pub shown: AgentPart,
}

/// A part of what there is to say of an agent's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentPart {
    /// The configuration.
    Configuration,
    /// The commands, with a file that holds the configuration.
    Commands,
    /// The commands that take the configuration from the parameter.
    CommandsFromParameter,
}

impl Report for AgentView<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        let commands = || Part::Data(self.commands.trim_end().to_owned());
        match self.shown {
            AgentPart::Configuration => vec![Part::Data(self.text.clone())],
            AgentPart::Commands => vec![commands()],
            AgentPart::CommandsFromParameter => {
                let note =
                    format!("note: `logpipe agent-config --ssm` stores the parameter {}", self.parameter);
                vec![commands(), Part::Say(note)]
            }
        }
    }

    fn json(&self) -> Value {
        agent_config_json(self)
    }

    fn markdown(&self, _look: Look) -> Page {
        let of = |what: &str| {
            let heading = Line::from(format!("{what} the agent ")).and_name(self.agent);
            Page::new(Mark::Neutral, heading.and(" of ").and_name(self.topology))
        };
        let lines = |text: &str| text.trim_end().lines().map(str::to_owned).collect();
        let shell = if self.windows { "powershell" } else { "sh" };
        match self.shown {
            AgentPart::Configuration => of("Configuration of").block(Block::Lines("json", lines(&self.text))),
            AgentPart::Commands | AgentPart::CommandsFromParameter => {
                of("Commands for").block(Block::Lines(shell, lines(&self.commands)))
            }
        }
    }
}

/// All of it as one object.
fn agent_config_json(view: &AgentView<'_>) -> Value {
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
    /// What the user has to do with it, as comments of the YAML.
    pub head: String,
}

impl ImportView<'_> {
    /// What has no words in a topology, and what is worth knowing of the rest.
    fn notes(&self) -> impl Iterator<Item = String> {
        let left_out = self.left_out.iter().map(|at| {
            let (why, place) = (at.why.as_deref().unwrap_or_default(), (at.line, at.column));
            format!("{}:{}:{}: {}: {why}", self.file, place.0, place.1, at.problem)
        });
        left_out.chain(self.notes.iter().cloned())
    }

    fn text(&self) -> String {
        format!("{}{}", self.head, self.yaml.trim_end())
    }
}

impl Report for ImportView<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        let notes = self.notes().map(|note| Part::Say(format!("note: {note}")));
        std::iter::once(Part::Data(self.text())).chain(notes).collect()
    }

    fn json(&self) -> Value {
        agent_import_json(self)
    }

    fn markdown(&self, _look: Look) -> Page {
        let lines = self.text().lines().map(str::to_owned).collect();
        Page::new(
            Mark::Neutral,
            Line::from("What ").and_name(self.file).and(" collects, as a topology declares it"),
        )
        .block(Block::Lines("yaml", lines))
        .titled("Notes", self.notes().map(Item::new))
    }
}

/// All of it as one object.
fn agent_import_json(view: &ImportView<'_>) -> Value {
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
