//! What S3 refuses in the statements of a bucket policy: actions that are not its own, resources of other buckets, and
//! actions that no resource of their statement can be asked for.

use serde_json::Value;

use logpipe_policy::{like, listed, statements};

/// Actions on objects (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3").
const OF_OBJECTS: [&str; 33] = [
    "s3:abortmultipartupload",
    "s3:bypassgovernanceretention",
    "s3:deleteobject",
    "s3:deleteobjecttagging",
    "s3:deleteobjectversion",
    "s3:deleteobjectversiontagging",
    "s3:getobject",
    "s3:getobjectacl",
    "s3:getobjectattributes",
    "s3:getobjectlegalhold",
    "s3:getobjectretention",
    "s3:getobjecttagging",
    "s3:getobjecttorrent",
    "s3:getobjectversion",
    "s3:getobjectversionacl",
    "s3:getobjectversionattributes",
    "s3:getobjectversionforreplication",
    "s3:getobjectversiontagging",
    "s3:getobjectversiontorrent",
    "s3:initiatereplication",
    "s3:listmultipartuploadparts",
    "s3:objectowneroverridetobucketowner",
    "s3:putobject",
    "s3:putobjectacl",
    "s3:putobjectlegalhold",
    "s3:putobjectretention",
    "s3:putobjecttagging",
    "s3:putobjectversionacl",
    "s3:putobjectversiontagging",
    "s3:replicatedelete",
    "s3:replicateobject",
    "s3:replicatetags",
    "s3:restoreobject",
];

/// Actions on buckets, as far as their names do not say it by the word alone.
const OF_BUCKETS: [&str; 5] = [
    "s3:createbucket",
    "s3:deletebucket",
    "s3:listbucket",
    "s3:listbucketmultipartuploads",
    "s3:listbucketversions",
];

/// How the names of the other actions on buckets begin.
const OF_BUCKETS_BY_NAME: [&str; 3] = ["s3:getbucket", "s3:putbucket", "s3:deletebucket"];

/// What is wrong with the statements of the policy of a bucket of this ARN, in S3's words.
pub(super) fn problem(document: &Value, bucket: &str) -> Option<&'static str> {
    let objects = format!("{bucket}/");
    let all = || statements(document).iter();
    if all().flat_map(|statement| values(statement, ["Action", "NotAction"])).any(|action| !is_own(action)) {
        return Some("Policy has invalid action");
    }
    let mut resources = all().flat_map(|statement| values(statement, ["Resource", "NotResource"]));
    if resources.any(|resource| resource != bucket && !resource.starts_with(&objects)) {
        return Some("Policy has invalid resource");
    }
    let astray = |statement: &Value| {
        let on_bucket = values(statement, ["Resource"]).any(|resource| resource == bucket);
        let on_objects = values(statement, ["Resource"]).any(|resource| resource != bucket);
        let fits = |action: &str| {
            (on_bucket && may_be_of_bucket(action)) || (on_objects && may_be_of_object(action))
        };
        statement.get("Resource").is_some() && values(statement, ["Action"]).any(|action| !fits(action))
    };
    all().any(astray).then_some("Action does not apply to any resource(s) in statement")
}

fn values<'s, const N: usize>(
    statement: &'s Value,
    elements: [&'static str; N],
) -> impl Iterator<Item = &'s str> {
    let values = elements.into_iter().filter_map(|element| statement.get(element));
    values.flat_map(listed).filter_map(Value::as_str)
}

fn is_own(action: &str) -> bool {
    action == "*" || action.to_ascii_lowercase().starts_with("s3:")
}

fn may_be_of_object(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    // What is in no list may be of either, unless it is a pattern: that stands for what is there.
    let unknown = !action.contains(['*', '?']) && !is_of_bucket(&action);
    unknown || OF_OBJECTS.iter().any(|name| like(&action, name))
}

fn may_be_of_bucket(action: &str) -> bool {
    let action = action.to_ascii_lowercase();
    !OF_OBJECTS.contains(&action.as_str())
}

fn is_of_bucket(action: &str) -> bool {
    OF_BUCKETS.contains(&action) || OF_BUCKETS_BY_NAME.iter().any(|name| action.starts_with(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BUCKET: &str = "arn:aws:s3:::logs";
    const OBJECTS: &str = "arn:aws:s3:::logs/*";

    #[track_caller]
    fn check(actions: Value, resources: Value, expect: Option<&str>) {
        let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resources });
        assert_eq!(problem(&json!({ "Statement": [statement] }), BUCKET), expect, "{statement}");
    }

    #[test]
    fn actions_are_of_s3() {
        check(json!(["s3:GetObject", "S3:*", "*"]), json!([BUCKET, OBJECTS]), None);
        check(
            json!(["s3:GetObject", "logs:PutLogEvents"]),
            json!(OBJECTS),
            Some("Policy has invalid action"),
        );
        let others = json!({ "Statement": { "NotAction": "iam:*", "Resource": BUCKET } });
        assert_eq!(problem(&others, BUCKET), Some("Policy has invalid action"));
    }

    #[test]
    fn resources_are_the_bucket_and_its_objects() {
        for other in ["arn:aws:s3:::other", "arn:aws:s3:::logs2/*", "arn:aws-cn:s3:::logs", "*"] {
            check(json!("s3:*"), json!([BUCKET, other]), Some("Policy has invalid resource"));
        }
        let others = json!({ "Statement": { "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*" } });
        assert_eq!(problem(&others, BUCKET), Some("Policy has invalid resource"));
    }

    #[test]
    fn every_action_has_a_resource_it_fits() {
        let astray = Some("Action does not apply to any resource(s) in statement");
        for action in ["s3:PutObject", "s3:getobject", "s3:DeleteObject", "s3:AbortMultipartUpload"] {
            check(json!(action), json!(BUCKET), astray);
            check(json!(action), json!([BUCKET, OBJECTS]), None);
            check(json!(action), json!("arn:aws:s3:::logs/AWSLogs/*"), None);
        }
        for action in ["s3:ListBucket", "s3:GetBucketLocation", "s3:PutBucketPolicy", "s3:ListBucketVersions"]
        {
            check(json!(action), json!(OBJECTS), astray);
            check(json!(action), json!(BUCKET), None);
        }
        check(json!(["s3:GetObject", "s3:ListBucket"]), json!(OBJECTS), astray);
        check(json!(["s3:GetObject", "s3:ListBucket"]), json!(BUCKET), astray);
        for wild in ["s3:*", "*", "s3:Get*", "s3:*Object*"] {
            check(json!(wild), json!(OBJECTS), None);
            check(json!(wild), json!(BUCKET), None);
        }
        check(json!("s3:ListBucket*"), json!(OBJECTS), astray);
    }
}
