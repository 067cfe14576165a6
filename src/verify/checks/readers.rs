//! Verifies readers: assumes the role and reads an event as the trusted principal would, or proves both from the
//! policies.

use futures_util::future::{join, join_all};

use super::permission::{account_of, acting, identity};
use crate::address::{AccountName, Address, KindName, last_part};
use crate::aws::reader_role::{Candidate, ReaderSession};
use crate::aws::reading_probe::read_one;
use crate::aws::role_policies::{self, RoleView};
use crate::aws::{CallError, Class};
use crate::graph::arns;
use crate::policy::{Policy, PolicyKind};
use crate::requests::{Requests, Role, Tags};
use crate::topology::{Check, Reader, role_of_permission_set};
use crate::verify::hops::{Finding, Flaw, admitted, first_broken, hop};
use crate::verify::note::{Note, Trusted};
use crate::verify::run::Verify;
use crate::verify::verdict::{Check as Checked, HopVerdict, ReadEvent, ReaderVerdict};

/// What reading an event takes: the log groups, their streams, and what is in them.
const ACTIONS: [&str; 2] = ["logs:DescribeLogStreams", "logs:GetLogEvents"];

/// A role that was read, or why it was not.
enum Seen {
    Role(RoleView),
    None,
    Unread(CallError),
    /// There is no way into its account.
    Unreached,
}

impl Verify<'_> {
    /// Every reader that is not left out by `--target`.
    pub(crate) async fn readers(&self) -> Vec<ReaderVerdict> {
        let readers = self
            .survey
            .topology
            .readers
            .values()
            .filter(|reader| {
                self.survey.graph.nodes.contains_key(&role_address(&reader.account, &reader.role))
            })
            .filter(|reader| {
                !self.survey.graph.skips(&reader.account) && !self.survey.graph.skips(&reader.trusted.account)
            });
        join_all(readers.map(|reader| Box::pin(self.reader(reader)))).await
    }

    async fn reader(&self, reader: &Reader) -> ReaderVerdict {
        let id = &self.survey.topology.accounts[&reader.account].id;
        let arn = arns::role(reader.region.partition(), id, &reader.role);
        let mut verdict = ReaderVerdict {
            reader: reader.key.clone(),
            account: reader.account.clone(),
            role: arn,
            readable: false,
            unknown: false,
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
        // What was proved need not be judged.
        let last = verdict.hops.last().map(|hop| (hop.hop, hop.verdict));
        let proved = verdict.assumed && last == Some(("read", HopVerdict::Correct));
        let right = |verdict: HopVerdict| match verdict {
            HopVerdict::Correct | HopVerdict::Unexpected => true,
            HopVerdict::Unknown | HopVerdict::Unreachable => proved,
            HopVerdict::Incorrect | HopVerdict::Missing => false,
        };
        verdict.readable = verdict.hops.iter().all(|hop| right(hop.verdict));
        if !verdict.readable && verdict.finding.is_none() {
            verdict.unknown = true;
            let doubtful = verdict.hops.iter().find(|hop| hop.verdict != HopVerdict::Correct);
            let why = doubtful.map_or("not everything could be read", |hop| &hop.detail);
            verdict.finding = Some(format!("whether it can read is unknown: {why}"));
        }
        verdict
    }

    async fn seen(&self, account: &AccountName, name: &str) -> Seen {
        let Some(connection) = self.accounts.get(account) else { return Seen::Unreached };
        match role_policies::role(connection, name).await {
            Ok(Some(view)) => Seen::Role(view),
            Ok(None) => Seen::None,
            Err(error) => Seen::Unread(error),
        }
    }

    /// The hops into the role, by what the policies of both sides say.
    fn ways_in(&self, reader: &Reader, role: &Seen, trusted: Option<&Seen>, verdict: &mut ReaderVerdict) {
        let arn = verdict.role.clone();
        if let (Some(seen), Some(name)) = (trusted, &reader.trusted.role) {
            let found = found(seen, name, &reader.trusted.account);
            let existing = found.as_ref().map(|view| format!("{} is there", view.arn)).map_err(Clone::clone);
            verdict.hops.push(hop("trusted_role", existing));
            verdict.hops.push(hop(
                "assume_permission",
                found.and_then(|view| may_assume(self.requests(), view, &arn)),
            ));
        }
        let found = found(role, &reader.role, &reader.account);
        let existing = found.as_ref().map(|view| format!("{} is there", view.arn)).map_err(Clone::clone);
        verdict.hops.push(hop("reader_role", existing));
        let trust = found.and_then(|view| self.trusts(reader, view, trusted));
        verdict.hops.push(hop("role_trust", trust));
    }

    /// Whether the role lets in who is trusted.
    fn trusts(&self, reader: &Reader, view: &RoleView, trusted: Option<&Seen>) -> Finding {
        let account = &self.survey.topology.accounts[&reader.trusted.account].id;
        let partition = reader.region.partition();
        let set = reader.trusted.permission_set.as_deref();
        let (arn, tags) = match (&reader.trusted.role, trusted) {
            (_, Some(Seen::Role(trusted))) => (Some(trusted.arn.clone()), trusted.tags.clone()),
            (Some(name), _) => {
                (Some(arns::role(partition, account, name.trim_start_matches('/'))), Tags::new())
            }
            // Anybody of the account, whom its own policies let continue.
            (None, _) => (None, Tags::new()),
        };
        let who = arn.as_deref().map(|arn| Role { account, arn, tags: &tags });
        let Some(document) = &view.trust else {
            return Err(Flaw::from((HopVerdict::Missing, "it has no trust policy".to_owned())));
        };
        let policy = Policy::from_value(document)
            .map_err(|error| Flaw::from((HopVerdict::Incorrect, error.to_string())))?;
        let mut asked = self.requests().assume(who, account, &view.arn);
        if let Some(set) = set {
            // A role of this form, whichever number it ends in.
            let role = arns::role(partition, account, &role_of_permission_set(set, "0123456789abcdef"));
            asked.context = asked.context.with("aws:PrincipalArn", role);
        }
        let whom = match (&arn, set) {
            (Some(who), _) => who.clone(),
            (None, Some(set)) => format!("the permission set {set} in account {account}"),
            (None, None) => format!("every principal that account {account} allows"),
        };
        admitted(asked.decided_by(&policy, PolicyKind::Trust), &format!("it trusts {whom}"))
    }

    /// Assumes the role where there are credentials of who is trusted: logpipe's own, or those it has in that account.
    async fn assumed(&self, reader: &Reader, verdict: &mut ReaderVerdict) -> Option<ReaderSession> {
        let candidates = async {
            let start = Candidate::start(&self.survey.topology, reader, self.base).await.ok();
            let start = start.filter(|start| start.is_trusted(&self.survey.topology, reader));
            if start.is_some() {
                return start;
            }
            let connection = self.accounts.get(&reader.trusted.account)?;
            let meter = self.accounts.meter();
            let there =
                Candidate::of_connection(&self.survey.topology, reader, connection, meter).await.ok()?;
            there.is_trusted(&self.survey.topology, reader).then_some(there)
        };
        let Some(candidate) = Box::pin(candidates).await else {
            let set = reader.trusted.permission_set.clone().map(Trusted::PermissionSet);
            let who = reader.trusted.role.clone().map(Trusted::Role).or(set).unwrap_or(Trusted::Account);
            verdict.notes.push(Note::NotTrusted { who, account: reader.trusted.account.clone() });
            return None;
        };
        verdict.before = Some(candidate.identity.clone());
        match Box::pin(candidate.assume(&self.survey.topology, reader)).await {
            Ok(session) => {
                verdict.assumed = true;
                verdict.after = Some(session.after.clone());
                verdict.hops.push(hop("assumed", Ok(format!("{} became {}", session.before, session.after))));
                Some(session)
            }
            Err(error) if reader.trusted.role.is_none() && error.denied() => {
                verdict.notes.push(Note::NotAssumed { error: error.to_string() });
                None
            }
            Err(error) => {
                let detail = format!("it could not be assumed: {error}");
                let state = if error.denied() { HopVerdict::Incorrect } else { HopVerdict::Unreachable };
                verdict.hops.push(hop("assumed", Err(Flaw::from((state, detail)))));
                None
            }
        }
    }

    /// Reads an event through the role.
    async fn read(&self, reader: &Reader, session: ReaderSession, verdict: &mut ReaderVerdict) {
        let Some(connection) = session.accounts.get(&reader.account) else { return };
        let read = read_one(connection, &reader.region, &self.groups_in(&reader.account)).await;
        let finding = match read {
            Ok(Some(read)) => {
                let detail = format!("an event of {} was read", read.group);
                let (log_group, log_stream) = (read.group, read.stream);
                verdict.event = Some(ReadEvent { log_group, log_stream, message: read.message });
                Ok(detail)
            }
            Ok(None) => Ok("it may read, and there is no event yet".to_owned()),
            Err(error) if error.denied() => {
                Err(Flaw::from((HopVerdict::Incorrect, format!("it may not read: {error}"))))
            }
            Err(error) => Err(Flaw::from((HopVerdict::Unreachable, error.to_string()))),
        };
        verdict.hops.push(hop("read", finding));
    }

    /// Log groups that the topology knows in an account.
    fn groups_in(&self, account: &AccountName) -> Vec<String> {
        let routes = self.survey.graph.routes.iter().filter(|route| route.account == *account);
        let agents = self.survey.topology.agents.values().filter(|agent| agent.accounts.contains(account));
        let files = agents.flat_map(|agent| agent.collected.log_groups().map(str::to_owned));
        routes.map(|route| route.log_group.clone()).chain(files).collect()
    }

    /// Whether the role could read, by its policies.
    async fn judged(&self, reader: &Reader, role: &Seen, verdict: &mut ReaderVerdict) {
        let Ok(view) = found(role, &reader.role, &reader.account) else { return };
        let id = &self.survey.topology.accounts[&reader.account].id;
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
        let certain = |check: &&Checked| !check.allowed && check.depends_on.is_empty();
        let refused = checks.iter().find(certain).or_else(|| checks.iter().find(|check| !check.allowed));
        let finding = match refused {
            Some(Checked { action, resource, detail, depends_on, .. }) => {
                let why = detail.as_deref().unwrap_or("it is not allowed");
                let state = if depends_on.is_empty() { HopVerdict::Incorrect } else { HopVerdict::Unknown };
                let flaw = Flaw::from((state, format!("{action} on {resource}: {why}")));
                Err(Flaw { depends_on: depends_on.clone(), ..flaw })
            }
            None => {
                let statement = checks.last().and_then(|check| check.statement.clone()).unwrap_or_default();
                Ok(format!("it may list log groups and streams, and read events ({statement})"))
            }
        };
        verdict.hops.push(hop("read", finding));
    }
}

fn role_address(account: &AccountName, name: &str) -> Address {
    Address::global(account, KindName::IamRole, last_part(name))
}

fn found<'a>(seen: &'a Seen, name: &str, account: &AccountName) -> Result<&'a RoleView, Flaw> {
    match seen {
        Seen::Role(view) => Ok(view),
        Seen::None => Err(Flaw::from((HopVerdict::Missing, format!("there is no role {name} in {account}")))),
        Seen::Unread(error) => {
            let detail = format!("role {name} of {account} could not be read: {error}");
            Err(Flaw::from((unread(error), detail)))
        }
        Seen::Unreached => {
            let detail =
                format!("role {name} of {account} was not looked at: there is no way into the account");
            Err(Flaw::from((HopVerdict::Unreachable, detail)))
        }
    }
}

fn unread(error: &CallError) -> HopVerdict {
    if error.class == Class::NotFound { HopVerdict::Missing } else { HopVerdict::Unreachable }
}

/// Whether the policies of who is trusted let it assume the role.
fn may_assume(requests: Requests<'_>, view: &RoleView, role: &str) -> Finding {
    let Some(account) = account_of(&view.arn) else {
        return Err(Flaw::from((HopVerdict::Incorrect, format!("{} is not the ARN of a role", view.arn))));
    };
    let asked = requests.assume(Some(acting(view, &account)), &account, role);
    admitted(identity(view, &asked.request()), &format!("{} may assume {role}", view.arn))
}
