//! EC2 instances and the instance profiles that they have, in plain types: the one place that knows EC2's SDK.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, IamInstanceProfileAssociation, IamInstanceProfileSpecification};

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;
use crate::aws::instance::{Association, Instance};
use crate::aws::target::Target;

/// Whether this build knows EC2.
pub(crate) const AVAILABLE: bool = true;

/// How many instances one call asks for.
const AT_ONCE: usize = 100;

/// Instances by their ids; what AWS does not know is left out.
pub(crate) async fn described(
    connection: &Connection,
    region: &Region,
    ids: &BTreeSet<String>,
) -> Result<BTreeMap<String, Instance>, CallError> {
    let mut found = BTreeMap::new();
    let all: Vec<String> = ids.iter().cloned().collect();
    for some in all.chunks(AT_ONCE) {
        let mut wanted = some.to_vec();
        while !wanted.is_empty() {
            match some_described(connection, region, &wanted).await {
                Ok(some) => {
                    found.extend(some);
                    break;
                }
                Err(error) => {
                    // One id that is wrong fails the call for all, and the message names it.
                    let known = without_unknown(&wanted, &error);
                    if known.len() == wanted.len() {
                        return Err(error);
                    }
                    wanted = known;
                }
            }
        }
    }
    Ok(found)
}

async fn some_described(
    connection: &Connection,
    region: &Region,
    ids: &[String],
) -> Result<BTreeMap<String, Instance>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.ec2().describe_instances().set_instance_ids(Some(ids.to_vec()));
    let answer = connection.answer("ec2:DescribeInstances", region, call.send().await)?;
    let instances = answer.reservations().iter().flat_map(|reservation| reservation.instances());
    Ok(instances.filter_map(|one| Some((one.instance_id()?.to_owned(), plain(one)))).collect())
}

/// The ids without those that an error says AWS does not know (EC2 API Reference, "Error codes").
fn without_unknown(ids: &[String], error: &CallError) -> Vec<String> {
    let about_ids = ["InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"];
    let named = |id: &String| {
        let mut words = error.message.split(|one: char| !(one.is_ascii_alphanumeric() || one == '-'));
        about_ids.iter().any(|code| error.is(code, &[])) && words.any(|word| word == id)
    };
    ids.iter().filter(|id| !named(id)).cloned().collect()
}

fn plain(instance: &aws_sdk_ec2::types::Instance) -> Instance {
    let name = instance.tags().iter().find(|tag| tag.key() == Some("Name"));
    let state = instance.state().and_then(|state| state.name());
    Instance {
        state: state.map_or_else(|| "unknown".to_owned(), |state| state.as_str().to_owned()),
        name: name.and_then(|tag| tag.value()).map(str::to_owned),
        private_address: instance.private_ip_address().map(str::to_owned),
        public_address: instance.public_ip_address().map(str::to_owned),
        profile_arn: instance.iam_instance_profile().and_then(|profile| profile.arn()).map(str::to_owned),
    }
}

/// Whether an instance runs; `None` when AWS does not know it.
pub(crate) async fn runs(instance: &str, on: &Target<'_>) -> Result<Option<bool>, CallError> {
    let call = on.clients().ec2().describe_instances().instance_ids(instance);
    let answer = match on.read("ec2:DescribeInstances", call.send()).await {
        Err(error) if error.is("InvalidInstanceID.NotFound", &[]) => return Ok(None),
        other => other?,
    };
    let mut instances = answer.reservations().iter().flat_map(|reservation| reservation.instances());
    Ok(instances.next().map(|instance| plain(instance).state == "running"))
}

/// The profiles that an instance has or is getting, what has ended left out.
pub(crate) async fn associations(instance: &str, on: &Target<'_>) -> Result<Vec<Association>, CallError> {
    let filter = Filter::builder().name("instance-id").values(instance).build();
    let call = on.clients().ec2().describe_iam_instance_profile_associations().filters(filter);
    let pages = on.pages("ec2:DescribeIamInstanceProfileAssociations", |token| {
        call.clone().set_next_token(token).send()
    });
    let found = pages.all(|page| page.iam_instance_profile_associations.unwrap_or_default()).await?;
    Ok(found.iter().filter_map(association).collect())
}

fn association(live: &IamInstanceProfileAssociation) -> Option<Association> {
    let state = live.state().map(|state| state.as_str().to_owned())?;
    (state != "disassociated").then_some(())?;
    Some(Association {
        id: live.association_id()?.to_owned(),
        profile_arn: live.iam_instance_profile()?.arn()?.to_owned(),
        state,
    })
}

/// Gives an instance a profile.
pub(crate) async fn associate(instance: &str, profile_arn: &str, on: &Target<'_>) -> Result<(), CallError> {
    let profile = IamInstanceProfileSpecification::builder().arn(profile_arn).build();
    let call = on.clients().ec2().associate_iam_instance_profile();
    let call = call.instance_id(instance).iam_instance_profile(profile);
    on.write("ec2:AssociateIamInstanceProfile", call.send()).await.map(drop)
}

/// Swaps the profile of a running instance.
pub(crate) async fn replace(association: &str, profile_arn: &str, on: &Target<'_>) -> Result<(), CallError> {
    let profile = IamInstanceProfileSpecification::builder().arn(profile_arn).build();
    let call = on.clients().ec2().replace_iam_instance_profile_association();
    let call = call.association_id(association).iam_instance_profile(profile);
    on.write("ec2:ReplaceIamInstanceProfileAssociation", call.send()).await.map(drop)
}

/// Takes a profile from its instance.
pub(crate) async fn disassociate(association: &str, on: &Target<'_>) -> Result<(), CallError> {
    let call = on.clients().ec2().disassociate_iam_instance_profile().association_id(association);
    on.write("ec2:DisassociateIamInstanceProfile", call.send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::call::{CallPlace, Class};

    #[test]
    fn ids_that_aws_does_not_know_are_taken_from_its_words() {
        let check = |code: &str, message: &str, expect: &[&str]| {
            let place = CallPlace {
                account: "111111111111".parse().unwrap(),
                region: "us-east-1".to_owned(),
                role: None,
            };
            let mut error =
                CallError::unanswered("ec2:DescribeInstances", place, Class::NotFound, message.to_owned());
            error.code = Some(code.to_owned());
            let ids = ["i-0a", "i-0ab", "i-0c"].map(str::to_owned);
            assert_eq!(without_unknown(&ids, &error), expect, "{message}");
        };
        check("InvalidInstanceID.NotFound", "The instance ID 'i-0a' does not exist", &["i-0ab", "i-0c"]);
        check("InvalidInstanceID.NotFound", "The instance IDs 'i-0ab, i-0c' do not exist", &["i-0a"]);
        check("UnauthorizedOperation", "not on i-0a", &["i-0a", "i-0ab", "i-0c"]);
    }
}
