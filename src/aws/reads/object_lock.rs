//! How long a bucket keeps what is written to it from being deleted.

use aws_sdk_s3::types::DefaultRetention;

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::CallError;

/// Days of a year of retention.
const DAYS_OF_A_YEAR: u32 = 365;

/// What Object Lock does with every object that says nothing of it itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Retention {
    /// `GOVERNANCE`, or `COMPLIANCE`, which nobody can shorten.
    pub mode: String,
    /// For how many days an object stays.
    pub days: u32,
}

impl Retention {
    fn of(default: &DefaultRetention) -> Option<Self> {
        let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
        let days = number(default.days).or_else(|| number(default.years)?.checked_mul(DAYS_OF_A_YEAR))?;
        let mode = default.mode.as_ref().map(|mode| mode.as_str().to_owned()).unwrap_or_default();
        Some(Self { mode, days })
    }
}

/// The retention that a bucket has by default: none without Object Lock, and with it none unless it says so (Amazon S3 API
/// Reference, GetObjectLockConfiguration).
pub(crate) async fn default_retention(
    connection: &Connection,
    region: &Region,
    bucket: &str,
) -> Result<Option<Retention>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.s3().get_object_lock_configuration().bucket(bucket);
    let call = call.expected_bucket_owner(connection.id.as_str());
    let answer = connection.answer("s3:GetBucketObjectLockConfiguration", region, call.send().await);
    let lock = match answer {
        Ok(answer) => answer.object_lock_configuration,
        Err(error) if error.is("ObjectLockConfigurationNotFoundError", &[]) => None,
        Err(error) => return Err(error),
    };
    let rule = lock.and_then(|lock| lock.rule);
    Ok(rule.and_then(|rule| Retention::of(&rule.default_retention?)))
}
