//! Topologies of a few lines, for tests that change one thing in them.

use logpipe::sandbox::Cloud;
use logpipe::topology::Topology;

use super::{EC2_TRUST, prepare};

/// A topology of this name over three accounts, with what else is given.
pub(crate) fn named(name: &str, more: &str) -> String {
    format!(
        r#"version: 1
name: {name}
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ archive: "999999999999", app: "111111111111", shop: "222222222222" }}
{more}
"#
    )
}

/// A topology in account `archive` with what is given for destinations and sources.
pub(crate) fn topology(destinations: &str, sources: &str) -> String {
    named("t", &format!("destinations:\n{destinations}\nsources:\n{sources}"))
}

/// A pipeline from a log group and from a whole account.
pub(crate) const PIPELINE: &str = "
destinations:
  central: { account: archive, stream: { buffer_seconds: 60, format: decompressed } }
sources:
  web: { accounts: [app], destination: central, log_groups: [/app/web], create: true }
  shop: { accounts: [shop], destination: central, scope: account }
";

/// A reader from another account. With [`PIPELINE`] there is something of every service.
pub(crate) const READER: &str = "
readers:
  people:
    account: app
    managed_policies: [CloudWatchLogsReadOnlyAccess]
    trusted: { account: shop, role: reading }
";

/// Makes ready what [`PIPELINE`] and [`READER`] take for granted.
pub(crate) fn prepare_every_service(cloud: &Cloud, topology: &Topology, record_bucket: &str) {
    prepare(cloud, topology, Some(record_bucket));
    cloud.prepare_role(&"222222222222".parse().unwrap(), "reading", EC2_TRUST, &[], &[]);
}

/// A destination of account `archive` whose bucket is called `t-<key>`.
pub(crate) fn destination(key: &str, stream: &str) -> String {
    format!(
        "  {key}: {{ account: archive, bucket: {{ name: t-{key} }}, stream: {{ buffer_seconds: 60{stream} }} }}\n"
    )
}

/// A source that makes the log group `/app/<key>`.
pub(crate) fn source(key: &str, account: &str, destination: &str, more: &str) -> String {
    format!(
        "  {key}: {{ accounts: [{account}], destination: {destination}, log_groups: [/app/{key}], create: true{more} }}\n"
    )
}

/// The trust policy quota of the destination's account, raised as far as it goes.
pub(crate) const RAISED: &str = "limits: { role_trust_characters: 8192 }\n";

/// Id of the account of this number that sends.
pub(crate) fn sender_id(number: u32) -> String {
    format!("{:012}", 100_000_000_000_u64 + u64::from(number))
}

/// A topology in which the accounts of these numbers send to one destination.
pub(crate) fn senders(numbers: impl IntoIterator<Item = u32>, more: &str) -> String {
    let ids: Vec<String> = numbers.into_iter().map(|number| format!("\"{}\"", sender_id(number))).collect();
    let sources = format!(
        "  web: {{ accounts: [{}], destination: main, log_groups: [/app/web], create: true }}\n",
        ids.join(", ")
    );
    format!("{}{more}", topology(&destination("main", ""), &sources))
}
