//! Identifiers that everything else is built on: accounts, regions, partitions and resource addresses.
//!
//! Owns parsing and printing of identifiers. Knows no SDK, no topology and no plan.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An identifier that does not have the form it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct BadIdentifier {
    /// What was given.
    pub text: String,
    /// What would have been right, as a noun phrase.
    pub expected: &'static str,
}

impl BadIdentifier {
    fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.to_owned(), expected }
    }
}

/// A string newtype that parses, prints, orders and serialises as its text.
macro_rules! text_identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadIdentifier;
            fn try_from(text: String) -> Result<Self, BadIdentifier> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}

text_identifier! {
    /// A twelve-digit AWS account id.
    AccountId
}

impl FromStr for AccountId {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::new(text, "an AWS account id (twelve digits)"))
        }
    }
}

text_identifier! {
    /// How a topology calls an account: a key of its `accounts`, or the id of an account it only names by id.
    AccountName
}

impl FromStr for AccountName {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let fits = !text.is_empty()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::new(text, "an account name (letters, digits, `-` and `_`, at most 64)"))
        }
    }
}

text_identifier! {
    /// A key of `destinations`, `sources`, `agents` or `readers`: `[a-z][a-z0-9-]{0,19}`.
    Key
}

impl FromStr for Key {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if is_lower_name(text, 20) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::new(text, "a key of the form [a-z][a-z0-9-]{0,19}"))
        }
    }
}

text_identifier! {
    /// The name of a topology: `[a-z][a-z0-9-]{0,31}`. Prefix of derived names and value of the ownership tag.
    TopologyName
}

impl FromStr for TopologyName {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if is_lower_name(text, 32) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::new(text, "a topology name of the form [a-z][a-z0-9-]{0,31}"))
        }
    }
}

fn is_lower_name(text: &str, longest: usize) -> bool {
    text.len() <= longest
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

text_identifier! {
    /// An AWS region code such as `ap-northeast-1`.
    Region
}

impl FromStr for Region {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        // Every region code of every partition is `<area>-<place>…-<digit>`, lower case.
        let parts: Vec<&str> = text.split('-').collect();
        let words = parts.len() >= 3
            && parts[..parts.len() - 1].iter().all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        let digit =
            parts.last().is_some_and(|last| last.len() == 1 && last.bytes().all(|b| b.is_ascii_digit()));
        if words && digit {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadIdentifier::new(text, "an AWS region code such as `ap-northeast-1`"))
        }
    }
}

impl Region {
    /// The partition this region belongs to, by its prefix (botocore, `partitions.json`).
    pub fn partition(&self) -> Partition {
        let prefixes = [
            ("cn-", Partition::AwsCn),
            ("us-gov-", Partition::AwsUsGov),
            ("eusc-", Partition::AwsEusc),
            ("us-isob-", Partition::AwsIsoB),
            ("eu-isoe-", Partition::AwsIsoE),
            ("us-isof-", Partition::AwsIsoF),
            ("us-iso-", Partition::AwsIso),
        ];
        prefixes
            .into_iter()
            .find(|(prefix, _)| self.0.starts_with(prefix))
            .map_or(Partition::Aws, |(_, partition)| partition)
    }
}

/// An isolated group of regions with ARNs, principals and names of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// The commercial regions.
    Aws,
    /// China.
    AwsCn,
    /// GovCloud (US).
    AwsUsGov,
    /// The European Sovereign Cloud.
    AwsEusc,
    /// Isolated regions.
    AwsIso,
    /// Isolated regions, B.
    AwsIsoB,
    /// Isolated regions, E.
    AwsIsoE,
    /// Isolated regions, F.
    AwsIsoF,
}

impl Partition {
    /// The second field of every ARN in this partition.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsCn => "aws-cn",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsEusc => "aws-eusc",
            Self::AwsIso => "aws-iso",
            Self::AwsIsoB => "aws-iso-b",
            Self::AwsIsoE => "aws-iso-e",
            Self::AwsIsoF => "aws-iso-f",
        }
    }

    /// The principal under which CloudWatch Logs assumes roles: global, but regional with China's suffix in
    /// `aws-cn`, where AWS confirms no global form (Terraform AWS provider,
    /// `internal/service/meta/service_principal_data_source.go`).
    pub fn logs_principal(self, region: &Region) -> String {
        match self {
            Self::AwsCn => self.regional_logs_principal(region),
            _ => "logs.amazonaws.com".to_owned(),
        }
    }

    /// The principal CloudWatch Logs acts as in a region; trust in the global one covers it, except in `aws-cn`.
    pub fn regional_logs_principal(self, region: &Region) -> String {
        match self {
            Self::AwsCn => format!("logs.{region}.amazonaws.com.cn"),
            _ => format!("logs.{region}.amazonaws.com"),
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// The kinds of resource logpipe manages, under AWS's own names in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    /// An S3 bucket with its sub-resources, policy apart.
    S3Bucket,
    /// The resource policy of a bucket.
    S3BucketPolicy,
    /// An IAM role with its trust and its one inline policy.
    IamRole,
    /// A CloudWatch Logs log group.
    LogGroup,
    /// A CloudWatch Logs log stream.
    LogStream,
    /// A Firehose stream (DirectPut to S3).
    FirehoseStream,
    /// A CloudWatch Logs destination.
    LogsDestination,
    /// The access policy of a destination.
    LogsDestinationPolicy,
    /// A subscription filter on a log group.
    SubscriptionFilter,
}

impl KindName {
    /// Every kind, in the order of a pipeline.
    pub const ALL: [Self; 9] = [
        Self::S3Bucket,
        Self::S3BucketPolicy,
        Self::IamRole,
        Self::LogGroup,
        Self::LogStream,
        Self::FirehoseStream,
        Self::LogsDestination,
        Self::LogsDestinationPolicy,
        Self::SubscriptionFilter,
    ];

    /// The kind as it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::S3Bucket => "s3_bucket",
            Self::S3BucketPolicy => "s3_bucket_policy",
            Self::IamRole => "iam_role",
            Self::LogGroup => "log_group",
            Self::LogStream => "log_stream",
            Self::FirehoseStream => "firehose_stream",
            Self::LogsDestination => "logs_destination",
            Self::LogsDestinationPolicy => "logs_destination_policy",
            Self::SubscriptionFilter => "subscription_filter",
        }
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for KindName {
    type Err = BadIdentifier;
    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| BadIdentifier::new(text, "a resource kind such as `s3_bucket`"))
    }
}

/// The one name of a resource everywhere: `<account>/<region>/<kind>.<name>`.
///
/// Sorted by account, then place, kind and name, so that listings group by account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    /// The account, as the topology calls it.
    pub account: AccountName,
    /// Region, or `global`.
    pub place: Place,
    /// What it is.
    pub kind: KindName,
    /// Its name in AWS. Parts of a compound name (log group and filter) are joined by `:`.
    pub name: String,
}

impl Address {
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
        Ok(Self {
            account: account.parse()?,
            place: Place::try_from(place.to_owned())?,
            kind: kind.parse()?,
            name: name.to_owned(),
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_printing_and_parsing() {
        for text in [
            "archive/ap-northeast-1/firehose_stream.central-logs-central",
            "app/ap-northeast-1/subscription_filter./app/x:central-logs",
            "archive/global/iam_role.central-logs-central-cwl",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn malformed_addresses_are_refused() {
        for text in [
            "",
            "archive",
            "archive/global",
            "archive/nowhere/iam_role.x",
            "a/global/iam_role.",
            "a/global/x.y",
        ] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn regions_know_their_partition() {
        let partition = |region: &str| region.parse::<Region>().unwrap().partition();
        assert_eq!(partition("ap-northeast-1"), Partition::Aws);
        assert_eq!(partition("cn-north-1"), Partition::AwsCn);
        assert_eq!(partition("us-gov-west-1"), Partition::AwsUsGov);
        assert_eq!(partition("us-isob-east-1"), Partition::AwsIsoB);
        assert_eq!(partition("us-iso-east-1"), Partition::AwsIso);
        assert_eq!(partition("eusc-de-east-1"), Partition::AwsEusc);
    }

    #[test]
    fn identifiers_refuse_other_forms() {
        assert!("12345678901".parse::<AccountId>().is_err());
        assert!("Central".parse::<Key>().is_err());
        assert!("a-key-that-is-far-too-long".parse::<Key>().is_err());
        assert!("tokyo".parse::<Region>().is_err());
        assert!("us-east-1".parse::<Region>().is_ok());
    }
}
