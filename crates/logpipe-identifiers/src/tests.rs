//! Identifiers parse, and nothing else is one.

use crate::{AccountId, Partition, Region};

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
    assert!("tokyo".parse::<Region>().is_err());
    assert!("us-east-1".parse::<Region>().is_ok());
}
