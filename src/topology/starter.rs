//! A first topology: commented, and valid as it is.

use crate::address::{AccountId, AccountName, Region, TopologyName};

/// What a first topology says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// Its name.
    pub name: TopologyName,
    /// Its region.
    pub region: Region,
    /// The profile of the starting credentials, if it is not the usual one.
    pub profile: Option<String>,
    /// The role that is assumed in every account.
    pub role_name: String,
    /// The account that logs go to.
    pub archive: AccountId,
    /// The accounts that logs come from, each with its name; at least one.
    pub sources: Vec<(AccountName, AccountId)>,
    /// Which log groups: names or globs; at least one.
    pub log_groups: Vec<String>,
}

impl Starter {
    /// The text of the topology. The texts in it are quoted, so that none is read as anything else.
    pub fn text(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let profile = match &self.profile {
            Some(profile) => format!("  profile: {}\n", quoted(profile)),
            None => {
                "  # profile: ops                  # starting credentials; left out, the AWS default chain\n"
                    .to_owned()
            }
        };
        let accounts = self.sources.iter().map(|(name, id)| format!("  {name}: \"{id}\"\n"));
        let accounts: String = accounts.collect();
        let names: Vec<&str> = self.sources.iter().map(|(name, _)| name.as_str()).collect();
        let log_groups: Vec<String> = self.log_groups.iter().map(|group| quoted(group)).collect();
        let (role, Self { name, region, archive, .. }) = (quoted(&self.role_name), self);
        format!(
            "\
# yaml-language-server: $schema=./topology.schema.json
# Log groups of several accounts into one bucket. docs/topology-reference.md has every key.
version: 1
name: {name}                # starts every name that logpipe derives
region: {region}
# tags: {{ Team: platform }}        # on everything that takes tags

# How logpipe gets into the accounts. `logpipe access` prints what the role must be allowed.
access:
{profile}  role_name: {role}
  # external_id: \"…\"            # if the roles ask for one; never printed

accounts:
  archive: \"{archive}\"
{accounts}
# A bucket, a Firehose stream that writes to it, and a CloudWatch Logs destination in front of it.
destinations:
  central:
    account: archive
    bucket:
      prefix: \"logs/\"
      # expire_days: 365
    stream:
      buffer_seconds: 60

sources:
  all:
    accounts: [{names}]
    destination: central
    log_groups: [{log_groups}]    # names or globs
    # filter: {{ pattern: \"ERROR\" }} # left out, every event
",
            names = names.join(", "),
            log_groups = log_groups.join(", "),
        )
    }
}
