//! Who makes a call: the operator of an account, or the session of an assumed role.
//!
//! Owns the mapping of access key ids to callers. What a caller may do is decided in `access.rs`.

use serde::{Deserialize, Serialize};

use logpipe_identifiers::{AccountId, Partition};

use super::faults::fault::Fault;
use super::protocol::answers::Protocol;
use super::protocol::wire::Credential;
use super::state::world::World;

/// The name of the one user every account has.
pub(crate) const OPERATOR: &str = "operator";

/// The identity behind a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Caller {
    /// A user of the account who may do everything in it: what one has before any role is assumed.
    Operator {
        /// The account.
        account: AccountId,
    },
    /// A session of a role.
    Session(RoleSession),
}

/// A session of an assumed role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleSession {
    /// The account of the role.
    pub(crate) account: AccountId,
    /// The name of the role, without its path.
    pub(crate) role: String,
    /// The full ARN of the role.
    pub(crate) role_arn: String,
    /// The unique id of the role (`AROA…`).
    pub(crate) role_id: String,
    /// The name of the session.
    pub(crate) session: String,
}

/// Issued temporary credentials, kept under their access key id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Issued {
    /// Who they stand for.
    pub(crate) session: RoleSession,
    /// The session token that must accompany the key.
    pub(crate) token: String,
    /// When they stop to work.
    pub(crate) expires_ms: u64,
}

impl RoleSession {
    /// `arn:…:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    pub(crate) fn arn(&self, partition: Partition) -> String {
        format!("arn:{partition}:sts::{}:assumed-role/{}/{}", self.account, self.role, self.session)
    }
}

impl Caller {
    /// The account the caller belongs to.
    pub(crate) fn account(&self) -> &AccountId {
        match self {
            Self::Operator { account } => account,
            Self::Session(session) => &session.account,
        }
    }

    /// The ARN that GetCallerIdentity and error texts show.
    pub(crate) fn arn(&self, partition: Partition) -> String {
        match self {
            Self::Operator { account } => format!("arn:{partition}:iam::{account}:user/{OPERATOR}"),
            Self::Session(session) => session.arn(partition),
        }
    }

    /// The `UserId` of GetCallerIdentity.
    pub(crate) fn user_id(&self) -> String {
        match self {
            Self::Operator { account } => format!("AIDA{account}"),
            Self::Session(session) => format!("{}:{}", session.role_id, session.session),
        }
    }

    /// The caller a credential stands for. The signature is not verified: whoever can reach the sandbox may use it.
    pub(crate) fn identify(
        world: &World,
        credential: &Credential,
        protocol: Protocol,
    ) -> Result<Self, Fault> {
        if let Some(account) = operator_account(&credential.access_key) {
            return Ok(Self::Operator { account });
        }
        let issued = world.sessions.get(&credential.access_key).ok_or_else(|| unknown_key(protocol))?;
        if credential.token.as_deref() != Some(issued.token.as_str()) {
            return Err(unknown_key(protocol));
        }
        if issued.expires_ms <= world.now_ms {
            return Err(expired(protocol));
        }
        Ok(Self::Session(issued.session.clone()))
    }
}

/// The account of an operator's key: `SANDBOX` and the account id, or the bare account id.
fn operator_account(access_key: &str) -> Option<AccountId> {
    access_key.strip_prefix("SANDBOX").unwrap_or(access_key).parse().ok()
}

fn unknown_key(protocol: Protocol) -> Fault {
    let text = "The security token included in the request is invalid.";
    match protocol {
        Protocol::Json => Fault::invalid("UnrecognizedClientException", text),
        Protocol::Ec2 => {
            Fault::new(401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        }
        Protocol::Query { .. } | Protocol::Cbor => Fault::new(403, "InvalidClientTokenId", text),
        Protocol::S3 => Fault::new(
            403,
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        ),
    }
}

fn expired(protocol: Protocol) -> Fault {
    match protocol {
        Protocol::Json => {
            Fault::invalid("ExpiredTokenException", "The security token included in the request is expired")
        }
        Protocol::Ec2 => Fault::invalid("RequestExpired", "Request has expired."),
        Protocol::Query { .. } | Protocol::Cbor => {
            Fault::new(403, "ExpiredToken", "The security token included in the request is expired")
        }
        Protocol::S3 => Fault::invalid("ExpiredToken", "The provided token has expired."),
    }
}
