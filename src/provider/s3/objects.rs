//! Emptying a bucket, versions included, for `destroy --delete-data`.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::aws::{CallError, StepError, Target};

/// Deletes every object and version. A page is what one call may delete (S3 API, DeleteObjects: 1,000 keys).
pub(crate) async fn delete_all(on: &Target<'_>) -> Result<(), StepError> {
    let mut before = Vec::new();
    loop {
        let page = next_page(on).await?;
        if page.is_empty() {
            return Ok(());
        }
        if page == before {
            return Err(StepError::Failed {
                status: "the same versions after their deletion".to_owned(),
                why: format!("{} of them are still listed", page.len()),
            });
        }
        before.clone_from(&page);
        let batch = Delete::builder().set_objects(Some(page)).quiet(true).build().ok();
        let call = on.clients().s3().delete_objects().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str()).set_delete(batch);
        let answer = on.write("s3:DeleteObject", call.send()).await?;
        if let Some(refused) = answer.errors().first() {
            return Err(StepError::Failed {
                status: refused.code().unwrap_or("an error").to_owned(),
                why: format!(
                    "{}: {}",
                    refused.key().unwrap_or_default(),
                    refused.message().unwrap_or_default()
                ),
            });
        }
    }
}

/// The first thousand versions that are left; what is listed is deleted before the next look.
async fn next_page(on: &Target<'_>) -> Result<Vec<ObjectIdentifier>, CallError> {
    let call = on.clients().s3().list_object_versions().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str()).max_keys(1000);
    let Some(answer) = crate::provider::kind::found(on.read("s3:ListBucketVersions", call.send()).await)?
    else {
        return Ok(Vec::new());
    };
    let versions = answer.versions().iter().map(|version| (version.key(), version.version_id()));
    let markers = answer.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
    Ok(versions
        .chain(markers)
        .filter_map(|(key, version)| {
            ObjectIdentifier::builder().key(key?).set_version_id(version.map(str::to_owned)).build().ok()
        })
        .collect())
}
