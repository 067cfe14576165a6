//! Log events, one a line, and what could not be read.

use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::reading::{LogEvent, Outcome, Place};
use crate::ui::forms::{Look, Part, Report};
use crate::ui::markdown::{Item, Line, Mark, Page};
use crate::ui::terminal::style::Paint;
use crate::ui::text::{clean, count};

/// A log event that was read.
#[derive(Debug, Clone, Copy)]
pub struct EventReport<'a> {
    /// Where it was.
    pub place: &'a Place,
    /// What it says.
    pub event: &'a LogEvent,
}

impl Report for EventReport<'_> {
    fn human(&self, look: Look) -> Vec<Part> {
        vec![Part::Data(log_event_text(self.place, self.event, look.paint))]
    }

    fn json(&self) -> Value {
        log_event_json(self.place, self.event)
    }

    /// One after the other they are a block of code.
    fn markdown(&self, _look: Look) -> Page {
        let text = log_event_text(self.place, self.event, Paint::new(false));
        Page::piece(text.lines().map(str::to_owned).collect())
    }
}

/// What was read, and what could not be.
#[derive(Debug)]
pub struct LogsReport<'a> {
    /// How it ended.
    pub outcome: &'a Outcome,
    /// What to do about what could not be read.
    pub hints: Vec<String>,
}

impl Report for LogsReport<'_> {
    fn human(&self, _look: Look) -> Vec<Part> {
        Vec::new()
    }

    fn json(&self) -> Value {
        logs_report_json(self.outcome)
    }

    fn markdown(&self, _look: Look) -> Page {
        let Outcome { events, groups, unread, .. } = self.outcome;
        let mark = if unread.is_empty() { Mark::Good } else { Mark::Caution };
        let read = format!("{} from {}", count(*events, "event"), count(*groups, "log group"));
        let unread = unread.iter().map(|unread| {
            let Place { account, region, group } = &unread.place;
            let place = Line::from(format!("{account}/{region} ")).and_name(group.as_str());
            Item::new(place.and(": ").and(unread.error.to_string()))
        });
        Page::new(mark, read)
            .titled("Could not be read", unread)
            .titled("What to do", self.hints.iter().map(|hint| Item::new(hint.as_str())))
    }

    fn aside(&self, look: Look) -> Vec<Part> {
        if self.outcome.unread.is_empty() {
            return Vec::new();
        }
        let hint = |hint| Part::Say(format!("{} {hint}", look.aside.hint("hint:")));
        let unread = Part::Error(unread_text(self.outcome, look.aside));
        std::iter::once(unread).chain(self.hints.iter().map(hint)).collect()
    }
}

/// An event as `TIME ACCOUNT GROUP STREAM MESSAGE`. Further lines of a message are set in.
fn log_event_text(place: &Place, event: &LogEvent, paint: Paint) -> String {
    let mut lines = event.message.trim_end().lines().map(line);
    let first = lines.next().unwrap_or_default();
    let mut text = format!(
        "{} {} {} {} {first}",
        paint.dim(&moment(event.at)),
        paint.bold(place.account.as_str()),
        clean(&place.group),
        paint.dim(&clean(&event.stream)),
    );
    for line in lines {
        text += "\n    ";
        text += &line;
    }
    text
}

/// A line of other people's, which must not steer the terminal; its tabs are harmless.
fn line(text: &str) -> String {
    clean(&text.replace('\t', "    "))
}

/// An event as one JSON object.
fn log_event_json(place: &Place, event: &LogEvent) -> Value {
    json!({
        "format": 1,
        "type": "event",
        "time": moment(event.at),
        "account": place.account,
        "region": place.region,
        "log_group": place.group,
        "log_stream": event.stream,
        "message": event.message,
        "id": event.id,
        "ingestion_time": moment(event.ingested),
    })
}

/// What was read and what could not be, as one JSON object.
fn logs_report_json(outcome: &Outcome) -> Value {
    let unread = outcome.unread.iter().map(|unread| {
        let Place { account, region, group } = &unread.place;
        json!({ "account": account, "region": region, "log_group": group, "error": unread.error.to_string() })
    });
    json!({
        "format": 1,
        "type": "report",
        "events": outcome.events,
        "log_groups": outcome.groups,
        "unread": unread.collect::<Vec<_>>(),
    })
}

/// The log groups that could not be read, and why.
fn unread_text(outcome: &Outcome, paint: Paint) -> String {
    let (unread, groups) = (outcome.unread.len(), outcome.groups);
    let head = format!("{unread} of {} could not be read:", count(groups, "log group"));
    let lines = outcome.unread.iter().map(|unread| {
        let Place { account, region, group } = &unread.place;
        format!("\n  {account}/{region} {}: {}", clean(group), clean(&unread.error.to_string()))
    });
    paint.failing(&head) + &lines.collect::<String>()
}

/// A time of CloudWatch Logs, in UTC.
fn moment(millis: i64) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000);
    time.ok().and_then(|time| time.format(&format).ok()).unwrap_or_else(|| millis.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(message: &str) -> String {
        let place = Place {
            account: "app".parse().unwrap(),
            region: "ap-northeast-1".parse().unwrap(),
            group: "/app/web".to_owned(),
        };
        let event = LogEvent {
            at: 1_763_000_000_123,
            ingested: 1_763_000_000_456,
            stream: "i-1".to_owned(),
            message: message.to_owned(),
            id: "7".to_owned(),
        };
        log_event_text(&place, &event, Paint::new(false))
    }

    #[test]
    fn an_event_is_a_line_and_steers_no_terminal() {
        let head = "2025-11-13T02:13:20.123Z app /app/web i-1";
        let check = |message: &str, expect: &str| assert_eq!(shown(message), format!("{head} {expect}"));
        check("GET / 200\n", "GET / 200");
        check("a\r\n\tat b\n\tat c", "a\n        at b\n        at c");
        check("\u{1b}[31mred", "\\u{1b}[31mred");
    }
}
