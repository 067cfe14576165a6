//! Verifies agents: may the role of their instances do its job?

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join, join_all};

use super::permission::{Guard, PermissionQuestion, account_of, context_entries, judge};
use crate::address::{AccountId, AccountName, Arn, KindName};
use crate::aws::role_policies::{self, RoleView, Simulated, Simulation, bucket_policy};
use crate::aws::{CallError, Class};
use crate::graph::arns;
use crate::requests::Requests;
use crate::topology::{Agent, Check};
use crate::verify::note::Note;
use crate::verify::run::Verify;
use crate::verify::verdict::{AgentVerdict, Check as Checked};

/// Stands for any part of a name that a pattern leaves open.
const ANY: &str = "logpipe-verify";

impl Verify<'_> {
    /// Every agent in each of its accounts.
    pub(crate) async fn agents(&self) -> Vec<AgentVerdict> {
        let agents = self.survey.topology.agents.values();
        let places = agents.flat_map(|agent| agent.accounts.iter().map(move |account| (agent, account)));
        let places = places.filter(|(_, account)| !self.survey.graph.skips(account));
        let verdicts = join_all(places.map(|(agent, account)| self.agent_in(agent, account))).await;
        verdicts.into_iter().flatten().collect()
    }

    /// An agent in one of its accounts, by each of the roles that it turned out to have there.
    async fn agent_in(&self, agent: &Agent, account: &AccountName) -> Vec<AgentVerdict> {
        let roles = self.roles_of(agent, account);
        if roles.is_empty() && self.survey.graph.outside.is_empty() {
            let finding =
                "the role of its instances is unknown: none of them is in this account, or none has a role";
            return vec![AgentVerdict { finding: Some(finding.to_owned()), ..unknown(agent, account) }];
        }
        join_all(roles.iter().map(|role| Box::pin(self.agent(agent, account, role)))).await
    }

    /// The roles that hold the policies of an agent, by name. Which role instances have, only the graph knows.
    fn roles_of(&self, agent: &Agent, account: &AccountName) -> BTreeSet<String> {
        let own = agent.role_name();
        let policies: BTreeSet<&str> = agent.policy_names().collect();
        let here = self.survey.graph.nodes.keys().filter(|address| address.account == *account);
        let roles = here.filter_map(|address| {
            if address.kind == KindName::IamRolePolicyAttachment {
                let (role, policy) = address.name_parts();
                return policies.contains(policy).then_some(role);
            }
            own.filter(|own| address.kind == KindName::IamRole && *own == address.name)
        });
        roles.map(str::to_owned).collect()
    }

    async fn agent(&self, agent: &Agent, account: &AccountName, role: &str) -> AgentVerdict {
        let mut verdict = AgentVerdict { role: Some(role.to_owned()), ..unknown(agent, account) };
        let Some(connection) = self.accounts.get(account) else { return verdict };
        let view = match role_policies::role(connection, role).await {
            Ok(Some(view)) => view,
            Ok(None) => {
                verdict.finding = Some(format!("there is no role {role}"));
                return verdict;
            }
            Err(error) => {
                verdict.finding = Some(format!("role {role} could not be read: {error}"));
                return verdict;
            }
        };
        let parameter = self.survey.lifecycle().parameter(agent);
        let wanted = wanted(agent, parameter, &connection.id);
        verdict.checks = self.may(account, &view, &wanted, &mut verdict.notes).await;
        if verdict.checks.is_empty() {
            verdict.notes.push(Note::NothingToCheck);
        }
        verdict.finding = finding(&verdict.checks);
        verdict.allowed = verdict.finding.is_none();
        let denied = |check: &Checked| !check.allowed && check.depends_on.is_empty();
        verdict.unknown = !verdict.allowed && !verdict.checks.iter().any(denied);
        verdict
    }

    /// Every action on every resource of each check.
    pub(crate) async fn may(
        &self,
        account: &AccountName,
        role: &RoleView,
        checks: &[Check],
        notes: &mut Vec<Note>,
    ) -> Vec<Checked> {
        let words = join_all(checks.iter().map(|check| self.simulated(account, role, check)));
        let (words, guards) = join(words, self.guards(account, checks)).await;
        let mut checked = Vec::new();
        for (check, words) in checks.iter().zip(words) {
            let words = words.unwrap_or_else(|error| {
                let note = Note::IamNotAsked { error: error.to_string() };
                if !notes.contains(&note) {
                    notes.push(note);
                }
                Vec::new()
            });
            for resource in &check.resources {
                let guard = match bucket_of(resource).and_then(|bucket| guards.get(bucket)) {
                    Some(guard) => guard,
                    None => &guard_of(resource, &role.arn),
                };
                for action in &check.actions {
                    let simulated = words.iter().find(|word| word.is_about(action, resource));
                    let requests = self.requests();
                    checked.push(judge(&PermissionQuestion {
                        role,
                        action,
                        resource,
                        simulated,
                        guard,
                        requests,
                    }));
                }
            }
        }
        checked
    }

    /// What the resources themselves say: buckets have policies that matter.
    async fn guards<'c>(&self, account: &AccountName, checks: &'c [Check]) -> BTreeMap<&'c str, Guard> {
        let buckets = buckets_in(checks).into_iter();
        join_all(buckets.map(|bucket| async move { (bucket, self.guard(account, bucket).await) }))
            .await
            .into_iter()
            .collect()
    }

    async fn simulated(
        &self,
        account: &AccountName,
        role: &RoleView,
        check: &Check,
    ) -> Result<Vec<Simulated>, CallError> {
        let Some(connection) = self.accounts.get(account) else { return Ok(Vec::new()) };
        let context = context_entries(role, self.requests(), &check.resources);
        let simulation = Simulation {
            role_arn: &role.arn,
            actions: &check.actions,
            resources: &check.resources,
            context: &context,
        };
        role_policies::simulate(connection, &simulation).await
    }

    async fn guard(&self, account: &AccountName, bucket: &str) -> Guard {
        let ours =
            self.survey.topology.destinations.values().find(|destination| destination.bucket.name == bucket);
        let (owner, region) = ours.map_or((account, &self.survey.topology.region), |destination| {
            (&destination.account, &destination.region)
        });
        let what = format!("policy of bucket {bucket}");
        let Some(connection) = self.accounts.get(owner) else {
            return Guard::Unread { what, why: format!("there is no way into {owner}") };
        };
        match bucket_policy(connection, region, bucket).await {
            Ok(Some(document)) => Guard::Policy { what, document, same_account: owner == account },
            Ok(None) => Guard::None,
            Err(error) if error.class == Class::NotFound => {
                Guard::Missing(format!("there is no bucket {bucket}"))
            }
            Err(error) => Guard::Unread { what, why: error.to_string() },
        }
    }

    /// What is known of requests in this topology.
    pub(crate) fn requests(&self) -> Requests<'_> {
        Requests { organization: self.survey.topology.organization_id() }
    }
}

fn unknown(agent: &Agent, account: &AccountName) -> AgentVerdict {
    AgentVerdict {
        agent: agent.key.clone(),
        account: account.clone(),
        role: None,
        allowed: false,
        unknown: false,
        checks: Vec::new(),
        finding: None,
        notes: Vec::new(),
    }
}

/// How many are refused, and the first of them; where none is, the same of those that cannot be judged.
fn finding(checks: &[Checked]) -> Option<String> {
    let unknown = |check: &&Checked| !check.depends_on.is_empty();
    let (doubtful, denied): (Vec<&Checked>, Vec<&Checked>) =
        checks.iter().filter(|check| !check.allowed).partition(unknown);
    let (told, verb) = if denied.is_empty() { (doubtful, " ") } else { (denied, " is denied: ") };
    let first = told.first()?;
    let why = first.detail.as_deref().unwrap_or("it is not allowed");
    let others = match told.len() - 1 {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    Some(format!("{} on {}{verb}{why}{others}", first.action, first.resource))
}

/// What is known of the policy of a resource that is no bucket. A key's decides about every use of it (KMS Developer
/// Guide, "Key policies in AWS KMS"), and so does that of anything in another account.
fn guard_of(resource: &str, role: &str) -> Guard {
    let (arn, own) = (Arn::parse(resource), account_of(role));
    let owner = arn.and_then(|arn| arn.account_id());
    let elsewhere = owner.is_some_and(|owner| own.is_some_and(|own| own != owner));
    if arn.is_none_or(|arn| arn.service != "kms") && !elsewhere {
        return Guard::None;
    }
    let why = "logpipe reads the policies of buckets alone".to_owned();
    Guard::Unread { what: format!("policy of {resource}"), why }
}

/// The bucket that an ARN names, with an object in it or without.
fn bucket_of(resource: &str) -> Option<&str> {
    let arn = Arn::parse(resource)?;
    let bucket = arn.resource.split('/').next()?;
    (arn.service == "s3" && !bucket.is_empty() && !bucket.contains(['*', '?'])).then_some(bucket)
}

/// What is declared, and otherwise what every agent does: write its log groups and read its configuration.
fn wanted(agent: &Agent, parameter: Option<&str>, account: &AccountId) -> Vec<Check> {
    if !agent.check.is_empty() {
        return agent.check.clone();
    }
    let region = &agent.region;
    let of_policy = agent.policy.iter().flat_map(|policy| policy.log_groups.iter().map(String::as_str));
    let mut groups: BTreeSet<String> = agent.collected.log_groups().map(filled).collect();
    if groups.is_empty() {
        groups = of_policy.map(filled).collect();
    }
    let streams: Vec<String> =
        groups.iter().map(|group| arns::log_stream(region, account, group, ANY)).collect();
    let parameters = agent.policy.iter().flat_map(|policy| policy.parameters.iter().map(String::as_str));
    let parameters: BTreeSet<String> = match parameter {
        Some(name) => [name.to_owned()].into(),
        None => parameters.map(filled).collect(),
    };
    let parameter = |name: &String| arns::parameter(region, account, name);
    let of = |actions: &[&str], resources: Vec<String>| Check {
        actions: actions.iter().map(|action| (*action).to_owned()).collect(),
        resources,
    };
    let kept = agent.collected.targets().filter(|target| target.retention_days.is_some());
    let kept: BTreeSet<String> = kept.map(|target| filled(&target.log_group)).collect();
    let checks = [
        of(&["logs:CreateLogStream", "logs:PutLogEvents"], streams),
        of(
            &["logs:PutRetentionPolicy"],
            kept.iter().map(|group| arns::log_groups(region, account, Some(group))).collect(),
        ),
        of(&["ssm:GetParameter"], parameters.iter().map(parameter).collect()),
    ];
    checks.into_iter().filter(|check| !check.resources.is_empty()).collect()
}

/// A name with something instead of what a pattern, or a placeholder of the agent's, leaves open.
fn filled(name: &str) -> String {
    let mut filled = String::new();
    let mut inside = false;
    for letter in name.chars() {
        match letter {
            '{' => inside = true,
            '}' => {
                inside = false;
                filled.push_str(ANY);
            }
            _ if inside => {}
            '*' => filled.push_str(ANY),
            '?' => filled.push('x'),
            letter => filled.push(letter),
        }
    }
    filled
}

/// The buckets that the role of an agent is checked on.
pub(crate) fn buckets_of(agent: &Agent) -> BTreeSet<&str> {
    buckets_in(&agent.check)
}

fn buckets_in(checks: &[Check]) -> BTreeSet<&str> {
    checks.iter().flat_map(|check| &check.resources).filter_map(|resource| bucket_of(resource)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_where_they_are_open() {
        let check = |name: &str, expect: &str| assert_eq!(filled(name), expect);
        check("/aws/ec2/messages", "/aws/ec2/messages");
        check("/aws/ec2/*", "/aws/ec2/logpipe-verify");
        check("/aws/{instance_id}/x?", "/aws/logpipe-verify/xx");
    }

    #[test]
    fn only_buckets_have_policies_that_are_read() {
        let check =
            |resource: &str, expect: Option<&str>| assert_eq!(bucket_of(resource), expect, "{resource}");
        check("arn:aws:s3:::b", Some("b"));
        check("arn:aws:s3:::b/logs/*", Some("b"));
        check("arn:aws:s3:::*", None);
        check("arn:aws:sqs:eu-west-1:111111111111:q", None);
        check("*", None);
    }
}
