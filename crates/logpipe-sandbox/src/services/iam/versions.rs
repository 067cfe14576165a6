//! The versions of a customer managed policy: five at most, one of which is in effect.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::{World, iso_time};

use super::customer::{find, own};
use super::operations::{Answer, required};
use super::{documents, pages};

/// Versions a policy can have (IAM User Guide, "IAM and AWS STS quotas").
const MOST: usize = 5;

/// The versions of one policy. Numbers are never given twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Versions {
    held: BTreeMap<u64, Version>,
    default: u64,
    last: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version {
    document: String,
    created_ms: u64,
}

impl Versions {
    /// One version, which is in effect.
    pub(super) fn first(document: &str, created_ms: u64) -> Self {
        let version = Version { document: document.to_owned(), created_ms };
        Self { held: BTreeMap::from([(1, version)]), default: 1, last: 1 }
    }

    /// The document in effect.
    pub(super) fn current(&self) -> &str {
        self.held.get(&self.default).map_or("", |version| version.document.as_str())
    }

    /// The id of the version in effect.
    pub(super) fn default_id(&self) -> String {
        format!("v{}", self.default)
    }

    /// When the last version was made.
    pub(super) fn updated_ms(&self) -> u64 {
        self.held.values().map(|version| version.created_ms).max().unwrap_or_default()
    }

    /// Whether there are others beside the one in effect.
    pub(super) fn several(&self) -> bool {
        self.held.len() > 1
    }

    fn number(&self, arn: &str, id: &str) -> Result<u64, Fault> {
        let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
        number.filter(|number| self.held.contains_key(number)).ok_or_else(|| {
            let text = format!("Policy {arn} version {id} does not exist or is not attachable.");
            Fault::missing("NoSuchEntity", text)
        })
    }

    fn described(&self, number: u64) -> Vec<Element> {
        let created_ms = self.held.get(&number).map_or(0, |version| version.created_ms);
        vec![
            Element::text("VersionId", format!("v{number}")),
            Element::text("IsDefaultVersion", number == self.default),
            Element::text("CreateDate", iso_time(created_ms)),
        ]
    }
}

/// CreatePolicyVersion.
pub(super) fn create(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let document = required(form, "PolicyDocument")?;
    let created_ms = world.now_ms;
    let versions = &mut own(world, call, arn)?.versions;
    documents::managed(call, document)?;
    if versions.held.len() >= MOST {
        let text = "A managed policy can have up to 5 versions. Before you create a new version, you must delete an \
                    existing version.";
        return Err(Fault::conflict("LimitExceeded", text));
    }
    versions.last += 1;
    let number = versions.last;
    versions.held.insert(number, Version { document: document.to_owned(), created_ms });
    let takes_effect = form.get("SetAsDefault") == Some("true");
    if takes_effect {
        versions.default = number;
    }
    let result = vec![Element::new("PolicyVersion").with_all(versions.described(number))];
    if takes_effect {
        world.policy_changed(arn);
    }
    Ok(result)
}

/// SetDefaultPolicyVersion.
pub(super) fn set_default(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let versions = &mut own(world, call, arn)?.versions;
    versions.default = versions.number(arn, required(form, "VersionId")?)?;
    world.policy_changed(arn);
    Ok(vec![])
}

/// DeletePolicyVersion.
pub(super) fn delete(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let versions = &mut own(world, call, arn)?.versions;
    let number = versions.number(arn, required(form, "VersionId")?)?;
    if number == versions.default {
        return Err(Fault::conflict("DeleteConflict", "Cannot delete the default version of a policy."));
    }
    versions.held.remove(&number);
    Ok(vec![])
}

/// GetPolicyVersion.
pub(super) fn get(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let arn = required(form, "PolicyArn")?;
    let versions = find(world, call, arn)?.versions;
    let number = versions.number(arn, required(form, "VersionId")?)?;
    let document = versions.held.get(&number).map_or("", |version| version.document.as_str());
    Ok(vec![
        Element::new("PolicyVersion")
            .with_text("Document", documents::encoded(document))
            .with_all(versions.described(number)),
    ])
}

/// ListPolicyVersions, the newest first.
pub(super) fn list(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    let versions = find(world, call, required(form, "PolicyArn")?)?.versions;
    let numbers = versions.held.keys().rev();
    let members = numbers.map(|number| Element::new("member").with_all(versions.described(*number)));
    pages::page(world.rng.cut(), form, "Versions", members.collect())
}
