//! What a reader becomes: a role beside the logs, and the right to assume it where the reader is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::builder::GraphBuilder;
use crate::address::{Address, KindName};
use crate::graph::note::Reads;
use crate::graph::{Need, Note, agent_policies, arns};
use crate::provider::iam::policy::IamPolicy;
use crate::provider::iam::role::IamRole;
use crate::topology::Reader;

impl GraphBuilder<'_> {
    /// Both halves: each account has its say.
    pub(super) fn reader(&mut self, reader: &Reader) {
        let who = format!("readers.{}", reader.key);
        let trusted = self.trusted(&who, reader);
        let role = self.role_address(&reader.account, &reader.role);
        let role_arn = arns::role(self.partition(), self.account_id(&reader.account), &role.name);
        let made = IamRole {
            borrowed_arn: None,
            permissions_boundary: None,
            description: format!("{} of {} reads logs as it", reader.key, reader.trusted.account),
            trust: trusted.trust,
            policy: None,
            attachments: BTreeSet::new(),
            sole: false,
            tags: self.tags.clone(),
        };
        let needs =
            trusted.role.iter().map(|role| Need::new(role, "IAM refuses a principal that does not exist"));
        self.make_role(&role, made, needs.collect());
        for policy in &reader.managed_policies {
            self.attach(&who, &role, policy);
        }
        let address = Address::global(&reader.trusted.account, KindName::IamPolicy, &reader.policy);
        let policy = IamPolicy {
            description: format!("Lets its holder read the logs of {} as {}", reader.account, role.name),
            document: agent_policies::assume_permissions(&role_arn),
            tags: self.tags.clone(),
        };
        let policy = self.policy(&address, policy);
        match &trusted.role {
            Some(role) => self.attach(&who, role, &policy),
            None => {
                let reads = Reads {
                    reader: reader.key.clone(),
                    trusted: reader.trusted.account.clone(),
                    trusted_id: self.account_id(&reader.trusted.account).clone(),
                    account: reader.account.clone(),
                    role: role.name.to_string(),
                    policy: address,
                };
                self.graph.notes.push(match reader.trusted.permission_set.clone() {
                    Some(set) => Note::PermissionSetReads { set, reads },
                    None => Note::AccountReads(reads),
                });
            }
        }
    }

    fn trusted(&mut self, who: &str, reader: &Reader) -> Trusted {
        let (partition, account) = (self.partition(), self.account_id(&reader.trusted.account));
        if let Some(set) = &reader.trusted.permission_set {
            return Trusted {
                trust: agent_policies::permission_set_trust(partition, account, set),
                role: None,
            };
        }
        let Some(name) = &reader.trusted.role else {
            let everybody = arns::account_root(partition, account);
            return Trusted { trust: agent_policies::reader_trust(&everybody), role: None };
        };
        let arn = arns::role(partition, account, name.trim_start_matches('/'));
        let role = self.role_address(&reader.trusted.account, name);
        self.borrow_role(who, &role, &arn);
        Trusted { trust: agent_policies::reader_trust(&arn), role: Some(role) }
    }
}

/// Who may assume a reader's role.
struct Trusted {
    trust: Value,
    role: Option<Address>,
}
