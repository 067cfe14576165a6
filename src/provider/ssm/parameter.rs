//! `ssm_parameter`: a parameter that holds an agent's configuration.

use aws_sdk_ssm::types::{ParameterTier, ParameterType, ResourceTypeForTagging, Tag};

use crate::aws::{CallError, StepError, Target};
use crate::provider::change::{Diff, FieldChange, touches};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging};
use crate::provider::fresh::Planned;
use crate::provider::kind::{Fingerprint, Kind, Replacement, Tagged, found, gone};
use crate::provider::obstacle::Obstacle;
use crate::provider::tags::{OwnTags, Tags};

/// Most bytes of a standard parameter; longer ones are advanced and cost money (AWS Systems Manager User Guide,
/// "Managing parameter tiers").
const STANDARD: usize = 4_096;

/// What a parameter of ours is.
const STRING: &str = "String";

/// A parameter of type String.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsmParameter {
    /// What it holds.
    pub value: String,
    /// Tags of ours.
    pub tags: OwnTags,
}

/// A parameter as Systems Manager reports it.
#[derive(Debug, Clone, Default)]
pub struct LiveParameter {
    pub(crate) value: Option<String>,
    /// Its type in AWS's word.
    data_type: Option<String>,
    pub(crate) tags: Tags,
}

impl SsmParameter {
    /// The tier, where the account's default may not do. An advanced parameter stays one.
    fn tier(&self, live: Option<&str>) -> Option<ParameterTier> {
        let longest = self.value.len().max(live.map_or(0, str::len));
        (longest > STANDARD).then_some(ParameterTier::IntelligentTiering)
    }

    /// Whether it is too long for a standard parameter.
    pub fn is_advanced(&self) -> bool {
        self.value.len() > STANDARD
    }

    /// AWS takes tags at creation alone, and refuses them together with `Overwrite` (AWS Systems Manager API Reference,
    /// PutParameter).
    async fn put(&self, live: Option<&str>, on: &Target<'_>) -> Result<(), CallError> {
        let call = on.clients().ssm().put_parameter().name(on.name()).value(&self.value);
        let call = call.r#type(ParameterType::String).set_tier(self.tier(live));
        let call = match live {
            Some(_) => call.overwrite(true),
            None => call.set_tags(Some(self.tag_list())),
        };
        on.write("ssm:PutParameter", call.send()).await.map(drop)
    }

    fn tag_list(&self) -> Vec<Tag> {
        let tags = self.tags.wanted.iter();
        tags.filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
    }

    async fn set_tags(&self, live: &Tags, on: &Target<'_>) -> Result<(), CallError> {
        let ssm = on.clients().ssm();
        let keys: Vec<String> = self.tags.taken_away(live).cloned().collect();
        if !keys.is_empty() {
            let call = ssm.remove_tags_from_resource().resource_id(on.name());
            let call = call.resource_type(ResourceTypeForTagging::Parameter).set_tag_keys(Some(keys));
            on.write("ssm:RemoveTagsFromResource", call.send()).await?;
        }
        let call = ssm.add_tags_to_resource().resource_id(on.name());
        let call = call.resource_type(ResourceTypeForTagging::Parameter).set_tags(Some(self.tag_list()));
        on.write("ssm:AddTagsToResource", call.send()).await.map(drop)
    }
}

impl Kind for SsmParameter {
    type Live = LiveParameter;

    const FACTS: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed { service: "SSM", written: "PutParameter", deleted: "DeleteParameter", waits: None },
    };

    const TAGS: Option<Tagged<Self>> =
        Some(Tagged { wanted: |it| &it.tags, wanted_mut: |it| &mut it.tags, live: |there| &there.tags });

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { value: String::new(), tags: OwnTags::default() }
    }

    fn diff(&self, live: &LiveParameter) -> Vec<FieldChange> {
        Diff::default()
            .field("type", live.data_type.clone(), STRING)
            .field("value", live.value.clone(), self.value.clone())
            .tags(&live.tags, &self.tags)
            .done()
    }

    fn refusal(&self, _live: &LiveParameter) -> Option<Obstacle> {
        None
    }

    fn foreign(&self, _live: &LiveParameter) -> Vec<FieldChange> {
        Vec::new()
    }

    /// "You can't change a parameter from a String type to a SecureString type" (AWS Systems Manager API Reference,
    /// PutParameter, HierarchyTypeMismatchException).
    fn replacement(&self, live: &LiveParameter) -> Option<Replacement> {
        let data_type = live.data_type.clone().filter(|other| other != STRING)?;
        Some(Replacement::InPlace(Obstacle::TypeIsFixed { data_type }))
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveParameter>, CallError> {
        let ssm = on.clients().ssm();
        let answer = on.read("ssm:GetParameter", ssm.get_parameter().name(on.name()).send()).await;
        let Some(parameter) = found(answer)?.and_then(|answer| answer.parameter) else { return Ok(None) };
        let call = ssm.list_tags_for_resource().resource_id(on.name());
        let call = call.resource_type(ResourceTypeForTagging::Parameter);
        // Somebody may have deleted it since.
        let Some(tagged) = found(on.read("ssm:ListTagsForResource", call.send()).await)? else {
            return Ok(None);
        };
        let tags = tagged.tag_list.unwrap_or_default();
        Ok(Some(LiveParameter {
            data_type: parameter.r#type().map(|found| found.as_str().to_owned()),
            value: parameter.value,
            tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        Ok(self.put(None, on).await?)
    }

    async fn update(&self, planned: &Planned<LiveParameter>, on: &Target<'_>) -> Result<(), StepError> {
        let changes = planned.changes(self);
        if touches(&changes, "value") {
            let live = planned.now(self, on).await?;
            self.put(Some(live.value.as_deref().unwrap_or_default()), on).await?;
        }
        if touches(&changes, "tags") {
            let live = planned.now(self, on).await?;
            self.set_tags(&live.tags, on).await?;
        }
        Ok(())
    }

    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        let call = on.clients().ssm().delete_parameter().name(on.name());
        Ok(gone(on.write("ssm:DeleteParameter", call.send()).await)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::change::paths;

    fn parameter(length: usize) -> SsmParameter {
        SsmParameter { value: "x".repeat(length), tags: OwnTags::default() }
    }

    #[test]
    fn a_value_is_set_anew_and_another_type_is_made_anew() {
        let check = |data_type: &str, length: usize, fields: &[&str], anew: bool| {
            let live = LiveParameter {
                value: Some("x".repeat(length)),
                data_type: Some(data_type.to_owned()),
                tags: [("Owner".to_owned(), "x".to_owned())].into(),
            };
            let changes = parameter(3).diff(&live);
            let found = paths(&changes);
            assert_eq!(found, fields);
            assert_eq!(parameter(3).replacement(&live).is_some(), anew);
        };
        check("String", 3, &[], false);
        check("String", 4, &["value"], false);
        check("SecureString", 3, &["type"], true);
    }

    #[test]
    fn only_a_long_value_asks_for_more_than_the_standard_tier() {
        let check = |length: usize, live: Option<&str>, long: bool| {
            assert_eq!(parameter(length).tier(live).is_some(), long, "{length}");
        };
        check(4_096, None, false);
        check(4_097, None, true);
        check(10, Some(&"y".repeat(5_000)), true);
    }
}
