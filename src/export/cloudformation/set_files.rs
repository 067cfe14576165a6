//! The files of a stack set: its template, and the commands that make it.

use std::collections::{BTreeMap, BTreeSet};

use super::options::Members;
use super::stack_set::StackSet;
use super::template::DIRECT;
use super::yaml::yaml;
use crate::address::{AccountId, OrganizationalUnitId, Region};
use crate::export::{File, Pipeline};

/// The name of the template.
const TEMPLATE: &str = "members.yaml";

/// The name of the commands.
const COMMANDS: &str = "stack-set.sh";

/// The template and the commands.
pub(super) fn files(
    set: &StackSet,
    members: &Members,
    after: &[String],
    pipeline: Pipeline<'_>,
) -> Vec<File> {
    let topology = &pipeline.topology.name;
    let body = yaml(&set.template);
    let template = format!(
        "# {TEMPLATE}: what the topology {topology} has in each account that sends, for all of them alike.\n\
         # Written by `logpipe export cloudformation`. {COMMANDS} makes a stack set of it.\n{body}"
    );
    let named = set.template.to_string().contains("\"AWS::IAM::");
    let commands = commands(set, members, after, pipeline, named, template.len() > DIRECT);
    let file = |name: &str, resources, text| File {
        name: name.to_owned(),
        account: None,
        region: None,
        resources,
        text,
    };
    vec![file(TEMPLATE, set.holds.iter().cloned().collect(), template), file(COMMANDS, Vec::new(), commands)]
}

fn commands(
    set: &StackSet,
    members: &Members,
    after: &[String],
    pipeline: Pipeline<'_>,
    named: bool,
    large: bool,
) -> String {
    let (topology, region) = (&pipeline.topology.name, &set.home);
    let mut lines = vec![
        "#!/usr/bin/env bash".to_owned(),
        format!(
            "# Makes the stack set of the topology {topology}, or changes it: {TEMPLATE} in each account that sends."
        ),
        "# Written by `logpipe export cloudformation`.".to_owned(),
    ];
    if !after.is_empty() {
        lines.push(format!("# After {}.", after.join(", ")));
    }
    lines.extend(about(members).map(|line| format!("# {line}")));
    lines.push("set -euo pipefail".to_owned());
    lines.push(String::new());
    lines.push(format!("region={region}"));
    lines.push(format!("name=logpipe-{topology}-members"));
    if large {
        lines.push(
            "# It is too large to be passed with the call: put it into a bucket, and give its address."
                .to_owned(),
        );
        lines.push(
            "template=(--template-url \"${TEMPLATE_URL:?the address of members.yaml in a bucket}\")"
                .to_owned(),
        );
    } else {
        lines.push(format!("template=(--template-body \"file://$(dirname \"$0\")/{TEMPLATE}\")"));
    }
    if matches!(members, Members::ServiceManaged { .. }) {
        lines.push("# A delegated administrator runs it with CALL_AS=DELEGATED_ADMIN.".to_owned());
        lines.push("as=(--call-as \"${CALL_AS:-SELF}\")".to_owned());
    } else {
        lines.push("as=(--call-as SELF)".to_owned());
    }
    lines.extend([
        String::new(),
        "# Waits until an operation has succeeded.".to_owned(),
        "succeeded() {".to_owned(),
        "  local status".to_owned(),
        "  while :; do".to_owned(),
        "    status=$(aws cloudformation describe-stack-set-operation \"${set[@]}\" --operation-id \"$1\" \\".to_owned(),
        "      --query StackSetOperation.Status --output text)".to_owned(),
        "    case $status in".to_owned(),
        "      SUCCEEDED) return 0 ;;".to_owned(),
        "      RUNNING | QUEUED) sleep 10 ;;".to_owned(),
        "      *) echo \"$status: aws cloudformation list-stack-set-operation-results --region $region --stack-set-name $name --operation-id $1\" >&2; return 1 ;;".to_owned(),
        "    esac".to_owned(),
        "  done".to_owned(),
        "}".to_owned(),
        String::new(),
        "set=(--region \"$region\" \"${as[@]}\" --stack-set-name \"$name\")".to_owned(),
        format!("what=(\"${{template[@]}}\"{})", if named { " --capabilities CAPABILITY_NAMED_IAM" } else { "" }),
        format!("what+=({})", permissions(members)),
        "if aws cloudformation describe-stack-set \"${set[@]}\" >/dev/null 2>&1; then".to_owned(),
        "  succeeded \"$(aws cloudformation update-stack-set \"${set[@]}\" \"${what[@]}\" --query OperationId --output text)\"".to_owned(),
        "else".to_owned(),
        "  aws cloudformation create-stack-set \"${set[@]}\" \"${what[@]}\" --query StackSetId --output text".to_owned(),
        "fi".to_owned(),
    ]);
    for (accounts, regions) in targets(set, members) {
        let regions = ordered(&regions, region);
        lines.extend([
            String::new(),
            "operation=$(aws cloudformation create-stack-instances \"${set[@]}\" \\".to_owned(),
            format!("  {accounts} \\"),
            format!("  --regions {} \\", regions.join(" ")),
            format!(
                "  --operation-preferences RegionConcurrencyType=SEQUENTIAL,RegionOrder={},MaxConcurrentPercentage=100,FailureTolerancePercentage=10 \\",
                regions.join(",")
            ),
            "  --query OperationId --output text)".to_owned(),
            "succeeded \"$operation\"".to_owned(),
        ]);
    }
    lines.join("\n") + "\n"
}

/// Who can run the commands, and what has to be there.
fn about(members: &Members) -> impl Iterator<Item = &'static str> {
    let lines: &[&str] = match members {
        Members::Stacks | Members::SelfManaged => &[
            "Run it in the administrator account, which needs the role AWSCloudFormationStackSetAdministrationRole, as each",
            "account needs AWSCloudFormationStackSetExecutionRole (CloudFormation User Guide, \"Grant self-managed permissions\").",
        ],
        Members::ServiceManaged { .. } => &[
            "Run it in the management account of the organisation, or in a delegated administrator's. Accounts that join one of the",
            "units get a stack of their own; the management account itself gets none.",
        ],
    };
    lines.iter().copied()
}

fn permissions(members: &Members) -> &'static str {
    match members {
        Members::Stacks | Members::SelfManaged => "--permission-model SELF_MANAGED",
        Members::ServiceManaged { .. } => {
            "--permission-model SERVICE_MANAGED --auto-deployment \"Enabled=true,RetainStacksOnAccountRemoval=false\""
        }
    }
}

/// The accounts that get stacks in the same regions, as arguments, and those regions.
fn targets(set: &StackSet, members: &Members) -> Vec<(String, BTreeSet<Region>)> {
    match members {
        Members::ServiceManaged { units } => {
            let units: Vec<&str> = units.iter().map(OrganizationalUnitId::as_str).collect();
            let units = format!("--deployment-targets OrganizationalUnitIds={}", units.join(","));
            vec![(units, set.regions.clone())]
        }
        Members::Stacks | Members::SelfManaged => {
            let mut regions: BTreeMap<&AccountId, BTreeSet<Region>> = BTreeMap::new();
            for (account, region) in &set.instances {
                regions.entry(account).or_default().insert(region.clone());
            }
            let mut alike: BTreeMap<BTreeSet<Region>, Vec<&str>> = BTreeMap::new();
            for (account, regions) in regions {
                alike.entry(regions).or_default().push(account.as_str());
            }
            let target = |(regions, accounts): (BTreeSet<Region>, Vec<&str>)| {
                (format!("--accounts {}", accounts.join(" ")), regions)
            };
            alike.into_iter().map(target).collect()
        }
    }
}

/// The region first in which roles are made, which subscriptions in the others show.
fn ordered<'r>(regions: &'r BTreeSet<Region>, home: &Region) -> Vec<&'r str> {
    let (first, others): (Vec<&Region>, Vec<&Region>) = regions.iter().partition(|region| *region == home);
    first.into_iter().chain(others).map(Region::as_str).collect()
}
