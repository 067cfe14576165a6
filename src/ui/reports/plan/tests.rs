use serde_json::json;

use super::human::{PlanOptions, plan_text};
use super::json::plan_json;
use super::*;
use crate::address::{AccountId, Address};
use crate::event::Verb;
use crate::plan::reason::{Fate, Lost, Reason, Removed, Sign, Why};
use crate::plan::{Action, Field, FieldChange, Obstacle, Plan, Step, Summary};
use crate::ui::terminal::style::Paint;

/// The pieces a view borrows from.
struct Owned {
    address: Address,
    verb: Verb,
    changes: Vec<FieldChange>,
    after: Vec<Address>,
    reason: Reason,
}

fn owned(verb: Verb, address: &str, why: Why) -> Owned {
    let (changes, after) = (Vec::new(), Vec::new());
    Owned { address: address.parse().unwrap(), verb, changes, after, reason: why.into() }
}

impl Owned {
    fn with(mut self, field: impl Into<Field>, from: serde_json::Value, to: serde_json::Value) -> Self {
        self.changes.push(FieldChange { field: field.into(), from, to });
        self
    }
}

fn statement(account: &str) -> serde_json::Value {
    json!({ "Effect": "Allow", "Principal": { "AWS": account }, "Action": "logs:PutSubscriptionFilter" })
}

fn every_verb() -> Vec<Owned> {
    let policy = |accounts: &[&str]| {
        let statements: Vec<_> = accounts.iter().map(|account| statement(account)).collect();
        json!({ "Version": "2012-10-17", "Statement": statements })
    };
    let mut stream = owned(
        Verb::Create,
        "archive/ap-northeast-1/firehose_stream.central-logs-central",
        Why::Gone,
    )
    .with("buffer_seconds", json!(null), json!(300));
    stream.after.push("archive/global/iam_role.central-logs-central-firehose".parse().unwrap());
    vec![
        owned(Verb::Keep, "archive/ap-northeast-1/s3_bucket.central-logs-999999999999", Why::AsDeclared),
        owned(Verb::Create, "archive/global/iam_role.central-logs-central-firehose", Why::NeverMade),
        stream,
        owned(
            Verb::Update,
            "archive/ap-northeast-1/logs_destination_policy.central-logs-central",
            Why::Differs(vec!["policy".into(), Field::part("tags", "Project")]),
        )
        .with("policy", policy(&["111111111111"]), policy(&["111111111111", "222222222222"]))
        .with(Field::part("tags", "Project"), json!("old"), json!("poc")),
        owned(
            Verb::Replace,
            "archive/ap-northeast-1/log_stream./aws/kinesisfirehose/x:S3Delivery",
            Why::Obstacle(Obstacle::NotIntoS3),
        ),
        owned(
            Verb::Adopt,
            "app/ap-northeast-1/log_group./app/x",
            Why::OfOthers { sign: Sign::Unknown, begun: false, fate: Fate::TakenOver },
        ),
        owned(
            Verb::Delete,
            "app/ap-northeast-1/subscription_filter./app/y:central-logs",
            Why::Unnamed(Removed::Deleted),
        ),
        owned(
            Verb::Refuse,
            "app/ap-northeast-1/subscription_filter./app/x:central-logs",
            Why::OfOthers { sign: Sign::Unknown, begun: false, fate: Fate::Adoptable },
        ),
    ]
}

fn view<'a>(steps: &'a [Owned], orphans: &'a [Address], account: &'a AccountId) -> PlanView<'a> {
    let count = |verb| steps.iter().filter(|step| step.verb == verb).count();
    let summary = Summary {
        create: count(Verb::Create),
        update: count(Verb::Update),
        replace: count(Verb::Replace),
        delete: count(Verb::Delete),
        forget: count(Verb::Forget),
        keep: count(Verb::Keep),
        adopt: count(Verb::Adopt),
        refuse: count(Verb::Refuse),
        awaited: count(Verb::Await),
        orphan: orphans.len(),
        foreign: 0,
        skipped_accounts: 0,
        skipped_resources: 0,
    };
    let steps = steps
        .iter()
        .map(|step| StepView {
            address: &step.address,
            account,
            verb: step.verb,
            changes: &step.changes,
            after: &step.after,
            narrows_after: None,
            reason: &step.reason,
        })
        .collect();
    PlanView {
        topology: "central-logs",
        steps,
        orphans,
        roles: &[],
        moved: &[],
        foreign: &[],
        notes: &[],
        skipped: &[],
        left_out: &[],
        warnings: &[],
        allowed: &[],
        summary,
        share: None,
    }
}

fn shown(steps: &[Owned], orphans: &[&str], run: Run, verbose: bool) -> String {
    let orphans: Vec<Address> = orphans.iter().map(|address| address.parse().unwrap()).collect();
    let account = "999999999999".parse().unwrap();
    plan_text(
        &view(steps, &orphans, &account),
        PlanOptions { run, verbose, width: 100, paint: Paint::new(false) },
    )
}

#[test]
fn every_action_has_its_sign_and_reason() {
    let text = shown(&every_verb(), &["app/global/iam_role.old"], Run::Apply, false);
    insta::assert_snapshot!(text, @r#"
    Signs:  + create   ~ change in place   -/+ delete and create again   - delete   > take over what is there   ! refused

    app (999999999999), ap-northeast-1
      > app/ap-northeast-1/log_group./app/x
          it exists, but it is not in logpipe's record; taken over
      - app/ap-northeast-1/subscription_filter./app/y:central-logs
          the topology no longer names it
      ! app/ap-northeast-1/subscription_filter./app/x:central-logs
          it exists, but it is not in logpipe's record; --adopt takes it over

    archive (999999999999), global
      + archive/global/iam_role.central-logs-central-firehose  (an earlier run stopped before it was made)

    archive (999999999999), ap-northeast-1
      + archive/ap-northeast-1/firehose_stream.central-logs-central  (logpipe made it, but it is gone)
          buffer_seconds = 300
      ~ archive/ap-northeast-1/logs_destination_policy.central-logs-central
          differs in policy, tags.Project
          policy:
                        "AWS": "111111111111"
                      },
                      "Action": "logs:PutSubscriptionFilter"
              +     },
              +     {
              +       "Effect": "Allow",
              +       "Principal": {
              +         "AWS": "222222222222"
              +       },
              +       "Action": "logs:PutSubscriptionFilter"
                    }
                  ]
                }
          tags.Project: "old" → "poc"
    -/+ archive/ap-northeast-1/log_stream./aws/kinesisfirehose/x:S3Delivery
          it does not deliver to S3, and a stream cannot change the kind of its destination

    Made by logpipe, no longer in the topology, and left alone
        app/global/iam_role.old

    hint: 1 resource is refused, so nothing will be written; the reason is given with it

    Plan: 2 to create, 1 to update, 1 to replace, 1 to delete, 1 to adopt, 1 unchanged, 1 refused.
    "#);
}

#[test]
fn unchanged_resources_are_shown_on_request_and_by_destroy() {
    let steps =
        [owned(Verb::Keep, "archive/ap-northeast-1/s3_bucket.logs", Why::HoldsData("the delivered logs"))];
    assert_eq!(shown(&steps, &[], Run::Apply, false), "No changes. The accounts match the topology.");
    insta::assert_snapshot!(shown(&steps, &[], Run::Apply, true), @r"
    Signs:  = unchanged

    archive (999999999999), ap-northeast-1
      = archive/ap-northeast-1/s3_bucket.logs
          it holds the delivered logs; --delete-data removes both

    No changes. The accounts match the topology.
    ");
    insta::assert_snapshot!(shown(&steps, &[], Run::Destroy, false), @r"
    Signs:  = unchanged

    archive (999999999999), ap-northeast-1
      = archive/ap-northeast-1/s3_bucket.logs
          it holds the delivered logs; --delete-data removes both

    No changes. There is nothing to destroy.
    ");
}

#[test]
fn orphans_alone_are_no_changes() {
    insta::assert_snapshot!(shown(&[], &["app/global/iam_role.old"], Run::Apply, false), @r"
    Made by logpipe, no longer in the topology, and left alone
        app/global/iam_role.old

    No changes. 1 resource that the topology no longer names still exists.
    ");
}

#[test]
fn json_has_the_promised_fields() {
    let orphans = ["app/global/iam_role.old".parse().unwrap()];
    let account = "999999999999".parse().unwrap();
    let steps: Vec<Owned> = every_verb().into_iter().skip(2).take(1).collect();
    insta::assert_snapshot!(format!("{:#}", plan_json(&view(&steps, &orphans, &account))), @r#"
    {
      "format": 1,
      "topology": "central-logs",
      "summary": {
        "create": 1,
        "update": 0,
        "replace": 0,
        "delete": 0,
        "forget": 0,
        "keep": 0,
        "adopt": 0,
        "refuse": 0,
        "orphan": 1,
        "foreign": 0,
        "skipped_accounts": 0,
        "skipped_resources": 0
      },
      "steps": [
        {
          "address": "archive/ap-northeast-1/firehose_stream.central-logs-central",
          "account": "archive",
          "account_id": "999999999999",
          "region": "ap-northeast-1",
          "kind": "firehose_stream",
          "name": "central-logs-central",
          "action": "create",
          "changes": [
            {
              "field": "buffer_seconds",
              "from": null,
              "to": 300
            }
          ],
          "after": [
            "archive/global/iam_role.central-logs-central-firehose"
          ],
          "reason": "logpipe made it, but it is gone",
          "reason_code": "gone"
        }
      ],
      "orphans": [
        "app/global/iam_role.old"
      ],
      "roles": [],
      "moved": [],
      "foreign": [],
      "notes": [],
      "noted": [],
      "skipped_accounts": [],
      "skipped_resources": [],
      "warnings": []
    }
    "#);
}

#[test]
fn a_plan_is_viewed_as_it_is() {
    let plan = Plan {
        topology: "central-logs".to_owned(),
        steps: vec![Step {
            address: "app/global/iam_role.x".parse().unwrap(),
            account: "111111111111".parse().unwrap(),
            action: Action::Delete,
            changes: Vec::new(),
            after: Vec::new(),
            needs: Vec::new(),
            reason: Why::Made(Lost::Nothing).into(),
            narrowing: None,
        }],
        orphans: Vec::new(),
        roles: Vec::new(),
        moved: Vec::new(),
        foreign: Vec::new(),
        notes: Vec::new(),
        skipped: Vec::new(),
        left_out: Vec::new(),
        warnings: Vec::new(),
        allowed: vec![],
        share: None,
    };
    let options = PlanOptions { run: Run::Destroy, verbose: false, width: 100, paint: Paint::new(false) };
    insta::assert_snapshot!(plan_text(&PlanView::from(&plan), options), @r"
    Signs:  - delete

    app (111111111111), global
      - app/global/iam_role.x
          logpipe made it

    Plan: 0 to create, 0 to update, 0 to replace, 1 to delete, 0 unchanged.
    ");
}
