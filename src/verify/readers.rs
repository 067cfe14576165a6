//! Verifies readers: the role assumed and an event read as who is trusted would, or both proved from the policies.

use futures_util::future::{join, join_all};

use super::hops::first_broken;
use super::permission::{context, identity, session};
use super::run::Verify;
use super::verdict::{Hop, HopVerdict, ReadEvent, ReaderVerdict};
use crate::address::{AccountName, Address, KindName, last_part};
use crate::aws::reader_role::{Candidate, ReaderSession};
use crate::aws::reading_probe::read_one;
use crate::aws::role_policies::{self, RoleView};
use crate::aws::{CallError, Class};
use crate::graph::arns;
use crate::policy::{Decision, Policy, PolicyKind, Principal, Request, evaluate};
use crate::topology::{Check, Reader, role_of_permission_set};

/// What reading an event takes: the log groups, their streams, and what is in them.
const ACTIONS: [&str; 2] = ["logs:DescribeLogStreams", "logs:GetLogEvents"];

/// The answer to a hop.
type Finding = Result<String, (HopVerdict, String)>;

/// A role that was read, or why it was not.
enum Seen {
    Role(RoleView),
    None,
    Unread(CallError),
}

impl Verify<'_> {
    /// Every reader that is not left out by `--target`.
    pub(super) async fn readers(&self) -> Vec<ReaderVerdict> {
        let readers = self
            .topology
            .readers
            .values()
            .filter(|reader| self.graph.nodes.contains_key(&role_address(&reader.account, &reader.role)))
            .filter(|reader| {
                !self.graph.skips(&reader.account) && !self.graph.skips(&reader.trusted.account)
            });
        join_all(readers.map(|reader| Box::pin(self.reader(reader)))).await
    }

    async fn reader(&self, reader: &Reader) -> ReaderVerdict {
        let id = &self.topology.accounts[&reader.account].id;
        let arn = arns::role(reader.region.partition(), id, &reader.role);
        let mut verdict = ReaderVerdict {
            reader: reader.key.clone(),
            account: reader.account.clone(),
            role: arn,
            readable: false,
            assumed: false,
            before: None,
            after: None,
            hops: Vec::new(),
            event: None,
            finding: None,
            notes: Vec::new(),
        };
        let trusted = async {
            let name = last_part(reader.trusted.role.as_deref()?);
            Some(self.seen(&reader.trusted.account, name).await)
        };
        let (role, trusted) = join(self.seen(&reader.account, &reader.role), trusted).await;
        self.ways_in(reader, &role, trusted.as_ref(), &mut verdict);
        let session = self.assumed(reader, &mut verdict).await;
        match session {
            Some(session) => self.read(reader, session, &mut verdict).await,
            None => self.judged(reader, &role, &mut verdict).await,
        }
        verdict.finding = first_broken(&verdict.hops);
        verdict.readable = verdict.hops.iter().all(|hop| hop.verdict == HopVerdict::Correct);
        if !verdict.readable && verdict.finding.is_none() {
            verdict.finding = Some(
                "it is not known whether it can read, because not everything could be looked at".to_owned(),
            );
        }
        verdict
    }

    async fn seen(&self, account: &AccountName, name: &str) -> Seen {
        let Some(connection) = self.accounts.get(account) else { return Seen::None };
        match role_policies::role(connection, name).await {
            Ok(Some(view)) => Seen::Role(view),
            Ok(None) => Seen::None,
            Err(error) => Seen::Unread(error),
        }
    }

    /// The hops into the role, by what the policies of both sides say.
    fn ways_in(&self, reader: &Reader, role: &Seen, trusted: Option<&Seen>, verdict: &mut ReaderVerdict) {
        let hop = |hop: &'static str, finding: Finding| match finding {
            Ok(detail) => Hop { hop, verdict: HopVerdict::Correct, detail },
            Err((verdict, detail)) => Hop { hop, verdict, detail },
        };
        let arn = verdict.role.clone();
        if let (Some(seen), Some(name)) = (trusted, &reader.trusted.role) {
            let found = found(seen, name, &reader.trusted.account);
            let existing = found.as_ref().map(|view| format!("{} is there", view.arn)).map_err(Clone::clone);
            verdict.hops.push(hop("trusted_role", existing));
            verdict.hops.push(hop("assume_permission", found.and_then(|view| may_assume(view, &arn))));
        }
        let found = found(role, &reader.role, &reader.account);
        let existing = found.as_ref().map(|view| format!("{} is there", view.arn)).map_err(Clone::clone);
        verdict.hops.push(hop("reader_role", existing));
        let trust = found.and_then(|view| self.trusts(reader, view, trusted));
        verdict.hops.push(hop("role_trust", trust));
    }

    /// Whether the role lets in who is trusted.
    fn trusts(&self, reader: &Reader, view: &RoleView, trusted: Option<&Seen>) -> Finding {
        let account = &self.topology.accounts[&reader.trusted.account].id;
        let partition = reader.region.partition();
        let set = reader.trusted.permission_set.as_deref();
        let who = match (&reader.trusted.role, trusted, set) {
            (_, Some(Seen::Role(trusted)), _) => trusted.arn.clone(),
            (Some(name), _, _) => arns::role(partition, account, name.trim_start_matches('/')),
            // A role of this form, whichever number it ends in.
            (None, _, Some(set)) => {
                arns::role(partition, account, &role_of_permission_set(set, "0123456789abcdef"))
            }
            // Anybody of the account, whom its own policies let go on.
            (None, _, None) => arns::role(partition, account, "anybody"),
        };
        let Some(principal) = session(&who, "reader") else {
            return Err((HopVerdict::Incorrect, format!("{who} is no ARN of a role")));
        };
        let Some(document) = &view.trust else {
            return Err((HopVerdict::Missing, "it has no trust policy".to_owned()));
        };
        let policy =
            Policy::from_value(document).map_err(|error| (HopVerdict::Incorrect, error.to_string()))?;
        let asked = context(view).with("aws:PrincipalArn", who.as_str());
        let decision = evaluate(&policy, PolicyKind::Trust, &asks(&principal, &view.arn, &asked));
        let whom = match (&reader.trusted.role, set) {
            (Some(_), _) => who,
            (None, Some(set)) => format!("the permission set {set} in account {account}"),
            (None, None) => format!("everybody whom account {account} allows to"),
        };
        admitted(decision, &format!("it trusts {whom}"))
    }

    /// Assumes the role where there are credentials of who is trusted: logpipe's own, or those it has in that account.
    async fn assumed(&self, reader: &Reader, verdict: &mut ReaderVerdict) -> Option<ReaderSession> {
        let candidates = async {
            let start = Candidate::start(self.topology, reader, self.base).await.ok();
            let start = start.filter(|start| start.is_trusted(self.topology, reader));
            if start.is_some() {
                return start;
            }
            let connection = self.accounts.get(&reader.trusted.account)?;
            let meter = self.accounts.meter();
            let there = Candidate::of_connection(self.topology, reader, connection, meter).await.ok()?;
            there.is_trusted(self.topology, reader).then_some(there)
        };
        let Some(candidate) = Box::pin(candidates).await else {
            let set = reader.trusted.permission_set.as_ref().map(|set| format!("the permission set {set}"));
            let who = reader.trusted.role.clone().or(set).unwrap_or_else(|| "anybody".to_owned());
            verdict.notes.push(format!(
                "the role was not assumed, because these credentials are not those of {who} of {}; its policies were evaluated instead",
                reader.trusted.account
            ));
            return None;
        };
        verdict.before = Some(candidate.identity.clone());
        match Box::pin(candidate.assume(self.topology, reader)).await {
            Ok(session) => {
                verdict.assumed = true;
                verdict.after = Some(session.after.clone());
                let detail = format!("{} became {}", session.before, session.after);
                verdict.hops.push(Hop { hop: "assumed", verdict: HopVerdict::Correct, detail });
                Some(session)
            }
            Err(error) if reader.trusted.role.is_none() && error.denied() => {
                verdict.notes.push(format!(
                    "the role was not assumed, because logpipe was refused: {error}; its policies were evaluated instead"
                ));
                None
            }
            Err(error) => {
                let detail = format!("it could not be assumed: {error}");
                let hop = if error.denied() { HopVerdict::Incorrect } else { HopVerdict::Unreachable };
                verdict.hops.push(Hop { hop: "assumed", verdict: hop, detail });
                None
            }
        }
    }

    /// Reads an event through the role.
    async fn read(&self, reader: &Reader, session: ReaderSession, verdict: &mut ReaderVerdict) {
        let Some(connection) = session.accounts.get(&reader.account) else { return };
        let read = read_one(connection, &reader.region, &self.groups_in(&reader.account)).await;
        let (state, detail) = match read {
            Ok(Some(read)) => {
                let detail = format!("an event of {} was read", read.group);
                let (log_group, log_stream) = (read.group, read.stream);
                verdict.event = Some(ReadEvent { log_group, log_stream, message: read.message });
                (HopVerdict::Correct, detail)
            }
            Ok(None) => (HopVerdict::Correct, "it may read, and there is no event yet".to_owned()),
            Err(error) if error.denied() => (HopVerdict::Incorrect, format!("it may not read: {error}")),
            Err(error) => (HopVerdict::Unreachable, error.to_string()),
        };
        verdict.hops.push(Hop { hop: "read", verdict: state, detail });
    }

    /// Log groups that the topology knows in an account.
    fn groups_in(&self, account: &AccountName) -> Vec<String> {
        let routes = self.graph.routes.iter().filter(|route| route.account == *account);
        let agents = self.topology.agents.values().filter(|agent| agent.accounts.contains(account));
        let files = agents.flat_map(|agent| agent.collected.log_groups().map(str::to_owned));
        routes.map(|route| route.log_group.clone()).chain(files).collect()
    }

    /// Whether the role could read, by its policies.
    async fn judged(&self, reader: &Reader, role: &Seen, verdict: &mut ReaderVerdict) {
        let Ok(view) = found(role, &reader.role, &reader.account) else { return };
        let id = &self.topology.accounts[&reader.account].id;
        let all = arns::log_groups(&reader.region, id, None);
        let group =
            self.groups_in(&reader.account).into_iter().next().unwrap_or_else(|| "logpipe-verify".to_owned());
        let stream = arns::log_stream(&reader.region, id, &group, "logpipe-verify");
        let of = |actions: &[&str], resource: String| Check {
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            resources: vec![resource],
        };
        let wanted = [of(&["logs:DescribeLogGroups"], all), of(&ACTIONS, stream)];
        let checks = self.may(&reader.account, view, &wanted, &mut verdict.notes).await;
        let denied = checks.iter().find(|check| !check.allowed);
        let (state, detail) = match denied {
            Some(check) => {
                let why = check.detail.as_deref().unwrap_or("it is not allowed");
                (HopVerdict::Incorrect, format!("{} on {}: {why}", check.action, check.resource))
            }
            None => {
                let statement = checks.last().and_then(|check| check.statement.clone()).unwrap_or_default();
                (
                    HopVerdict::Correct,
                    format!("it may list log groups and streams, and read events ({statement})"),
                )
            }
        };
        verdict.hops.push(Hop { hop: "read", verdict: state, detail });
    }
}

fn role_address(account: &AccountName, name: &str) -> Address {
    Address::global(account, KindName::IamRole, last_part(name))
}

fn found<'a>(
    seen: &'a Seen,
    name: &str,
    account: &AccountName,
) -> Result<&'a RoleView, (HopVerdict, String)> {
    match seen {
        Seen::Role(view) => Ok(view),
        Seen::None => Err((HopVerdict::Missing, format!("there is no role {name} in {account}"))),
        Seen::Unread(error) => {
            Err((unread(error), format!("role {name} of {account} could not be read: {error}")))
        }
    }
}

fn unread(error: &CallError) -> HopVerdict {
    if error.class == Class::NotFound { HopVerdict::Missing } else { HopVerdict::Unreachable }
}

fn asks<'a>(principal: &'a Principal, role: &'a str, context: &'a crate::policy::Context) -> Request<'a> {
    Request { principal, action: "sts:AssumeRole", resource: role, context }
}

/// Whether the policies of who is trusted let it assume the role.
fn may_assume(view: &RoleView, role: &str) -> Finding {
    let Some(principal) = session(&view.arn, "reader") else {
        return Err((HopVerdict::Incorrect, format!("{} is no ARN of a role", view.arn)));
    };
    let decision = identity(view, &asks(&principal, role, &context(view)));
    admitted(decision, &format!("{} may assume {role}", view.arn))
}

fn admitted(decision: Decision, detail: &str) -> Finding {
    match decision {
        Decision::Allow { statement } => Ok(format!("{detail} ({statement})")),
        Decision::ExplicitDeny { statement } => {
            Err((HopVerdict::Incorrect, format!("{statement} denies it explicitly")))
        }
        Decision::ImplicitDeny { because } => {
            Err((HopVerdict::Incorrect, format!("no statement allows it: {}", because.join("; "))))
        }
    }
}
