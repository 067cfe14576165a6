//! What the answer to each call consists of: the one table of the operations that logpipe calls, as the API reference of
//! each service has their output. What AWS leaves out where it has nothing to say, such as the tags of a role, has no
//! place here.

/// What a success consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// The form of the body.
    pub(super) form: Form,
    /// What is in it, always: names with points between them, `[]` after those of lists, whose every item has what
    /// follows.
    pub(super) has: &'static [&'static str],
    /// What is a JSON object in a text, where it is there.
    pub(super) documents: &'static [&'static str],
}

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing to say; JSON services may say `{}`.
    Nothing,
    /// A JSON object.
    Json,
    /// An XML document of this element. S3's emulators call it otherwise.
    Xml(&'static str),
    /// An IAM policy, bare.
    Policy,
    /// CBOR.
    Cbor,
    /// An object in whatever form, which may be long.
    Object,
}

/// The body of Query and EC2 answers: `<OperationResponse>`.
const RESPONSE: &str = "";

const fn nothing() -> Shape {
    Shape { form: Form::Nothing, has: &[], documents: &[] }
}

const fn json(has: &'static [&'static str]) -> Shape {
    Shape { form: Form::Json, has, documents: &[] }
}

const fn cbor(has: &'static [&'static str]) -> Shape {
    Shape { form: Form::Cbor, has, documents: &[] }
}

const fn xml(root: &'static str, has: &'static [&'static str]) -> Shape {
    Shape { form: Form::Xml(root), has, documents: &[] }
}

const fn response(has: &'static [&'static str]) -> Shape {
    xml(RESPONSE, has)
}

const fn bare(form: Form) -> Shape {
    Shape { form, has: &[], documents: &[] }
}

impl Shape {
    const fn with(self, documents: &'static [&'static str]) -> Self {
        Self { documents, ..self }
    }
}

/// The shape of the answer to an operation, by the names that the SDK gives service and operation.
pub(super) fn of(service: &str, operation: &str) -> Option<Shape> {
    match service {
        "CloudWatch Logs" => logs(operation),
        "Firehose" => firehose(operation),
        "STS" => sts(operation),
        "IAM" => iam(operation),
        "EC2" => ec2(operation),
        "SSM" => systems_manager(operation),
        "CloudWatch" => cloudwatch(operation),
        "Organizations" => organizations(operation),
        "S3" => s3(operation),
        _ => None,
    }
}

fn logs(operation: &str) -> Option<Shape> {
    Some(match operation {
        "DescribeLogGroups" | "ListLogGroups" => json(&["logGroups[].logGroupName"]),
        "DescribeLogStreams" => json(&["logStreams[].logStreamName"]),
        "DescribeSubscriptionFilters" => {
            json(&["subscriptionFilters[].filterName", "subscriptionFilters[].destinationArn"])
        }
        "DescribeDestinations" => {
            json(&["destinations[].destinationName", "destinations[].targetArn", "destinations[].roleArn"])
                .with(&["destinations[].accessPolicy"])
        }
        "DescribeAccountPolicies" => {
            json(&["accountPolicies[].policyName", "accountPolicies[].policyDocument"])
                .with(&["accountPolicies[].policyDocument"])
        }
        "FilterLogEvents" | "GetLogEvents" => json(&["events[]"]),
        "ListTagsForResource" => json(&["tags"]),
        "TestMetricFilter" => json(&["matches[]"]),
        "PutDestination" => json(&["destination"]),
        "PutAccountPolicy" => json(&["accountPolicy"]),
        "PutLogEvents" => json(&[]),
        "CreateLogGroup"
        | "CreateLogStream"
        | "DeleteAccountPolicy"
        | "DeleteDestination"
        | "DeleteLogGroup"
        | "DeleteLogStream"
        | "DeleteRetentionPolicy"
        | "DeleteSubscriptionFilter"
        | "PutDestinationPolicy"
        | "PutRetentionPolicy"
        | "PutSubscriptionFilter"
        | "TagResource"
        | "UntagResource" => nothing(),
        _ => return None,
    })
}

fn firehose(operation: &str) -> Option<Shape> {
    Some(match operation {
        "CreateDeliveryStream" => json(&["DeliveryStreamARN"]),
        "DescribeDeliveryStream" => json(&[
            "DeliveryStreamDescription.DeliveryStreamARN",
            "DeliveryStreamDescription.DeliveryStreamStatus",
            "DeliveryStreamDescription.VersionId",
            "DeliveryStreamDescription.Destinations[].DestinationId",
        ]),
        "ListTagsForDeliveryStream" => json(&["Tags[].Key", "HasMoreTags"]),
        "PutRecord" => json(&["RecordId"]),
        "DeleteDeliveryStream"
        | "StartDeliveryStreamEncryption"
        | "StopDeliveryStreamEncryption"
        | "TagDeliveryStream"
        | "UntagDeliveryStream"
        | "UpdateDestination" => nothing(),
        _ => return None,
    })
}

fn sts(operation: &str) -> Option<Shape> {
    Some(match operation {
        "AssumeRole" => response(&[
            "AssumeRoleResult.Credentials.AccessKeyId",
            "AssumeRoleResult.Credentials.SecretAccessKey",
            "AssumeRoleResult.Credentials.SessionToken",
            "AssumeRoleResult.Credentials.Expiration",
            "AssumeRoleResult.AssumedRoleUser.Arn",
        ]),
        "GetCallerIdentity" => response(&["GetCallerIdentityResult.Account"]),
        _ => return None,
    })
}

fn iam(operation: &str) -> Option<Shape> {
    Some(match operation {
        "GetRole" => response(&["GetRoleResult.Role.Arn", "GetRoleResult.Role.AssumeRolePolicyDocument"])
            .with(&["GetRoleResult.Role.AssumeRolePolicyDocument"]),
        "GetRolePolicy" => {
            response(&["GetRolePolicyResult.PolicyDocument"]).with(&["GetRolePolicyResult.PolicyDocument"])
        }
        "GetPolicy" => response(&["GetPolicyResult.Policy.Arn", "GetPolicyResult.Policy.DefaultVersionId"]),
        "GetPolicyVersion" => response(&["GetPolicyVersionResult.PolicyVersion.Document"])
            .with(&["GetPolicyVersionResult.PolicyVersion.Document"]),
        "GetInstanceProfile" => response(&[
            "GetInstanceProfileResult.InstanceProfile.Arn",
            "GetInstanceProfileResult.InstanceProfile.Roles",
        ]),
        "GetAccountSummary" => response(&["GetAccountSummaryResult.SummaryMap"]),
        "ListAttachedRolePolicies" => {
            response(&["ListAttachedRolePoliciesResult.AttachedPolicies[].PolicyArn"])
        }
        "ListRolePolicies" => response(&["ListRolePoliciesResult.PolicyNames"]),
        "ListPolicyVersions" => response(&[
            "ListPolicyVersionsResult.Versions[].VersionId",
            "ListPolicyVersionsResult.Versions[].IsDefaultVersion",
        ]),
        "ListEntitiesForPolicy" => response(&[
            "ListEntitiesForPolicyResult.PolicyRoles",
            "ListEntitiesForPolicyResult.PolicyUsers",
            "ListEntitiesForPolicyResult.PolicyGroups",
        ]),
        "ListInstanceProfilesForRole" => response(&["ListInstanceProfilesForRoleResult.InstanceProfiles"]),
        "SimulatePrincipalPolicy" => response(&["SimulatePrincipalPolicyResult.EvaluationResults"]),
        "CreateRole" => response(&["CreateRoleResult.Role.Arn"]),
        "CreatePolicy" => response(&["CreatePolicyResult.Policy.Arn"]),
        "CreatePolicyVersion" => response(&["CreatePolicyVersionResult.PolicyVersion.VersionId"]),
        "CreateInstanceProfile" => response(&["CreateInstanceProfileResult.InstanceProfile.Arn"]),
        "AddRoleToInstanceProfile"
        | "AttachRolePolicy"
        | "DeleteInstanceProfile"
        | "DeletePolicy"
        | "DeletePolicyVersion"
        | "DeleteRole"
        | "DeleteRolePermissionsBoundary"
        | "DeleteRolePolicy"
        | "DetachRolePolicy"
        | "PutRolePermissionsBoundary"
        | "PutRolePolicy"
        | "RemoveRoleFromInstanceProfile"
        | "TagInstanceProfile"
        | "TagPolicy"
        | "TagRole"
        | "UntagInstanceProfile"
        | "UntagPolicy"
        | "UntagRole"
        | "UpdateAssumeRolePolicy" => response(&[]),
        _ => return None,
    })
}

fn ec2(operation: &str) -> Option<Shape> {
    Some(match operation {
        "DescribeInstances" => response(&["reservationSet[].instancesSet[].instanceId"]),
        "DescribeTags" => response(&["tagSet"]),
        "DescribeIamInstanceProfileAssociations" => {
            response(&["iamInstanceProfileAssociationSet[].associationId"])
        }
        "AssociateIamInstanceProfile"
        | "DisassociateIamInstanceProfile"
        | "ReplaceIamInstanceProfileAssociation" => response(&["iamInstanceProfileAssociation"]),
        _ => return None,
    })
}

fn systems_manager(operation: &str) -> Option<Shape> {
    Some(match operation {
        "GetParameter" => json(&["Parameter.Name", "Parameter.Value"]),
        "PutParameter" => json(&["Version"]),
        "ListTagsForResource" => json(&["TagList[].Key"]),
        "AddTagsToResource" | "DeleteParameter" | "RemoveTagsFromResource" => nothing(),
        _ => return None,
    })
}

fn cloudwatch(operation: &str) -> Option<Shape> {
    Some(match operation {
        "GetMetricData" => cbor(&["MetricDataResults"]),
        "ListMetrics" => cbor(&["Metrics"]),
        "DescribeAlarms" => cbor(&["MetricAlarms"]),
        "ListTagsForResource" | "DeleteAlarms" | "PutMetricAlarm" | "TagResource" | "UntagResource" => {
            cbor(&[])
        }
        _ => return None,
    })
}

fn organizations(operation: &str) -> Option<Shape> {
    Some(match operation {
        "ListAccounts" | "ListAccountsForParent" => json(&["Accounts[].Id"]),
        "ListOrganizationalUnitsForParent" => json(&["OrganizationalUnits[].Id"]),
        "ListTagsForResource" => json(&["Tags[].Key"]),
        _ => return None,
    })
}

fn s3(operation: &str) -> Option<Shape> {
    Some(match operation {
        "GetBucketPolicy" => bare(Form::Policy),
        "GetObject" => bare(Form::Object),
        "GetBucketTagging" => xml("Tagging", &["TagSet[].Key"]),
        "GetBucketVersioning" => xml("VersioningConfiguration", &[]),
        "GetBucketEncryption" => xml("ServerSideEncryptionConfiguration", &["Rule"]),
        "GetObjectLockConfiguration" => xml("ObjectLockConfiguration", &[]),
        "GetBucketLifecycleConfiguration" => xml("LifecycleConfiguration", &["Rule"]),
        "GetPublicAccessBlock" => xml("PublicAccessBlockConfiguration", &[]),
        "GetBucketOwnershipControls" => xml("OwnershipControls", &["Rule"]),
        "ListObjectsV2" => xml("ListBucketResult", &["IsTruncated"]),
        "ListObjectVersions" => xml("ListVersionsResult", &["IsTruncated"]),
        "DeleteObjects" => xml("DeleteResult", &[]),
        "CreateBucket"
        | "DeleteBucket"
        | "DeleteBucketEncryption"
        | "DeleteBucketLifecycle"
        | "DeleteBucketPolicy"
        | "DeleteBucketTagging"
        | "DeleteObject"
        | "HeadBucket"
        | "HeadObject"
        | "PutBucketEncryption"
        | "PutBucketLifecycleConfiguration"
        | "PutBucketOwnershipControls"
        | "PutBucketPolicy"
        | "PutBucketTagging"
        | "PutBucketVersioning"
        | "PutObject"
        | "PutPublicAccessBlock" => nothing(),
        _ => return None,
    })
}
