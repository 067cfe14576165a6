//! A plan in the manner of Terraform: by account and region, a sign for what is done, and a sentence why.

use std::collections::BTreeMap;

use super::roles::roles_text;
use super::view::{PlanView, Run, StepView};
use crate::event::Verb;
use crate::plan::reason::Why;
use crate::plan::{Field, Summary};
use crate::ui::alike::{self, Entrances, Owner, addresses, elsewhere, together};
use crate::ui::skipped::{left_out_text, skipped_text, skipped_words};
use crate::ui::terminal::style::Paint;
use crate::ui::text;
use crate::ui::value;
use crate::ui::warning::warning_line;
use crate::ui::wording;

/// The verbs that have a sign, in the order of the legend.
pub(crate) const LEGEND: [(Verb, &str); 9] = [
    (Verb::Create, "create"),
    (Verb::Update, "change in place"),
    (Verb::Replace, "delete and create again"),
    (Verb::Delete, "delete"),
    (Verb::Forget, "forget, and leave in place"),
    (Verb::Adopt, "take over what is there"),
    (Verb::Refuse, "refused"),
    (Verb::Keep, "unchanged"),
    (Verb::Await, "wait for another shard"),
];

/// How a plan is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlanOptions {
    /// The command the plan is for.
    pub run: Run,
    /// Whether steps with nothing to do are shown too, and accounts that are alike each by itself.
    pub verbose: bool,
    /// Columns there are for tables.
    pub width: usize,
    /// Colours.
    pub paint: Paint,
}

/// The plan as text, without a line break at the end.
pub(crate) fn plan_text(plan: &PlanView<'_>, options: PlanOptions) -> String {
    let shows = |step: &&StepView<'_>| shows(step.verb, options.verbose, options.run);
    let shown: Vec<&StepView<'_>> = plan.steps.iter().filter(shows).collect();
    let mut parts = Vec::new();
    if !shown.is_empty() {
        parts.push(legend(&shown, options.paint));
    }
    parts.extend(
        alike_sections(&shown, &Entrances::of(plan.notes), options.verbose)
            .iter()
            .map(|alike| group(alike, options.verbose, options.paint)),
    );
    parts.extend(roles_text(plan.roles, options.verbose, options.width, options.paint));
    parts.extend(warnings(plan, options.paint));
    parts.extend(notes(plan, options));
    parts.extend(orphans(plan, options));
    parts.extend(skipped_text(plan.skipped, options.paint));
    parts.extend(left_out_text(plan.left_out, options.paint));
    parts.extend(refusal_hint(plan.summary, options.paint));
    parts.push(options.paint.bold(&conclusion(plan.summary, options.run)));
    parts.join("\n\n")
}

/// The sign of a verb; signs differ without colour too.
pub(in crate::ui) fn sign(verb: Verb) -> &'static str {
    match verb {
        Verb::Create => "+",
        Verb::Update => "~",
        Verb::Replace => "-/+",
        Verb::Delete => "-",
        Verb::Forget => ".",
        Verb::Adopt => ">",
        Verb::Refuse => "!",
        Verb::Keep => "=",
        Verb::Await => "<",
    }
}

/// What destroy leaves is as much news as what it removes; what apply leaves is not.
pub(crate) fn shows(verb: Verb, each: bool, run: Run) -> bool {
    verb != Verb::Keep || each || run == Run::Destroy
}

fn legend(steps: &[&StepView<'_>], paint: Paint) -> String {
    let used: Vec<String> = LEGEND
        .iter()
        .filter(|(verb, _)| steps.iter().any(|step| step.verb == *verb))
        .map(|(verb, meaning)| format!("{} {meaning}", paint.verb(*verb, sign(*verb))))
        .collect();
    format!("Signs:  {}", used.join("   "))
}

/// The steps in one account and region.
pub(crate) struct Section<'a, 'b> {
    pub(crate) owner: Owner<'a>,
    pub(crate) steps: Vec<&'b StepView<'a>>,
}

impl<'a, 'b> Section<'a, 'b> {
    /// What is to be done, without whose it is.
    fn general(&self, entrances: &Entrances<'_>) -> String {
        let said = |step: &&StepView<'_>| {
            let address = step.address;
            let what = (address.kind, address.name.clone(), step.verb, wording::reason(step.reason));
            let changes: Vec<_> =
                step.changes.iter().map(|change| (&change.field, &change.from, &change.to)).collect();
            serde_json::json!([what, changes])
        };
        self.owner.general_by_way_of(&self.steps.iter().map(said).collect::<Vec<_>>(), entrances)
    }

    /// Whether it takes something away, or takes over what somebody else made: then every place is named, since nothing
    /// is deleted or taken over that the plan has not named.
    pub(crate) fn takes(&self) -> bool {
        self.steps.iter().any(|step| match step.verb {
            Verb::Delete | Verb::Replace | Verb::Adopt | Verb::Forget | Verb::Refuse => true,
            Verb::Create | Verb::Update | Verb::Keep | Verb::Await => false,
        })
    }

    /// Account and region.
    pub(crate) fn title(&self) -> String {
        let place = self.owner.place.map(|place| format!(", {place}")).unwrap_or_default();
        format!("{}{place}", text::account(self.owner.account, self.owner.id))
    }

    /// Its steps, those together that are alike and stand one below the other.
    pub(crate) fn chunks(&self, each: bool) -> impl Iterator<Item = &[&'b StepView<'a>]> {
        self.steps.chunk_by(move |one, next| !each && alike_steps(one, next))
    }
}

/// Sections that are alike.
pub(in crate::ui) struct Alike<'a, 'b> {
    /// At least one.
    sections: Vec<Section<'a, 'b>>,
    /// Whether they differ in which CloudWatch Logs destination of their destination they send to.
    spread: bool,
}

impl<'a, 'b> Alike<'a, 'b> {
    fn new(sections: Vec<Section<'a, 'b>>, entrances: &Entrances<'_>) -> Self {
        let exactly = |section: &Section<'_, '_>| section.general(&Entrances::default());
        let spread =
            !entrances.is_empty() && sections.windows(2).any(|two| exactly(&two[0]) != exactly(&two[1]));
        Self { sections, spread }
    }

    /// The one that is shown, and where else the same is done.
    pub(in crate::ui) fn shown(&self) -> Option<(&Section<'a, 'b>, Option<String>)> {
        let (first, others) = self.sections.split_first()?;
        let same = elsewhere(first.owner, others.iter().map(|section| section.owner), first.takes());
        let by = if self.spread { " (each by way of its own shard)" } else { "" };
        Some((first, same.map(|same| format!("{same}{by}"))))
    }
}

/// The steps by account and region, with those together that are alike; each by itself if `each` says so.
pub(in crate::ui) fn alike_sections<'a, 'b>(
    steps: &[&'b StepView<'a>],
    entrances: &Entrances<'_>,
    each: bool,
) -> Vec<Alike<'a, 'b>> {
    let mut sections: BTreeMap<_, Section<'a, 'b>> = BTreeMap::new();
    for step in steps {
        let StepView { address, account, .. } = **step;
        let owner = Owner { account: &address.account, id: Some(account), place: Some(&address.place) };
        let place = (&address.account, account, &address.place);
        sections.entry(place).or_insert_with(|| Section { owner, steps: Vec::new() }).steps.push(step);
    }
    let groups = match each {
        true => sections.into_values().map(|section| vec![section]).collect(),
        false => together(sections.into_values(), |section| section.general(entrances)),
    };
    groups.into_iter().map(|sections| Alike::new(sections, entrances)).collect()
}

fn group(alike: &Alike<'_, '_>, each: bool, paint: Paint) -> String {
    let Some((first, same)) = alike.shown() else { return String::new() };
    let mut lines = vec![paint.bold(&first.title())];
    lines.extend(same.map(|same| format!("    {}", paint.bold(&same))));
    lines.extend(first.chunks(each).map(|steps| steps_text(steps, paint)));
    lines.join("\n")
}

/// Whether two steps do the same to resources of one kind.
fn alike_steps(one: &StepView<'_>, other: &StepView<'_>) -> bool {
    let what = |step: &StepView<'_>| (step.address.kind, step.verb);
    what(one) == what(other) && one.reason == other.reason && one.changes == other.changes
}

/// Steps one below the other that are alike, with what is the same once for all of them. Two are as quickly read one by
/// one.
pub(crate) fn steps_text(steps: &[&StepView<'_>], paint: Paint) -> String {
    let texts: Vec<String> = steps.iter().map(|step| step_text(step, paint)).collect();
    let (3.., Some((_, same))) = (texts.len(), texts.first().and_then(|text| text.split_once('\n'))) else {
        return texts.join("\n");
    };
    let heads = texts.iter().filter_map(|text| text.lines().next());
    let all = format!("      {}", paint.dim(&format!("alike in these {}:", texts.len())));
    heads.chain([all.as_str(), same]).collect::<Vec<_>>().join("\n")
}

/// The whole address although the group says half of it: it is what `--target` takes, and what people search for.
fn step_text(step: &StepView<'_>, paint: Paint) -> String {
    let sign = paint.verb(step.verb, &format!("{:>3}", sign(step.verb)));
    let reason = text::clean(&wording::reason(step.reason));
    let mut lines = match step.verb {
        // The sign says as much.
        Verb::Create if step.reason.why == Why::Absent && step.reason.also.is_empty() => {
            vec![format!("{sign} {}", step.address)]
        }
        Verb::Create => vec![format!("{sign} {}  {}", step.address, paint.dim(&format!("({reason})")))],
        // That it waits is all there is to say, and the change says it.
        _ if matches!(step.changes, [only] if only.field == Field::STATUS) => {
            vec![format!("{sign} {}", step.address)]
        }
        _ => vec![format!("{sign} {}", step.address), format!("      {}", paint.dim(&reason))],
    };
    lines.extend(
        value::changes(step.changes, step.verb, paint).into_iter().map(|line| format!("      {line}")),
    );
    lines.join("\n")
}

fn orphans(plan: &PlanView<'_>, options: PlanOptions) -> Option<String> {
    if plan.orphans.is_empty() {
        return None;
    }
    let title = options.paint.bold("Made by logpipe, no longer in the topology, and left alone");
    let ids = plan.ids();
    let lines = addresses(plan.orphans, &ids, options.verbose);
    Some(format!("{title}\n{}", text::indent(&lines.join("\n"), 4)))
}

fn refusal_hint(summary: Summary, paint: Paint) -> Option<String> {
    let what = match summary.refuse {
        0 => return None,
        1 => "1 resource is refused, so nothing will be written; the reason is given with it".to_owned(),
        many => {
            format!("{many} resources are refused, so nothing will be written; the reason is given with each")
        }
    };
    Some(format!("{} {what}", paint.hint("hint:")))
}

fn warnings(plan: &PlanView<'_>, paint: Paint) -> Option<String> {
    let lines: Vec<String> = plan.warnings.iter().map(|warning| warning_line(warning, paint)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn notes(plan: &PlanView<'_>, options: PlanOptions) -> Option<String> {
    let ids = plan.ids();
    let told = alike::notes(plan.notes, &ids, options.verbose).into_iter().flat_map(|(note, same)| {
        let same = same.map(|same| format!("    {same}"));
        std::iter::once(format!("note: {}", text::clean(&note))).chain(same)
    });
    let lines: Vec<String> = told.collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

pub(crate) fn conclusion(summary: Summary, run: Run) -> String {
    let Summary { create, update, replace, delete, forget, keep, adopt, refuse, orphan, foreign, .. } =
        summary;
    let skipped = skipped_words(summary.skipped_accounts, summary.skipped_resources);
    if create + update + replace + delete + forget + adopt + refuse == 0 {
        return match run {
            Run::Apply if orphan == 1 => {
                "No changes. 1 resource that the topology no longer names still exists.".to_owned()
            }
            Run::Apply if orphan > 1 => {
                format!("No changes. {orphan} resources that the topology no longer names still exist.")
            }
            Run::Apply if !skipped.is_empty() => {
                format!("No changes in what could be read: {}.", skipped.join(", "))
            }
            Run::Apply if foreign > 0 => {
                let what = text::count(foreign, "resource");
                format!("No changes. The accounts match the topology; others have added to {what}.")
            }
            Run::Apply => "No changes. The accounts match the topology.".to_owned(),
            Run::Destroy => "No changes. There is nothing to destroy.".to_owned(),
        };
    }
    let mut counts = vec![
        format!("{create} to create"),
        format!("{update} to update"),
        format!("{replace} to replace"),
        format!("{delete} to delete"),
    ];
    if forget > 0 {
        counts.push(format!("{forget} to forget"));
    }
    if adopt > 0 {
        counts.push(format!("{adopt} to adopt"));
    }
    counts.push(format!("{keep} unchanged"));
    if refuse > 0 {
        counts.push(format!("{refuse} refused"));
    }
    counts.extend(skipped);
    format!("Plan: {}.", counts.join(", "))
}
