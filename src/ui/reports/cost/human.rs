//! What a topology costs, as a person reads it and as JSON.

use serde_json::{Value, json};

use crate::cost::{Estimate, Group, Line, NearLimit, Subject};
use crate::ui::terminal::style::Paint;
use crate::ui::text;

/// The estimate as a table for each source and destination, with everything that it assumes.
pub(crate) fn cost_text(estimate: &Estimate, days_measured: u32, paint: Paint) -> String {
    let rows: Vec<Vec<[String; 5]>> =
        estimate.groups.iter().map(|group| group.lines.iter().map(cells).collect()).collect();
    let mut widths = [0; 5];
    for row in rows.iter().flatten() {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(text::width(cell));
        }
    }
    let mut parts = vec![format!(
        "{} {}",
        paint.bold(&format!(
            "{}: monthly cost after running for {} months",
            estimate.topology, estimate.months
        )),
        paint.dim(&format!("(US dollars; prices as of {})", estimate.dated))
    )];
    for (group, rows) in estimate.groups.iter().zip(&rows) {
        let mut lines = vec![heading(group, days_measured, paint)];
        lines.extend(rows.iter().map(|row| format!("  {}", line(row, widths))));
        parts.push(lines.join("\n"));
    }
    parts.push(total(estimate, paint));
    if !estimate.left_out.is_empty() {
        parts.push(list("Not in the total:", &estimate.left_out, paint));
    }
    if !estimate.near_limits.is_empty() {
        let near: Vec<String> = estimate.near_limits.iter().map(near_limit_words).collect();
        parts.push(list("Near a limit:", &near, paint));
    }
    parts.push(list("Assumptions:", &estimate.assumptions, paint));
    parts.join("\n\n")
}

fn heading(group: &Group, days_measured: u32, paint: Paint) -> String {
    let (kind, key) = subject(&group.subject);
    let volume = volume(group, days_measured).map_or_else(String::new, |volume| format!("  {volume}"));
    format!("{}{}", paint.bold(&format!("{kind} {key}")), paint.dim(&volume))
}

/// How much it logs, and who says so.
pub(crate) fn volume(group: &Group, days_measured: u32) -> Option<String> {
    match (group.gigabytes, &group.subject) {
        (None, Subject::Destination(_)) => None,
        (None, _) => Some("volume unknown".to_owned()),
        (Some(gigabytes), _) if group.measured => {
            Some(format!("{} GB a month, measured over {days_measured} days", number(gigabytes)))
        }
        (Some(gigabytes), _) => Some(format!("{} GB a month, as declared", number(gigabytes))),
    }
}

pub(crate) fn subject(subject: &Subject) -> (&'static str, &str) {
    match subject {
        Subject::Source(key) => ("source", key.as_str()),
        Subject::Agent(key) => ("agent", key.as_str()),
        Subject::Destination(key) => ("destination", key.as_str()),
    }
}

/// What, where, how much, at what price, and what it comes to.
pub(crate) fn cells(line: &Line) -> [String; 5] {
    let price = line.price.as_ref().map_or_else(
        || "price unknown".to_owned(),
        |price| match line.item.per() {
            1 => format!("at {}", price.usd),
            per => format!("at {} per {}", price.usd, grouped(&per.to_string())),
        },
    );
    [
        line.item.title(),
        line.region.to_string(),
        format!("{} {}", number(line.quantity), line.item.unit()),
        price,
        line.usd().map_or_else(|| "–".to_owned(), dollars),
    ]
}

fn line(cells: &[String; 5], widths: [usize; 5]) -> String {
    let [title, region, quantity, price, usd] = cells;
    let right =
        |text: &str, width: usize| format!("{}{text}", " ".repeat(width.saturating_sub(text::width(text))));
    format!(
        "{}  {}  {}  {}  {}",
        text::pad(title, widths[0]),
        text::pad(region, widths[1]),
        right(quantity, widths[2]),
        text::pad(price, widths[3]),
        right(usd, widths[4])
    )
}

fn total(estimate: &Estimate, paint: Paint) -> String {
    let (total, rest) = total_words(estimate);
    format!("{}{rest}", paint.bold(&format!("Total: {total}")))
}

/// What a month costs, and what is not in that.
pub(crate) fn total_words(estimate: &Estimate) -> (String, String) {
    let unpriced = || text::count(estimate.unpriced(), "item");
    if estimate.priced() == 0 && estimate.is_at_least() {
        let why = match estimate.unpriced() {
            0 => ", because it is not known how much is logged".to_owned(),
            _ => format!(": no known price for {}", unpriced()),
        };
        return ("unknown".to_owned(), why);
    }
    let rest = match estimate.unpriced() {
        0 => String::new(),
        _ => format!(", and {} without a known price", unpriced()),
    };
    let least = if estimate.is_at_least() { "at least " } else { "" };
    (format!("{least}{} US dollars a month", dollars(estimate.usd())), rest)
}

/// What comes near to which limit, and what is enough.
pub(crate) fn near_limit_words(near: &NearLimit) -> String {
    let NearLimit { destination, region, streams, mib_per_second, limit, enough, possible } = near;
    let who = match streams {
        1 => "its stream takes".to_owned(),
        _ => format!("each of its {streams} streams takes"),
    };
    let help = match possible {
        true => format!("`stream: {{ count: {enough} }}` is enough for twice the average"),
        false => format!(
            "{enough} streams would be enough for twice the average, more than `count` can say: have the quota raised"
        ),
    };
    format!(
        "destination {destination}: {who} {} MiB a second on average, and Firehose allows a stream {limit} in {region} unless the quota was raised; {help}",
        number(*mib_per_second)
    )
}

fn list(title: &str, sentences: &[String], paint: Paint) -> String {
    let lines = sentences.iter().map(|sentence| format!("  - {sentence}"));
    std::iter::once(paint.bold(title)).chain(lines).collect::<Vec<_>>().join("\n")
}

/// To the cent, and not as nothing where it is something.
pub(crate) fn dollars(usd: f64) -> String {
    if usd > 0.0 && usd < 0.01 { "< 0.01".to_owned() } else { grouped(&format!("{usd:.2}")) }
}

/// A quantity with as many digits as help.
fn number(quantity: f64) -> String {
    let text = match quantity.abs() {
        0.0 => "0".to_owned(),
        small if small < 0.01 => "< 0.01".to_owned(),
        small if small < 10.0 => format!("{quantity:.2}"),
        middle if middle < 1000.0 => format!("{quantity:.1}"),
        _ => format!("{quantity:.0}"),
    };
    grouped(&text)
}

/// Digits before the point in groups of three.
fn grouped(text: &str) -> String {
    let (whole, rest) =
        text.split_once('.').map_or((text, String::new()), |(whole, rest)| (whole, format!(".{rest}")));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut groups: Vec<&str> =
        whole.as_bytes().rchunks(3).filter_map(|part| std::str::from_utf8(part).ok()).collect();
    groups.reverse();
    groups.join(",") + &rest
}

/// The estimate as one JSON object.
pub(crate) fn cost_json(estimate: &Estimate) -> Value {
    let line = |line: &Line| {
        json!({
            "item": line.item.to_string(),
            "region": line.region,
            "quantity": line.quantity,
            "unit": line.item.unit(),
            "price": line.price.as_ref().map(|price| price.usd),
            "per": line.item.per(),
            "source": line.price.as_ref().map(|price| &price.source),
            "date": line.price.as_ref().map(|price| &price.date),
            "usd": line.usd(),
        })
    };
    let group = |group: &Group| {
        let (kind, key) = subject(&group.subject);
        json!({
            "kind": kind,
            "key": key,
            "gb_per_month": group.gigabytes,
            "measured": group.measured,
            "usd": group.usd(),
            "lines": group.lines.iter().map(line).collect::<Vec<_>>(),
        })
    };
    let near = |near: &NearLimit| {
        json!({
            "destination": near.destination,
            "region": near.region,
            "streams": near.streams,
            "mib_per_second": near.mib_per_second,
            "limit_mib_per_second": near.limit,
            "enough_streams": near.enough,
            "hint": near_limit_words(near),
        })
    };
    json!({
        "format": 1,
        "topology": estimate.topology,
        "currency": "USD",
        "dated": estimate.dated,
        "months": estimate.months,
        "usd": estimate.usd(),
        "at_least": estimate.is_at_least(),
        "unpriced": estimate.unpriced(),
        "groups": estimate.groups.iter().map(group).collect::<Vec<_>>(),
        "left_out": estimate.left_out,
        "near_limits": estimate.near_limits.iter().map(near).collect::<Vec<_>>(),
        "assumptions": estimate.assumptions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        let check = |quantity, expected: &str| assert_eq!(number(quantity), expected);
        check(0.0, "0");
        check(0.001, "< 0.01");
        check(1.0, "1.00");
        check(59.42, "59.4");
        check(43_200.0, "43,200");
        check(1_234_567.8, "1,234,568");
        assert_eq!(dollars(0.004), "< 0.01");
        assert_eq!(dollars(1234.5), "1,234.50");
    }
}
