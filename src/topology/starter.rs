//! A first topology: commented, and valid as it is.

use crate::address::{AccountId, AccountName, Region, TopologyName};

/// What the account is called that lists those of the organisation.
const LISTER: &str = "management";

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
    /// The accounts that logs come from, each with its name; at least one, unless there is an organisation.
    pub sources: Vec<(AccountName, AccountId)>,
    /// The account that lists the accounts of the organisation, where logs come from all of them.
    pub organization: Option<AccountId>,
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
        let mut names: Vec<&str> = self.sources.iter().map(|(name, _)| name.as_str()).collect();
        names.extend(self.organization.iter().map(|_| "organization"));
        let (lister, organization) = self.organization_text();
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
{accounts}{lister}{organization}
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

    /// The account that lists the organisation's, unless it is named already, and what is asked of the organisation.
    fn organization_text(&self) -> (String, String) {
        let Some(id) = &self.organization else { return Default::default() };
        let known = self.sources.iter().find(|(_, other)| other == id).map(|(name, _)| name.as_str());
        let known = known.or_else(|| (*id == self.archive).then_some("archive"));
        let lister = known.map_or_else(|| format!("  {LISTER}: \"{id}\"\n"), |_| String::new());
        let account = known.unwrap_or(LISTER);
        let organization = format!(
            "\n# Every active account of the AWS organisation; the next plan finds one that joins.\norganization:\n  account: {account}            # may list the accounts\n  exclude: [archive]\n"
        );
        (lister, organization)
    }
}
