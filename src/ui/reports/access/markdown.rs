//! Needs on a page: a row for each role, and the documents below that, folded; accounts that need the same once.

use serde_json::{Value, json};

use super::human::{access_notes, purposes, row};
use super::report::AccessReport;
use super::view::{AccessView, account_id, name, with_placeholder};
use crate::access::Need;
use crate::address::AccountName;
use crate::ui::alike::{Owner, elsewhere, together};
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};

pub(crate) fn page(report: &AccessReport, each: bool) -> Page {
    let view = &report.view;
    let roles = match view.needs.needs.len() {
        1 => "1 role needs".to_owned(),
        number => format!("{number} roles need"),
    };
    let heading = Line::from(format!("{roles} permissions for ")).and_name(&*view.topology);
    let alike = alike(view, each);
    let table = alike.iter().filter_map(|alike| alike.split_first()).fold(
        Table::new(&["account", "id", "role", "permissions"], &[]),
        |table, (first, others)| {
            let [_, id, role, size] = row(first);
            let name = Line::from(name(first));
            let name =
                same(first, others, false).into_iter().fold(name, |line, same| line.below(same.into()));
            table.row([name, Line::name(id), role.into(), size.into()])
        },
    );
    let notes = report.caveat().into_iter().chain(access_notes(view));
    let page = Page::new(Mark::Neutral, heading)
        .line(format!("For {}.", purposes(view)))
        .table(table)
        .titled("Notes", notes.map(Item::new));
    alike.iter().filter_map(|alike| alike.split_first()).fold(page, |page, (first, others)| {
        let same = same(first, others, true).map_or_else(String::new, |same| format!("; {same}"));
        let title = match account_id(first) {
            Some(id) => format!("{} ({id})", name(first)),
            None => name(first),
        };
        page.fold(Line::loud(title).and(same), documents(view, first))
    })
}

/// The needs, those together that differ in nothing but the account.
fn alike(view: &AccessView, each: bool) -> Vec<Vec<&Need>> {
    together(view.needs.needs.iter().enumerate(), |(index, need)| match owner(need) {
        Some(owner) if !each => {
            let policies =
                need.policies.iter().map(|policy| json!([policy.name, policy.managed, policy.document]));
            let policies: Vec<Value> = policies.collect();
            owner.general(&json!([need.holder.role(), view.trust(need), policies]))
        }
        _ => index.to_string(),
    })
    .into_iter()
    .map(|alike| alike.into_iter().map(|(_, need)| need).collect())
    .collect()
}

/// Whose it is, where it is of one account alone.
fn owner(need: &Need) -> Option<Owner<'_>> {
    let mut names = need.accounts.iter();
    let account: &AccountName = names.next().filter(|_| !need.holder.is_member())?;
    names.next().is_none().then(|| Owner { account, id: need.holder.account(), place: None })
}

fn same(first: &Need, others: &[&Need], all: bool) -> Option<String> {
    elsewhere(owner(first)?, others.iter().filter_map(|need| owner(need)), all)
}

fn documents(view: &AccessView, need: &Need) -> Vec<Block> {
    let document = |what: String, document: &Value| {
        let lines = format!("{:#}", with_placeholder(document, need)).lines().map(str::to_owned).collect();
        [Block::Line(Line::from(what)), Block::Lines("json", lines)]
    };
    let role = need.holder.role().unwrap_or_default();
    let trust = view.trust(need).map(|trust| document(format!("Trust policy of the role `{role}`:"), &trust));
    let policies = need.policies.iter().map(|policy| {
        let kind = if policy.managed { "Managed policy" } else { "Inline policy" };
        document(format!("{kind} `{}`:", policy.name), &policy.document)
    });
    trust.into_iter().chain(policies).flatten().collect()
}
