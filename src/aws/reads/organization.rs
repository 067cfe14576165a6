//! Finding accounts through AWS Organizations: those of all, of a unit, and their tags.
//!
//! Only the management account and delegated administrators are answered (Organizations API Reference, ListAccounts).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_organizations::types::{Account, AccountState, AccountStatus};
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::address::{AccountId, Partition, Region};
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// Most accounts, or units, that one page holds (Organizations API Reference, ListAccounts).
const PAGE: i32 = 20;

/// How many listings run at once; the call rate is limited elsewhere.
const AT_ONCE: usize = 10;

/// Where the one endpoint of a partition is (AWS General Reference, "AWS Organizations endpoints and quotas").
fn home(partition: Partition) -> Option<Region> {
    let region = match partition {
        Partition::Aws => "us-east-1",
        Partition::AwsCn => "cn-northwest-1",
        Partition::AwsUsGov => "us-gov-west-1",
        Partition::AwsEusc => "eusc-de-east-1",
        Partition::AwsIso => "us-iso-east-1",
        Partition::AwsIsoB => "us-isob-east-1",
        Partition::AwsIsoE => "eu-isoe-west-1",
        Partition::AwsIsoF => "us-isof-south-1",
    };
    region.parse().ok()
}

/// An account of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member {
    /// Its id.
    pub(crate) id: AccountId,
    /// What it is called there.
    pub(crate) name: String,
    /// Whether it is in use: neither suspended, nor being closed, nor about to be activated.
    pub(crate) active: bool,
}

/// The organisation, through the eyes of the account that may list it.
#[derive(Debug)]
pub(crate) struct Directory<'a> {
    connection: &'a Connection,
    region: Region,
}

impl<'a> Directory<'a> {
    pub(crate) fn new(connection: &'a Connection, topology: &Region) -> Self {
        let region = home(connection.partition()).unwrap_or_else(|| topology.clone());
        Self { connection, region }
    }

    fn client(&self) -> aws_sdk_organizations::Client {
        self.connection.clients(Some(&self.region)).organizations().clone()
    }

    /// Every account.
    pub(crate) async fn accounts(&self) -> Result<BTreeSet<Member>, CallError> {
        let (client, page_of) = (self.client(), "organizations:ListAccounts");
        // Pages may be empty and still have a successor.
        let pages = self.connection.pages(page_of, &self.region, |token| {
            client.list_accounts().max_results(PAGE).set_next_token(token).send()
        });
        let accounts = pages.all(|page| page.accounts.unwrap_or_default()).await?;
        Ok(accounts.iter().filter_map(member).collect())
    }

    /// Every account in one of these units or below it.
    pub(crate) async fn accounts_below(
        &self,
        units: impl IntoIterator<Item = String>,
    ) -> Result<BTreeSet<Member>, CallError> {
        let mut accounts = BTreeSet::new();
        let mut level: Vec<String> = units.into_iter().collect();
        while !level.is_empty() {
            let inside =
                |unit: String| async move { tokio::try_join!(self.accounts_in(&unit), self.units_in(&unit)) };
            let found: Vec<_> = stream::iter(std::mem::take(&mut level).into_iter().map(inside))
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            for (members, units) in found {
                accounts.extend(members);
                level.extend(units);
            }
        }
        Ok(accounts)
    }

    async fn accounts_in(&self, unit: &str) -> Result<Vec<Member>, CallError> {
        let call = self.client().list_accounts_for_parent().parent_id(unit).max_results(PAGE);
        let pages = self.connection.pages("organizations:ListAccountsForParent", &self.region, |token| {
            call.clone().set_next_token(token).send()
        });
        let accounts = pages.all(|page| page.accounts.unwrap_or_default()).await?;
        Ok(accounts.iter().filter_map(member).collect())
    }

    async fn units_in(&self, unit: &str) -> Result<Vec<String>, CallError> {
        let call = self.client().list_organizational_units_for_parent().parent_id(unit).max_results(PAGE);
        let operation = "organizations:ListOrganizationalUnitsForParent";
        let pages =
            self.connection.pages(operation, &self.region, |token| call.clone().set_next_token(token).send());
        let units = pages.all(|page| page.organizational_units.unwrap_or_default()).await?;
        Ok(units.into_iter().filter_map(|unit| unit.id).collect())
    }

    /// The tags of accounts.
    pub(crate) async fn tags(
        &self,
        accounts: impl IntoIterator<Item = AccountId>,
    ) -> Result<BTreeMap<AccountId, BTreeMap<String, String>>, CallError> {
        let of = |account: AccountId| async move { Ok((account.clone(), self.tags_of(&account).await?)) };
        stream::iter(accounts.into_iter().map(of)).buffer_unordered(AT_ONCE).try_collect().await
    }

    async fn tags_of(&self, account: &AccountId) -> Result<BTreeMap<String, String>, CallError> {
        let call = self.client().list_tags_for_resource().resource_id(account.as_str());
        let pages = self.connection.pages("organizations:ListTagsForResource", &self.region, |token| {
            call.clone().set_next_token(token).send()
        });
        let tags = pages.all(|page| page.tags.unwrap_or_default()).await?;
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }
}

/// An account as it is listed. `Status` is retired, and only asked where `State` is not told yet.
fn member(account: &Account) -> Option<Member> {
    let active = match account.state() {
        Some(state) => *state == AccountState::Active,
        None => account.status() == Some(&AccountStatus::Active),
    };
    let name = account.name().unwrap_or_default().to_owned();
    Some(Member { id: account.id()?.parse().ok()?, name, active })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_that_are_not_in_use_are_known() {
        let account = || Account::builder().id("111111111111");
        let status = |status| account().status(status);
        let check = |account: Account, expect: bool| assert_eq!(member(&account).unwrap().active, expect);
        check(account().state(AccountState::Active).build(), true);
        for state in [AccountState::Suspended, AccountState::PendingClosure, AccountState::PendingActivation]
        {
            check(status(AccountStatus::Active).state(state).build(), false);
        }
        check(status(AccountStatus::Active).build(), true);
        check(status(AccountStatus::Suspended).build(), false);
        check(account().build(), false);
    }

    #[test]
    fn every_partition_has_one_endpoint() {
        let home = |partition| home(partition).map(|region| (region.to_string(), region.partition()));
        for partition in [Partition::Aws, Partition::AwsCn, Partition::AwsUsGov, Partition::AwsEusc] {
            assert_eq!(home(partition).unwrap().1, partition);
        }
        assert_eq!(home(Partition::AwsCn).unwrap().0, "cn-northwest-1");
    }
}
