//! How every resource stands, as a person reads it and as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::style::Paint;
use super::{text, value};
use crate::address::{AccountId, AccountName};
use crate::event::Verb;
use crate::plan::status::{ResourceStatus, Standing};

/// Every standing in the order of the summary, with its word and its key in JSON.
const STANDINGS: [(Standing, &str, &str); 6] = [
    (Standing::InSync, "in sync", "in_sync"),
    (Standing::Drifted, "drifted", "drifted"),
    (Standing::Missing, "missing", "missing"),
    (Standing::Foreign, "foreign", "foreign"),
    (Standing::Orphan, "orphan", "orphan"),
    (Standing::Retired, "retired", "retired"),
];

/// The status as text, without a line break at the end. `ids` are those of the accounts.
pub fn status_text(
    resources: &[ResourceStatus],
    ids: &BTreeMap<AccountName, AccountId>,
    notes: &[String],
    paint: Paint,
) -> String {
    let mut accounts: BTreeMap<&AccountName, Vec<&ResourceStatus>> = BTreeMap::new();
    for resource in resources {
        accounts.entry(&resource.address.account).or_default().push(resource);
    }
    let mut parts: Vec<String> = accounts
        .into_iter()
        .map(|(account, resources)| account_text(account, ids.get(account), &resources, paint))
        .collect();
    parts.extend(notes.iter().map(|note| format!("note: {}", text::clean(note))));
    let counts: Vec<String> = STANDINGS
        .iter()
        .map(|(standing, word, _)| (number(resources, *standing), word))
        // What is in order is always counted, the rest when there is any.
        .enumerate()
        .filter(|(place, (number, _))| *place == 0 || *number > 0)
        .map(|(_, (number, word))| format!("{number} {word}"))
        .collect();
    parts.push(paint.bold(&format!("Status: {}.", counts.join(", "))));
    parts.join("\n\n")
}

/// The status as one JSON object.
pub fn status_json(topology: &str, resources: &[ResourceStatus], notes: &[String]) -> Value {
    let summary: serde_json::Map<String, Value> = STANDINGS
        .iter()
        .map(|(standing, _, key)| ((*key).to_owned(), json!(number(resources, *standing))))
        .collect();
    json!({
        "format": 1,
        "topology": topology,
        "summary": summary,
        "resources": resources.iter().map(resource_json).collect::<Vec<_>>(),
        "notes": notes,
    })
}

fn number(resources: &[ResourceStatus], standing: Standing) -> usize {
    resources.iter().filter(|resource| resource.status == standing).count()
}

fn account_text(
    account: &AccountName,
    id: Option<&AccountId>,
    resources: &[&ResourceStatus],
    paint: Paint,
) -> String {
    let lines: Vec<String> = resources.iter().map(|resource| resource_text(resource, paint)).collect();
    format!("{}\n{}", paint.bold(&text::account(account, id)), lines.join("\n"))
}

fn resource_text(resource: &ResourceStatus, paint: Paint) -> String {
    let word = STANDINGS
        .iter()
        .find(|(standing, _, _)| *standing == resource.status)
        .map_or("", |(_, word, _)| *word);
    let mut lines = vec![format!("  {}  {}", painted(resource.status, word, paint), resource.address)];
    if resource.status != Standing::InSync && !resource.reason.is_empty() {
        lines.push(format!("           {}", paint.dim(&text::clean(&resource.reason))));
    }
    let changes = value::changes(&resource.changes, Verb::Update, paint);
    lines.extend(changes.into_iter().map(|line| format!("           {line}")));
    lines.join("\n")
}

fn painted(standing: Standing, word: &str, paint: Paint) -> String {
    match standing {
        Standing::InSync => paint.added(word),
        Standing::Drifted | Standing::Foreign => paint.changed(word),
        Standing::Missing | Standing::Retired => paint.removed(word),
        Standing::Orphan => paint.dim(&text::pad(word, "in sync".len())),
    }
}

fn resource_json(resource: &ResourceStatus) -> Value {
    json!({
        "address": resource.address,
        "account": resource.address.account,
        "region": resource.address.place,
        "kind": resource.address.kind,
        "name": resource.address.name,
        "status": resource.status,
        "changes": resource.changes,
        "reason": resource.reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::FieldChange;

    fn resource(address: &str, status: Standing, reason: &str) -> ResourceStatus {
        ResourceStatus {
            address: address.parse().unwrap(),
            status,
            changes: Vec::new(),
            reason: reason.to_owned(),
        }
    }

    fn every_standing() -> Vec<ResourceStatus> {
        let mut drifted = resource(
            "archive/ap-northeast-1/firehose_stream.central",
            Standing::Drifted,
            "the stream was changed outside of logpipe",
        );
        drifted.changes.push(FieldChange { field: "buffer_mb".to_owned(), from: json!(1), to: json!(5) });
        vec![
            resource("archive/global/iam_role.cwl", Standing::InSync, "it is as the topology says"),
            drifted,
            resource(
                "app/ap-northeast-1/log_group./app/x",
                Standing::Missing,
                "the log group does not exist",
            ),
            resource(
                "app/ap-northeast-1/subscription_filter./app/x:central-logs",
                Standing::Foreign,
                "somebody else made it",
            ),
            resource("app/global/iam_role.old", Standing::Orphan, "the topology no longer names it"),
        ]
    }

    #[test]
    fn every_standing_has_its_word() {
        let ids = [("app", "111111111111"), ("archive", "999999999999")];
        let ids = ids.map(|(name, id)| (name.parse().unwrap(), id.parse().unwrap())).into();
        insta::assert_snapshot!(status_text(&every_standing(), &ids, &[], Paint::new(false)), @r"
        app (111111111111)
          missing  app/ap-northeast-1/log_group./app/x
                   the log group does not exist
          foreign  app/ap-northeast-1/subscription_filter./app/x:central-logs
                   somebody else made it
          orphan   app/global/iam_role.old
                   the topology no longer names it

        archive (999999999999)
          in sync  archive/global/iam_role.cwl
          drifted  archive/ap-northeast-1/firehose_stream.central
                   the stream was changed outside of logpipe
                   buffer_mb: 1 → 5

        Status: 1 in sync, 1 drifted, 1 missing, 1 foreign, 1 orphan.
        ");
    }

    #[test]
    fn what_is_in_order_is_counted_alone() {
        let resources = [resource("app/global/iam_role.x", Standing::InSync, "")];
        insta::assert_snapshot!(status_text(&resources, &BTreeMap::new(), &[], Paint::new(false)), @r"
        app
          in sync  app/global/iam_role.x

        Status: 1 in sync.
        ");
    }

    #[test]
    fn json_has_the_promised_fields() {
        insta::assert_snapshot!(format!("{:#}", status_json("central-logs", &every_standing()[1..2], &[])), @r#"
        {
          "format": 1,
          "topology": "central-logs",
          "summary": {
            "in_sync": 0,
            "drifted": 1,
            "missing": 0,
            "foreign": 0,
            "orphan": 0,
            "retired": 0
          },
          "resources": [
            {
              "address": "archive/ap-northeast-1/firehose_stream.central",
              "account": "archive",
              "region": "ap-northeast-1",
              "kind": "firehose_stream",
              "name": "central",
              "status": "drifted",
              "changes": [
                {
                  "field": "buffer_mb",
                  "from": 1,
                  "to": 5
                }
              ],
              "reason": "the stream was changed outside of logpipe"
            }
          ],
          "notes": []
        }
        "#);
    }
}
