//! `s3_bucket_policy`: our statements in a bucket's policy. Statements of others stay as they are.

use std::time::Duration;

use serde_json::{Value, json};

use super::change::{Diff, FieldChange};
use super::kind::{Kind, found, gone};
use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};

/// Statements whose Sid starts so are ours.
pub(crate) const OURS: &str = "Logpipe";

/// A policy that names a role is refused until S3 sees the role, and the bucket itself may not be visible yet
/// (Terraform AWS provider, `internal/service/s3/bucket_policy.go`).
const SETTLING: Wait = Wait {
    what: "the bucket and its principals to become visible",
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// Our statements, each with a Sid that starts with `Logpipe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3BucketPolicy {
    /// The statements.
    pub statements: Vec<Value>,
}

/// The whole policy as it stands.
#[derive(Debug, Clone, Default)]
pub struct LiveBucketPolicy {
    pub(crate) document: Value,
}

impl LiveBucketPolicy {
    fn statements(&self) -> Vec<Value> {
        match self.document.get("Statement") {
            Some(Value::Array(statements)) => statements.clone(),
            Some(statement) => vec![statement.clone()],
            None => Vec::new(),
        }
    }

    fn ours(&self) -> Vec<Value> {
        self.statements().into_iter().filter(is_ours).collect()
    }
}

fn sid(statement: &Value) -> &str {
    statement.get("Sid").and_then(Value::as_str).unwrap_or_default()
}

fn is_ours(statement: &Value) -> bool {
    sid(statement).starts_with(OURS)
}

impl S3BucketPolicy {
    /// What is there with our statements in place of those of our Sids, the rest untouched and in its order.
    fn merged(&self, live: &LiveBucketPolicy) -> Value {
        let others = live.statements().into_iter().filter(|statement| !is_ours(statement));
        let statements: Vec<Value> = others.chain(self.statements.iter().cloned()).collect();
        let mut document = live.document.clone();
        if !document.is_object() {
            document = json!({ "Version": "2012-10-17" });
        }
        document["Statement"] = Value::Array(statements);
        document
    }

    async fn put(&self, live: &LiveBucketPolicy, on: &Target<'_>) -> Result<(), StepError> {
        let policy = self.merged(live).to_string();
        let fresh = on.fresh();
        let passing = |error: &CallError| {
            error.is("NoSuchBucket", &[])
                || error.is("OperationAborted", &[])
                || (fresh && error.is("MalformedPolicy", &["Invalid principal in policy"]))
        };
        on.retrying(SETTLING, passing, || async {
            let call = on.clients().s3().put_bucket_policy().bucket(on.name()).policy(&policy);
            let call = call.expected_bucket_owner(on.account.as_str());
            on.write("s3:PutBucketPolicy", call.send()).await.map(drop)
        })
        .await
    }

    /// Removes our statements with the bucket itself.
    pub(crate) async fn delete(on: &Target<'_>) -> Result<(), StepError> {
        on.retrying(
            SETTLING,
            |error| error.is("OperationAborted", &[]),
            || async {
                let call = on.clients().s3().delete_bucket_policy().bucket(on.name());
                let call = call.expected_bucket_owner(on.account.as_str());
                gone(on.write("s3:DeleteBucketPolicy", call.send()).await)
            },
        )
        .await
    }
}

impl Kind for S3BucketPolicy {
    type Live = LiveBucketPolicy;

    fn diff(&self, live: &LiveBucketPolicy) -> Vec<FieldChange> {
        let there = live.ours();
        let as_policy = |statement: &Value| json!({ "Version": "2012-10-17", "Statement": [statement] });
        let find =
            |list: &[Value], name: &str| list.iter().find(|statement| sid(statement) == name).map(as_policy);
        let mut diff = Diff::default();
        for wanted in &self.statements {
            let field = format!("statement.{}", sid(wanted));
            diff = diff.policy(&field, find(&there, sid(wanted)).as_ref(), Some(&as_policy(wanted)));
        }
        for extra in there.iter().filter(|extra| find(&self.statements, sid(extra)).is_none()) {
            diff = diff.policy(&format!("statement.{}", sid(extra)), Some(&as_policy(extra)), None);
        }
        diff.done()
    }

    fn foreign(&self, live: &LiveBucketPolicy) -> Vec<FieldChange> {
        let others: Vec<Value> =
            live.statements().into_iter().filter(|statement| !is_ours(statement)).collect();
        if others.is_empty() {
            return Vec::new();
        }
        vec![FieldChange {
            field: "foreign.statements".to_owned(),
            from: Value::Array(others),
            to: Value::Null,
        }]
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveBucketPolicy>, CallError> {
        let call = on.clients().s3().get_bucket_policy().bucket(on.name());
        let call = call.expected_bucket_owner(on.account.as_str());
        let answer = found(on.read("s3:GetBucketPolicy", call.send()).await)?;
        let text = answer.and_then(|answer| answer.policy);
        Ok(text.map(|text| LiveBucketPolicy {
            document: serde_json::from_str(&text).unwrap_or(Value::String(text)),
        }))
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(&LiveBucketPolicy::default(), on).await
    }

    async fn update(&self, live: &LiveBucketPolicy, on: &Target<'_>) -> Result<(), StepError> {
        self.put(live, on).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> S3BucketPolicy {
        S3BucketPolicy { statements: vec![json!({"Sid": "LogpipeTls", "Effect": "Deny", "Action": "s3:*"})] }
    }

    #[test]
    fn statements_of_others_stay_byte_for_byte() {
        let document = json!({"Version": "2008-10-17", "Id": "x", "Statement": [
            {"Sid": "LogpipeOld", "Effect": "Allow"},
            {"Resource": ["b"], "Sid": "Theirs", "Effect": "Allow"},
        ]});
        let live = LiveBucketPolicy { document };
        assert_eq!(
            ours().merged(&live).to_string(),
            r#"{"Version":"2008-10-17","Id":"x","Statement":[{"Resource":["b"],"Sid":"Theirs","Effect":"Allow"},{"Sid":"LogpipeTls","Effect":"Deny","Action":"s3:*"}]}"#
        );
        let fields: Vec<String> = ours().diff(&live).into_iter().map(|change| change.field).collect();
        assert_eq!(fields, ["statement.LogpipeTls", "statement.LogpipeOld"]);
        assert_eq!(ours().foreign(&live).len(), 1);
    }

    #[test]
    fn what_was_written_is_no_difference() {
        let live = LiveBucketPolicy { document: ours().merged(&LiveBucketPolicy::default()) };
        assert!(ours().diff(&live).is_empty());
    }
}
