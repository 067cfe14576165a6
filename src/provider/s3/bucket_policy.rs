//! `s3_bucket_policy`: our statements in a bucket's policy. Statements of others stay as they are.

use std::time::Duration;

use serde_json::{Value, json};

use crate::address::KindName;
use crate::aws::wait::Wait;
use crate::aws::{CallError, StepError, Target};
use crate::policy::quota;
use crate::policy::{deleted_principals, names_somebody};
use crate::provider::change::{Diff, FieldChange};
use crate::provider::facts::{Adoption, Facts, Flow, Home, Others, Proof, Removal, Speed, Tagging, Whole};
use crate::provider::field::Field;
use crate::provider::fresh::{Fresh, Planned};
use crate::provider::kind::{Fingerprint, Kind, Tagged, found, gone};
use crate::provider::obstacle::{NamingDeleted, Obstacle};
use crate::provider::policies::{PolicyDocument, PolicySlot};
use crate::wait_for::WaitFor;

/// The Sid of the statement that lets Firehose deliver.
pub(crate) const DELIVERY: &str = "LogpipeFirehoseDelivery";

/// The Sid of the statement that denies what comes without TLS.
pub(crate) const TLS_ONLY: &str = "LogpipeTlsOnly";

/// The statements of exactly these Sids are ours. One that merely begins alike is somebody else's.
const OURS: [&str; 2] = [DELIVERY, TLS_ONLY];

/// A policy that names a role is refused until S3 sees the role, and the bucket itself may not be visible yet
/// (Terraform AWS provider, `internal/service/s3/bucket_policy.go`).
const SETTLING: Wait = Wait {
    what: WaitFor::BucketPrincipals,
    limit: Duration::from_secs(120),
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// Our statements, each with one of our Sids.
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

    /// The statements of one Sid. S3 takes several of the same.
    fn of(&self, name: &str) -> Vec<Value> {
        self.statements().into_iter().filter(|statement| sid(statement) == name).collect()
    }

    fn others(&self) -> Vec<Value> {
        self.statements().into_iter().filter(|statement| !is_ours(statement)).collect()
    }

    /// The statements of others that name somebody who has been deleted since: S3 shows the unique id instead of the
    /// ARN, and accepts no policy with it (IAM User Guide, "AWS JSON policy elements: Principal").
    fn dead(&self) -> Vec<NamingDeleted> {
        let others = self.others().into_iter().zip(1..);
        let dead = others.map(|(statement, number)| NamingDeleted {
            sid: Some(sid(&statement).to_owned()).filter(|sid| !sid.is_empty()),
            number,
            principals: deleted_principals(&statement).iter().map(ToString::to_string).collect(),
        });
        dead.filter(|statement| !statement.principals.is_empty()).collect()
    }
}

fn sid(statement: &Value) -> &str {
    statement.get("Sid").and_then(Value::as_str).unwrap_or_default()
}

fn is_ours(statement: &Value) -> bool {
    OURS.contains(&sid(statement))
}

impl S3BucketPolicy {
    /// The live statements with ours replacing those of our Sids; the rest is untouched and keeps its order.
    pub(crate) fn merged(&self, live: &LiveBucketPolicy) -> Value {
        let statements: Vec<Value> =
            live.others().into_iter().chain(self.statements.iter().cloned()).collect();
        let mut document = live.document.clone();
        if !document.is_object() {
            document = json!({ "Version": "2012-10-17" });
        }
        document["Statement"] = Value::Array(statements);
        document
    }

    /// The policy is written as a whole, and S3 has no condition on what it replaces, so it is read before every attempt.
    async fn put(&self, planned: &Planned<LiveBucketPolicy>, on: &Target<'_>) -> Result<(), StepError> {
        let fresh = on.fresh() && self.statements.iter().any(names_somebody);
        let passing = |error: &CallError| {
            error.is("NoSuchBucket", &[])
                || error.is("OperationAborted", &[])
                || (fresh && error.is("MalformedPolicy", &["Invalid principal in policy"]))
        };
        on.retrying(SETTLING, passing, || async {
            self.put_over(&planned.now(self, on).await?, on).await.map_err(StepError::Call)
        })
        .await
    }

    async fn put_over(&self, live: &Fresh<LiveBucketPolicy>, on: &Target<'_>) -> Result<(), CallError> {
        let call = on.clients().s3().put_bucket_policy().bucket(on.name());
        let call = call.policy(self.merged(live).to_string()).expected_bucket_owner(on.account.as_str());
        on.write("s3:PutBucketPolicy", call.send()).await.map(drop)
    }
}

impl Kind for S3BucketPolicy {
    type Live = LiveBucketPolicy;

    const FACTS: Facts = Facts {
        removal: Removal::Guards(Whole { kind: KindName::S3Bucket, word: "bucket" }),
        home: Home::In("bucket"),
        tagged: Tagging::Never,
        proof: Proof::Whole,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Spared,
        holds_policies: true,
        speed: Speed {
            service: "S3",
            written: "PutBucketPolicy",
            deleted: "DeleteBucketPolicy",
            waits: None,
        },
    };

    const TAGS: Option<Tagged<Self>> = None;

    const FINGERPRINT: Option<Fingerprint<Self>> = None;

    fn stand_in() -> Self {
        Self { statements: Vec::new() }
    }

    fn diff(&self, live: &LiveBucketPolicy) -> Vec<FieldChange> {
        let as_policy = |statements: Vec<Value>| {
            (!statements.is_empty()).then(|| json!({ "Version": "2012-10-17", "Statement": statements }))
        };
        let wanted = |name: &str| self.statements.iter().filter(|one| sid(one) == name).cloned().collect();
        OURS.into_iter()
            .fold(Diff::default(), |diff, name| {
                let (there, wanted) = (as_policy(live.of(name)), as_policy(wanted(name)));
                diff.policy(Field::part("statement", name), there.as_ref(), wanted.as_ref())
            })
            .done()
    }

    /// The whole policy is written at once, so that what S3 does not take of others keeps ours out too.
    fn refusal(&self, live: &LiveBucketPolicy) -> Option<Obstacle> {
        if self.diff(live).is_empty() {
            return None;
        }
        let (statements, bytes) = (live.dead(), quota::bytes(&self.merged(live)));
        if !statements.is_empty() {
            return Some(Obstacle::DeletedPrincipals { statements });
        }
        (bytes > quota::BUCKET).then_some(Obstacle::PolicyTooLong { bytes })
    }

    fn foreign(&self, live: &LiveBucketPolicy) -> Vec<FieldChange> {
        let others = live.others();
        if others.is_empty() {
            return Vec::new();
        }
        vec![FieldChange {
            field: Field::from("statements").of_others(),
            from: Value::Array(others),
            to: Value::Null,
        }]
    }

    fn policies(&self) -> Vec<PolicyDocument> {
        vec![PolicyDocument::new(PolicySlot::Bucket, &json!({ "Statement": self.statements }))]
    }

    fn live_policies(live: &LiveBucketPolicy) -> Vec<PolicyDocument> {
        vec![PolicyDocument::new(PolicySlot::Bucket, &live.document)]
    }

    async fn read(&self, on: &Target<'_>) -> Result<Option<LiveBucketPolicy>, CallError> {
        read(on).await
    }

    async fn create(&self, on: &Target<'_>) -> Result<(), StepError> {
        self.put(&Planned::absent(), on).await
    }

    async fn update(&self, planned: &Planned<LiveBucketPolicy>, on: &Target<'_>) -> Result<(), StepError> {
        self.put(planned, on).await
    }

    /// Removes the policy before the bucket itself. A policy with statements of others is deleted with the bucket, not
    /// before it, so that it still exists if the bucket stays.
    async fn delete(_named: &[FieldChange], on: &Target<'_>) -> Result<(), StepError> {
        on.retrying(
            SETTLING,
            |error| error.is("OperationAborted", &[]),
            || async {
                if read(on).await?.is_some_and(|live| !live.others().is_empty()) {
                    return Ok(());
                }
                let call = on.clients().s3().delete_bucket_policy().bucket(on.name());
                let call = call.expected_bucket_owner(on.account.as_str());
                gone(on.write("s3:DeleteBucketPolicy", call.send()).await)
            },
        )
        .await
    }
}

async fn read(on: &Target<'_>) -> Result<Option<LiveBucketPolicy>, CallError> {
    let call = on.clients().s3().get_bucket_policy().bucket(on.name());
    let call = call.expected_bucket_owner(on.account.as_str());
    let answer = found(on.read("s3:GetBucketPolicy", call.send()).await)?;
    let text = answer.and_then(|answer| answer.policy);
    Ok(text.map(|text| LiveBucketPolicy {
        document: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::change::paths;

    fn ours() -> S3BucketPolicy {
        S3BucketPolicy { statements: vec![json!({"Sid": TLS_ONLY, "Effect": "Deny", "Action": "s3:*"})] }
    }

    fn live(statements: Value) -> LiveBucketPolicy {
        LiveBucketPolicy { document: json!({"Version": "2012-10-17", "Statement": statements}) }
    }

    fn differing(live: &LiveBucketPolicy) -> Vec<String> {
        paths(&ours().diff(live))
    }

    #[test]
    fn statements_of_others_stay_byte_for_byte() {
        let document = json!({"Version": "2008-10-17", "Id": "x", "Statement": [
            {"Sid": "LogpipeFirehoseDelivery", "Effect": "Allow"},
            {"Resource": ["b"], "Sid": "Theirs", "Effect": "Allow"},
        ]});
        let live = LiveBucketPolicy { document };
        assert_eq!(
            ours().merged(&live).to_string(),
            r#"{"Version":"2008-10-17","Id":"x","Statement":[{"Resource":["b"],"Sid":"Theirs","Effect":"Allow"},{"Sid":"LogpipeTlsOnly","Effect":"Deny","Action":"s3:*"}]}"#
        );
        assert_eq!(differing(&live), ["statement.LogpipeFirehoseDelivery", "statement.LogpipeTlsOnly"]);
        assert_eq!(ours().foreign(&live).len(), 1);
    }

    #[test]
    fn a_statement_is_ours_by_its_whole_sid_and_there_is_one_of_it() {
        let wanted = &ours().statements[0];
        let alike = json!({"Sid": "LogpipeAthenaRead", "Effect": "Allow", "Action": "s3:GetObject"});
        let longer = json!({"Sid": "LogpipeTlsOnlyToo", "Effect": "Deny", "Action": "s3:*"});
        let beside = live(json!([alike, wanted, longer]));
        assert!(differing(&beside).is_empty());
        assert_eq!(ours().merged(&beside)["Statement"], json!([alike, longer, wanted]));
        assert_eq!(ours().foreign(&beside)[0].from, json!([alike, longer]));

        let wider = json!({"Sid": TLS_ONLY, "Effect": "Allow", "Action": "s3:*"});
        let twice = live(json!([wanted, wider]));
        assert_eq!(differing(&twice), ["statement.LogpipeTlsOnly"]);
        assert_eq!(ours().merged(&twice)["Statement"], json!([wanted]));
    }

    #[test]
    fn a_principal_that_is_gone_is_named_before_anything_is_written() {
        let dead = json!({"Sid": "Auditors", "Effect": "Allow", "Action": "s3:GetObject", "Principal":
            {"AWS": ["arn:aws:iam::222222222222:root", "AROAJEXAMPLEROLEID00"]}});
        let refusal = ours().refusal(&live(json!([dead]))).unwrap().to_string();
        assert!(
            refusal.starts_with("the foreign statement `Auditors` names `AROAJEXAMPLEROLEID00`"),
            "{refusal}"
        );
        let in_sync = live(json!([dead, ours().statements[0]]));
        assert_eq!(ours().refusal(&in_sync), None, "nothing has to be written");
    }

    #[test]
    fn what_was_written_is_no_difference() {
        let live = LiveBucketPolicy { document: ours().merged(&LiveBucketPolicy::default()) };
        assert!(ours().diff(&live).is_empty());
    }
}
