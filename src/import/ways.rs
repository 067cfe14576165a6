//! Into which accounts an import looks, and how: the part of a topology that says so, before there is one and in the one
//! that is written.

use crate::address::{AccountId, AccountName, Region};
use crate::topology::Entry;

/// The variable that stands for the external id in a topology, which holds no secret.
pub(super) const EXTERNAL_ID: &str = "external_id";

/// The ways into accounts.
#[derive(Clone)]
pub struct Ways {
    /// The profile of the starting credentials, if it is not the usual one.
    pub profile: Option<String>,
    /// The role that is assumed in every account that names none.
    pub role_name: Option<String>,
    /// The external id that roles ask for.
    pub external_id: Option<String>,
    /// The name of sessions.
    pub session_name: Option<String>,
    /// The roles that are assumed on the way.
    pub via: Vec<String>,
    /// The region of everything that is in no other.
    pub region: Region,
    /// Further regions to look in.
    pub regions: Vec<Region>,
    /// The accounts.
    pub accounts: Vec<Way>,
}

/// The way into an account.
#[derive(Debug, Clone)]
pub struct Way {
    /// Its name in the topology.
    pub name: AccountName,
    /// Its id.
    pub id: AccountId,
    /// The role that is assumed in it, where it is another one.
    pub role_arn: Option<String>,
    /// The profile of the starting credentials, where it is another one.
    pub profile: Option<String>,
    /// Whether the starting credentials already are this account's.
    pub as_is: bool,
}

impl std::fmt::Debug for Ways {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ways")
            .field("profile", &self.profile)
            .field("role_name", &self.role_name)
            .field("external_id", &self.external_id.as_ref().map(|_| "…"))
            .field("region", &self.region)
            .field("accounts", &self.accounts)
            .finish_non_exhaustive()
    }
}

impl Ways {
    /// The entries of these accounts, and of the way into them. The external id is a variable.
    pub(super) fn entries(&self, used: &dyn Fn(&AccountName) -> bool) -> Vec<Entry> {
        let via = self.via.iter().map(String::as_str);
        let access = [
            self.profile.as_ref().map(|profile| Entry::text("profile", profile)),
            self.role_name.as_ref().map(|role| Entry::text("role_name", role).kept()),
            self.external_id.as_ref().map(|_| Entry::variable("external_id", EXTERNAL_ID).kept()),
            self.session_name.as_ref().map(|name| Entry::text("session_name", name)),
            Some(Entry::list("via", via)),
        ];
        let variable = Entry::map(
            EXTERNAL_ID,
            vec![
                Entry::plain("sensitive", true).kept(),
                Entry::text("description", "The external id that the roles ask for.").kept(),
            ],
        );
        let variables = self.external_id.iter().map(|_| variable.clone()).collect();
        let accounts = self.accounts.iter().filter(|way| used(&way.name)).map(Way::entry).collect();
        vec![
            Entry::map("variables", variables),
            Entry::map("access", access.into_iter().flatten().collect()),
            Entry::map("accounts", accounts),
        ]
    }

    /// A topology that goes everywhere: there is none yet, and only its ways count.
    ///
    /// The accounts in it send to the first of them, so that it is one that can be loaded.
    pub fn to_look(&self) -> Vec<Entry> {
        let names = || self.accounts.iter().map(|way| way.name.as_str());
        let account = names().next().unwrap_or_default();
        let regions = std::iter::once(&self.region).chain(&self.regions).map(Region::as_str);
        let source = vec![
            Entry::list("accounts", names()).kept(),
            Entry::list("regions", regions).kept(),
            Entry::text("destination", "import").kept(),
            Entry::list("log_groups", ["*"]).kept(),
        ];
        let destination = vec![Entry::text("account", account).kept()];
        let mut entries = vec![
            Entry::plain("version", 1).kept(),
            Entry::text("name", "import").kept(),
            Entry::text("region", self.region.as_str()).kept(),
        ];
        entries.extend(self.entries(&|_| true));
        entries.push(Entry::map("destinations", vec![Entry::map("import", destination)]));
        entries.push(Entry::map("sources", vec![Entry::map("import", source)]));
        entries
    }

    /// What their variable is.
    pub fn variables(&self) -> Vec<(String, String)> {
        self.external_id.iter().map(|id| (EXTERNAL_ID.to_owned(), id.clone())).collect()
    }
}

impl Way {
    fn entry(&self) -> Entry {
        let name = self.name.as_str();
        let more = [
            self.role_arn.as_ref().map(|role| Entry::text("role_arn", role).kept()),
            self.profile.as_ref().map(|profile| Entry::text("profile", profile).kept()),
            self.as_is.then(|| Entry::plain("assume_role", false).kept()),
        ];
        let more: Vec<Entry> = more.into_iter().flatten().collect();
        if more.is_empty() {
            return Entry::id(name, self.id.as_str()).kept();
        }
        let id = Entry::id("id", self.id.as_str()).kept();
        Entry::map(name, std::iter::once(id).chain(more).collect())
    }
}
