//! What the kinds of Systems Manager call.

use super::right::Doing::{Create, Delete, Read, Store, Update};
use super::right::{Purpose, Rights, Spot};

/// A name that starts with a slash has no second one in the ARN. A parameter that is made with tags takes the right to
/// tag it too (AWS Systems Manager API Reference, PutParameter).
pub(super) fn parameter(spot: &Spot<'_>, rights: &mut Rights) {
    let arn = spot.arn("ssm", &format!("parameter/{}", spot.name.trim_start_matches('/')));
    let mut allow =
        |doings, actions: &[&'static str]| rights.allow(Purpose::Parameters, doings, &arn, actions);
    allow(&[Read, Store], &["ssm:GetParameter", "ssm:ListTagsForResource"]);
    allow(&[Create, Update, Store], &["ssm:AddTagsToResource", "ssm:PutParameter"]);
    allow(&[Update, Store], &["ssm:RemoveTagsFromResource"]);
    allow(&[Delete], &["ssm:DeleteParameter"]);
}
