//! The topology with its comments, and what is said beside it.

use crate::address::Region;
use crate::event::Verb;
use crate::import::{Fate, Found, Imported, Overwide, Pipeline};
use crate::plan::Step;
use crate::ui::terminal::style::Paint;
use crate::ui::{text, wording};

/// What editors check a topology with, beside it.
const SCHEMA: &str = "# yaml-language-server: $schema=./topology.schema.json\n";

/// So many lines of one kind are shown, unless all are asked for.
const MOST_TOLD: usize = 20;

/// The text of the file: the topology, and at its head what it does not say.
pub fn topology_text(imported: &Imported, pipeline: &Pipeline) -> String {
    let mut head = format!("{SCHEMA}# Written by logpipe import, from {}.\n", text::clean(pipeline.arn()));
    for (title, told) in left(imported) {
        head.push_str(&format!("#\n# {title}:\n"));
        for Told { line, below } in told {
            head.push_str(&format!("#   - {}\n", comment(&line)));
            below.iter().for_each(|line| head.push_str(&format!("#     {}\n", comment(line))));
        }
    }
    head + &imported.text
}

/// Words that stay within a comment.
fn comment(line: &str) -> String {
    text::clean(line).replace(['\n', '\r'], " ")
}

/// Something that is told, with what belongs to it.
struct Told {
    line: String,
    below: Vec<String>,
}

impl From<String> for Told {
    fn from(line: String) -> Self {
        Self { line, below: Vec::new() }
    }
}

/// What the topology does not say, under its headings.
fn left(imported: &Imported) -> Vec<(&'static str, Vec<Told>)> {
    let mut told: Vec<(&'static str, Vec<Told>)> = Vec::new();
    for fate in [Fate::Ends, Fate::Refused, Fate::Stays] {
        let of = imported.inexpressible.iter().filter(|one| one.fate() == fate);
        told.push((wording::fate(fate), of.map(wording::inexpressible).map(Told::from).collect()));
    }
    told.push(("What allows more than delivery needs", overwide(&imported.overwide)));
    let unread = imported.unread.iter().map(wording::not_read).map(Told::from);
    told.push(("What could not be read, so that it may be missing here", unread.collect()));
    told.retain(|(_, lines)| !lines.is_empty());
    told
}

/// The statements of a policy together, with what takes their place.
fn overwide(all: &[Overwide]) -> Vec<Told> {
    let policy = |one: &Overwide| (one.account.clone(), one.of.clone(), one.slot, one.policy.clone());
    all.chunk_by(|one, other| policy(one) == policy(other))
        .filter_map(|alike| {
            let first = alike.first()?;
            let statements = alike.iter().map(wording::overwide_statement);
            let below =
                statements.chain([wording::replacement(first), wording::removal(first.removal).to_owned()]);
            Some(Told { line: wording::overwide(first), below: below.collect() })
        })
        .collect()
}

/// What is said beside the topology: what it does not say, and what adopting changes.
pub(super) fn aside(imported: &Imported, pipeline: &Pipeline, each: bool, paint: Paint) -> String {
    let mut parts = vec![format!(
        "{} {}",
        paint.bold(&format!("Topology {} from", imported.name)),
        text::clean(pipeline.arn())
    )];
    let mut told = left(imported);
    let differing: Vec<Told> = imported.differing().map(difference).map(Told::from).collect();
    if !differing.is_empty() {
        told.push(("What plan --adopt changes", differing));
    }
    for (title, told) in told {
        let most = if each { usize::MAX } else { MOST_TOLD };
        let shown = told.iter().take(most).flat_map(|Told { line, below }| {
            let below = below.iter().map(|line| format!("      {}", text::clean(line)));
            std::iter::once(format!("  {}", text::clean(line))).chain(below)
        });
        let mut shown: Vec<String> = shown.collect();
        let more = told.len().saturating_sub(most);
        if more > 0 {
            shown.push(format!("  … and {more} more; --verbose shows all of them"));
        }
        parts.push(format!("{}\n{}", paint.bold(title), shown.join("\n")));
    }
    parts.push(adopted(imported));
    parts.join("\n\n")
}

/// A step in a line, with the fields that it changes.
fn difference(step: &Step) -> String {
    let address = &step.address;
    let fields: Vec<String> = step
        .changes
        .iter()
        .filter(|change| !change.field.is_of_others())
        .map(|change| change.field.path())
        .filter(|path| !path.starts_with("tags.logpipe:"))
        .collect();
    let what = match step.action.verb() {
        Verb::Adopt => fields.join(", "),
        Verb::Refuse => format!("refused: {}", wording::reason(&step.reason)),
        verb if fields.is_empty() => verb.as_str().to_owned(),
        verb => format!("{} ({})", verb.as_str(), fields.join(", ")),
    };
    format!("{address}  {what}")
}

fn adopted(imported: &Imported) -> String {
    if imported.steps.is_none() {
        return "`logpipe plan --adopt` shows what changes.".to_owned();
    }
    let kept = text::count(imported.taken_over(), "resource");
    let changed = imported.differing().count();
    match changed {
        0 => format!("`logpipe plan --adopt` takes over {kept} as they are, and changes nothing."),
        changed => format!(
            "`logpipe plan --adopt` takes over {kept} as they are, and changes or makes {}, each with its reason.",
            text::count(changed, "other")
        ),
    }
}

/// The pipelines, one below the other.
pub(super) fn pipelines_text(found: &Found, paint: Paint) -> String {
    let mut parts = vec![paint.bold(&headline(found))];
    for pipeline in &found.pipelines {
        let mut lines = vec![paint.bold(&text::clean(pipeline.arn()))];
        lines.extend(pipeline_lines(pipeline).iter().map(|line| format!("  {}", text::clean(line))));
        parts.push(lines.join("\n"));
    }
    if !found.unread.is_empty() {
        let lines =
            found.unread.iter().map(|unread| format!("  {}", text::clean(&wording::not_read(unread))));
        let title = paint.bold("What could not be read, so that pipelines may be missing");
        parts.push(format!("{title}\n{}", lines.collect::<Vec<_>>().join("\n")));
    }
    parts.join("\n\n")
}

pub(super) fn headline(found: &Found) -> String {
    let accounts = text::count(found.accounts.len(), "account");
    match found.pipelines.len() {
        0 => format!("No pipeline in {accounts}"),
        number => format!("{} in {accounts}", text::count(number, "pipeline")),
    }
}

/// What a pipeline consists of, a line each.
pub(super) fn pipeline_lines(pipeline: &Pipeline) -> Vec<String> {
    let mut lines = Vec::new();
    let further = pipeline.destinations.iter().skip(1).map(|one| one.arn.clone()).collect::<Vec<_>>();
    if !further.is_empty() {
        lines.push(format!("and {}", further.join(", ")));
    }
    let stream = pipeline.stream.as_ref().map(|stream| format!("stream {}", stream.name));
    let bucket = pipeline.bucket.as_ref().map(|bucket| format!("bucket {bucket}"));
    let behind: Vec<String> = stream.into_iter().chain(bucket).collect();
    if !behind.is_empty() {
        lines.push(format!("→ {}", behind.join(" → ")));
    }
    for (account, region, groups, whole) in senders(pipeline) {
        let whole = if whole { "the whole account".to_owned() } else { String::new() };
        let groups = if groups > 0 { text::count(groups, "log group") } else { String::new() };
        let both: Vec<String> = [whole, groups].into_iter().filter(|words| !words.is_empty()).collect();
        lines.push(format!("← {account}/{region}: {}", both.join(" and ")));
    }
    if let Some(hindrance) = &pipeline.hindrance {
        lines.push(format!("no topology can be written of it: {}", wording::hindrance(hindrance)));
    }
    lines
}

/// From where events come: account, region, how many log groups, and whether the whole account is subscribed.
pub(super) fn senders(pipeline: &Pipeline) -> Vec<(&str, &Region, usize, bool)> {
    let mut senders: Vec<(&str, &Region, usize, bool)> = Vec::new();
    for one in &pipeline.subscriptions {
        let (account, whole) = (one.account.as_str(), one.log_group.is_none());
        let found = senders.iter_mut().find(|sender| sender.0 == account && *sender.1 == one.region);
        match found {
            Some(sender) => {
                sender.2 += usize::from(!whole);
                sender.3 |= whole;
            }
            None => senders.push((account, &one.region, usize::from(!whole), whole)),
        }
    }
    senders
}
