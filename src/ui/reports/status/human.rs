//! The status of every resource, for people and as JSON.

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::address::AccountName;
use crate::event::Verb;
use crate::plan::Note;
use crate::plan::status::{ResourceStatus, Standing};
use crate::ui::alike::{AccountIds, Owner, elsewhere, together};
use crate::ui::terminal::style::Paint;
use crate::ui::{text, value, wording};

/// Every standing in the order of the summary, with its word and its key in JSON.
pub(crate) const STANDINGS: [(Standing, &str, &str); 7] = [
    (Standing::InSync, "in sync", "in_sync"),
    (Standing::Amended, "amended", "amended"),
    (Standing::Drifted, "drifted", "drifted"),
    (Standing::Missing, "missing", "missing"),
    (Standing::Foreign, "foreign", "foreign"),
    (Standing::Orphan, "orphan", "orphan"),
    (Standing::Retired, "retired", "retired"),
];

/// The status as text, without a line break at the end. `ids` are those of the accounts; those that are alike are shown
/// once, or each for itself where `each` says so.
pub(crate) fn status_text(
    resources: &[ResourceStatus],
    ids: &AccountIds,
    notes: &[Note],
    each: bool,
    paint: Paint,
) -> String {
    let mut parts: Vec<String> = Vec::new();
    for alike in &sections(resources, ids, each) {
        let Some((first, others)) = alike.split_first() else { continue };
        let same = elsewhere(first.owner, others.iter().map(|other| other.owner), false);
        parts.push(account_text(first, same, paint));
    }
    parts.extend(notes.iter().map(|note| format!("note: {}", text::clean(&wording::note(note)))));
    parts.push(paint.bold(&format!("Status: {}.", counts(resources))));
    parts.join("\n\n")
}

/// The resources of an account.
pub(crate) struct Section<'a> {
    pub(crate) owner: Owner<'a>,
    pub(crate) resources: Vec<&'a ResourceStatus>,
}

/// The resources by account, those accounts together that are alike; each by itself if `each` says so.
pub(crate) fn sections<'a>(
    resources: &'a [ResourceStatus],
    ids: &'a AccountIds,
    each: bool,
) -> Vec<Vec<Section<'a>>> {
    let mut accounts: BTreeMap<&AccountName, Vec<&ResourceStatus>> = BTreeMap::new();
    for resource in resources {
        accounts.entry(&resource.address.account).or_default().push(resource);
    }
    let section = |(account, resources)| {
        let owner = Owner { account, id: ids.get(account), place: None };
        Section { owner, resources }
    };
    together(accounts.into_iter().map(section), |section| match each {
        true => section.owner.account.to_string(),
        false => section.owner.general(&section.resources.iter().map(general).collect::<Vec<_>>()),
    })
}

/// `1 in sync, 2 missing`. What is in order is always counted, the rest when there is any.
pub(crate) fn counts<R: Borrow<ResourceStatus>>(resources: &[R]) -> String {
    let counts = STANDINGS.iter().map(|(standing, word, _)| (number(resources, *standing), word));
    let counts = counts.enumerate().filter(|(place, (number, _))| *place == 0 || *number > 0);
    counts.map(|(_, (number, word))| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

/// The status as one JSON object.
pub(crate) fn status_json(topology: &str, resources: &[ResourceStatus], notes: &[Note]) -> Value {
    let summary: serde_json::Map<String, Value> = STANDINGS
        .iter()
        .map(|(standing, _, key)| ((*key).to_owned(), json!(number(resources, *standing))))
        .collect();
    json!({
        "format": 1,
        "topology": topology,
        "summary": summary,
        "resources": resources.iter().map(resource_json).collect::<Vec<_>>(),
        "notes": notes.iter().map(wording::note).collect::<Vec<_>>(),
        "noted": wording::noted(notes),
    })
}

pub(crate) fn number<R: Borrow<ResourceStatus>>(resources: &[R], standing: Standing) -> usize {
    let stands = |resource: &&R| {
        let resource: &ResourceStatus = (*resource).borrow();
        resource.status == standing
    };
    resources.iter().filter(stands).count()
}

/// How a resource stands, but for its account.
fn general(resource: &&ResourceStatus) -> Value {
    let address = &resource.address;
    let place = (&address.place, address.kind, &address.name);
    json!([place, resource.status, resource.changes, wording::reason(&resource.reason), resource.drift])
}

fn account_text(section: &Section<'_>, same: Option<String>, paint: Paint) -> String {
    let title = paint.bold(&text::account(section.owner.account, section.owner.id));
    let same = same.map(|same| format!("    {}", paint.bold(&same)));
    let lines = section.resources.iter().map(|resource| resource_text(resource, paint));
    std::iter::once(title).chain(same).chain(lines).collect::<Vec<_>>().join("\n")
}

pub(crate) fn resource_text(resource: &ResourceStatus, paint: Paint) -> String {
    let word = STANDINGS
        .iter()
        .find(|(standing, _, _)| *standing == resource.status)
        .map_or("", |(_, word, _)| *word);
    let mut lines = vec![format!("  {}  {}", painted(resource.status, word, paint), resource.address)];
    if resource.status != Standing::InSync {
        let reason = text::clean(&wording::reason(&resource.reason));
        lines.push(format!("           {}", paint.dim(&reason)));
    }
    let changes = value::changes(&resource.changes, Verb::Update, paint);
    lines.extend(changes.into_iter().map(|line| format!("           {line}")));
    lines.extend(origin(resource).map(|line| format!("           {}", paint.dim(&line))));
    lines.join("\n")
}

/// Where a difference comes from, and where to read who it was.
fn origin(resource: &ResourceStatus) -> impl Iterator<Item = String> {
    let since = resource.applied_at.and_then(text::minute);
    let drift = resource.drift.map(|drift| match (wording::drift(drift), since) {
        (words, Some(since)) => format!("{words} ({since})"),
        (words, None) => words.to_owned(),
    });
    let trail = resource.trail.as_ref().map(|trail| format!("who did, as CloudTrail has it: {trail}"));
    drift.into_iter().chain(trail)
}

fn painted(standing: Standing, word: &str, paint: Paint) -> String {
    match standing {
        Standing::InSync => paint.added(word),
        Standing::Amended | Standing::Drifted | Standing::Foreign => paint.changed(word),
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
        "reason": wording::reason(&resource.reason),
        "reason_code": resource.reason.code(),
        "drift": resource.drift,
        "applied_at": resource.applied_at.and_then(text::moment),
        "cloudtrail": resource.trail,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::FieldChange;
    use crate::plan::reason::Why;

    fn resource(address: &str, status: Standing, why: Why) -> ResourceStatus {
        ResourceStatus::new(&address.parse().unwrap(), status, Vec::new(), why.into())
    }

    fn every_standing() -> Vec<ResourceStatus> {
        let mut drifted = resource(
            "archive/ap-northeast-1/firehose_stream.central",
            Standing::Drifted,
            Why::Differs(vec!["buffer_mb".into()]),
        );
        drifted.changes.push(FieldChange { field: "buffer_mb".into(), from: json!(1), to: json!(5) });
        vec![
            resource("archive/global/iam_role.cwl", Standing::InSync, Why::AsDeclared),
            drifted,
            resource("app/ap-northeast-1/log_group./app/x", Standing::Missing, Why::Absent),
            resource(
                "app/ap-northeast-1/subscription_filter./app/x:central-logs",
                Standing::Foreign,
                Why::UsedAsItIs,
            ),
            resource("app/global/iam_role.old", Standing::Orphan, Why::Orphan),
        ]
    }

    #[test]
    fn every_standing_has_its_word() {
        let ids = [("app", "111111111111"), ("archive", "999999999999")];
        let ids = ids.map(|(name, id)| (name.parse().unwrap(), id.parse().unwrap())).into();
        insta::assert_snapshot!(status_text(&every_standing(), &ids, &[], false, Paint::new(false)), @r"
        app (111111111111)
          missing  app/ap-northeast-1/log_group./app/x
                   it does not exist
          foreign  app/ap-northeast-1/subscription_filter./app/x:central-logs
                   it existed before logpipe, and is used as it is
          orphan   app/global/iam_role.old
                   logpipe's, but no longer in the topology

        archive (999999999999)
          in sync  archive/global/iam_role.cwl
          drifted  archive/ap-northeast-1/firehose_stream.central
                   differs in buffer_mb
                   buffer_mb: 1 → 5

        Status: 1 in sync, 1 drifted, 1 missing, 1 foreign, 1 orphan.
        ");
    }

    #[test]
    fn what_is_in_order_is_counted_alone() {
        let resources = [resource("app/global/iam_role.x", Standing::InSync, Why::AsDeclared)];
        insta::assert_snapshot!(status_text(&resources, &BTreeMap::new(), &[], false, Paint::new(false)), @r"
        app
          in sync  app/global/iam_role.x

        Status: 1 in sync.
        ");
    }

    #[test]
    fn accounts_that_are_alike_are_shown_once() {
        let names = ["team-1", "team-2", "team-3"];
        let group = |name: &&str, status| {
            resource(&format!("{name}/eu-west-1/log_group./app/x"), status, Why::AsDeclared)
        };
        let mut resources: Vec<ResourceStatus> =
            names.iter().map(|name| group(name, Standing::InSync)).collect();
        let shown = |resources: &[ResourceStatus], each| {
            status_text(resources, &BTreeMap::new(), &[], each, Paint::new(false))
        };
        insta::assert_snapshot!(shown(&resources, false), @r"
        team-1
            the same in 2 more accounts: team-2, team-3
          in sync  team-1/eu-west-1/log_group./app/x

        Status: 3 in sync.
        ");
        assert_eq!(shown(&resources, true).matches("log_group./app/x").count(), 3);
        resources[1] = group(&"team-2", Standing::Missing);
        assert_eq!(shown(&resources, false).matches("log_group./app/x").count(), 2);
    }

    #[test]
    fn json_has_the_promised_fields() {
        insta::assert_snapshot!(format!("{:#}", status_json("central-logs", &every_standing()[1..2], &[])), @r#"
        {
          "format": 1,
          "topology": "central-logs",
          "summary": {
            "in_sync": 0,
            "amended": 0,
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
              "reason": "differs in buffer_mb",
              "reason_code": "differs",
              "drift": null,
              "applied_at": null,
              "cloudtrail": null
            }
          ],
          "notes": [],
          "noted": []
        }
        "#);
    }
}
