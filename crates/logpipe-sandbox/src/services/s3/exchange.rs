//! What every S3 operation needs: the call, the request, its target, and the checks before a bucket is touched.

use http::Method;

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::answers::{S3_NAMESPACE, respond};
use crate::protocol::wire::{WireRequest, WireResponse, header};
use crate::protocol::xml::Element;
use crate::state::world::World;
use logpipe_identifiers::AccountId;

use super::routing::Target;
use super::state::Bucket;

/// One S3 request under way.
#[derive(Debug, Clone)]
pub(crate) struct Exchange<'a> {
    /// The call.
    pub(crate) call: &'a Call,
    /// The request.
    pub(crate) request: &'a WireRequest,
    /// What it is about.
    pub(crate) target: Target,
}

impl<'a> Exchange<'a> {
    /// The exchange that a request begins.
    pub(crate) fn of(call: &'a Call, request: &'a WireRequest) -> Self {
        Self { call, request, target: Target::of(request) }
    }

    /// The ARN of a key of the bucket, or of the bucket if the key is empty.
    pub(crate) fn arn(&self, key: &str) -> String {
        let separator = if key.is_empty() { "" } else { "/" };
        format!("arn:{}:s3:::{}{separator}{key}", self.call.partition(), self.target.bucket)
    }

    /// A request header.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        header(self.request, name)
    }

    /// Whether the body comes with a checksum, in a header or behind it.
    pub(crate) fn has_checksum(&self) -> bool {
        let trailing = self.header("x-amz-trailer").is_some_and(|name| name.starts_with("x-amz-checksum-"));
        let mut names = self.request.headers().keys().map(http::HeaderName::as_str);
        trailing || names.any(|name| name == "content-md5" || name.starts_with("x-amz-checksum-"))
    }

    /// The bucket, if it exists, is in this region and has the expected owner.
    pub(crate) fn located<'w>(&self, world: &'w World) -> Result<&'w Bucket, Fault> {
        let bucket = world.buckets.get(&self.target.bucket).ok_or_else(|| self.no_such_bucket())?;
        if bucket.region != self.call.region {
            return Err(self.redirect(bucket));
        }
        let expected = self.header("x-amz-expected-bucket-owner");
        if expected.is_some_and(|owner| owner != bucket.owner.as_str()) {
            return Err(denied(bucket));
        }
        Ok(bucket)
    }

    /// The same, to change it.
    pub(crate) fn located_mut<'w>(&self, world: &'w mut World) -> Result<&'w mut Bucket, Fault> {
        self.located(world)?;
        world.buckets.get_mut(&self.target.bucket).ok_or_else(|| self.no_such_bucket())
    }

    /// The body as XML with this root.
    pub(crate) fn xml(&self, root: &str) -> Result<Element, Fault> {
        let body = Element::parse(self.request.body()).map_err(|_| malformed())?;
        if body.name() == root { Ok(body) } else { Err(malformed()) }
    }

    /// An answer with a document.
    pub(crate) fn document(&self, root: Element) -> WireResponse {
        self.document_with(root, &[])
    }

    /// An answer with a document and these headers.
    pub(crate) fn document_with(&self, root: Element, headers: &[(&str, &str)]) -> WireResponse {
        let root = root.with_attribute("xmlns", S3_NAMESPACE);
        self.respond(200, "application/xml", root.document(), headers)
    }

    /// An answer without a body.
    pub(crate) fn empty(&self, status: u16, headers: &[(&str, &str)]) -> WireResponse {
        self.respond(status, "application/xml", "", headers)
    }

    /// An answer.
    pub(crate) fn respond(
        &self,
        status: u16,
        kind: &str,
        body: impl Into<bytes::Bytes>,
        headers: &[(&str, &str)],
    ) -> WireResponse {
        let mut response = respond(status, kind, body, headers);
        if let Ok(id) = http::HeaderValue::try_from(self.call.request_id.as_str()) {
            response.headers_mut().insert("x-amz-request-id", id);
        }
        if *self.request.method() == Method::HEAD {
            *response.body_mut() = bytes::Bytes::new();
        }
        response
    }

    /// The account that calls.
    pub(crate) fn account(&self) -> &AccountId {
        self.call.account()
    }

    /// There is no such bucket.
    pub(crate) fn no_such_bucket(&self) -> Fault {
        Fault::missing("NoSuchBucket", "The specified bucket does not exist")
            .detail("BucketName", &self.target.bucket)
    }

    fn redirect(&self, bucket: &Bucket) -> Fault {
        let endpoint =
            format!("{}.s3.{}.{}", self.target.bucket, bucket.region, bucket.region.partition().dns_suffix());
        Fault::new(
            301,
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all \
             future requests to this endpoint.",
        )
        .detail("Endpoint", endpoint)
        .detail("Bucket", &self.target.bucket)
        .header("x-amz-bucket-region", bucket.region.as_str())
    }
}

/// S3 says no, and says no more than that.
pub(crate) fn denied(bucket: &Bucket) -> Fault {
    Fault::new(403, "AccessDenied", "Access Denied").header("x-amz-bucket-region", bucket.region.as_str())
}

/// A body that is not the document it should be.
pub(crate) fn malformed() -> Fault {
    Fault::invalid(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}
