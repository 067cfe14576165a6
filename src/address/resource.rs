//! The address of a resource: account, place, kind and name.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::identifier::AccountName;
use super::kind_name::KindName;
use super::{BadIdentifier, Region};

/// The part of an address that says where: a region, or `global` for IAM.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// IAM, which has one control plane an account.
    Global,
    /// A region.
    Region(Region),
}

impl Place {
    /// The region, unless global.
    pub fn region(&self) -> Option<&Region> {
        match self {
            Self::Global => None,
            Self::Region(region) => Some(region),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Global => f.pad("global"),
            Self::Region(region) => region.fmt(f),
        }
    }
}

impl TryFrom<String> for Place {
    type Error = BadIdentifier;
    fn try_from(text: String) -> Result<Self, BadIdentifier> {
        if text == "global" { Ok(Self::Global) } else { text.parse().map(Self::Region) }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        place.to_string()
    }
}

/// The one name of a resource everywhere: `<account>/<region>/<kind>.<name>`, which copies share.
///
/// Sorted by account, then place, kind and name, so that listings group by account.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(Arc<AddressParts>);

/// What an address consists of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressParts {
    /// The account, as the topology calls it.
    pub account: AccountName,
    /// Region, or `global`.
    pub place: Place,
    /// What it is.
    pub kind: KindName,
    /// Its name in AWS. Parts of a compound name (log group and filter) are joined by `:`.
    pub name: ResourceName,
}

impl Deref for Address {
    type Target = AddressParts;

    fn deref(&self) -> &AddressParts {
        &self.0
    }
}

impl Ord for Address {
    fn cmp(&self, other: &Self) -> Ordering {
        match Arc::ptr_eq(&self.0, &other.0) {
            true => Ordering::Equal,
            false => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Address {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// What a resource is called in AWS, which copies of its address share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ResourceName(Arc<str>);

impl ResourceName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for ResourceName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for ResourceName {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<&str> for ResourceName {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<ResourceName> for String {
    fn from(name: ResourceName) -> Self {
        name.to_string()
    }
}

impl PartialEq<str> for ResourceName {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for ResourceName {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<ResourceName> for &str {
    fn eq(&self, other: &ResourceName) -> bool {
        other == self
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Address {
    /// The address of a resource in a place of an account.
    pub fn new(account: AccountName, place: Place, kind: KindName, name: impl Into<ResourceName>) -> Self {
        Self(Arc::new(AddressParts { account, place, kind, name: name.into() }))
    }

    /// The address of a resource of a service without regions, such as IAM's.
    pub fn global(account: &AccountName, kind: KindName, name: &str) -> Self {
        Self::new(account.clone(), Place::Global, kind, name)
    }

    /// The address of what has the same name, in the same place, and is of this kind.
    #[must_use]
    pub fn of_kind(&self, kind: KindName) -> Self {
        Self(Arc::new(AddressParts { kind, ..AddressParts::clone(self) }))
    }

    /// The address of what is of the same kind, in the same place, and has this name.
    #[must_use]
    pub fn named(&self, name: impl Into<ResourceName>) -> Self {
        Self(Arc::new(AddressParts { name: name.into(), ..AddressParts::clone(self) }))
    }

    /// The address of the same resource where its account goes by another name.
    #[must_use]
    pub fn of_account(&self, account: AccountName) -> Self {
        Self(Arc::new(AddressParts { account, ..AddressParts::clone(self) }))
    }

    /// The two parts of a compound name such as `<log group>:<filter>`; log group names hold no colon.
    pub fn name_parts(&self) -> (&str, &str) {
        self.name.split_once(':').unwrap_or((&self.name, ""))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}.{}", self.account, self.place, self.kind, self.name)
    }
}

impl FromStr for Address {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let wrong = || BadIdentifier::new(text, "an address of the form <account>/<region>/<kind>.<name>");
        let mut parts = text.splitn(3, '/');
        let (account, place, rest) = match (parts.next(), parts.next(), parts.next()) {
            (Some(account), Some(place), Some(rest)) => (account, place, rest),
            _ => return Err(wrong()),
        };
        let (kind, name) = rest.split_once('.').ok_or_else(wrong)?;
        if name.is_empty() {
            return Err(wrong());
        }
        Ok(Self::new(account.parse()?, Place::try_from(place.to_owned())?, kind.parse()?, name))
    }
}

impl TryFrom<String> for Address {
    type Error = BadIdentifier;
    fn try_from(text: String) -> Result<Self, BadIdentifier> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.to_string()
    }
}

/// The name after the path that IAM allows before names, or the last part of an IAM ARN.
pub fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
