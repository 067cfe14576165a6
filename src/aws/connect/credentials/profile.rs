//! What a profile of the AWS configuration files says about credentials: where they start, and which roles are assumed
//! with them.
//!
//! `aws-config` follows such chains too, but asks for no MFA code, sends its AssumeRole to AWS whatever the endpoint of
//! the run, and signs with whatever the files hold. So logpipe assumes the roles itself, and leaves to `aws-config` what
//! a chain starts with. Rules: AWS CLI User Guide, "Using an IAM role in the AWS CLI"; AWS SDKs and Tools Reference Guide,
//! "Assume role credential provider".

use std::fmt;

use aws_config::profile::{Profile, ProfileSet};
use aws_credential_types::Credentials;

use crate::shell;

/// Where the credentials of a profile come from.
#[derive(Clone, PartialEq)]
pub(super) struct Chain {
    /// What they start with.
    pub(super) source: Source,
    /// The roles that are assumed with them, in this order.
    pub(super) roles: Vec<ProfileRole>,
}

/// What a chain starts with.
#[derive(Clone, PartialEq)]
pub(super) enum Source {
    /// The access keys of a profile.
    Keys { profile: String, keys: Credentials },
    /// The environment variables.
    Environment,
    /// The role of the EC2 instance.
    Instance,
    /// The role of the container.
    Container,
    /// What a profile says otherwise.
    Profile { name: String, kind: Kind },
}

/// How a profile without keys and role gets its credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A session of IAM Identity Center.
    SingleSignOn,
    /// A session of `aws login`.
    Login,
    /// A program that prints them.
    Process,
    /// A token from a file.
    WebIdentity,
    /// It says nothing about credentials.
    Nothing,
}

/// A role of a profile.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct ProfileRole {
    pub(super) profile: String,
    pub(super) arn: String,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) mfa_serial: Option<String>,
    pub(super) seconds: Option<i32>,
}

impl fmt::Display for Source {
    /// In words, for errors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { profile, .. } => write!(f, "the access keys of profile `{profile}`"),
            Self::Environment => {
                f.write_str("the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
            }
            Self::Instance => f.write_str("the role of the EC2 instance"),
            Self::Container => f.write_str("the role of the container"),
            Self::Profile { name, kind } => match kind {
                Kind::SingleSignOn => write!(f, "the IAM Identity Center session of profile `{name}`"),
                Kind::Login => write!(f, "the `aws login` session of profile `{name}`"),
                Kind::Process => write!(f, "the credential_process of profile `{name}`"),
                Kind::WebIdentity => write!(f, "the web identity token of profile `{name}`"),
                Kind::Nothing => write!(f, "profile `{name}`"),
            },
        }
    }
}

impl Source {
    /// What to do if there are no credentials there.
    pub(super) fn remedy(&self) -> String {
        match self {
            Self::Keys { profile, .. } => {
                let option = shell::quoted(profile);
                format!("correct the keys of `[{profile}]` in ~/.aws/credentials: `aws configure --profile {option}`")
            }
            Self::Environment => "export new keys, session token included, or unset AWS_ACCESS_KEY_ID and name a profile with --profile".to_owned(),
            Self::Instance => "give the instance a role, or name a profile with --profile".to_owned(),
            Self::Container => "give the task a role, or name a profile with --profile".to_owned(),
            Self::Profile { name, kind } => kind.remedy(name),
        }
    }
}

impl Kind {
    fn remedy(self, name: &str) -> String {
        let option = shell::quoted(name);
        match self {
            Self::SingleSignOn => format!("sign in again: `aws sso login --profile {option}`"),
            Self::Login => format!("sign in again: `aws login --profile {option}`"),
            Self::Process => {
                format!("run the command in `credential_process` of profile `{name}` to see what it prints")
            }
            Self::WebIdentity => format!(
                "check `web_identity_token_file` of profile `{name}`: the token may have expired, or the role may not trust it"
            ),
            Self::Nothing => format!(
                "give profile `{name}` credentials: `aws configure sso --profile {option}`, `aws login --profile {option}` or `aws configure --profile {option}`"
            ),
        }
    }
}

/// Follows a profile to where its credentials start.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn chain(profiles: &ProfileSet, name: &str) -> Result<Chain, String> {
    let (mut roles, mut visited, mut at) = (Vec::new(), Vec::<&str>::new(), name);
    let source = loop {
        let profile =
            profiles.get_profile(at).ok_or_else(|| missing(at, visited.last().copied(), profiles))?;
        if visited.contains(&at) {
            let circle = [&visited[..], &[at]].concat().join("` → `");
            return Err(format!("the profiles `{circle}` name each other as `source_profile`"));
        }
        visited.push(at);
        // What a role is assumed with is keys first.
        if let Some(keys) = keys(profile)?.filter(|_| visited.len() > 1) {
            break Source::Keys { profile: at.to_owned(), keys };
        }
        let Some(role) = role(profile)? else { break without_role(profile)? };
        roles.push(role);
        match (profile.get("source_profile"), profile.get("credential_source")) {
            (Some(_), Some(_)) => {
                return Err(format!(
                    "profile `{at}` has both `source_profile` and `credential_source`: remove one of them"
                ));
            }
            (Some(next), None) if next != at => at = next,
            (Some(_), None) => {
                let own = keys(profile)?.map(|keys| Source::Keys { profile: at.to_owned(), keys });
                break own.unwrap_or_else(|| Source::Profile { name: at.to_owned(), kind: kind(profile) });
            }
            (None, Some(named)) => break named_source(at, named)?,
            (None, None) => {
                return Err(format!(
                    "profile `{at}` has a `role_arn` but no credentials to assume it with: add `source_profile` or `credential_source`"
                ));
            }
        }
    };
    roles.reverse();
    Ok(Chain { source, roles })
}

/// A profile that is not there, with those that are.
pub(in crate::aws) fn missing(name: &str, named_by: Option<&str>, profiles: &ProfileSet) -> String {
    let by = named_by.map(|by| format!(" (the `source_profile` of `{by}`)")).unwrap_or_default();
    let mut there: Vec<&str> = profiles.profiles().collect();
    there.sort_unstable();
    match there.as_slice() {
        [] => format!("there is no profile `{name}`, nor any other, in the AWS configuration files"),
        names => {
            format!(
                "there is no profile `{name}`{by} in the AWS configuration files, only {}",
                names.join(", ")
            )
        }
    }
}

/// A token from a file is what a chain starts with, and its role no link of it.
fn role(profile: &Profile) -> Result<Option<ProfileRole>, String> {
    let Some(arn) = profile.get("role_arn").filter(|_| profile.get("web_identity_token_file").is_none())
    else {
        return Ok(None);
    };
    let text = |key: &str| profile.get(key).map(str::to_owned);
    let name = profile.name();
    let seconds = match profile.get("duration_seconds") {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| format!("`duration_seconds` of profile `{name}` is not a number of seconds"))?,
        ),
    };
    Ok(Some(ProfileRole {
        profile: name.to_owned(),
        arn: arn.to_owned(),
        external_id: text("external_id"),
        session_name: text("role_session_name"),
        mfa_serial: text("mfa_serial"),
        seconds,
    }))
}

fn without_role(profile: &Profile) -> Result<Source, String> {
    let name = profile.name().to_owned();
    if let Some(named) = profile.get("credential_source") {
        return named_source(&name, named);
    }
    let kind = kind(profile);
    if kind == Kind::Nothing
        && let Some(keys) = keys(profile)?
    {
        return Ok(Source::Keys { profile: name, keys });
    }
    Ok(Source::Profile { name, kind })
}

/// The order is that of the SDKs.
fn kind(profile: &Profile) -> Kind {
    let has = |key: &str| profile.get(key).is_some();
    if has("web_identity_token_file") {
        Kind::WebIdentity
    } else if ["sso_session", "sso_start_url", "sso_account_id", "sso_region", "sso_role_name"]
        .iter()
        .any(|key| has(key))
    {
        Kind::SingleSignOn
    } else if has("login_session") {
        Kind::Login
    } else if has("credential_process") {
        Kind::Process
    } else {
        Kind::Nothing
    }
}

fn named_source(profile: &str, named: &str) -> Result<Source, String> {
    match named.to_ascii_lowercase().as_str() {
        "environment" => Ok(Source::Environment),
        "ec2instancemetadata" => Ok(Source::Instance),
        "ecscontainer" => Ok(Source::Container),
        _ => Err(format!(
            "`credential_source` of profile `{profile}` is `{named}`, but must be Environment, Ec2InstanceMetadata or EcsContainer"
        )),
    }
}

/// The keys of a profile, where it has some.
fn keys(profile: &Profile) -> Result<Option<Credentials>, String> {
    let get = |key: &str| profile.get(key).filter(|text| !text.is_empty());
    let (id, secret) = (get("aws_access_key_id"), get("aws_secret_access_key"));
    let lacks = |key: &str| Err(format!("profile `{}` has access keys but no `{key}`", profile.name()));
    match (id, secret) {
        (Some(id), Some(secret)) => {
            let token = get("aws_session_token").map(str::to_owned);
            Ok(Some(Credentials::new(id, secret, token, None, "profile")))
        }
        (None, None) => Ok(None),
        (None, Some(_)) => lacks("aws_access_key_id"),
        (Some(_), None) => lacks("aws_secret_access_key"),
    }
}
