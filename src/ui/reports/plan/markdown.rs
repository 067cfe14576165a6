//! A plan on a page: how much is done in each account, what goes by name, and every step below that, folded.

use std::collections::BTreeMap;

use super::human::{Alike, LEGEND, Section, alike_sections, conclusion, shows, sign, steps_text};
use super::roles::{TITLE as ROLES, roles_text};
use super::view::{PlanView, Run, StepView};
use crate::address::{AccountId, AccountName};
use crate::event::Verb;
use crate::plan::Summary;
use crate::ui::alike::{Entrances, Owner, addresses, elsewhere, notes, together};
use crate::ui::forms::Look;
use crate::ui::markdown::{Block, Item, Line, Mark, Page, Table};
use crate::ui::skipped::{left_out_items, skipped_items, skipped_words};
use crate::ui::terminal::style::Paint;
use crate::ui::text;
use crate::ui::warning::{WarningView, warning_item};
use crate::ui::wording;

/// Columns of tables in code, which GitHub shows without breaking lines.
const WIDTH: usize = 120;

/// The verbs in the order in which a reviewer wants to hear of them, each with its word in sentences.
const WORDS: [(Verb, &str); 9] = [
    (Verb::Refuse, "refused"),
    (Verb::Delete, "to delete"),
    (Verb::Replace, "to replace"),
    (Verb::Forget, "to forget"),
    (Verb::Adopt, "to adopt"),
    (Verb::Create, "to create"),
    (Verb::Update, "to update"),
    (Verb::Keep, "unchanged"),
    (Verb::Await, "to wait for"),
];

pub(crate) fn page(plan: &PlanView<'_>, run: Run, look: Look) -> Page {
    let each = look.each();
    let ids = plan.ids();
    let page = Page::new(mark(plan.summary), heading(plan, run));
    let page = if changes(plan.summary) { page } else { page.line(conclusion(plan.summary, run)) };
    let warnings = plan.warnings.iter().map(|warning| warning_item(&WarningView::from(warning)));
    let notes = notes(plan.notes, &ids, each).into_iter().map(|(note, same)| {
        let item = Item::new(note);
        same.into_iter().fold(item, Item::with)
    });
    let page = page
        .table(accounts(plan, each))
        .titled("Refused, so nothing is written", named(plan, &ids, &[Verb::Refuse]))
        .titled("Deleted, replaced, forgotten or taken over", named(plan, &ids, &TAKING))
        .titled("Warnings", warnings)
        .titled("Notes", notes)
        .titled("Accounts left out", skipped_items(plan.skipped))
        .titled("Left out with them", left_out_items(plan.left_out));
    let orphans = addresses(plan.orphans, &ids, each);
    let page = match orphans.is_empty() {
        true => page,
        false => page.fold(
            format!("Made by logpipe, no longer in the topology, and left alone: {}", plan.orphans.len()),
            vec![Block::Lines("text", orphans)],
        ),
    };
    let roles = roles_text(plan.roles, each, WIDTH, Paint::new(false));
    let page = match roles.as_deref().and_then(|text| text.split_once('\n')) {
        Some((_, roles)) => page.fold(ROLES, vec![Block::Lines("text", lines(roles))]),
        None => page,
    };
    steps(page, plan, run, each)
}

/// What takes something away or takes it over: it is named in every account.
const TAKING: [Verb; 4] = [Verb::Delete, Verb::Replace, Verb::Forget, Verb::Adopt];

fn mark(summary: Summary) -> Mark {
    let Summary { replace, delete, forget, adopt, refuse, skipped_accounts, skipped_resources, .. } = summary;
    match refuse {
        0 if replace + delete + forget + adopt + skipped_accounts + skipped_resources > 0 => Mark::Caution,
        0 if changes(summary) => Mark::Neutral,
        0 => Mark::Good,
        _ => Mark::Bad,
    }
}

fn changes(summary: Summary) -> bool {
    let Summary { create, update, replace, delete, forget, adopt, refuse, .. } = summary;
    create + update + replace + delete + forget + adopt + refuse > 0
}

fn heading(plan: &PlanView<'_>, run: Run) -> Line {
    let number = |verb| plan.steps.iter().filter(|step| step.verb == verb).count();
    let counts = WORDS.iter().map(|(verb, word)| (number(*verb), word)).filter(|(number, _)| *number > 0);
    let mut counts: Vec<String> = counts.map(|(number, word)| format!("{number} {word}")).collect();
    if !changes(plan.summary) {
        counts = vec!["no changes".to_owned()];
    }
    counts.extend(skipped_words(plan.summary.skipped_accounts, plan.summary.skipped_resources));
    let what = match run {
        Run::Apply => "Plan of ",
        Run::Destroy => "Destroy plan of ",
    };
    Line::from(what).and_name(plan.topology).and(format!(": {}", counts.join(", ")))
}

/// How many steps of each verb there are in each account, those together in which there are as many.
fn accounts(plan: &PlanView<'_>, each: bool) -> Table {
    let mut accounts: BTreeMap<(&AccountName, &AccountId), BTreeMap<Verb, usize>> = BTreeMap::new();
    for step in &plan.steps {
        let counts = accounts.entry((&step.address.account, step.account)).or_default();
        *counts.entry(step.verb).or_default() += 1;
    }
    let used: Vec<(Verb, &'static str)> = WORDS
        .into_iter()
        .filter(|(verb, _)| accounts.values().any(|counts| counts.contains_key(verb)))
        .collect();
    let titles: Vec<&'static str> = used.iter().map(|(_, word)| *word).collect();
    let alike = together(accounts, |((name, _), counts)| match each {
        true => name.to_string(),
        false => format!("{counts:?}"),
    });
    let owner = |(name, id): (&'_ AccountName, &'_ AccountId)| (name.clone(), id.clone());
    alike.iter().fold(Table::new(&["account"], &titles), |table, alike| {
        let Some((((name, id), counts), others)) = alike.split_first() else { return table };
        let others: Vec<(AccountName, AccountId)> =
            others.iter().map(|(account, _)| owner(*account)).collect();
        let account = account_cell(Owner { account: name, id: Some(*id), place: None }, &others);
        let counts = used.iter().map(|(verb, _)| counts.get(verb).copied().unwrap_or(0).to_string().into());
        table.row(std::iter::once(account).chain(counts))
    })
}

/// An account, and others of which the same is to be said.
fn account_cell(first: Owner<'_>, others: &[(AccountName, AccountId)]) -> Line {
    let name = Line::from(text::account(first.account, first.id));
    let others = others.iter().map(|(account, id)| Owner { account, id: Some(id), place: None });
    let same = elsewhere(first, others, false);
    same.into_iter().fold(name, |name, same| name.below(same.into()))
}

/// The steps of these verbs by address, with the reason, and everywhere it is so.
fn named(plan: &PlanView<'_>, ids: &crate::ui::AccountIds, verbs: &[Verb]) -> Vec<Item> {
    let steps = plan.steps.iter().filter(|step| verbs.contains(&step.verb));
    let alike = together(steps, |step| {
        let said = (step.address.kind, &step.address.name, step.verb, wording::reason(step.reason));
        Owner::of(step.address, ids).general(&said)
    });
    let item = |alike: &Vec<&StepView<'_>>| {
        let (first, others) = alike.split_first()?;
        let verb = match verbs {
            [_] => "",
            _ => LEGEND.iter().find(|(verb, _)| *verb == first.verb).map_or("", |(_, word)| *word),
        };
        let gap = if verb.is_empty() { ": ".to_owned() } else { format!(" — {verb}: ") };
        let item =
            Item::new(Line::name(first.address.to_string()).and(gap).and(wording::reason(first.reason)));
        let others = others.iter().map(|step| Owner::of(step.address, ids));
        Some(elsewhere(Owner::of(first.address, ids), others, true).into_iter().fold(item, Item::with))
    };
    alike.iter().filter_map(item).collect()
}

/// Every step by account and region, those together that are alike.
fn steps(page: Page, plan: &PlanView<'_>, run: Run, each: bool) -> Page {
    let shown: Vec<&StepView<'_>> = plan.steps.iter().filter(|step| shows(step.verb, each, run)).collect();
    if shown.is_empty() {
        return page;
    }
    let used: Vec<(Verb, &str)> =
        LEGEND.into_iter().filter(|(verb, _)| shown.iter().any(|step| step.verb == *verb)).collect();
    let legend = used.iter().enumerate().fold(Line::from("Signs: "), |line, (index, (verb, meaning))| {
        let part = if index == 0 { "" } else { ", " };
        line.and(part).and_name(sign(*verb)).and(format!(" {meaning}"))
    });
    alike_sections(&shown, &Entrances::of(plan.notes), each)
        .iter()
        .fold(page.line(legend), |page, alike| section(page, alike, each))
}

fn section(page: Page, alike: &Alike<'_, '_>, each: bool) -> Page {
    let Some((first, same)) = alike.shown() else { return page };
    let counts = WORDS.iter().map(|(verb, word)| {
        let number = first.steps.iter().filter(|step| step.verb == *verb).count();
        (number > 0).then(|| format!("{number} {word}"))
    });
    let counts: Vec<String> = counts.flatten().collect();
    let same = same.map_or_else(String::new, |same| format!("; {same}"));
    let title = Line::loud(first.title()).and(format!(": {}{same}", counts.join(", ")));
    page.fold(title, vec![Block::Lines("diff", lines(&section_text(first, each)))])
}

/// The steps with their signs at the start of the line, where they colour it.
fn section_text(section: &Section<'_, '_>, each: bool) -> String {
    let texts = section.chunks(each).map(|steps| steps_text(steps, Paint::new(false)));
    let text = texts.collect::<Vec<_>>().join("\n");
    let line = |line: &str| match line.strip_prefix("      ") {
        Some(inner) => format!("    {inner}"),
        None => line.trim_start().to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
