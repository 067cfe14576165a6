//! Is every hop of a route as it must be? Answered from live state, by evaluating the live policies. Pure.
//!
//! Reading never repairs, and a hop that cannot be read is `unreachable`, not broken.

use serde_json::Value;

use super::verdict::{Hop, HopVerdict};
use crate::address::{Address, KindName, Place};
use crate::graph::{Route, arns};
use crate::pattern::Pattern;
use crate::plan::{Observed, ReadFailures, Seen};
use crate::policy::{Context, Decision, Policy, PolicyKind, Principal, Request, authorize, evaluate};
use crate::provider::Live;
use crate::topology::{Destination, Topology};

/// Everything a route's hops are judged from.
pub(crate) struct Inspection<'a> {
    pub(crate) topology: &'a Topology,
    pub(crate) observed: &'a Observed,
    pub(crate) failures: &'a ReadFailures,
}

/// The hops in the order a log event takes them.
const ORDER: [&str; 9] = [
    "subscription_filter",
    "destination",
    "destination_policy",
    "cwl_role_trust",
    "cwl_role_permission",
    "stream",
    "firehose_role_trust",
    "firehose_role_permission",
    "bucket",
];

/// What a hop was found to be; the name comes from its place in the order.
type Finding = Result<String, (HopVerdict, String)>;

fn wrong<T>(detail: impl Into<String>) -> Result<T, (HopVerdict, String)> {
    Err((HopVerdict::Incorrect, detail.into()))
}

fn missing<T>(detail: impl Into<String>) -> Result<T, (HopVerdict, String)> {
    Err((HopVerdict::Missing, detail.into()))
}

impl Inspection<'_> {
    /// Judges every hop of a route for an event with this message.
    pub(crate) fn hops(&self, route: &Route, message: &str) -> Vec<Hop> {
        let destination = &self.topology.destinations[&route.destination];
        let way = Way { inspection: self, route, destination };
        let findings = [
            way.subscription_filter(message),
            way.destination(),
            way.destination_policy(),
            way.cwl_role_trust(),
            way.cwl_role_permission(),
            way.stream(),
            way.firehose_role_trust(),
            way.firehose_role_permission(),
            way.bucket(),
        ];
        ORDER
            .into_iter()
            .zip(findings)
            .map(|(hop, finding)| match finding {
                Ok(detail) => Hop { hop, verdict: HopVerdict::Correct, detail },
                Err((verdict, detail)) => Hop { hop, verdict, detail },
            })
            .collect()
    }

    /// The live filter's pattern, unless it is one that only AWS understands.
    pub(crate) fn pattern(&self, route: &Route) -> Option<Pattern> {
        let Some(Live::SubscriptionFilter(filter)) = self.observed.live(&route.filter) else { return None };
        crate::pattern::parse(filter.pattern.as_deref().unwrap_or_default()).ok()
    }

    fn live(&self, address: &Address, what: &str) -> Result<&Live, (HopVerdict, String)> {
        if let Some(error) = self.failures.get(address) {
            return Err((HopVerdict::Unreachable, format!("could not read {address}: {error}")));
        }
        match self.observed.of(address) {
            Seen::Live(live) => Ok(live),
            Seen::Absent => missing(format!("there is no {what} ({address})")),
            Seen::Impossible(why) => missing(format!("{address}: {why}")),
        }
    }
}

/// The first hop that is not right, with the last one that is: what a user needs to know of a broken route.
pub(crate) fn first_broken(hops: &[Hop]) -> Option<String> {
    let index =
        hops.iter().position(|hop| matches!(hop.verdict, HopVerdict::Incorrect | HopVerdict::Missing))?;
    let broken = &hops[index];
    let before = match index.checked_sub(1).map(|before| hops[before].hop) {
        Some(hop) => format!("the last hop that is right is {hop}; the first that is not is {}", broken.hop),
        None => format!("the first hop is not right: {}", broken.hop),
    };
    Some(format!("{before}: {}", broken.detail))
}

/// One route on its way through its destination.
struct Way<'a> {
    inspection: &'a Inspection<'a>,
    route: &'a Route,
    destination: &'a Destination,
}

impl Way<'_> {
    fn at(&self, place: Place, kind: KindName, name: &str) -> Address {
        Address { account: self.destination.account.clone(), place, kind, name: name.to_owned() }
    }

    fn here(&self, kind: KindName, name: &str) -> Address {
        self.at(Place::Region(self.destination.region.clone()), kind, name)
    }

    fn role(&self, name: &str) -> Address {
        self.at(Place::Global, KindName::IamRole, name)
    }

    fn recipient(&self) -> &crate::address::AccountId {
        &self.inspection.topology.accounts[&self.destination.account].id
    }

    fn sender(&self) -> &crate::address::AccountId {
        &self.inspection.topology.accounts[&self.route.account].id
    }

    fn destination_arn(&self) -> String {
        arns::destination(&self.route.region, self.recipient(), &self.destination.destination_name)
    }

    fn stream_arn(&self) -> String {
        arns::firehose_stream(&self.destination.region, self.recipient(), &self.destination.stream.name)
    }

    fn bucket_arn(&self) -> String {
        arns::bucket(self.destination.region.partition(), &self.destination.bucket.name)
    }

    fn subscription_filter(&self, message: &str) -> Finding {
        let Live::SubscriptionFilter(filter) =
            self.inspection.live(&self.route.filter, "subscription filter")?
        else {
            return missing("not a filter");
        };
        let expected = self.destination_arn();
        let points_at = filter.destination_arn.as_deref().unwrap_or("nothing");
        if points_at != expected {
            return wrong(format!("it points at {points_at}, not at {expected}"));
        }
        match self.inspection.pattern(self.route) {
            Some(parsed) if !parsed.matches(message) => wrong(format!(
                "its pattern `{}` does not match the test event, so the rest of the way cannot be tried; that is no \
                 fault of the pipeline: give an event that matches with --message",
                filter.pattern.as_deref().unwrap_or_default()
            )),
            _ => Ok(format!("{} sends to {expected}", self.route.log_group)),
        }
    }

    fn destination(&self) -> Finding {
        let place = Place::Region(self.route.region.clone());
        let address = self.at(place, KindName::LogsDestination, &self.destination.destination_name);
        let what = format!("CloudWatch Logs destination in {}, the log group's region", self.route.region);
        let Live::LogsDestination(live) = self.inspection.live(&address, &what)? else {
            return missing(what);
        };
        let expected = self.stream_arn();
        match live.target_arn.as_deref() {
            Some(target) if target == expected => {}
            target => return wrong(format!("its target is {}, not {expected}", target.unwrap_or("nothing"))),
        }
        self.acts_as(live.role_arn.as_deref(), &self.destination.cwl_role)?;
        Ok(format!("it puts records on {expected}"))
    }

    fn destination_policy(&self) -> Finding {
        let place = Place::Region(self.route.region.clone());
        let address = self.at(place, KindName::LogsDestinationPolicy, &self.destination.destination_name);
        let Live::LogsDestinationPolicy(live) =
            self.inspection.live(&address, "access policy of the destination")?
        else {
            return missing("no access policy");
        };
        let sender = self.sender();
        let arn = arns::role(self.route.region.partition(), sender, "any");
        let caller = Principal::Role { account: sender.clone(), arn };
        let (action, resource) = ("logs:PutSubscriptionFilter", self.destination_arn());
        let decision =
            judge(live.policy.as_ref(), PolicyKind::Resource, &caller, action, &resource, &Context::new())?;
        admitted(&decision, &format!("account {sender} may subscribe"))
    }

    fn cwl_role_trust(&self) -> Finding {
        let role = self.live_role(&self.destination.cwl_role)?;
        let region = &self.route.region;
        let service = Principal::Service(region.partition().regional_logs_principal(region));
        let sender = self.sender();
        let group = format!(
            "arn:{}:logs:{}:{sender}:log-group:{}:*",
            self.route.region.partition(),
            self.route.region,
            self.route.log_group
        );
        let context =
            Context::new().with("aws:SourceArn", group.as_str()).with("aws:SourceAccount", sender.as_str());
        let resource =
            arns::role(self.route.region.partition(), self.recipient(), &self.destination.cwl_role);
        let decision =
            judge(role.trust.as_ref(), PolicyKind::Trust, &service, "sts:AssumeRole", &resource, &context)?;
        admitted(&decision, &format!("CloudWatch Logs may assume it for account {sender}"))
    }

    fn cwl_role_permission(&self) -> Finding {
        let role = self.live_role(&self.destination.cwl_role)?;
        let session = self.session(&self.destination.cwl_role);
        let (action, resource) = ("firehose:PutRecord", self.stream_arn());
        let decision =
            judge(role.policy.as_ref(), PolicyKind::Identity, &session, action, &resource, &Context::new())?;
        admitted(&decision, &format!("it may put records on {resource}"))
    }

    fn stream(&self) -> Finding {
        let address = self.here(KindName::FirehoseStream, &self.destination.stream.name);
        let what = format!("Firehose stream in {}", self.destination.region);
        let Live::FirehoseStream(live) = self.inspection.live(&address, &what)? else { return missing(what) };
        if !live.active() {
            return wrong(format!("it is {}, not ACTIVE", live.status));
        }
        let expected = self.bucket_arn();
        match live.bucket_arn.as_deref() {
            Some(bucket) if bucket == expected => {}
            bucket => {
                return wrong(format!("it writes to {}, not to {expected}", bucket.unwrap_or("nothing")));
            }
        }
        self.acts_as(live.role_arn.as_deref(), &self.destination.firehose_role)?;
        Ok(format!("ACTIVE, writes to {expected}"))
    }

    /// The hops of a role are judged by its name in the topology, so it has to be the one in use.
    fn acts_as(&self, role: Option<&str>, name: &str) -> Result<(), (HopVerdict, String)> {
        let expected = arns::role(self.destination.region.partition(), self.recipient(), name);
        match role {
            Some(role) if role == expected => Ok(()),
            role => wrong(format!("its role is {}, not {expected}", role.unwrap_or("none"))),
        }
    }

    fn firehose_role_trust(&self) -> Finding {
        let role = self.live_role(&self.destination.firehose_role)?;
        let service = Principal::Service("firehose.amazonaws.com".to_owned());
        let context = Context::new().with("sts:ExternalId", self.recipient().as_str());
        let resource =
            arns::role(self.route.region.partition(), self.recipient(), &self.destination.firehose_role);
        let decision =
            judge(role.trust.as_ref(), PolicyKind::Trust, &service, "sts:AssumeRole", &resource, &context)?;
        admitted(&decision, "Firehose may assume it")
    }

    fn firehose_role_permission(&self) -> Finding {
        let role = self.live_role(&self.destination.firehose_role)?;
        let session = self.session(&self.destination.firehose_role);
        let resource = self.object_arn();
        let decision = judge(
            role.policy.as_ref(),
            PolicyKind::Identity,
            &session,
            "s3:PutObject",
            &resource,
            &Context::new().with("aws:SecureTransport", "true"),
        )?;
        admitted(&decision, &format!("it may write {resource}"))
    }

    /// The bucket's policy together with the role's: only a Deny in it can stop the role of the same account.
    fn bucket(&self) -> Finding {
        let address = self.here(KindName::S3Bucket, &self.destination.bucket.name);
        self.inspection.live(&address, "bucket")?;
        let role = self.live_role(&self.destination.firehose_role)?;
        let policy_address = Address { kind: KindName::S3BucketPolicy, ..address };
        let bucket_policy = match self.inspection.live(&policy_address, "bucket policy") {
            Ok(Live::S3BucketPolicy(live)) => Some(parse(&live.document)?),
            Err((HopVerdict::Unreachable, detail)) => return Err((HopVerdict::Unreachable, detail)),
            _ => None,
        };
        let identity: Vec<Policy> = role.policy.as_ref().map(parse).transpose()?.into_iter().collect();
        let (session, resource) = (self.session(&self.destination.firehose_role), self.object_arn());
        let context = Context::new().with("aws:SecureTransport", "true");
        let request =
            Request { principal: &session, action: "s3:PutObject", resource: &resource, context: &context };
        match authorize(&request, self.recipient(), &identity, bucket_policy.as_ref()) {
            Decision::ExplicitDeny { statement } => {
                wrong(format!("{statement} of its policy denies the write"))
            }
            _ => Ok("it is there, and its policy does not stop the write".to_owned()),
        }
    }

    fn object_arn(&self) -> String {
        format!("{}/{}probe", self.bucket_arn(), super::keys::literal_prefix(&self.destination.bucket.prefix))
    }

    fn live_role(&self, name: &str) -> Result<&crate::provider::iam_role::LiveRole, (HopVerdict, String)> {
        match self.inspection.live(&self.role(name), "role")? {
            Live::IamRole(role) => Ok(role),
            _ => missing("not a role"),
        }
    }

    fn session(&self, role: &str) -> Principal {
        let partition = self.destination.region.partition();
        Principal::Session {
            account: self.recipient().clone(),
            arn: format!("arn:{partition}:sts::{}:assumed-role/{role}/logpipe-verify", self.recipient()),
            role_arn: arns::role(partition, self.recipient(), role),
        }
    }
}

fn parse(document: &Value) -> Result<Policy, (HopVerdict, String)> {
    Policy::from_value(document).or_else(|error| wrong(format!("its policy cannot be read: {error}")))
}

fn judge(
    document: Option<&Value>,
    kind: PolicyKind,
    principal: &Principal,
    action: &str,
    resource: &str,
    context: &Context,
) -> Result<Decision, (HopVerdict, String)> {
    let Some(document) = document else { return missing("it has no policy of logpipe's") };
    Ok(evaluate(&parse(document)?, kind, &Request { principal, action, resource, context }))
}

fn admitted(decision: &Decision, detail: &str) -> Finding {
    match decision {
        Decision::Allow { statement } => Ok(format!("{detail} ({statement})")),
        Decision::ExplicitDeny { statement } => wrong(format!("{statement} denies it explicitly")),
        Decision::ImplicitDeny { because } if because.is_empty() => wrong("no statement allows it"),
        Decision::ImplicitDeny { because } => {
            wrong(format!("no statement allows it: {}", because.join("; ")))
        }
    }
}
