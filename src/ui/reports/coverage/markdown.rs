//! Coverage on a page: the percentages first, how many log groups have which reason, what is wrong, and every log group
//! that is not delivered, folded.

use super::human::{absent, basis, headline, is_good, outflows, rules, told, unknown, wrong};
use super::report::CoverageReport;
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::{text, wording};

pub(super) fn page(report: &CoverageReport<'_>, each: bool) -> Page {
    let wrong = wrong(report);
    let mark = match wrong.is_empty() {
        false => Mark::Bad,
        true if is_good(report) => Mark::Good,
        true => Mark::Caution,
    };
    let heading = Line::from("Coverage of ").and_name(report.coverage.topology.as_str());
    let reasons = Table::new(&["reason"], &["log groups", "bytes"]);
    let reasons = report.totals.reasons.iter().fold(reasons, |table, (kind, count)| {
        let bytes = match report.coverage.days {
            Some(_) => text::bytes(count.bytes),
            None => String::new(),
        };
        table.row([wording::reason_word(*kind).into(), count.groups.to_string().into(), bytes.into()])
    });
    let page = Page::new(mark, heading.and(format!(": {}", headline(report))))
        .list(items(wrong))
        .list(items(basis(report)))
        .table(reasons)
        .titled("Sent outside", items(outflows(report, each)))
        .titled("Not known", items(unknown(report, each)))
        .titled("Excluded by rules", items(rules(report)))
        .titled("Named in full, and not there", items(absent(report, each)));
    told(report, each).into_iter().fold(page, |page, (kind, alike)| {
        let table = Table::new(&["log group", "account and region", "why"], &["bytes"]);
        let table = alike.iter().fold(table, |table, alike| {
            let (group, place) = &alike.first;
            let why =
                alike.beside().into_iter().map(Line::from).reduce(Line::below).unwrap_or_else(|| "".into());
            let place = format!("{}/{place}", group.account);
            table.row([Line::name(&*group.name), place.into(), why, alike.size().trim().to_owned().into()])
        });
        let groups = report.totals.reasons.get(&kind).map_or(0, |count| count.groups);
        page.fold(
            format!("{}: {}", wording::reason_word(kind), text::count(groups, "log group")),
            vec![Block::Table(table)],
        )
    })
}

fn items(lines: Vec<String>) -> impl Iterator<Item = Item> {
    lines.into_iter().map(Item::new)
}
