//! What a run leaves out at the user's request: accounts that cannot be entered, and missing resources.

use serde_json::{Value, json};

use super::markdown::{Item, Line};
use super::terminal::style::Paint;
use super::text;
use crate::address::Address;
use crate::plan::{LeftOut, SkippedAccount};

/// The accounts that are left out, each with the reason; nothing where there are none.
pub fn skipped_text(skipped: &[SkippedAccount], paint: Paint) -> Option<String> {
    let lines = skipped.iter().map(|one| {
        let title = format!("    {}", text::account(&one.account, Some(&one.id)));
        let hint =
            one.hint.as_ref().map(|hint| format!("        {} {}", paint.hint("hint:"), text::clean(hint)));
        let told = [Some(title), Some(format!("        {}", text::clean(&one.error))), hint];
        told.into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    titled(
        "Accounts left out (--skip-unreachable): nothing in them changes, and their events are still accepted",
        lines,
        paint,
    )
}

/// What is left out in other accounts.
pub(super) fn left_out_text(left: &[(Address, LeftOut)], paint: Paint) -> Option<String> {
    let lines =
        left.iter().map(|(address, why)| format!("    {address}\n        {}", text::clean(&why.to_string())));
    titled("Left out (--skip-unreachable), because something they need is missing", lines, paint)
}

fn titled(title: &str, lines: impl Iterator<Item = String>, paint: Paint) -> Option<String> {
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", paint.failing(title), lines.join("\n")))
}

/// How much is left out.
pub(super) fn skipped_words(accounts: usize, resources: usize) -> Vec<String> {
    let words = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one} left out")),
        _ => Some(format!("{number} {many} left out")),
    };
    words(accounts, "account", "accounts")
        .into_iter()
        .chain(words(resources, "resource", "resources"))
        .collect()
}

/// The accounts that are left out, as a list of a page.
pub(super) fn skipped_items(skipped: &[SkippedAccount]) -> Vec<Item> {
    let item = |one: &SkippedAccount| {
        let name = text::account(&one.account, Some(&one.id));
        let item = Item::new(Line::name(name).and(": ").and(one.error.as_str()));
        one.hint.iter().fold(item, |item, hint| item.with(Line::from("hint: ").and(hint.as_str())))
    };
    skipped.iter().map(item).collect()
}

/// What is left out in other accounts, as a list of a page.
pub(super) fn left_out_items(left: &[(Address, LeftOut)]) -> Vec<Item> {
    let item = |(address, why): &(Address, LeftOut)| {
        Item::new(Line::name(address.to_string()).and(": ").and(why.to_string()))
    };
    left.iter().map(item).collect()
}

/// What is left out in other accounts, for programs.
pub(super) fn skipped_resources_json(left: &[(Address, LeftOut)]) -> Value {
    left.iter().map(|(address, why)| json!({ "address": address, "reason": why.to_string(), "reason_code": why.code() })).collect()
}
