//! Instance profiles of others: which role an instance gets through its profile.

use crate::address::{Region, last_part};
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, Class};

/// ARN of the role in the instance profile of this ARN. `None` when there is no such profile, or no role in it.
pub(crate) async fn role_in(
    connection: &Connection,
    region: &Region,
    profile_arn: &str,
) -> Result<Option<String>, CallError> {
    let clients = connection.clients(Some(region));
    let name = last_part(profile_arn);
    let answer = clients.iam().get_instance_profile().instance_profile_name(name).send().await;
    match connection.answer("iam:GetInstanceProfile", region, answer) {
        Ok(answer) => {
            let profile = answer.instance_profile;
            Ok(profile.and_then(|profile| profile.roles().first().map(|role| role.arn().to_owned())))
        }
        Err(error) if error.class == Class::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
