//! Finds the permissions in a live policy that have logpipe's own form: they are removed only once the events they
//! admitted have arrived. Everything else is somebody else's change and is reverted at once.

use serde_json::Value;

use super::policies::MEMBERS;
use crate::address::{AccountId, Arn};
use crate::policy;

/// Statements that come and go as a whole (`graph/policies.rs`).
const WHOLE: [&str; 3] = ["LogErrors", "EncryptObjects", MEMBERS];

/// The actions that policies of a pipeline grant (`graph/policies.rs`).
const ACTIONS: [&str; 15] = [
    "sts:AssumeRole",
    "logs:PutSubscriptionFilter",
    "logs:PutAccountPolicy",
    "logs:PutLogEvents",
    "firehose:PutRecord",
    "firehose:PutRecordBatch",
    "s3:AbortMultipartUpload",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "kms:Decrypt",
    "kms:GenerateDataKey",
];

/// The policy that lets through what is wanted and what a live one of logpipe's does.
pub(crate) fn until_through(wanted: &Value, live: &Value) -> Value {
    policy::union(wanted, live, &of_our_form)
}

fn of_our_form(element: &str, value: &str) -> bool {
    match element {
        "Sid" => WHOLE.contains(&value),
        "Action" => ACTIONS.iter().any(|action| action.eq_ignore_ascii_case(value)),
        "AWS" => value.parse::<AccountId>().is_ok() || value.ends_with(":root"),
        "Service" => value == "firehose.amazonaws.com" || value.starts_with("logs."),
        "Resource" => names_one(value),
        key if key.eq_ignore_ascii_case("aws:SourceArn") => is_logs_of_an_account(value),
        key if key.eq_ignore_ascii_case("kms:EncryptionContext:aws:s3:arn") => names_one(value),
        key => {
            ["kms:ViaService", "sts:ExternalId", "aws:PrincipalOrgID", "aws:SourceOrgID"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(key))
                && !value.contains(['*', '?'])
        }
    }
}

/// Whether an ARN is that of one thing, or of what is in one bucket, log group or account's log groups.
fn names_one(arn: &str) -> bool {
    let Some(Arn { service, region, account, resource, .. }) = Arn::parse(arn) else { return false };
    let whole = match service {
        "s3" => resource.strip_suffix("/*").unwrap_or(resource),
        "logs" => {
            let group = resource.strip_prefix("log-group:").unwrap_or(resource);
            if group == "*" { "" } else { group.strip_suffix(":*").unwrap_or(group) }
        }
        "firehose" | "kms" => resource,
        _ => "*",
    };
    ![region, account, whole].iter().any(|part| part.contains(['*', '?']))
}

/// Whether it is everything of CloudWatch Logs in one account, as a sender's `aws:SourceArn` is written.
fn is_logs_of_an_account(arn: &str) -> bool {
    Arn::parse(arn).is_some_and(|arn| {
        (arn.service, arn.region, arn.resource) == ("logs", "*", "*") && arn.account_id().is_some()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::address::{Partition, Region};
    use crate::graph::policies::{
        Admitted, cwl_permissions, cwl_trust, cwl_trust_in_organization, destination_policy,
        firehose_permissions, firehose_trust, sender_permissions,
    };
    use crate::policy::same;
    use serde_json::json;

    fn nothing_of(policy: &Value) -> Value {
        // The same statements with nothing in them.
        let mut empty = policy.clone();
        for statement in empty["Statement"].as_array_mut().unwrap() {
            for name in ["Action", "Resource"] {
                if statement.get(name).is_some() {
                    statement[name] = json!([]);
                }
            }
            if let Some(Value::Object(kinds)) = statement.get_mut("Principal") {
                kinds.values_mut().for_each(|names| *names = json!([]));
            }
            for keys in statement
                .get_mut("Condition")
                .into_iter()
                .filter_map(Value::as_object_mut)
                .flat_map(|all| all.values_mut())
            {
                keys.as_object_mut().unwrap().values_mut().for_each(|values| *values = json!([]));
            }
        }
        empty
    }

    /// Whatever logpipe writes is of its form.
    #[test]
    fn everything_that_we_write_is_let_through() {
        let (region, account): (Region, AccountId) =
            ("ap-northeast-1".parse().unwrap(), "111111111111".parse().unwrap());
        let accounts = BTreeSet::from([&account]);
        let destination = "arn:aws:logs:ap-northeast-1:999999999999:destination:d";
        let key = "arn:aws:kms:ap-northeast-1:999999999999:key/k";
        let stream = "arn:aws:firehose:ap-northeast-1:999999999999:deliverystream/s";
        let log = "arn:aws:logs:ap-northeast-1:999999999999:log-group:/aws/x:log-stream:y";
        let groups = [
            "arn:aws:logs:ap-northeast-1:111111111111:log-group:*",
            "arn:aws:logs:ap-northeast-1:111111111111:log-group:/app:*",
        ];
        let organization = "o-exampleorgid".parse().unwrap();
        let china: Region = "cn-north-1".parse().unwrap();
        for policy in [
            firehose_trust(&account),
            firehose_permissions("arn:aws:s3:::b", Some(log), Some((key, &region))),
            cwl_trust(Partition::Aws, &BTreeSet::from([&region]), &accounts),
            cwl_trust_in_organization(Partition::Aws, &BTreeSet::from([&region]), &account, &organization),
            cwl_trust(Partition::AwsCn, &BTreeSet::from([&china]), &accounts),
            cwl_permissions(stream),
            sender_permissions(groups.map(str::to_owned).into()),
            destination_policy(destination, &Admitted::Accounts(&accounts), true),
        ] {
            let empty = nothing_of(&policy);
            let kept = until_through(&empty, &policy);
            assert!(same(&kept, &policy), "{kept:#}\n{policy:#}");
        }
    }

    /// Whichever of the two a role trusts, it goes on trusting the other while it changes.
    #[test]
    fn accounts_and_their_organization_are_let_through_while_one_gives_way_to_the_other() {
        let (region, recipient): (Region, AccountId) =
            ("ap-northeast-1".parse().unwrap(), "999999999999".parse().unwrap());
        let sender: AccountId = "111111111111".parse().unwrap();
        let (regions, organization) = (BTreeSet::from([&region]), "o-exampleorgid".parse().unwrap());
        let members = cwl_trust_in_organization(Partition::Aws, &regions, &recipient, &organization);
        let accounts = cwl_trust(Partition::Aws, &regions, &BTreeSet::from([&sender, &recipient]));
        let mut expect = accounts.clone();
        expect["Statement"].as_array_mut().unwrap().push(members["Statement"][1].clone());
        for (wanted, live) in [(&members, &accounts), (&accounts, &members)] {
            let both = until_through(wanted, live);
            assert!(same(&both, &expect), "{both:#}");
        }
    }

    #[test]
    fn what_others_open_is_closed_at_once() {
        for (element, value) in [
            ("AWS", "*"),
            ("Service", "ec2.amazonaws.com"),
            ("Action", "*"),
            ("Action", "firehose:*"),
            ("Resource", "*"),
            ("Resource", "arn:aws:s3:::*"),
            ("Resource", "arn:aws:firehose:*:999999999999:deliverystream/s"),
            ("Resource", "arn:aws:dynamodb:eu-west-1:999999999999:table/t"),
            ("aws:SourceArn", "*"),
            ("aws:SourceArn", "arn:aws:logs:*:*:*"),
            ("aws:SourceAccount", "111111111111"),
            ("aws:SourceOrgID", "o-*"),
            ("Sid", "Everything"),
        ] {
            assert!(!of_our_form(element, value), "{element} {value}");
        }
    }
}
