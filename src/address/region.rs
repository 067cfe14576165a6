//! Regions, the partitions they belong to, and what AWS calls things there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::identifier::{BadIdentifier, text_identifier};

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

    /// What host names of services end in (botocore, `partitions.json`).
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::AwsUsGov => "amazonaws.com",
            Self::AwsCn => "amazonaws.com.cn",
            Self::AwsEusc => "amazonaws.eu",
            Self::AwsIso => "c2s.ic.gov",
            Self::AwsIsoB => "sc2s.sgov.gov",
            Self::AwsIsoE => "cloud.adc-e.uk",
            Self::AwsIsoF => "csp.hci.ic.gov",
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

    /// The principal that instances assume roles as, which has China's suffix in `aws-cn` (Terraform AWS provider,
    /// `internal/service/meta/service_principal_data_source.go`).
    pub fn ec2_principal(self) -> &'static str {
        match self {
            Self::AwsCn => "ec2.amazonaws.com.cn",
            _ => "ec2.amazonaws.com",
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
