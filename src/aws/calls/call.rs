//! The error of one AWS call: it keeps AWS's own words, and has one class on which the engine branches.
//!
//! The only place that looks into SDK errors. Reporting and handling are two jobs: [`Class`] is for branching,
//! code, message and request id are for people.

use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::address::AccountId;
use crate::aws::answers::{NotOfAws, Silence};
use crate::aws::credentials::NoCredentials;
use crate::aws::fence::lapsed;
use crate::untrusted::cut;

/// The most characters of a message that are worth keeping: it is kept with the failure, printed and reported.
const LONGEST: usize = 2_000;

/// What kind of failure a call ended in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Too many calls; the SDK's retries are used up.
    Throttled,
    /// The thing asked about does not exist.
    NotFound,
    /// It exists already, or another change is in progress.
    Conflict,
    /// Not authorised.
    Denied,
    /// The starting credentials or the session are missing, wrong or expired.
    Credentials,
    /// AWS refused the request as wrong.
    Invalid,
    /// AWS failed on its side (5xx).
    Unavailable,
    /// No answer came back, so a writing call may have taken effect.
    NoAnswer,
    /// It was not sent, because the run may no longer write.
    Unsent,
    /// What came back is not of AWS, or cannot be read, so nothing is known: not that something is absent, and not
    /// whether a writing call took effect.
    Unreadable,
}

/// What is said of few failed calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aside {
    /// The region in which S3 says the bucket is.
    BucketRegion(String),
    /// What to do if the source gave no credentials.
    Remedy(String),
}

/// One failed AWS call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// Service and operation in IAM's spelling, e.g. `firehose:CreateDeliveryStream`.
    pub operation: &'static str,
    /// Where and as whom it was made.
    pub place: Box<CallPlace>,
    /// AWS's error code.
    pub code: Option<String>,
    /// AWS's message, or what went wrong on the way.
    pub message: String,
    /// AWS's request id, for support.
    pub request_id: Option<String>,
    /// HTTP status.
    pub status: Option<u16>,
    /// What else was said, of few calls.
    pub aside: Option<Box<Aside>>,
    /// Its class.
    pub class: Class,
}

impl CallError {
    /// Classifies an SDK error.
    pub(crate) fn from_sdk<E>(
        operation: &'static str,
        place: CallPlace,
        error: &SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let response = error.raw_response();
        let status = response.map(|response| response.status().as_u16());
        let header =
            |name: &str| response.and_then(|response| response.headers().get(name)).map(str::to_owned);
        let code = error.code().map(str::to_owned);
        let message = match (error.message(), status) {
            (Some(message), _) => message.to_owned(),
            // A HEAD has no body that could say more.
            (None, Some(status)) if code.is_none() => format!("HTTP status {status}, and no message"),
            (None, _) => match lapsed(error) {
                Some(lapsed) => lapsed.to_string(),
                None => without_secrets(&chain(error)),
            },
        };
        let none = cause::<NoCredentials>(error);
        let (message, class) = match (none, cause::<NotOfAws>(error), cause::<Silence>(error)) {
            (Some(_), ..) => (message, Class::Credentials),
            (_, Some(other), _) => (without_secrets(&other.to_string()), Class::Unreadable),
            (.., Some(silence)) => (silence.to_string(), Class::NoAnswer),
            (None, None, None) if lapsed(error).is_some() => (message, Class::Unsent),
            (None, None, None) => {
                let class = classify(code.as_deref(), status, &message, answered(error));
                (message, class)
            }
        };
        Self {
            operation,
            place: Box::new(place),
            request_id: header("x-amzn-requestid").or_else(|| header("x-amz-request-id")),
            code,
            message: cut(&message, LONGEST).into_owned(),
            status,
            aside: none
                .map(|none| Aside::Remedy(none.remedy.clone()))
                .or_else(|| header("x-amz-bucket-region").map(Aside::BucketRegion))
                .map(Box::new),
            class,
        }
    }

    /// An error without words of AWS: an answer that will not do, or none.
    pub(crate) fn unanswered(
        operation: &'static str,
        place: CallPlace,
        class: Class,
        message: String,
    ) -> Self {
        let place = Box::new(place);
        let message = cut(&message, LONGEST).into_owned();
        Self { operation, place, code: None, message, request_id: None, status: None, aside: None, class }
    }

    /// The region in which S3 says the bucket is.
    pub(crate) fn bucket_region(&self) -> Option<&str> {
        match self.aside.as_deref() {
            Some(Aside::BucketRegion(region)) => Some(region),
            _ => None,
        }
    }

    /// What to do if there were no credentials.
    fn remedy(&self) -> Option<&str> {
        match self.aside.as_deref() {
            Some(Aside::Remedy(remedy)) => Some(remedy),
            _ => None,
        }
    }

    /// Whether access was refused, or there were no credentials to try with.
    pub fn denied(&self) -> bool {
        matches!(self.class, Class::Denied | Class::Credentials)
    }

    /// Whether AWS has answered, and would answer the same again: no matter of the network, of too many calls or of a
    /// failure on AWS's side.
    pub fn is_final(&self) -> bool {
        !matches!(self.class, Class::NoAnswer | Class::Unreadable | Class::Throttled | Class::Unavailable)
    }

    /// Whether AWS's code is `code` and its message holds one of `texts` (any message when there are none).
    pub fn is(&self, code: &str, texts: &[&str]) -> bool {
        self.code.as_deref() == Some(code)
            && (texts.is_empty() || texts.iter().any(|text| self.message.contains(text)))
    }

    /// The region in which S3 says the bucket is, where the call went to another one. S3 answers so to every call on a
    /// bucket, in a header (S3 API Reference, HeadBucket, `x-amz-bucket-region`).
    pub fn bucket_elsewhere(&self) -> Option<&str> {
        let asked = self.place.region.as_str();
        let redirected = matches!(self.status, Some(301 | 307 | 400));
        self.bucket_region().filter(|there| redirected && *there != asked)
    }

    /// Whether the log group is there without the log stream that was asked for, as most are. Both have the same code.
    pub fn lacks_log_stream(&self) -> bool {
        self.class == Class::NotFound && self.message.contains("log stream")
    }

    /// The KMS key that the caller may not decrypt with, where that is what an object was refused for: S3 names the
    /// action, and mostly the key, in its message alone.
    pub fn undecryptable_key(&self) -> Option<&str> {
        let named = || self.message.split_whitespace().find(|word| word.contains(":kms:"));
        let key = self
            .message
            .contains("perform: kms:Decrypt")
            .then(|| named().unwrap_or("the bucket's KMS key"))?;
        Some(key.trim_end_matches(['.', ',', ')']))
    }

    /// What the user can do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self.class {
            Class::Denied => Some(self.denied_hint()),
            Class::Credentials => Some(self.remedy().unwrap_or(
                "no usable credentials: sign in again (`aws sso login` or `aws login`), export new access keys, or name a profile with --profile or `access.profile`",
            ).to_owned()),
            Class::Throttled => Some("AWS is throttling this account although logpipe stayed below its published rates, so something else is calling it too; run the command again".to_owned()),
            Class::NoAnswer => Some("check the network, the proxy and the endpoint, and allow slow calls more time with --call-timeout; the next run reads what is there".to_owned()),
            Class::Unreadable => Some("something between here and AWS is answering in its place: check the proxy (HTTPS_PROXY, NO_PROXY), the VPN and the endpoint (--endpoint-url, AWS_ENDPOINT_URL); the answer was ignored, and the next run reads what is there".to_owned()),
            Class::Invalid => self.organization_hint(),
            _ => None,
        }
    }

    fn organization_hint(&self) -> Option<String> {
        let account = &self.place.account;
        match self.code.as_deref() {
            Some("AWSOrganizationsNotInUseException") => Some(format!(
                "account {account} is not in an organisation: set `organization.account` to one that is, or list the accounts by name or id"
            )),
            Some("ParentNotFoundException") => Some(format!(
                "the organisation of account {account} has no such organisational unit: copy the `ou` of `organization.include` from the Organizations console"
            )),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CallPlace { account, region, role } = self.place.as_ref();
        write!(f, "{} in account {account} ({region})", self.operation)?;
        if let Some(role) = role {
            write!(f, " as {role}")?;
        }
        match &self.code {
            Some(code) => write!(f, ": {code}: {}", self.message)?,
            None => write!(f, ": {}", self.message)?,
        }
        match &self.request_id {
            Some(id) => write!(f, " (request id {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CallError {}

/// Where and as whom a call was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPlace {
    /// The account.
    pub account: AccountId,
    /// The region; IAM's is `global`.
    pub region: String,
    /// The role, when one was assumed.
    pub role: Option<String>,
}

fn answered<E>(error: &SdkError<E, HttpResponse>) -> bool {
    !matches!(error, SdkError::TimeoutError(_) | SdkError::DispatchFailure(_))
}

fn classify(code: Option<&str>, status: Option<u16>, message: &str, answered: bool) -> Class {
    // Codes first, in every spelling of the services; the status decides the rest.
    match code.unwrap_or_default() {
        "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException"
        | "TooManyUpdates"
        | "RequestLimitExceeded"
        | "SlowDown" => Class::Throttled,
        "NoSuchEntity"
        | "ResourceNotFound"
        | "ResourceNotFoundException"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "NoSuchTagSet"
        | "NoSuchBucketPolicy"
        | "NoSuchLifecycleConfiguration"
        | "NoSuchPublicAccessBlockConfiguration"
        | "OwnershipControlsNotFoundError"
        | "ObjectLockConfigurationNotFoundError"
        | "ServerSideEncryptionConfigurationNotFoundError"
        | "ParameterNotFound"
        | "InvalidResourceId"
        | "InvalidInstanceID.NotFound"
        | "InvalidAssociationID.NotFound"
        | "NotFound" => Class::NotFound,
        "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "InvalidSignatureException" => Class::Credentials,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "RegionDisabledException" => {
            Class::Denied
        }
        "EntityAlreadyExists"
        | "ResourceInUseException"
        | "ResourceAlreadyExistsException"
        | "ParameterAlreadyExists"
        | "BucketAlreadyExists"
        | "BucketAlreadyOwnedByYou"
        | "OperationAborted"
        | "OperationAbortedException"
        | "DeleteConflict"
        | "ConcurrentModification"
        | "ConcurrentModificationException"
        | "BucketNotEmpty" => Class::Conflict,
        _ => match status {
            Some(403) => Class::Denied,
            // Of a HEAD, whose answer has no code. Other codes that come with it are about anything.
            Some(404) if code.is_none() => Class::NotFound,
            Some(429) => Class::Throttled,
            Some(500..) => Class::Unavailable,
            Some(200..=299) => Class::Unreadable,
            Some(_) => Class::Invalid,
            None if message.contains("credentials") => Class::Credentials,
            None if answered => Class::Invalid,
            None => Class::NoAnswer,
        },
    }
}

/// The cause of a kind behind an error, if there is one.
pub(in crate::aws) fn cause<'e, C: std::error::Error + 'static>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e C> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| error.downcast_ref())
}

/// The error and its sources in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        next = cause.source();
    }
    text
}

/// Cuts what follows a secret's name; SDK errors do not print secrets today, and must not tomorrow.
fn without_secrets(text: &str) -> String {
    const NAMES: [&str; 4] = ["SecretAccessKey", "SessionToken", "X-Amz-Security-Token", "ExternalId="];
    let cut = NAMES.iter().filter_map(|name| text.find(name)).min();
    cut.map_or_else(|| text.to_owned(), |at| format!("{}…", &text[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_services_are_classified() {
        let class = |code: &str, status| classify(Some(code), Some(status), "", true);
        assert_eq!(class("NoSuchEntity", 404), Class::NotFound);
        assert_eq!(class("ResourceNotFoundException", 400), Class::NotFound);
        assert_eq!(class("AccessDenied", 403), Class::Denied);
        assert_eq!(class("Throttling", 400), Class::Throttled);
        assert_eq!(class("RequestLimitExceeded", 503), Class::Throttled);
        assert_eq!(class("UnauthorizedOperation", 403), Class::Denied);
        assert_eq!(class("InvalidInstanceID.NotFound", 400), Class::NotFound);
        assert_eq!(class("InvalidParameterValue", 400), Class::Invalid);
        assert_eq!(class("ParameterNotFound", 400), Class::NotFound);
        assert_eq!(class("ParameterAlreadyExists", 400), Class::Conflict);
        assert_eq!(class("InvalidArgumentException", 400), Class::Invalid);
        assert_eq!(class("InternalFailure", 500), Class::Unavailable);
        assert_eq!(classify(None, None, "connection refused", false), Class::NoAnswer);
        assert_eq!(classify(None, Some(404), "", true), Class::NotFound);
        assert_eq!(class("UnknownOperationException", 404), Class::Invalid);
        assert_eq!(classify(None, Some(200), "it cannot be read", true), Class::Unreadable);
    }

    #[test]
    fn what_follows_a_secret_is_cut() {
        assert_eq!(without_secrets("bad request: SessionToken=abc"), "bad request: …");
    }
}
