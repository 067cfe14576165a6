//! The condition keys that AWS fills by itself, whatever a request says (IAM User Guide, "AWS global condition context
//! keys").
//!
//! The sandbox knows all of them, so what is not here and not in the request is absent.

use logpipe_identifiers::AccountId;
use logpipe_policy::{Context, Principal};

use crate::services::Service;
use crate::state::world::{World, iso_time};

/// A request, as far as the keys that it does not choose itself go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filled<'a> {
    /// Who makes it.
    pub(crate) principal: &'a Principal,
    /// The unique id of the caller, with the name of the session.
    pub(crate) user_id: &'a str,
    /// The account that owns the resource.
    pub(crate) owner: &'a AccountId,
    /// The ARN of the resource.
    pub(crate) resource: &'a str,
    /// The region it is sent to, where that is not the resource's.
    pub(crate) region: Option<&'a str>,
}

impl Filled<'_> {
    /// Those keys. Whatever the request itself says comes on top.
    pub(crate) fn context(&self, world: &World) -> Context {
        let context = Context::complete()
            .with("aws:SecureTransport", "true")
            .with("aws:CurrentTime", iso_time(world.now_ms))
            .with("aws:EpochTime", (world.now_ms / 1_000).to_string())
            .with("aws:userid", self.user_id)
            .with("aws:ViaAWSService", "false")
            .with("aws:ResourceAccount", self.owner.as_str())
            .with("aws:RequestedRegion", self.region(world));
        let context = of_s3(context, self.resource, self.owner);
        let context = organization(context, world, "Resource", Some(self.owner));
        let context = organization(context, world, "Principal", self.principal.account());
        with_principal_tags(world, self.principal, context)
    }

    /// Global services are called in us-east-1, S3 where the bucket is.
    fn region(&self, world: &World) -> String {
        let mut parts = self.resource.split(':').skip(3);
        let of_arn = parts.next().filter(|region| !region.is_empty()).map(str::to_owned);
        let bucket = || {
            let name = self.resource.split(':').nth(5)?.split('/').next()?;
            Some(world.buckets.get(name)?.region.to_string())
        };
        let told = self.region.map(str::to_owned);
        told.or(of_arn).or_else(bucket).unwrap_or_else(|| "us-east-1".to_owned())
    }
}

/// What is so of every signed request to S3.
fn of_s3(context: Context, resource: &str, owner: &AccountId) -> Context {
    if resource.split(':').nth(2) != Some("s3") {
        return context;
    }
    context
        .with("s3:authType", "REST-HEADER")
        .with("s3:signatureversion", "AWS4-HMAC-SHA256")
        .with("s3:TlsVersion", "1.3")
        .with("s3:ResourceAccount", owner.as_str())
}

/// Whose organisation, and where in it: all accounts are in one, or none is. A service is in none.
fn organization(context: Context, world: &World, whose: &str, account: Option<&AccountId>) -> Context {
    let (Some(id), Some(account)) = (&world.organization, account) else { return context };
    let path = format!("{id}/{}", world.directory.path_of(account));
    context.with(&format!("aws:{whose}OrgID"), id).with(&format!("aws:{whose}OrgPaths"), path)
}

/// The tags of the role that a session is of, which are the session's too (IAM User Guide, "Pass session tags in AWS
/// STS").
fn with_principal_tags(world: &World, principal: &Principal, context: Context) -> Context {
    let Principal::Session { role_arn, .. } = principal else { return context };
    let tags = world.effective_role(role_arn, Service::Sts).into_iter().flat_map(|view| &view.tags);
    tags.fold(context, |context, (key, value)| context.with(&format!("aws:PrincipalTag/{key}"), value))
}
