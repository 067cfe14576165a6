//! The facts of a request: its condition keys, and those that follow from who asks.

use std::collections::{BTreeMap, BTreeSet};

use super::principal::Principal;

/// The values of one condition key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextValues(Vec<String>);

impl From<&str> for ContextValues {
    fn from(value: &str) -> Self {
        Self(vec![value.to_owned()])
    }
}

impl From<&String> for ContextValues {
    fn from(value: &String) -> Self {
        Self(vec![value.clone()])
    }
}

impl From<String> for ContextValues {
    fn from(value: String) -> Self {
        Self(vec![value])
    }
}

impl From<Vec<String>> for ContextValues {
    fn from(values: Vec<String>) -> Self {
        Self(values)
    }
}

/// What is known of the condition keys of a request. Keys are the same whatever their case.
///
/// What nothing is said about is unknown, not absent: AWS puts keys into requests that whoever judges them has never
/// heard of (IAM User Guide, "AWS global condition context keys"). [`Context::complete`] is for whoever knows them all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    said: BTreeMap<String, Said>,
    /// What keys begin with that are all absent.
    absent: BTreeSet<String>,
    complete: bool,
}

/// What is said of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    Values(Vec<String>),
    OneOf(Vec<String>),
    Absent,
}

impl Context {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every key of the request will be said: the others are absent.
    pub fn complete() -> Self {
        Self { complete: true, ..Self::default() }
    }

    /// Sets `key`, replacing what it held. No value at all is the same as absence.
    pub fn insert(&mut self, key: &str, values: impl Into<ContextValues>) {
        self.said.insert(key.to_ascii_lowercase(), Said::Values(values.into().0));
    }

    /// The same with `key` set, for building in one expression.
    #[must_use]
    pub fn with(mut self, key: &str, values: impl Into<ContextValues>) -> Self {
        self.insert(key, values);
        self
    }

    /// The same with `key` set to one of these values, without knowing to which.
    #[must_use]
    pub fn with_one_of(mut self, key: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.said.insert(key.to_ascii_lowercase(), Said::OneOf(values));
        self
    }

    /// The same with `key` known not to be there; one that ends in `*` stands for all keys that begin with
    /// the rest and have not been set.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        let key = key.to_ascii_lowercase();
        match key.strip_suffix('*') {
            Some(start) => drop(self.absent.insert(start.to_owned())),
            None => drop(self.said.insert(key, Said::Absent)),
        }
        self
    }

    /// Whether nothing is said about a key, in lower case, one way or the other.
    fn is_silent_about(&self, key: &str) -> bool {
        !self.complete && !self.absent.iter().any(|start| key.starts_with(start.as_str()))
    }
}

/// What is known of a key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    Absent,
    Values(Vec<String>),
    /// One of these.
    OneOf(Vec<String>),
    /// Nothing, or only that it is there.
    Unknown {
        there: bool,
    },
}

impl Known {
    /// Whether the request has the key, where that is known.
    pub(super) fn exists(&self) -> Option<bool> {
        match self {
            Self::Absent => Some(false),
            Self::Values(_) | Self::OneOf(_) | Self::Unknown { there: true } => Some(true),
            Self::Unknown { there: false } => None,
        }
    }
}

/// What a variable stands for.
pub(super) enum Single {
    Value(String),
    /// It has no value, or several.
    None,
    Unknown,
}

/// Keys that AWS puts into every request (IAM User Guide, "AWS global condition context keys", and Service
/// Authorization Reference, "Condition keys for Amazon S3").
const ALWAYS_THERE: [&str; 14] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principaltype",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:securetransport",
    "aws:userid",
    "aws:viaawsservice",
    "s3:authtype",
    "s3:signatureversion",
    "s3:tlsversion",
];

/// Everything a condition or a variable can ask about a request.
pub(super) struct Facts<'a> {
    pub(super) principal: &'a Principal,
    pub(super) context: &'a Context,
}

impl Facts<'_> {
    /// What is known of `key`: as said, else as it follows from the principal.
    pub(super) fn of(&self, key: &str) -> Known {
        let key = key.to_ascii_lowercase();
        match self.context.said.get(&key) {
            Some(Said::Values(values)) if values.is_empty() => Known::Absent,
            Some(Said::Values(values)) => Known::Values(values.clone()),
            Some(Said::OneOf(values)) => Known::OneOf(values.clone()),
            Some(Said::Absent) => Known::Absent,
            None => self.principal.key(&key).unwrap_or_else(|| match self.context.is_silent_about(&key) {
                true => Known::Unknown { there: self.is_always_there(&key) },
                false => Known::Absent,
            }),
        }
    }

    /// Services and strangers have no account and no ARN.
    fn is_always_there(&self, key: &str) -> bool {
        let of_somebody = ["aws:principalaccount", "aws:principalarn"].contains(&key);
        ALWAYS_THERE.contains(&key) && (!of_somebody || self.principal.account().is_some())
    }

    /// The one value of `key`; variables cannot stand for a key with several.
    pub(super) fn single(&self, key: &str) -> Single {
        match self.of(key) {
            Known::Values(values) => match values.as_slice() {
                [value] => Single::Value(value.clone()),
                _ => Single::None,
            },
            Known::Absent => Single::None,
            Known::OneOf(_) | Known::Unknown { .. } => Single::Unknown,
        }
    }
}
