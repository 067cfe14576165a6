//! Regions, the partitions they belong to, and what AWS calls things there.

use std::fmt;
use std::str::FromStr;

use crate::{BadIdentifier, text_identifier};

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
            Ok(Self(text.into()))
        } else {
            let error = BadIdentifier::new(text, "an AWS region code such as `ap-northeast-1`");
            Err(match zone_of(text) {
                Some(region) => error
                    .because("this is an availability zone".to_owned())
                    .meant(format!("its region is `{region}`")),
                None => {
                    let lower = text.trim().to_lowercase();
                    let meant = lower != text && lower.parse::<Self>().is_ok();
                    error.meant(meant.then(|| format!("write `{lower}`")))
                }
            })
        }
    }
}

/// The region of an availability zone such as `us-east-1a`.
fn zone_of(text: &str) -> Option<&str> {
    let region = text.strip_suffix(|c: char| c.is_ascii_lowercase())?;
    region.parse::<Region>().is_ok().then_some(region)
}

/// Every region of every partition (botocore 1.44.8, `data/partitions.json`, without the global pseudo-regions). One that
/// is newer is let through by `--allow-unknown-region`.
const KNOWN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

impl Region {
    /// Whether it is one of the regions that there were when this logpipe was made.
    pub fn is_known(&self) -> bool {
        KNOWN.contains(&self.as_str())
    }

    /// All regions that there were when this logpipe was made.
    pub fn known() -> impl Iterator<Item = &'static str> + Clone {
        KNOWN.iter().copied()
    }

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// The commercial regions.
    #[default]
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
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Aws,
        Self::AwsCn,
        Self::AwsUsGov,
        Self::AwsEusc,
        Self::AwsIso,
        Self::AwsIsoB,
        Self::AwsIsoE,
        Self::AwsIsoF,
    ];

    /// The partition that an ARN names.
    pub fn of_arn(arn: &str) -> Option<Self> {
        let name = arn.strip_prefix("arn:")?.split(':').next()?;
        Self::ALL.into_iter().find(|partition| partition.as_str() == name)
    }

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
