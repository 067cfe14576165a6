//! Topologies of a few lines, for tests that change one thing in them.

/// A topology in account `archive` with what is given for destinations and sources.
pub(crate) fn topology(destinations: &str, sources: &str) -> String {
    format!(
        r#"version: 1
name: t
region: ap-northeast-1
access: {{ role_name: LogpipeDeployer }}
accounts: {{ archive: "999999999999", app: "111111111111", shop: "222222222222" }}
destinations:
{destinations}
sources:
{sources}
"#
    )
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
