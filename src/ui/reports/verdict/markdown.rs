//! The verdict on a page: what is not as it should be first, with what to do, and the evidence below that, folded.

use serde_json::Value;

use super::human::{counted, fix_words, no_route, route_details};
use super::permissions::{
    agent_details, agent_json, agent_name, agent_words, reader_details, reader_name, reader_words,
};
use super::report::VerifyReport;
use super::routes::{Fate, Placed, alike_routes, owner, route_name, span};
use crate::ui::alike::{AccountIds, Owner, elsewhere, together};
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::skipped::skipped_items;
use crate::ui::terminal::style::Paint;
use crate::verify::verdict::{AgentVerdict, Verdict};

/// Nothing is painted on a page.
fn plain() -> Paint {
    Paint::new(false)
}

pub(crate) fn page(report: &VerifyReport<'_>, each: bool) -> Page {
    let (verification, ids) = (report.verification, report.accounts);
    let mark = match verification.verdict {
        Verdict::Delivered => Mark::Good,
        Verdict::Broken | Verdict::Timeout => Mark::Bad,
        Verdict::Unknown => Mark::Caution,
    };
    let page = match &verification.finding {
        Some(finding) => {
            let text = no_route(finding, plain());
            let mut lines = text.lines().map(str::trim);
            let heading = lines.next().unwrap_or_default().trim_end_matches('.').to_owned();
            Page::new(mark, heading).list(lines.map(Item::new))
        }
        None => Page::new(mark, format!("Verify: {}", counted(verification))),
    };
    let mut found = routes(report, each);
    found.extend(agents(&verification.agents, ids, each));
    found.extend(verification.readers.iter().map(|reader| Found {
        mark: sign(reader.readable, reader.unknown),
        name: reader_name(reader),
        words: reader_words(reader).to_owned(),
        same: None,
        wrong: reader.finding.clone().filter(|_| !reader.readable),
        fix: None,
        details: reader_details(reader, plain()),
    }));
    // What is wrong is read first.
    found.sort_by_key(|found| found.mark == RIGHT);
    let table = found.iter().fold(Table::new(&["what", "result"], &[]), |table, found| {
        let name = Line::name(&*found.name);
        let name = found.same.iter().fold(name, |name, same| name.below(same.as_str().into()));
        table.row([name, Line::from(format!("{} {}", found.mark, found.words))])
    });
    let page = page
        .table(table)
        .titled("What is wrong", found.iter().filter_map(wrong))
        .titled("Accounts left out", skipped_items(report.skipped));
    let page = found.iter().filter(|found| !found.details.is_empty()).fold(page, |page, found| {
        let title = Line::from(format!("{} ", found.mark)).and_name(&*found.name);
        let details = found.details.iter().map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned());
        page.fold(title, vec![Block::Lines("text", details.collect())])
    });
    match verification.routes.iter().any(|route| route.delivered) {
        true => page.line("Delivered test events stay in the bucket."),
        false => page,
    }
}

const RIGHT: &str = "✅";

fn sign(right: bool, unknown: bool) -> &'static str {
    match (right, unknown) {
        (true, _) => RIGHT,
        (false, true) => "⚠️",
        (false, false) => "❌",
    }
}

/// Something that was looked at, with others of which the same is to be said.
struct Found {
    mark: &'static str,
    name: String,
    words: String,
    same: Option<String>,
    wrong: Option<String>,
    fix: Option<String>,
    details: Vec<String>,
}

fn wrong(found: &Found) -> Option<Item> {
    let wrong = found.wrong.as_deref()?;
    let item = Item::new(Line::name(&*found.name).and(": ").and(wrong));
    Some(found.fix.iter().fold(item, |item, fix| item.with(Line::loud("fix:").and(" ").and(fix.as_str()))))
}

fn routes(report: &VerifyReport<'_>, each: bool) -> Vec<Found> {
    let ids = report.accounts;
    alike_routes(&report.verification.routes, ids, each)
        .iter()
        .filter_map(|alike| route(alike, ids))
        .collect()
}

fn route(alike: &[Placed<'_>], ids: &AccountIds) -> Option<Found> {
    let ((first, place), others) = alike.split_first()?;
    let (mark, words) = match (Fate::of(first), span(alike)) {
        (Fate::Delivered, Some((least, most))) if others.is_empty() || least == most => {
            (RIGHT, format!("delivered in {least:.1} s"))
        }
        (Fate::Delivered, Some((least, most))) => (RIGHT, format!("delivered in {least:.1} to {most:.1} s")),
        (Fate::Delivered, None) => (RIGHT, "delivered".to_owned()),
        (Fate::Broken, _) => ("❌", "broken".to_owned()),
        (Fate::Unproven, _) => ("❌", "not delivered".to_owned()),
    };
    let owners = others.iter().map(|(route, place)| owner(route, place, ids));
    Some(Found {
        mark,
        name: route_name(first),
        words,
        same: elsewhere(owner(first, place, ids), owners, !first.delivered),
        wrong: first.finding.clone().filter(|_| !first.delivered),
        fix: first.fix.as_ref().map(fix_words),
        details: route_details(first, plain()),
    })
}

/// The roles of agents, those together that are alike in several accounts.
fn agents(agents: &[AgentVerdict], ids: &AccountIds, each: bool) -> Vec<Found> {
    let owner = |agent: &'_ AgentVerdict| (agent.account.clone(), ids.get(&agent.account).cloned());
    let alike = together(agents, |agent| {
        if each {
            return format!("{:?}", (&agent.agent, &agent.account));
        }
        let mut said = agent_json(agent);
        said["account"] = Value::Null;
        let owner = Owner { account: &agent.account, id: ids.get(&agent.account), place: None };
        owner.general(&said)
    });
    let found = |alike: &Vec<&AgentVerdict>| {
        let (first, _) = alike.split_first()?;
        let owned: Vec<_> = alike.iter().map(|agent| owner(agent)).collect();
        let mut owners = owned.iter().map(|(account, id)| Owner { account, id: id.as_ref(), place: None });
        let same = owners.next().and_then(|first_owner| elsewhere(first_owner, owners, !first.allowed));
        Some(Found {
            mark: sign(first.allowed, first.unknown),
            name: agent_name(first),
            words: agent_words(first).to_owned(),
            same,
            wrong: first.finding.clone().filter(|_| !first.allowed),
            fix: None,
            details: agent_details(first, plain()),
        })
    };
    alike.iter().filter_map(found).collect()
}
