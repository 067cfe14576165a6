//! What calls to S3 take.

use super::requests::Sent;
use super::rows::{Row, row};

type Headers = &'static [(&'static str, &'static str)];

const BUCKET: &str = "arn:aws:s3:::alpha-bucket";
const OBJECT: &str = "arn:aws:s3:::alpha-bucket/a";
const NEW: &str = "arn:aws:s3:::alpha-new";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::alpha-bucket/*"}]}"#;
const OWNERSHIP: &str = "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>";
const ENCRYPTION: &str = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
pub(super) const VERSIONED: &str =
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
pub(super) const LOCK: &str =
    "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
const EXPIRY: &str =
    "<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status></Rule></LifecycleConfiguration>";
const HERE: &str = "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>";
const TAGGED: &str = "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>";

fn on(operation: &'static str, action: &'static str, resource: &str, sent: Sent) -> Row {
    row(operation, sent, &[(action, resource)])
}

fn get(operation: &'static str, action: &'static str, path: &'static str) -> Row {
    on(operation, action, BUCKET, Sent::S3("GET", path, &[], ""))
}

fn put(operation: &'static str, action: &'static str, path: &'static str, body: &'static str) -> Row {
    on(operation, action, BUCKET, Sent::S3("PUT", path, &[], body))
}

fn delete(operation: &'static str, action: &'static str, path: &'static str) -> Row {
    on(operation, action, BUCKET, Sent::S3("DELETE", path, &[], ""))
}

pub(super) fn all() -> Vec<Row> {
    [buckets(), settings(), objects()].concat()
}

fn buckets() -> Vec<Row> {
    let create = |headers: Headers, body| Sent::S3("PUT", "/alpha-new", headers, body);
    let owned: Headers = &[("x-amz-object-ownership", "BucketOwnerEnforced")];
    let public: Headers = &[("x-amz-acl", "public-read")];
    let own = ("s3:CreateBucket", NEW);
    vec![
        on("ListBuckets", "s3:ListAllMyBuckets", "arn:aws:s3:::*|-", Sent::S3("GET", "/", &[], "")),
        row("CreateBucket", create(&[], HERE), &[own]),
        row("CreateBucket", create(&[], TAGGED), &[own, ("s3:TagResource", NEW)]),
        row("CreateBucket", create(owned, HERE), &[own, ("s3:PutBucketOwnershipControls", NEW)]),
        row("CreateBucket", create(public, HERE), &[own, ("s3:PutBucketAcl", NEW)]),
        on("HeadBucket", "s3:ListBucket", BUCKET, Sent::S3("HEAD", "/alpha-bucket", &[], "")),
        get("GetBucketLocation", "s3:GetBucketLocation", "/alpha-bucket?location"),
        on(
            "DeleteBucket",
            "s3:DeleteBucket",
            "arn:aws:s3:::alpha-empty",
            Sent::S3("DELETE", "/alpha-empty", &[], ""),
        ),
        get("GetBucketPolicy", "s3:GetBucketPolicy", "/alpha-bucket?policy"),
        put("PutBucketPolicy", "s3:PutBucketPolicy", "/alpha-bucket?policy", POLICY),
        delete("DeleteBucketPolicy", "s3:DeleteBucketPolicy", "/alpha-bucket?policy"),
    ]
}

fn settings() -> Vec<Row> {
    let access = "/alpha-bucket?publicAccessBlock";
    let (owners, encryption) = ("/alpha-bucket?ownershipControls", "/alpha-bucket?encryption");
    let (versions, lifecycle, tags) =
        ("/alpha-bucket?versioning", "/alpha-bucket?lifecycle", "/alpha-bucket?tagging");
    let lock = "/alpha-bucket?object-lock";
    vec![
        get("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", access),
        put(
            "PutPublicAccessBlock",
            "s3:PutBucketPublicAccessBlock",
            access,
            "<PublicAccessBlockConfiguration/>",
        ),
        delete("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", access),
        get("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", owners),
        put("PutBucketOwnershipControls", "s3:PutBucketOwnershipControls", owners, OWNERSHIP),
        delete("DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls", owners),
        get("GetBucketEncryption", "s3:GetEncryptionConfiguration", encryption),
        put("PutBucketEncryption", "s3:PutEncryptionConfiguration", encryption, ENCRYPTION),
        delete("DeleteBucketEncryption", "s3:PutEncryptionConfiguration", encryption),
        get("GetBucketVersioning", "s3:GetBucketVersioning", versions),
        put("PutBucketVersioning", "s3:PutBucketVersioning", versions, VERSIONED),
        get("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", lock),
        put("PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", lock, LOCK),
        get("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", lifecycle),
        put("PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration", lifecycle, EXPIRY),
        delete("DeleteBucketLifecycle", "s3:PutLifecycleConfiguration", lifecycle),
        get("GetBucketTagging", "s3:GetBucketTagging", tags),
        put("PutBucketTagging", "s3:PutBucketTagging", tags, "<Tagging><TagSet/></Tagging>"),
        delete("DeleteBucketTagging", "s3:PutBucketTagging", tags),
    ]
}

fn objects() -> Vec<Row> {
    let write = |headers: Headers| Sent::S3("PUT", "/alpha-bucket/a", headers, "more");
    let owner: Headers = &[("x-amz-acl", "bucket-owner-full-control")];
    let object =
        |operation, action, method, path| on(operation, action, OBJECT, Sent::S3(method, path, &[], ""));
    vec![
        get("ListObjectsV2", "s3:ListBucket", "/alpha-bucket?list-type=2&prefix=a"),
        get("ListObjectVersions", "s3:ListBucketVersions", "/alpha-bucket?versions"),
        row("PutObject", write(&[]), &[("s3:PutObject", OBJECT)]),
        row("PutObject", write(owner), &[("s3:PutObject", OBJECT), ("s3:PutObjectAcl", OBJECT)]),
        object("GetObject", "s3:GetObject", "GET", "/alpha-bucket/a"),
        object("GetObject", "s3:GetObjectVersion", "GET", "/alpha-bucket/a?versionId=null"),
        object("HeadObject", "s3:GetObject", "HEAD", "/alpha-bucket/a"),
        object("HeadObject", "s3:GetObjectVersion", "HEAD", "/alpha-bucket/a?versionId=null"),
        object("DeleteObject", "s3:DeleteObject", "DELETE", "/alpha-bucket/a"),
        object("DeleteObject", "s3:DeleteObjectVersion", "DELETE", "/alpha-bucket/a?versionId=null"),
        // Decided key by key, and told in the answer.
        row(
            "DeleteObjects",
            Sent::S3("POST", "/alpha-bucket?delete", &[], "<Delete><Object><Key>a</Key></Object></Delete>"),
            &[],
        ),
    ]
}
