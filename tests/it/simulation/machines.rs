//! Agents and readers as a generator makes and changes them, with dice of their own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::dice::Dice;

/// Roles of others, by the accounts that they are in.
pub(super) const ROLES_OF_OTHERS: [(&str, &str); 3] =
    [("111111111111", "their-servers"), ("222222222222", "their-servers"), ("888888888888", "their-monitor")];
/// The accounts with `their-servers`.
const HOMES: [&str; 2] = ["app", "shop"];

/// The agents and readers of a topology.
#[derive(Debug, Clone, Default)]
pub(super) struct Machines {
    agents: BTreeMap<String, Agent>,
    readers: BTreeMap<String, Reader>,
    /// How many names were given, so that none is given twice.
    named: usize,
}

#[derive(Debug, Clone)]
struct Agent {
    accounts: Vec<&'static str>,
    policy: String,
    groups: usize,
    /// A further policy, and which of two documents it has.
    extra: Option<(String, bool)>,
    holder: Holder,
}

#[derive(Debug, Clone)]
enum Holder {
    /// A role of its own: its name, and whether a policy of AWS is attached to it.
    Own { role: String, profile: String, managed: bool },
    /// A role of others.
    Theirs,
}

#[derive(Debug, Clone)]
struct Reader {
    account: &'static str,
    role: String,
    policy: String,
    managed: usize,
    /// Whether it is for a role, or for everybody.
    role_of_others: bool,
}

impl Machines {
    /// Some, or none.
    pub(super) fn new(dice: &mut Dice) -> Self {
        let mut machines = Self::default();
        if dice.percent(50) {
            for _ in 0..1 + dice.below(2) {
                machines.add_agent(dice);
            }
            for _ in 0..dice.below(2) {
                machines.add_reader(dice);
            }
        }
        machines
    }

    pub(super) fn is_empty(&self) -> bool {
        self.agents.is_empty() && self.readers.is_empty()
    }

    fn name(&mut self, noun: &str) -> String {
        self.named += 1;
        format!("{noun}{}", self.named)
    }

    fn add_agent(&mut self, dice: &mut Dice) {
        let key = self.name("agent");
        let holder = if dice.percent(60) {
            Holder::Own {
                role: format!("role-of-{key}"),
                profile: format!("profile-of-{key}"),
                managed: dice.percent(50),
            }
        } else {
            Holder::Theirs
        };
        let agent = Agent {
            accounts: if dice.percent(30) { HOMES.to_vec() } else { vec![dice.pick(&HOMES)] },
            policy: format!("policy-of-{key}"),
            groups: 0,
            extra: dice.percent(40).then(|| (format!("extra-of-{key}"), false)),
            holder,
        };
        self.agents.insert(key, agent);
    }

    fn add_reader(&mut self, dice: &mut Dice) {
        let key = self.name("reader");
        let reader = Reader {
            account: dice.pick(&HOMES),
            role: format!("role-of-{key}"),
            policy: format!("policy-of-{key}"),
            managed: dice.below(3),
            role_of_others: dice.percent(70),
        };
        self.readers.insert(key, reader);
    }

    /// Changes something, and says what.
    pub(super) fn change(&mut self, dice: &mut Dice) -> String {
        let name = self.name("renamed-");
        let reader = (!self.readers.is_empty()).then(|| dice.below(self.readers.len()));
        if let Some(at) = reader.filter(|_| dice.percent(30)) {
            let (key, reader) = self.readers.iter_mut().nth(at).unwrap();
            return format!("{key} {}", reader.change(name, dice));
        }
        match dice.below(6) {
            0 if self.agents.len() < 3 => {
                self.add_agent(dice);
                format!("an agent {} comes", self.named)
            }
            1 if self.agents.len() > 1 => {
                let (key, _) = self.agents.pop_first().unwrap();
                format!("{key} goes")
            }
            _ if self.agents.is_empty() => {
                self.add_agent(dice);
                format!("an agent {} comes", self.named)
            }
            _ => {
                let at = dice.below(self.agents.len());
                let (key, agent) = self.agents.iter_mut().nth(at).unwrap();
                format!("{key} {}", agent.change(name, dice))
            }
        }
    }

    /// As a user would write them.
    pub(super) fn write(&self, text: &mut String) {
        if !self.agents.is_empty() {
            text.push_str("agents:\n");
        }
        self.agents.iter().for_each(|(key, agent)| agent.write(key, text));
        if !self.readers.is_empty() {
            text.push_str("readers:\n");
        }
        self.readers.iter().for_each(|(key, reader)| reader.write(key, text));
    }
}

impl Agent {
    fn change(&mut self, name: String, dice: &mut Dice) -> String {
        match (dice.below(6), &mut self.holder) {
            (0, _) => {
                self.groups += 1;
                format!("writes group {}", self.groups)
            }
            (1, _) => {
                self.policy = name;
                format!("has the policy {}", self.policy)
            }
            (2, _) => {
                self.extra = match self.extra.take() {
                    None => Some((name, false)),
                    Some((extra, document)) if dice.percent(60) => Some((extra, !document)),
                    Some(_) => None,
                };
                format!("has the further policy {:?}", self.extra)
            }
            (3, Holder::Own { managed, .. }) => {
                *managed = !*managed;
                format!("has a policy of AWS: {managed}")
            }
            (4, Holder::Own { role, profile, .. }) => {
                let field = dice.pick(&["role", "profile"]);
                *(if field == "role" { role } else { profile }) = name.clone();
                format!("has the {field} {name}")
            }
            _ => {
                self.accounts = if dice.percent(40) { HOMES.to_vec() } else { vec![dice.pick(&HOMES)] };
                format!("is in {:?}", self.accounts)
            }
        }
    }

    fn write(&self, key: &str, text: &mut String) {
        writeln!(text, "  {key}:\n    accounts: [{}]", self.accounts.join(", ")).unwrap();
        writeln!(text, "    policy: {{ name: {}, log_groups: [\"/ec2/{}\"] }}", self.policy, self.groups)
            .unwrap();
        match &self.holder {
            Holder::Own { role, profile, managed } => {
                let managed = if *managed { "CloudWatchAgentServerPolicy" } else { "" };
                writeln!(text, "    role: {{ name: {role}, managed_policies: [{managed}] }}").unwrap();
                writeln!(text, "    instance_profile: {profile}").unwrap();
            }
            Holder::Theirs => writeln!(text, "    attach_to: {{ role: their-servers }}").unwrap(),
        }
        if let Some((name, other)) = &self.extra {
            let bucket = if *other { "one" } else { "other" };
            writeln!(
                text,
                "    extra_policies: [{{ name: {name}, document: {{ Version: \"2012-10-17\", Statement: [{{ Effect: Allow, \
                 Action: \"s3:PutObject\", Resource: \"arn:aws:s3:::{bucket}/*\" }}] }} }}]"
            )
            .unwrap();
        }
    }
}

impl Reader {
    fn change(&mut self, name: String, dice: &mut Dice) -> String {
        match dice.below(4) {
            0 => {
                self.managed = (self.managed + 1) % 3;
                format!("has {} policies of AWS", self.managed)
            }
            1 => {
                self.role = name;
                format!("is {}", self.role)
            }
            2 => {
                self.policy = name;
                format!("has the policy {}", self.policy)
            }
            _ => {
                self.role_of_others = !self.role_of_others;
                format!("is for a role: {}", self.role_of_others)
            }
        }
    }

    fn write(&self, key: &str, text: &mut String) {
        let managed = ["CloudWatchLogsReadOnlyAccess", "CloudWatchReadOnlyAccess", "ReadOnlyAccess"];
        let role = if self.role_of_others { ", role: their-monitor" } else { "" };
        writeln!(
            text,
            "  {key}: {{ account: {}, role: {}, policy: {}, managed_policies: [{}], trusted: {{ account: vault{role} }} }}",
            self.account,
            self.role,
            self.policy,
            managed[..=self.managed.min(2)].join(", ")
        )
        .unwrap();
    }
}
