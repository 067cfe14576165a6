//! Assumes a reader's role as the reader would, and reports the identity before and after.

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;

use crate::address::{AccountId, Arn, arn};
use crate::aws::accounts::{Accounts, Connection};
use crate::aws::assume::{AssumedRole, Role};
use crate::aws::base::Base;
use crate::aws::call::{CallError, CallPlace};
use crate::aws::clients::{RegionalClients, sts};
use crate::aws::meter::Meter;
use crate::aws::pace::Caller;
use crate::secrets::Secrets;
use crate::topology::{Account, Reader, Topology, Trusted};

/// A session of a reader's role.
#[derive(Debug)]
pub struct ReaderSession {
    /// Who assumed it, as STS names them.
    pub before: String,
    /// Who that is now.
    pub after: String,
    /// The way into the reader's account, as the reader.
    pub accounts: Accounts,
}

/// Credentials that may be those of who reads.
#[derive(Debug)]
pub(crate) struct Candidate {
    config: SdkConfig,
    meter: Meter,
    caller: Caller,
    secrets: Secrets,
    /// Who they are, as STS names them.
    pub(crate) identity: String,
}

impl Candidate {
    /// The credentials that logpipe starts with.
    pub(crate) async fn start(topology: &Topology, reader: &Reader, base: &Base) -> Result<Self, CallError> {
        let account = &topology.accounts[&reader.trusted.account];
        let profile = account.access.profile.as_deref();
        let config = base
            .starting(profile, None, &reader.region)
            .await
            .map_err(|none| none.of(IDENTITY, place(account, reader)))?;
        let caller = base.pace(profile.unwrap_or_default());
        Self::of(config, (base.meter().clone(), caller), base.secrets().clone(), place(account, reader)).await
    }

    /// Those that logpipe has in the account of who reads.
    pub(crate) async fn of_connection(
        topology: &Topology,
        reader: &Reader,
        connection: &Connection,
        meter: &Meter,
    ) -> Result<Self, CallError> {
        let account = &topology.accounts[&reader.trusted.account];
        let (config, caller) = connection.start();
        let secrets = connection.secrets().clone();
        Self::of(config, (meter.clone(), caller), secrets, place(account, reader)).await
    }

    async fn of(
        config: SdkConfig,
        (meter, caller): (Meter, Caller),
        secrets: Secrets,
        place: CallPlace,
    ) -> Result<Self, CallError> {
        let identity = identity(&config, &meter, &caller, place).await?;
        Ok(Self { config, meter, caller, secrets, identity })
    }

    /// Whether they are who the reader's role trusts.
    pub(crate) fn is_trusted(&self, topology: &Topology, reader: &Reader) -> bool {
        let account = &topology.accounts[&reader.trusted.account].id;
        is_of(&self.identity, account, &reader.trusted)
    }

    /// Assumes the reader's role with them.
    pub(crate) async fn assume(
        self,
        topology: &Topology,
        reader: &Reader,
    ) -> Result<ReaderSession, CallError> {
        let account = &topology.accounts[&reader.account];
        let Account { id, access, .. } = account;
        let arn = arn::role(reader.region.partition(), id, &reader.role);
        let role = Role {
            arn: arn.clone(),
            account: id.clone(),
            external_id: None,
            session_name: access.session_name.clone(),
            seconds: None,
            code: None,
        };
        let Self { config, meter, caller, secrets, identity: before } = self;
        let assumed = AssumedRole::new(role, &reader.region, &config, (&meter, &caller), &secrets);
        let assumed = assumed.connect().await?;
        let config =
            config.to_builder().credentials_provider(SharedCredentialsProvider::new(assumed)).build();
        let caller = caller.other(id.as_str());
        let place = CallPlace { role: Some(arn.clone()), ..place(account, reader) };
        let after = identity(&config, &meter, &caller, place).await?;
        let clients = RegionalClients::new(config, meter.clone(), caller);
        let connection = Connection::new(id.clone(), Some(arn), clients, reader.region.clone(), secrets);
        Ok(ReaderSession {
            before,
            after,
            accounts: Accounts::only(reader.account.clone(), connection, meter),
        })
    }
}

const IDENTITY: &str = "sts:GetCallerIdentity";

fn place(account: &Account, reader: &Reader) -> CallPlace {
    CallPlace { account: account.id.clone(), region: reader.region.to_string(), role: None }
}

async fn identity(
    config: &SdkConfig,
    meter: &Meter,
    caller: &Caller,
    place: CallPlace,
) -> Result<String, CallError> {
    let answer = sts(config, meter, caller).get_caller_identity().send().await;
    let answer = answer.map_err(|error| CallError::from_sdk(IDENTITY, place, &error))?;
    Ok(answer.arn.unwrap_or_default())
}

/// Whether an identity is a session of the role, or of a holder of the permission set, that is trusted; without either,
/// anybody of the account.
fn is_of(identity: &str, account: &AccountId, trusted: &Trusted) -> bool {
    let Some(identity) = Arn::parse(identity).filter(|arn| arn.account == account.as_str()) else {
        return false;
    };
    // The ARN of a session leaves the path of its role out.
    let session = identity.named("assumed-role").and_then(|who| who.split('/').next());
    trusted.is_whole_account() || session.is_some_and(|role| trusted.is_role(role))
}

/// Assumes a reader's role for reading: with the starting credentials, as on the machine of who reads, or from the account
/// of who reads, whichever is let in.
///
/// # Errors
/// What AWS answered to each.
pub async fn as_reader(
    topology: &Topology,
    reader: &Reader,
    base: &Base,
    trusted: impl AsyncFnOnce() -> Result<Accounts, CallError>,
) -> Result<ReaderSession, Vec<CallError>> {
    let direct = async { Candidate::start(topology, reader, base).await?.assume(topology, reader).await };
    let first = match Box::pin(direct).await {
        Ok(session) => return Ok(session),
        Err(error) => error,
    };
    let through = async {
        let accounts = trusted().await?;
        let Some(connection) = accounts.get(&reader.trusted.account) else { return Ok(None) };
        let candidate = Candidate::of_connection(topology, reader, connection, base.meter()).await?;
        candidate.assume(topology, reader).await.map(Some)
    };
    match Box::pin(through).await {
        Ok(Some(session)) => Ok(session),
        Ok(None) => Err(vec![first]),
        Err(second) => Err(vec![first, second]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_of_its_role_and_account() {
        let account: AccountId = "222222222222".parse().unwrap();
        let is = |identity: &str, role: Option<&str>, set: Option<&str>, expect: bool| {
            let (role, permission_set) = (role.map(str::to_owned), set.map(str::to_owned));
            let trusted = Trusted { account: "monitor".parse().unwrap(), role, permission_set };
            assert_eq!(is_of(identity, &account, &trusted), expect, "{identity} {trusted:?}");
        };
        let check = |identity: &str, role: Option<&str>, expect: bool| is(identity, role, None, expect);
        let session = "arn:aws:sts::222222222222:assumed-role/ops/i-1";
        check(session, Some("ops"), true);
        check(session, Some("team/ops"), true);
        check(session, Some("op"), false);
        check(session, None, true);
        check("arn:aws:sts::333333333333:assumed-role/ops/i-1", Some("ops"), false);
        check("arn:aws:sts::333333333333:assumed-role/ops/i-1", None, false);
        check("arn:aws:iam::222222222222:user/ops", Some("ops"), false);
        check("arn:aws:iam::222222222222:user/ops", None, true);
        check("", None, false);
        let signed_in =
            |role: &str| format!("arn:aws:sts::222222222222:assumed-role/{role}/somebody@example.com");
        is(&signed_in("AWSReservedSSO_LogReaders_0123456789abcdef"), None, Some("LogReaders"), true);
        is(&signed_in("AWSReservedSSO_LogReaders_Too_0123456789abcdef"), None, Some("LogReaders"), false);
        is(&signed_in("LogReaders"), None, Some("LogReaders"), false);
    }
}
