//! The lines of the live display: accounts, under each what runs there, and what waits and why. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::tracker::{Count, Probe, Running, Tracker, Wait};
use super::wording::{how_far, left, on_its_way, so_far, waiting};
use crate::address::{AccountName, Address, KindName};
use crate::policy::quota::grouped;
use crate::ui::reports::plan::sign;
use crate::ui::terminal::size::Size;
use crate::ui::terminal::style::Paint;
use crate::ui::text;
use crate::wait_for::LastSeen;

/// Shows that the process lives while no event comes.
const SPINNER: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/// More than this at once helps nobody, however tall the terminal is.
const MOST_LINES: usize = 24;

/// Rows left for what has ended.
const ROWS_ABOVE: usize = 4;

/// Columns left for a name beside what it waits for.
const SHORTEST_NAME: usize = 24;

/// When a frame is drawn.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moment {
    /// Time since the last event.
    pub(super) since: Duration,
    /// Time since the steps began.
    pub(super) running: Duration,
    /// Number of the frame.
    pub(super) frame: usize,
}

/// The lines, each narrower than the terminal.
pub(super) fn tree(tracker: &Tracker, moment: Moment, size: Size, paint: Paint) -> Vec<String> {
    // A line as wide as the terminal leaves the cursor where terminals disagree about it.
    let columns = size.columns.saturating_sub(1);
    let most = size.rows.saturating_sub(ROWS_ABOVE).clamp(2, MOST_LINES);
    let view = View { tracker, moment, columns, paint };
    let (head, rest) = if !tracker.probes.is_empty() {
        (view.probes_head(), cut(view.probe_lines(), most - 1))
    } else if !tracker.accounts.is_empty() {
        (view.steps_head(), view.account_lines(most - 1))
    } else {
        (view.reading_head(), Vec::new())
    };
    let spinner = SPINNER[moment.frame % SPINNER.len()];
    let head = text::truncate(&head, columns.saturating_sub(2));
    std::iter::once(format!("{} {head}", paint.hint(spinner))).chain(rest).collect()
}

/// At most this many lines; the last one says how many are missing.
fn cut(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        let more = lines.len() - most + 1;
        lines.truncate(most - 1);
        lines.push(format!("      … and {more} more"));
    }
    lines
}

struct View<'a> {
    tracker: &'a Tracker,
    moment: Moment,
    columns: usize,
    paint: Paint,
}

impl View<'_> {
    fn reading_head(&self) -> String {
        let Tracker { connecting, connected, reading, .. } = self.tracker;
        match (reading, connecting) {
            (Some(Count { done, total }), _) => format!("Reading: {done} of {total} resources"),
            (None, Some(total)) if connected.len() < *total => match connected.len() {
                0 => format!("Connecting to {}…", text::count(*total, "account")),
                some => format!("Connecting: {some} of {} accounts", total),
            },
            _ => format!("Looking up resources in {}…", text::count(connected.len(), "account")),
        }
    }

    fn steps_head(&self) -> String {
        let Tracker { stopping, destroying, .. } = self.tracker;
        let doing = match (*stopping > 0, *destroying) {
            (true, _) => "Stopping",
            (false, true) => "Destroying",
            (false, false) => "Applying",
        };
        let passed = self.moment.running;
        let left = left(self.tracker, passed);
        format!("{doing}: {}  {}{left}", how_far(self.tracker), text::stopwatch(passed))
    }

    /// Where there is no room for all of it, what waits is left out first, then accounts in which nothing runs. Of more
    /// accounts than there ever is room for, numbers are told.
    fn account_lines(&self, most: usize) -> Vec<String> {
        let accounts = &self.tracker.accounts;
        if accounts.len() > MOST_LINES {
            return self.crowd_lines(most);
        }
        let widest = accounts.keys().map(|name| text::width(&self.title(name))).max().unwrap_or(0);
        let all = |waiting: bool, idle: bool| -> Vec<String> {
            let shown = accounts.iter().filter(|(name, _)| idle || self.runs_in(name));
            shown.flat_map(|(name, count)| self.account(name, *count, widest, waiting)).collect()
        };
        let lines = all(true, true);
        if lines.len() <= most {
            return lines;
        }
        let lines = all(false, true);
        if lines.len() <= most {
            return lines;
        }
        let mut lines = cut(all(false, false), most - 1);
        let idle = accounts.keys().filter(|name| !self.runs_in(name)).count();
        lines.push(self.paint.dim(&format!("  … and {}", text::count(idle, "idle account"))));
        lines
    }

    /// How far each kind is, what is waited for, and how many accounts are done.
    fn crowd_lines(&self, most: usize) -> Vec<String> {
        let Tracker { accounts, kinds, running, .. } = self.tracker;
        let widest = kinds.keys().map(|kind| text::width(kind.as_str())).max().unwrap_or(0);
        let kind = |(kind, count): (&KindName, &Count)| {
            let Count { done, total } = count;
            let kind = text::pad(kind.as_str(), widest);
            let line = format!("  {kind}  {} of {}", grouped(*done), grouped(*total));
            let line = text::truncate(&line, self.columns);
            if done == total { self.paint.dim(&line) } else { line }
        };
        let waits = running.iter().filter(|(_, running)| running.wait.is_some());
        let waits = waits.map(|(address, running)| {
            let account = format!("{}/", address.account);
            self.running_line(&account, address, running)
        });
        let done = accounts.values().filter(|count| count.done == count.total).count();
        let last = format!("  {} of {} accounts done", grouped(done), grouped(accounts.len()));
        let mut lines = cut(kinds.iter().map(kind).chain(waits).collect(), most.saturating_sub(1).max(1));
        lines.push(self.paint.dim(&text::truncate(&last, self.columns)));
        lines
    }

    fn runs_in(&self, account: &AccountName) -> bool {
        self.tracker.running.keys().any(|address| address.account == *account)
    }

    fn title(&self, account: &AccountName) -> String {
        text::account(account, self.tracker.connected.get(account))
    }

    fn account(&self, name: &AccountName, count: Count, widest: usize, waiting: bool) -> Vec<String> {
        let title = text::pad(&self.title(name), widest);
        let head = text::truncate(&format!("  {title}  {} of {}", count.done, count.total), self.columns);
        let head = if count.done == count.total { self.paint.dim(&head) } else { head };
        let running = self.tracker.running.iter().filter(|(address, _)| address.account == *name);
        let mut lines = vec![head];
        lines.extend(running.map(|(address, running)| self.running_line("", address, running)));
        if waiting && self.tracker.stopping == 0 {
            lines.extend(self.waiting_lines(name));
        }
        lines
    }

    /// Where room is short the words go first, then the middle of the name.
    fn running_line(&self, account: &str, address: &Address, running: &Running) -> String {
        let sign = format!("    {:>3} ", sign(running.verb));
        let room = self.columns.saturating_sub(text::width(&sign));
        let name = format!("{account}{}.{}", address.kind, address.name);
        let wait = running.wait.as_ref().map_or_else(String::new, |wait| self.wait_text(wait, &name, room));
        let sign = self.paint.verb(running.verb, &sign);
        self.with_note(&sign, &name, &wait, room)
    }

    fn with_note(&self, start: &str, name: &str, note: &str, room: usize) -> String {
        let note = if note.is_empty() { String::new() } else { format!("  {note}") };
        let for_name = room.saturating_sub(text::width(&note)).max(SHORTEST_NAME.min(room / 2));
        let name = text::shorten(name, for_name);
        let note = text::truncate(&note, room.saturating_sub(text::width(&name)));
        format!("{start}{name}{}", self.paint.dim(&note))
    }

    fn wait_text(&self, wait: &Wait, name: &str, room: usize) -> String {
        let Wait { what, last, waited, limit } = wait;
        let waited = *waited + self.moment.since;
        let word = match last {
            LastSeen::Status(status) => text::clean(status),
            // It says the same at more length.
            LastSeen::Words(_) => "waiting".to_owned(),
        };
        let forms = [
            waiting(*what, &last.to_string(), waited, *limit),
            waiting(*what, "", waited, *limit),
            format!("{word} {}", so_far(*what, waited, *limit)),
            format!("{word} {}", text::stopwatch(waited)),
        ];
        let fits = |form: &&String| text::width(form) + 2 + text::width(name) <= room;
        forms.iter().find(fits).or(forms.last()).cloned().unwrap_or_default()
    }

    /// What has not started, by what it waits for.
    fn waiting_lines(&self, account: &AccountName) -> Vec<String> {
        let mut groups: BTreeMap<(&Address, KindName), Vec<&Address>> = BTreeMap::new();
        for (address, blocker) in self.tracker.blocked() {
            if address.account == *account {
                groups.entry((blocker, address.kind)).or_default().push(address);
            }
        }
        groups
            .into_iter()
            .map(|((blocker, _), waiting)| self.waiting_line(account, blocker, &waiting))
            .collect()
    }

    fn waiting_line(&self, account: &AccountName, blocker: &Address, waiting: &[&Address]) -> String {
        let name = match waiting {
            [one] => format!("{}.{}", one.kind, one.name),
            [first, ..] => format!("{} × {}", waiting.len(), first.kind),
            [] => String::new(),
        };
        let place = if blocker.account == *account { String::new() } else { format!("{}/", blocker.account) };
        let start = "      · ";
        let room = self.columns.saturating_sub(text::width(start));
        let note = format!("after {place}{}.{}", blocker.kind, blocker.name);
        let note = text::shorten(&note, room.saturating_sub(text::width(&name) + 2).max(room / 2));
        self.paint.dim(&text::without_styles(&self.with_note(start, &name, &note, room)))
    }

    fn probes_head(&self) -> String {
        let probes = &self.tracker.probes;
        let count = text::count(probes.len(), "test event");
        format!("Waiting for {count} to arrive in the bucket")
    }

    fn probe_lines(&self) -> Vec<String> {
        let line = |(route, probe): (&String, &Probe)| {
            let start = "    ";
            let room = self.columns.saturating_sub(start.len());
            let note = on_its_way(probe.waited + self.moment.since, probe.usual, probe.limit);
            self.with_note(start, &text::clean(route), &note, room)
        };
        self.tracker.probes.iter().map(line).collect()
    }
}

impl Tracker {
    /// Steps that have not started, each with one thing it needs that is not done: what runs, if any does.
    fn blocked(&self) -> impl Iterator<Item = (&Address, &Address)> {
        self.waiting.iter().filter_map(|address| {
            let needs = self.needs.get(address)?;
            let open = |need: &&Address| self.running.contains_key(*need) || self.waiting.contains(*need);
            let running = needs.iter().find(|need| self.running.contains_key(*need));
            Some((address, running.or_else(|| needs.iter().find(open))?))
        })
    }
}
