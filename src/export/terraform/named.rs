//! What things are called in a configuration: names that Terraform takes, that are alike for nothing else, and that stay
//! the same whatever else is in the topology.

use crate::address::{AccountName, Address, Place, Region};
use crate::export::words::apart;
use crate::topology::Topology;

/// The name of a resource: account, place and name. What Terraform does not take in a name is written as `_`, and then the
/// name ends in a digest, since another one could be written likewise (Terraform documentation, "Identifiers").
pub(super) fn identifier(address: &Address) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let (account, place, name) = (account(&address.account), &address.place, address.name.as_str());
    if name.chars().all(plain) {
        return format!("{account}_{place}_{name}");
    }
    let written: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).collect();
    format!("{account}_{place}_{}_{}", written.trim_matches('_'), apart(name))
}

/// The name of an account. Names that Terraform takes begin with a letter or `_`.
fn account(name: &AccountName) -> String {
    match name.as_str().starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        true => name.to_string(),
        false => format!("account-{name}"),
    }
}

/// The alias of the provider that makes a resource.
pub(super) fn provider(address: &Address, topology: &Topology) -> String {
    alias(&address.account, region(&address.place, topology))
}

/// The alias of the provider for an account and region.
pub(super) fn alias(name: &AccountName, region: &Region) -> String {
    format!("{}_{region}", account(name))
}

/// The region of a provider. What is in none is made through that of the topology.
pub(super) fn region<'t>(place: &'t Place, topology: &'t Topology) -> &'t Region {
    place.region().unwrap_or(&topology.region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_terraform_takes_and_no_two_are_alike() {
        let check = |address: &str, expect: &str| {
            assert_eq!(identifier(&address.parse().unwrap()), expect);
        };
        check("archive/global/iam_role.poc-cwl", "archive_global_poc-cwl");
        check("111111111111/global/iam_role.poc", "account-111111111111_global_poc");
        check("app/eu-west-1/log_group./app/web", "app_eu-west-1_app_web_5fd2d3");
        check("app/eu-west-1/log_group./app_web", "app_eu-west-1_app_web_1d0d5c");
    }
}
