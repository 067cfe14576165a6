//! The result of verify for agents and readers, for people.

use serde_json::{Value, json};

use super::human::hop_lines;
use crate::ui::terminal::style::Paint;
use crate::ui::text::{self, clean, count};
use crate::ui::wording;
use crate::verify::note::Note;
use crate::verify::verdict::{AgentVerdict, Check, JudgedBy, ReaderVerdict};

/// A role of an agent with everything it was checked for.
pub(crate) fn agent_text(agent: &AgentVerdict, paint: Paint) -> String {
    let mark = Mark::of(agent.allowed, agent.unknown);
    let mut lines = vec![headline(mark, &agent_name(agent), agent_words(agent), paint)];
    lines.extend(agent_details(agent, paint));
    lines.join("\n")
}

/// Which role of which agent.
pub(crate) fn agent_name(agent: &AgentVerdict) -> String {
    let role = agent.role.as_deref().unwrap_or("no role");
    format!("agents.{} {} {}", agent.agent, agent.account, clean(role))
}

/// Whether it may do what it must.
pub(crate) fn agent_words(agent: &AgentVerdict) -> &'static str {
    match (agent.allowed, agent.unknown) {
        (true, _) => "allowed",
        (false, true) => "cannot be judged",
        (false, false) => "denied",
    }
}

/// What a role was checked for.
pub(crate) fn agent_details(agent: &AgentVerdict, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(agent.finding.iter().map(|finding| format!("    {}", clean(finding))));
    lines.extend(check_lines(&agent.checks, paint));
    lines.extend(notes(&agent.notes, paint));
    lines
}

/// What stands before a line.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Right,
    Wrong,
    Unknown,
}

impl Mark {
    fn of(right: bool, unknown: bool) -> Self {
        match (right, unknown) {
            (true, _) => Self::Right,
            (false, true) => Self::Unknown,
            (false, false) => Self::Wrong,
        }
    }

    fn shown(self, paint: Paint) -> String {
        match self {
            Self::Right => paint.added("✓"),
            Self::Wrong => paint.failing("✗"),
            Self::Unknown => paint.changed("?"),
        }
    }
}

fn headline(mark: Mark, name: &str, words: &str, paint: Paint) -> String {
    let words = match mark {
        Mark::Right => paint.added(words),
        Mark::Wrong => paint.failing(words),
        Mark::Unknown => paint.changed(words),
    };
    format!("{} {}  {words}", mark.shown(paint), paint.bold(name))
}

fn check_lines(checks: &[Check], paint: Paint) -> Vec<String> {
    let widest =
        |of: fn(&Check) -> &str| checks.iter().map(|check| text::width(of(check))).max().unwrap_or(0);
    let (actions, resources) = (widest(|check| &check.action), widest(|check| &check.resource));
    let line = |check: &Check| {
        let mark = Mark::of(check.allowed, !check.depends_on.is_empty()).shown(paint);
        let (action, resource) = (text::pad(&check.action, actions), text::pad(&check.resource, resources));
        let statement = check.statement.iter().map(String::as_str);
        let why: Vec<String> = statement.chain(check.detail.as_deref()).map(clean).collect();
        let by = if check.judged_by == JudgedBy::Iam { "" } else { "  (evaluated by logpipe)" };
        format!("    {mark} {action}  {resource}  {}{}", why.join("; "), paint.dim(by))
    };
    checks.iter().map(line).collect()
}

fn notes(notes: &[Note], paint: Paint) -> Vec<String> {
    let said = notes.iter().map(|note| format!("note: {}", clean(&wording::verdict_note(note))));
    said.map(|note| format!("    {}", paint.dim(&note))).collect()
}

/// A role of an agent, for programs.
pub(crate) fn agent_json(agent: &AgentVerdict) -> Value {
    with_notes(json!(agent), &agent.notes)
}

/// A reader, for programs.
pub(crate) fn reader_json(reader: &ReaderVerdict) -> Value {
    with_notes(json!(reader), &reader.notes)
}

fn with_notes(mut value: Value, notes: &[Note]) -> Value {
    value["notes"] = notes.iter().map(wording::verdict_note).collect();
    value["noted"] = wording::verdict_noted(notes);
    value
}

/// A reader: who one is before and after, the hops, and what was read.
pub(crate) fn reader_text(reader: &ReaderVerdict, paint: Paint) -> String {
    let mark = Mark::of(reader.readable, reader.unknown);
    let mut lines = vec![headline(mark, &reader_name(reader), reader_words(reader), paint)];
    lines.extend(reader_details(reader, paint));
    lines.join("\n")
}

/// Which reader.
pub(crate) fn reader_name(reader: &ReaderVerdict) -> String {
    format!("readers.{} {} {}", reader.reader, reader.account, clean(&reader.role))
}

/// Whether it can read.
pub(crate) fn reader_words(reader: &ReaderVerdict) -> &'static str {
    match (reader.readable, reader.assumed) {
        (true, true) => "can read; the role was assumed",
        (true, false) => "can read, by its policies",
        (false, _) if reader.unknown => "cannot be judged",
        (false, _) => "cannot read",
    }
}

/// Who one is before and after, the hops, and what was read.
pub(crate) fn reader_details(reader: &ReaderVerdict, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(reader.finding.iter().map(|finding| format!("    {}", clean(finding))));
    let mut labelled = |label: &str, content: Option<&str>| {
        lines.extend(content.map(|content| format!("    {}  {}", paint.dim(label), clean(content))));
    };
    labelled("before", reader.before.as_deref());
    labelled("after ", reader.after.as_deref());
    let event = reader.event.as_ref();
    let event = event.map(|event| format!("{} {}: {}", event.log_group, event.log_stream, event.message));
    labelled("event ", event.as_deref());
    lines.extend(hop_lines(&reader.hops, paint));
    lines.extend(notes(&reader.notes, paint));
    lines
}

/// The parts of the conclusion that are about agents and readers.
pub(crate) fn counts(agents: &[AgentVerdict], readers: &[ReaderVerdict]) -> Vec<String> {
    let mut counts = Vec::new();
    if !agents.is_empty() {
        let allowed = agents.iter().filter(|agent| agent.allowed).count();
        counts.push(format!("{allowed} of {} allowed", count(agents.len(), "agent role")));
    }
    if !readers.is_empty() {
        let readable = readers.iter().filter(|reader| reader.readable).count();
        counts.push(format!("{readable} of {} can read", count(readers.len(), "reader")));
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::verdict::{Hop, HopVerdict, ReadEvent};

    fn check(action: &str, allowed: bool, judged_by: JudgedBy) -> Check {
        Check {
            action: action.to_owned(),
            resource: "arn:aws:s3:::b/*".to_owned(),
            allowed,
            depends_on: Vec::new(),
            statement: allowed.then(|| "S3-Wordpress-ut: statement 1".to_owned()),
            judged_by,
            detail: (!allowed).then(|| "no statement allows it".to_owned()),
        }
    }

    #[test]
    fn a_role_shows_every_action_with_what_decides() {
        let agent = AgentVerdict {
            agent: "web".parse().unwrap(),
            account: "app".parse().unwrap(),
            role: Some("poc-ec2".to_owned()),
            allowed: false,
            unknown: false,
            checks: vec![
                check("s3:PutObject", true, JudgedBy::Iam),
                check("s3:Get", false, JudgedBy::Logpipe),
            ],
            finding: Some("s3:Get on arn:aws:s3:::b/* is denied: no statement allows it".to_owned()),
            notes: vec![Note::NothingToCheck],
        };
        insta::assert_snapshot!(agent_text(&agent, Paint::new(false)), @r"
        ✗ agents.web app poc-ec2  denied
            s3:Get on arn:aws:s3:::b/* is denied: no statement allows it
            ✓ s3:PutObject  arn:aws:s3:::b/*  S3-Wordpress-ut: statement 1
            ✗ s3:Get        arn:aws:s3:::b/*  no statement allows it  (evaluated by logpipe)
            note: nothing to check: declare `check`
        ");
    }

    #[test]
    fn a_reader_shows_who_one_is_before_and_after() {
        let hop = |hop, verdict| Hop { hop, verdict, detail: "so it is".to_owned(), depends_on: Vec::new() };
        let reader = ReaderVerdict {
            reader: "ops".parse().unwrap(),
            account: "app".parse().unwrap(),
            role: "arn:aws:iam::111111111111:role/cross-account".to_owned(),
            readable: true,
            unknown: false,
            assumed: true,
            before: Some("arn:aws:sts::222222222222:assumed-role/ops/i-1".to_owned()),
            after: Some("arn:aws:sts::111111111111:assumed-role/cross-account/logpipe".to_owned()),
            hops: vec![hop("role_trust", HopVerdict::Correct), hop("read", HopVerdict::Correct)],
            event: Some(ReadEvent {
                log_group: "/aws/ec2/messages".to_owned(),
                log_stream: "i-1".to_owned(),
                message: "hello\u{1b}".to_owned(),
            }),
            finding: None,
            notes: Vec::new(),
        };
        insta::assert_snapshot!(reader_text(&reader, Paint::new(false)), @r"
        ✓ readers.ops app arn:aws:iam::111111111111:role/cross-account  can read; the role was assumed
            before  arn:aws:sts::222222222222:assumed-role/ops/i-1
            after   arn:aws:sts::111111111111:assumed-role/cross-account/logpipe
            event   /aws/ec2/messages i-1: hello\u{1b}
            ✓ role_trust  correct      so it is
            ✓ read        correct      so it is
        ");
    }
}
