//! Entering accounts: which role is assumed, and whether the credentials belong to the account that the topology names.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;
use futures_util::StreamExt;
use futures_util::stream;
use tokio::sync::OnceCell;

use crate::address::arn::account_of;
use crate::address::{AccountId, AccountName, Partition, Region};
use crate::aws::assume::{AssumedRole, Role};
use crate::aws::base::Base;
use crate::aws::call::{CallError, CallPlace, Class};
use crate::aws::clients::{Clients, RegionalClients, sts};
use crate::aws::credentials::NoStart;
use crate::aws::meter::{Meter, Scope, within};
use crate::aws::pace::Caller;
use crate::aws::pages::Pages;
use crate::event::{Event, Events};
use crate::secrets::Secrets;
use crate::topology::Account;

/// How many accounts are entered at once; STS allows 600 calls a second (IAM User Guide, quotas).
const AT_ONCE: usize = 100;

/// One account that logpipe is in.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: AccountId,
    pub(crate) role: Option<String>,
    clients: RegionalClients,
    home: Region,
    secrets: Secrets,
    lists_log_groups: OnceCell<bool>,
}

impl Connection {
    pub(in crate::aws) fn new(
        id: AccountId,
        role: Option<String>,
        clients: RegionalClients,
        home: Region,
        secrets: Secrets,
    ) -> Self {
        Self { id, role, clients, home, secrets, lists_log_groups: OnceCell::new() }
    }

    /// Who is told the credentials of what starts from here.
    pub(in crate::aws) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Whether ListLogGroups is to be had here, once a call has told.
    pub(in crate::aws) fn lists_log_groups(&self) -> &OnceCell<bool> {
        &self.lists_log_groups
    }

    /// What another connection can start from.
    pub(in crate::aws) fn start(&self) -> (SdkConfig, Caller) {
        self.clients.start()
    }

    /// The partition the account is in; no account is in two.
    pub(crate) fn partition(&self) -> Partition {
        self.home.partition()
    }

    /// Clients for a region; IAM, which has none, is reached through the topology's.
    pub(crate) fn clients(&self, region: Option<&Region>) -> Arc<Clients> {
        self.clients.of(region.unwrap_or(&self.home))
    }
}

impl Connection {
    /// Turns an SDK error into ours.
    pub(crate) fn answer<T, E>(
        &self,
        operation: &'static str,
        region: &Region,
        result: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<T, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        result.map_err(|error| CallError::from_sdk(operation, self.place(region), &error))
    }

    /// The same of a call that is made in no region.
    pub(crate) fn global<T, E>(
        &self,
        operation: &'static str,
        result: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<T, CallError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        result.map_err(|error| {
            CallError::from_sdk(
                operation,
                CallPlace { region: "global".to_owned(), ..self.place(&self.home) },
                &error,
            )
        })
    }

    /// A paginated list; `ask` fetches each page by its token.
    pub(crate) fn pages<F>(&self, operation: &'static str, region: &Region, ask: F) -> Pages<F> {
        Pages::new(operation, self.place(region), ask)
    }

    /// The same of a call that is made in no region.
    pub(crate) fn global_pages<F>(&self, operation: &'static str, ask: F) -> Pages<F> {
        Pages::new(operation, CallPlace { region: "global".to_owned(), ..self.place(&self.home) }, ask)
    }

    /// An error that AWS did not give: the call succeeded, and its answer will not do.
    pub(crate) fn complaint(
        &self,
        operation: &'static str,
        region: &Region,
        class: Class,
        message: String,
    ) -> CallError {
        CallError::unanswered(operation, self.place(region), class, message)
    }

    /// Where and as whom its calls are made.
    pub(in crate::aws) fn place(&self, region: &Region) -> CallPlace {
        CallPlace { account: self.id.clone(), region: region.to_string(), role: self.role.clone() }
    }
}

/// Every account of a run, connected and checked.
#[derive(Debug)]
pub struct Accounts {
    connections: BTreeMap<AccountName, Connection>,
    left_out: BTreeMap<AccountName, LeftOut>,
    meter: Meter,
}

/// An account that the user has allowed to be skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Its id.
    pub id: AccountId,
    /// Why it cannot be entered or read.
    pub error: CallError,
}

/// What becomes of accounts that cannot be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreachable {
    /// One of them ends the run.
    Fails,
    /// They are left out, unless AWS has not answered.
    LeftOut,
}

/// The accounts that could not be entered, all of them.
#[derive(Debug, thiserror::Error)]
#[error("could not enter {}", names(failures))]
pub struct NotConnected {
    /// Account and why.
    pub failures: Vec<(AccountName, CallError)>,
}

impl NotConnected {
    /// Whether every failure is a denial or a matter of credentials.
    pub fn denied(&self) -> bool {
        self.failures.iter().all(|(_, error)| error.denied())
    }
}

fn names(failures: &[(AccountName, CallError)]) -> String {
    let names: Vec<String> = failures.iter().map(|(name, _)| format!("account `{name}`")).collect();
    names.join(", ")
}

impl Accounts {
    /// Gets into every one of `accounts` at once.
    ///
    /// # Errors
    /// All accounts that could not be entered, each with what AWS answered.
    pub async fn connect<'a>(
        accounts: impl IntoIterator<Item = &'a Account>,
        home: &Region,
        base: &Base,
        events: &Events,
    ) -> Result<Self, NotConnected> {
        Self::reach(accounts, home, base, events, Unreachable::Fails).await
    }

    /// The same, and what becomes of those that cannot be entered.
    ///
    /// # Errors
    /// [`NotConnected`], of those that may not be left out.
    pub async fn reach<'a>(
        accounts: impl IntoIterator<Item = &'a Account>,
        home: &Region,
        base: &Base,
        events: &Events,
        unreachable: Unreachable,
    ) -> Result<Self, NotConnected> {
        let accounts: Vec<&Account> = accounts.into_iter().collect();
        events.send(Event::Connecting { total: accounts.len() });
        let mut entering = Vec::new();
        let mut failures = Vec::new();
        // Accounts with the same way in start from one configuration, and so share its credentials.
        let mut starting: BTreeMap<_, SdkConfig> = BTreeMap::new();
        for account in accounts {
            let own = account.access.role_arn.is_none().then(|| account.id.clone());
            let way = (account.access.profile.clone(), own);
            // STS counts calls against the caller, of whose account only the way to its credentials is known.
            let start = base.pace(way.0.clone().unwrap_or_default());
            let config = match starting.get(&way) {
                Some(config) => config.clone(),
                None => match base.config(account, home).await {
                    Ok(config) => starting.entry(way).or_insert(config).clone(),
                    Err(none) => {
                        failures.push((account.name.clone(), no_start(account, home, none)));
                        continue;
                    }
                },
            };
            entering.push(async move {
                let scope = Scope::Access(account.name.to_string());
                let result = within(scope, Box::pin(enter(account, home, config, base, start))).await;
                if result.is_ok() {
                    events.send(Event::Connected { account: account.name.clone(), id: account.id.clone() });
                }
                (account.name.clone(), result)
            });
        }
        let mut connections = BTreeMap::new();
        let mut entered = stream::iter(entering).buffer_unordered(AT_ONCE);
        while let Some((name, result)) = entered.next().await {
            match result {
                Ok(connection) => {
                    connections.insert(name, connection);
                }
                Err(error) => failures.push((name, error)),
            }
        }
        let left_out =
            failures.extract_if(.., |(_, error)| unreachable == Unreachable::LeftOut && error.is_final());
        let left_out = left_out
            .map(|(name, error)| (name, LeftOut { id: error.place.account.clone(), error }))
            .collect();
        if failures.is_empty() {
            Ok(Self { connections, left_out, meter: base.meter().clone() })
        } else {
            failures.sort_by(|a, b| a.0.cmp(&b.0));
            Err(NotConnected { failures })
        }
    }

    /// The accounts that the run skips.
    pub fn left_out(&self) -> &BTreeMap<AccountName, LeftOut> {
        &self.left_out
    }

    /// Goes on without an account that was entered and cannot be read.
    pub(crate) fn leave_out(&mut self, name: &AccountName, error: CallError) {
        if let Some(connection) = self.connections.remove(name) {
            self.left_out.insert(name.clone(), LeftOut { id: connection.id, error });
        }
    }

    /// The failures of accounts that were to be left out, where none is left.
    ///
    /// # Errors
    /// [`NotConnected`], of all of them.
    pub(crate) fn some(self) -> Result<Self, NotConnected> {
        if !self.connections.is_empty() || self.left_out.is_empty() {
            return Ok(self);
        }
        Err(NotConnected {
            failures: self.left_out.into_iter().map(|(name, left)| (name, left.error)).collect(),
        })
    }

    /// One way in.
    pub(in crate::aws) fn only(name: AccountName, connection: Connection, meter: Meter) -> Self {
        Self { connections: [(name, connection)].into(), left_out: BTreeMap::new(), meter }
    }

    /// These and others of the same run.
    pub fn and(mut self, others: Self) -> Self {
        self.connections.extend(others.connections);
        self.left_out.extend(others.left_out);
        self
    }

    /// The connection to an account.
    pub(crate) fn get(&self, name: &AccountName) -> Option<&Connection> {
        self.connections.get(name)
    }

    /// The count of calls made through these accounts.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }
}

/// There is nothing to assume a role with.
fn no_start(account: &Account, home: &Region, none: NoStart) -> CallError {
    let role = account.access.role_arn.clone();
    let place = CallPlace { account: account.id.clone(), region: home.to_string(), role };
    none.of("sts:AssumeRole", place)
}

/// Assumes the chain of roles of one account, or checks that the starting credentials are its own.
async fn enter(
    account: &Account,
    home: &Region,
    mut config: SdkConfig,
    base: &Base,
    start: Caller,
) -> Result<Connection, CallError> {
    let (access, meter) = (&account.access, base.meter());
    let own = start.other(account.id.as_str());
    let mut caller = start;
    for (index, arn) in access.via.iter().chain(&access.role_arn).enumerate() {
        let last = index == access.via.len();
        let session_account = account_of(arn).unwrap_or_else(|| account.id.clone());
        let role = Role {
            arn: arn.clone(),
            account: session_account.clone(),
            external_id: access.external_id.clone().filter(|_| last),
            session_name: access.session_name.clone(),
            seconds: None,
            code: None,
        };
        let assumed = AssumedRole::new(role, home, &config, (meter, &caller), base.secrets());
        let assumed = assumed.connect().await?;
        caller = caller.other(session_account.as_str());
        config = config.to_builder().credentials_provider(SharedCredentialsProvider::new(assumed)).build();
    }
    if access.role_arn.is_none() {
        check_identity(account, home, &config, meter, &own).await?;
    }
    Ok(Connection {
        id: account.id.clone(),
        role: access.role_arn.clone(),
        clients: RegionalClients::new(config, meter.clone(), own),
        home: home.clone(),
        secrets: base.secrets().clone(),
        lists_log_groups: OnceCell::new(),
    })
}

/// Where no role is assumed, only GetCallerIdentity tells whose credentials these are.
async fn check_identity(
    account: &Account,
    home: &Region,
    config: &SdkConfig,
    meter: &Meter,
    pace: &Caller,
) -> Result<(), CallError> {
    const OPERATION: &str = "sts:GetCallerIdentity";
    let place = CallPlace { account: account.id.clone(), region: home.to_string(), role: None };
    let identity = sts(config, meter, pace)
        .get_caller_identity()
        .send()
        .await
        .map_err(|error| CallError::from_sdk(OPERATION, place.clone(), &error))?;
    let found = identity.account().unwrap_or_default();
    if found == account.id.as_str() {
        return Ok(());
    }
    let message = format!(
        "the credentials are of account {found} ({}), but the topology says `{}` is {}",
        identity.arn().unwrap_or("no ARN"),
        account.name,
        account.id
    );
    Err(CallError::unanswered(OPERATION, place, Class::Denied, message))
}
