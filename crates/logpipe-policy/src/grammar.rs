//! What IAM refuses of a document that is of the policy language, each refusal in IAM's own words.
//!
//! Owns the rules for identity and trust policies. A service with a policy of its own, as S3, adds to them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::evaluate::PolicyKind;
use super::wildcard::like;
use logpipe_identifiers::Partition;

/// The actions a trust policy may speak of (IAM User Guide, "Actions, resources, and condition keys for AWS STS").
const ASSUMING: [&str; 6] = [
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:setcontext",
    "sts:setsourceidentity",
    "sts:tagsession",
];

/// The resources of S3 whose ARNs have a region or an account (Service Authorization Reference, "Actions, resources,
/// and condition keys for Amazon S3").
const S3_WITH_ACCOUNT: [&str; 4] = ["accesspoint/", "access-grants/", "job/", "storage-lens"];

/// What is wrong in which part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The statement, from 1.
    pub statement: usize,
    /// The element, such as `Resource`.
    pub element: &'static str,
    /// Which value of the element, from 0.
    pub entry: usize,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong, as AWS says it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// An identity policy names a principal.
    #[error("Policy document should not specify a principal.")]
    Principal,
    /// An identity policy has no resource.
    #[error("Policy statement must contain resources.")]
    NoResource,
    /// A `Sid` of other characters than letters and digits.
    #[error(
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
    )]
    Sid(String),
    /// A `Sid` that another statement has. S3 takes it in the policies of buckets.
    #[error("Statement IDs (SID) in a single policy must be unique.")]
    SidTwice(String),
    /// An action with two colons.
    #[error("Actions/Condition can contain only one colon.")]
    Colons(String),
    /// An action of something that cannot be a service.
    #[error("Vendor {vendor} is not valid")]
    Vendor {
        /// What is in the place of the service.
        vendor: String,
        /// The action.
        action: String,
    },
    /// A resource that is not an ARN.
    #[error("Resource {0} must be in ARN format or \"*\".")]
    NoArn(String),
    /// An ARN of another partition.
    #[error("Partition \"{partition}\" is not valid for resource \"{resource}\".")]
    Partition {
        /// The partition of the ARN.
        partition: String,
        /// The ARN.
        resource: String,
        /// The partition of the account.
        own: Partition,
    },
    /// An ARN without a service, or with wildcards in it.
    #[error("Resource vendor must be fully qualified and cannot contain regexes.")]
    Service(String),
    /// An ARN that ends early.
    #[error("The policy failed legacy parsing")]
    Incomplete(String),
    /// An ARN of IAM with a region.
    #[error("IAM resource {0} cannot contain region information.")]
    IamRegion(String),
    /// An ARN of a bucket with a region.
    #[error("Resource {0} can not contain region information.")]
    S3Region(String),
    /// An ARN of a bucket with an account.
    #[error("Resource {0} can not contain account information.")]
    S3Account(String),
    /// A trust policy names a resource.
    #[error("Has prohibited field Resource")]
    Resource,
    /// An element is not there.
    #[error("Missing required field {0}")]
    Missing(&'static str),
    /// A trust policy allows something else than to assume the role.
    #[error("AssumeRole policy may only specify STS AssumeRole actions.")]
    Trust(String),
}

/// The statements of a policy document; a single one need not be in a list.
pub fn statements(document: &Value) -> &[Value] {
    document.get("Statement").map_or(&[], listed)
}

/// The values of an element; a single one need not be in a list.
pub fn listed(element: &Value) -> &[Value] {
    match element {
        Value::Array(several) => several,
        one => std::slice::from_ref(one),
    }
}

/// Everything that is refused of a document of this kind, in an account of this partition, where that is known.
pub fn refusals(document: &Value, kind: PolicyKind, own: Option<Partition>) -> Vec<Refusal> {
    let all = statements(document).iter().zip(1..);
    let mut sids = BTreeSet::new();
    all.flat_map(|(statement, number)| {
        let rules = Rules { statement, number };
        let mut found = match kind {
            PolicyKind::Identity => rules.identity(own),
            PolicyKind::Trust => rules.trust(),
            PolicyKind::Resource => return rules.resource(),
        };
        let sid = statement.get("Sid").and_then(Value::as_str).filter(|sid| !sid.is_empty());
        if let Some(sid) = sid
            && !sids.insert(sid)
        {
            found.push(rules.refuse("Sid", Flaw::SidTwice(sid.to_owned())));
        }
        found
    })
    .collect()
}

/// One statement.
struct Rules<'a> {
    statement: &'a Value,
    number: usize,
}

impl<'a> Rules<'a> {
    fn identity(&self, own: Option<Partition>) -> Vec<Refusal> {
        let mut found = Vec::new();
        found.extend(self.either("Principal", "NotPrincipal").map(|name| self.refuse(name, Flaw::Principal)));
        if self.either("Resource", "NotResource").is_none() {
            found.push(self.refuse("Resource", Flaw::NoResource));
        }
        found.extend(self.each(["Sid"], sid));
        found.extend(self.each(["Resource", "NotResource"], |text| resource(text, own)));
        found.extend(self.each(["Action", "NotAction"], action));
        found
    }

    fn trust(&self) -> Vec<Refusal> {
        let mut found = Vec::new();
        found.extend(self.either("Resource", "NotResource").map(|name| self.refuse(name, Flaw::Resource)));
        found.extend(self.missing("Principal", "NotPrincipal"));
        found.extend(self.each(["Action"], assuming));
        found
    }

    fn resource(&self) -> Vec<Refusal> {
        let mut found = Vec::new();
        found.extend(self.missing("Principal", "NotPrincipal"));
        found.extend(self.missing("Resource", "NotResource"));
        found
    }

    fn refuse(&self, element: &'static str, flaw: Flaw) -> Refusal {
        Refusal { statement: self.number, element, entry: 0, flaw }
    }

    fn missing(&self, name: &'static str, negated: &'static str) -> Option<Refusal> {
        let there = self.either(name, negated).is_some();
        (!there).then(|| self.refuse(name, Flaw::Missing(name)))
    }

    /// The one of the two that is there.
    fn either(&self, name: &'static str, negated: &'static str) -> Option<&'static str> {
        [name, negated].into_iter().find(|name| self.statement.get(name).is_some())
    }

    /// What is wrong with each value of these elements.
    fn each<const N: usize>(
        &self,
        elements: [&'static str; N],
        wrong: impl Fn(&'a str) -> Option<Flaw>,
    ) -> Vec<Refusal> {
        let values = elements.into_iter().flat_map(|element| {
            let values = self.statement.get(element).map_or(&[][..], listed);
            values.iter().enumerate().map(move |(entry, value)| (element, entry, value))
        });
        let refusal = |(element, entry, value): (&'static str, usize, &'a Value)| {
            let flaw = wrong(value.as_str()?)?;
            Some(Refusal { entry, ..self.refuse(element, flaw) })
        };
        values.filter_map(refusal).collect()
    }
}

/// IAM User Guide, "IAM JSON policy elements: Sid".
fn sid(text: &str) -> Option<Flaw> {
    let known = text.chars().all(|letter| letter.is_ascii_alphanumeric());
    (!known).then(|| Flaw::Sid(text.to_owned()))
}

fn action(text: &str) -> Option<Flaw> {
    let (vendor, name) = text.split_once(':')?;
    if name.contains(':') {
        return Some(Flaw::Colons(text.to_owned()));
    }
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    let known = vendor == "*" || (!vendor.is_empty() && vendor.chars().all(letter));
    (!known).then(|| Flaw::Vendor { vendor: vendor.to_owned(), action: text.to_owned() })
}

/// Any of the actions by which a role is assumed, wildcards allowed. The case of actions does not matter.
fn assuming(text: &str) -> Option<Flaw> {
    let action = text.to_ascii_lowercase();
    let known = action.starts_with("sts:") && ASSUMING.iter().any(|name| like(&action, name));
    (!known).then(|| Flaw::Trust(text.to_owned()))
}

/// IAM User Guide, "IAM JSON policy elements: Resource" and "IAM ARNs".
///
/// An ARN may end before its sixth part as long as none of those it has is empty: IAM takes `arn:aws:sqs` for every
/// queue.
fn resource(text: &str, own: Option<Partition>) -> Option<Flaw> {
    if text == "*" {
        return None;
    }
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let part = |index: usize| parts.get(index).copied();
    let whole = || text.to_owned();
    let (Some("arn"), Some(partition)) = (part(0), part(1)) else { return Some(Flaw::NoArn(whole())) };
    if let Some(own) = own.filter(|own| !like(partition, own.as_str())) {
        return Some(Flaw::Partition { partition: partition.to_owned(), resource: whole(), own });
    }
    let service = part(2).filter(|service| !service.is_empty() && !service.contains(['*', '?']));
    let Some(service) = service else { return Some(Flaw::Service(whole())) };
    let global = matches!(service, "iam" | "s3");
    let named = part(5).unwrap_or_default();
    let account = service == "s3" && S3_WITH_ACCOUNT.iter().any(|kind| named.starts_with(kind));
    if global && !account && part(3) != Some("") {
        let flaw = if service == "iam" { Flaw::IamRegion } else { Flaw::S3Region };
        return Some(flaw(whole()));
    }
    if parts.len() < 6 && text.contains("::") {
        return Some(Flaw::Incomplete(whole()));
    }
    if service == "s3" && !account && part(4) != Some("") {
        return Some(Flaw::S3Account(whole()));
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Statement, element, entry and words of every refusal.
    #[track_caller]
    fn check(kind: PolicyKind, statement: Value, expect: &[&str]) {
        let mut whole = json!({ "Effect": "Allow", "Action": "s3:GetObject" });
        if kind == PolicyKind::Identity {
            whole["Resource"] = json!("*");
        }
        for (key, value) in statement.as_object().unwrap() {
            whole[key] = value.clone();
        }
        let whole = Value::Object(
            whole.as_object().unwrap().clone().into_iter().filter(|(_, value)| !value.is_null()).collect(),
        );
        let found = refusals(&json!({ "Statement": [whole] }), kind, Some(Partition::Aws));
        let shown = |one: Refusal| format!("{}[{}] {}", one.element, one.entry, one.flaw);
        assert_eq!(found.into_iter().map(shown).collect::<Vec<_>>(), expect, "{statement}");
    }

    #[track_caller]
    fn check_resource(resource: &str, expect: &str) {
        let found = refusals(
            &json!({ "Statement": { "Effect": "Allow", "Action": "*", "Resource": ["*", resource] } }),
            PolicyKind::Identity,
            Some(Partition::Aws),
        );
        let shown: Vec<String> = found.iter().map(|refusal| refusal.flaw.to_string()).collect();
        assert_eq!(shown.join("; "), expect, "{resource}");
        assert!(found.iter().all(|refusal| (refusal.statement, refusal.entry) == (1, 1)));
    }

    #[test]
    fn resources_are_arns_of_the_accounts_partition() {
        for sound in [
            "*",
            "arn:aws:s3:::bucket",
            "arn:aws:s3:::bucket/a:b/*",
            "arn:*:s3:::bucket",
            "arn:aws*:logs:*:*:*",
            "arn:aws:sqs",
            "arn:aws:logs:*",
            "arn:aws:iam::111111111111:role/*",
            "arn:aws:iam::*:role/${aws:PrincipalTag/team}",
            "arn:aws:s3:eu-west-1:111111111111:accesspoint/logs/object/*",
            "arn:aws:s3::111111111111:accesspoint/m.mrap",
        ] {
            check_resource(sound, "");
        }
        check_resource("mybucket", "Resource mybucket must be in ARN format or \"*\".");
        check_resource("", "Resource  must be in ARN format or \"*\".");
        check_resource("s3:::bucket", "Resource s3:::bucket must be in ARN format or \"*\".");
        check_resource(
            "arn:aws-cn:s3:::bucket",
            "Partition \"aws-cn\" is not valid for resource \"arn:aws-cn:s3:::bucket\".",
        );
        check_resource("arn:aws", "Resource vendor must be fully qualified and cannot contain regexes.");
        check_resource(
            "arn:aws:*:::bucket",
            "Resource vendor must be fully qualified and cannot contain regexes.",
        );
        check_resource("arn:aws:s3::bucket", "The policy failed legacy parsing");
        check_resource("arn:aws:logs::bucket", "The policy failed legacy parsing");
        check_resource(
            "arn:aws:iam:us-east-1:111111111111:role/r",
            "IAM resource arn:aws:iam:us-east-1:111111111111:role/r cannot contain region information.",
        );
        check_resource(
            "arn:aws:s3:us-east-1::bucket",
            "Resource arn:aws:s3:us-east-1::bucket can not contain region information.",
        );
        check_resource("arn:aws:s3:*", "Resource arn:aws:s3:* can not contain region information.");
        check_resource(
            "arn:aws:s3::111111111111:bucket",
            "Resource arn:aws:s3::111111111111:bucket can not contain account information.",
        );
    }

    #[test]
    fn a_partition_that_is_not_known_is_any() {
        let other =
            json!({ "Statement": { "Effect": "Allow", "Action": "*", "Resource": "arn:aws-cn:s3:::b" } });
        assert_eq!(refusals(&other, PolicyKind::Identity, None), []);
        assert_eq!(refusals(&other, PolicyKind::Identity, Some(Partition::AwsCn)), []);
        assert_eq!(refusals(&other, PolicyKind::Identity, Some(Partition::AwsEusc)).len(), 1);
    }

    #[test]
    fn identity_policies_name_resources_and_no_principals() {
        let check = |statement: Value, expect: &[&str]| check(PolicyKind::Identity, statement, expect);
        let sid = "Sid[0] Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular \
                   expression [0-9A-Za-z]*";
        check(json!({}), &[]);
        check(json!({ "Sid": "" }), &[]);
        check(json!({ "Sid": "Read2" }), &[]);
        check(json!({ "Sid": "read it" }), &[sid]);
        check(json!({ "Sid": "read-it" }), &[sid]);
        check(json!({ "Sid": "読む" }), &[sid]);
        check(
            json!({ "Principal": "*", "Resource": null }),
            &[
                "Principal[0] Policy document should not specify a principal.",
                "Resource[0] Policy statement must contain resources.",
            ],
        );
        check(json!({ "Resource": null, "NotResource": "*" }), &[]);
        check(
            json!({ "Resource": null, "NotResource": ["*", "b"] }),
            &["NotResource[1] Resource b must be in ARN format or \"*\"."],
        );
        check(json!({ "Action": ["*", "*:*", "s3:*", "execute-api:Invoke"] }), &[]);
        check(
            json!({ "Action": ["s3:Get:Object"] }),
            &["Action[0] Actions/Condition can contain only one colon."],
        );
        check(json!({ "Action": ["s3:Get", "s3 :Get"] }), &["Action[1] Vendor s3  is not valid"]);
        check(json!({ "Action": null, "NotAction": "s*:Get" }), &["NotAction[0] Vendor s* is not valid"]);
        check(json!({ "Action": ":Get" }), &["Action[0] Vendor  is not valid"]);
    }

    #[test]
    fn a_sid_stands_for_one_statement() {
        let one = json!({ "Sid": "A", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*" });
        let twice = |kind| {
            let document = json!({ "Statement": [one, { "Sid": "" }, one] });
            let found = refusals(&document, kind, None).into_iter();
            found
                .filter(|refusal| matches!(refusal.flaw, Flaw::SidTwice(_)))
                .map(|refusal| refusal.statement)
                .collect()
        };
        let (identity, trust): (Vec<usize>, Vec<usize>) =
            (twice(PolicyKind::Identity), twice(PolicyKind::Trust));
        assert_eq!((identity, trust), (vec![3], vec![3]));
        assert_eq!(twice(PolicyKind::Resource), [] as [usize; 0], "S3 takes it");
    }

    #[test]
    fn trust_policies_let_somebody_assume_the_role_and_nothing_else() {
        let only = "AssumeRole policy may only specify STS AssumeRole actions.";
        let action = |actions: Value, expect: &[&str]| {
            check(PolicyKind::Trust, json!({ "Principal": "*", "Action": actions }), expect);
        };
        action(json!(["sts:AssumeRole", "STS:TagSession", "sts:Assume*", "sts:*"]), &[]);
        action(json!("*"), &[&format!("Action[0] {only}")]);
        action(json!(["sts:AssumeRole", "s3:GetObject"]), &[&format!("Action[1] {only}")]);
        action(json!("sts:GetCallerIdentity"), &[&format!("Action[0] {only}")]);
        let sts = json!("sts:AssumeRole");
        check(
            PolicyKind::Trust,
            json!({ "Action": sts }),
            &["Principal[0] Missing required field Principal"],
        );
        check(
            PolicyKind::Trust,
            json!({ "Action": sts, "Principal": "*", "NotResource": "*" }),
            &["NotResource[0] Has prohibited field Resource"],
        );
    }

    #[test]
    fn policies_of_resources_name_both() {
        check(
            PolicyKind::Resource,
            json!({}),
            &["Principal[0] Missing required field Principal", "Resource[0] Missing required field Resource"],
        );
        check(PolicyKind::Resource, json!({ "NotPrincipal": "*", "NotResource": "*", "Sid": "a b" }), &[]);
    }
}
