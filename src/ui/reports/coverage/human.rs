//! Coverage for people: one line of percentages, what is behind them, and every log group that is not delivered, those
//! with most bytes first.

use std::collections::BTreeMap;

use super::report::CoverageReport;
use crate::address::{AccountName, Place, Region};
use crate::coverage::{
    AbsentGroup, Count, CoveredGroup, Outflow, Reason, ReasonKind, Rule, Share, Totals, UnreadWhat, Why,
};
use crate::ui::alike::{AccountIds, Owner, elsewhere, together};
use crate::ui::terminal::style::Paint;
use crate::ui::{text, wording};

/// So many lines of one reason are shown, unless all are asked for.
const MOST_TOLD: usize = 20;

pub(super) fn coverage_text(report: &CoverageReport<'_>, each: bool, paint: Paint) -> String {
    let mut parts =
        vec![paint.bold(&format!("Coverage of {}: {}", report.coverage.topology, headline(report)))];
    parts[0] += &basis(report).iter().map(|line| format!("\n    {line}")).collect::<String>();
    parts.extend(counted(report));
    let told = told(report, each);
    for (kind, alike) in &told {
        let mut lines = vec![paint.bold(&sentence(wording::reason_word(*kind)))];
        let most = if each { usize::MAX } else { MOST_TOLD };
        for alike in alike.iter().take(most) {
            lines.push(format!("  {}", text::clean(&alike.line())));
            lines.extend(alike.beside().into_iter().map(|line| format!("      {}", text::clean(&line))));
        }
        let more = alike.len().saturating_sub(most);
        if more > 0 {
            lines.push(format!("  … and {more} more with fewer bytes; --verbose shows all of them"));
        }
        parts.push(lines.join("\n"));
    }
    parts.extend(list("Excluded by rules", rules(report), paint));
    parts.extend(list("Named in full, and not there", absent(report, each), paint));
    parts.extend(list(
        "Sent to accounts outside of the topology and its organization",
        outflows(report, each),
        paint,
    ));
    parts.extend(list("Not known", unknown(report, each), paint));
    parts.push(conclusion(report, paint));
    parts.join("\n\n")
}

fn list(title: &str, lines: Vec<String>, paint: Paint) -> Option<String> {
    let lines: Vec<String> = lines.iter().map(|line| format!("\n  {}", text::clean(line))).collect();
    (!lines.is_empty()).then(|| format!("{}{}", paint.bold(title), lines.concat()))
}

/// `97 % of bytes, 81 % of groups delivered`.
pub(super) fn headline(report: &CoverageReport<'_>) -> String {
    let totals = report.totals;
    let Some(groups) = percent(totals.groups()) else {
        return "no log group is meant to be delivered".to_owned();
    };
    match (report.coverage.days, percent(totals.bytes())) {
        (None, _) => format!("{groups} of groups delivered"),
        (Some(_), Some(bytes)) => format!("{bytes} of bytes, {groups} of groups delivered"),
        (Some(_), None) if totals.unmeasured > 0 => format!("{groups} of groups delivered, bytes unknown"),
        (Some(_), None) => format!("{groups} of groups delivered, nothing was logged"),
    }
}

/// Rounded down, so that 100 % is all of it, with a decimal where nearly all or nearly nothing would look like that.
pub(super) fn percent(share: Share) -> Option<String> {
    let per_mille = share.per_mille()?;
    let (whole, tenths) = (per_mille / 10, per_mille % 10);
    let shows = tenths > 0 && !(1..99).contains(&whole);
    Some(if shows { format!("{whole}.{tenths} %") } else { format!("{whole} %") })
}

/// What the percentages are of.
pub(super) fn basis(report: &CoverageReport<'_>) -> Vec<String> {
    let Totals { all, meant, delivered, by_pattern, unmeasured, never_written, unknown, .. } = report.totals;
    let of_all = |share: Share| percent(share).unwrap_or_else(|| "nothing".to_owned());
    let mut lines = vec![format!(
        "{} of {} that no rule excludes; of all {}, {}",
        delivered.groups,
        text::count(meant.groups, "log group"),
        all.groups,
        of_all(report.totals.groups_of_all())
    )];
    if let Some(days) = report.coverage.days {
        let logged = format!(
            "{} of {} logged in {}; of all {}, {}",
            text::bytes(delivered.bytes),
            text::bytes(meant.bytes),
            text::count(usize::try_from(days).unwrap_or(usize::MAX), "day"),
            text::bytes(all.bytes),
            of_all(report.totals.bytes_of_all())
        );
        // Of nothing, or of nothing that is known, the headline says so.
        lines.extend(Some(logged).filter(|_| all.bytes > 0));
        let of_these = |number: usize| text::count(number, "log group");
        if *unmeasured > 0 {
            lines.push(format!("the bytes of {} are not known, and not counted", of_these(*unmeasured)));
        }
        if *never_written > 0 {
            lines.push(format!("{} never written to", of_these(*never_written)));
        }
    }
    if *by_pattern > 0 {
        let groups = text::count(*by_pattern, "delivered log group");
        lines.push(format!("{groups} with a filter pattern, whose bytes count whole"));
    }
    if *unknown > 0 {
        lines.push(format!(
            "{} of which nothing is known, not counted as delivered",
            text::count(*unknown, "log group")
        ));
    }
    lines
}

/// How many log groups have which reason.
fn counted(report: &CoverageReport<'_>) -> Option<String> {
    let bytes_of =
        |bytes: u64| report.coverage.days.map_or_else(String::new, |_| format!("  {}", text::bytes(bytes)));
    let rows: Vec<[String; 3]> = report
        .totals
        .reasons
        .iter()
        .map(|(kind, Count { groups, bytes })| {
            [groups.to_string(), bytes_of(*bytes), wording::reason_title(*kind).to_owned()]
        })
        .collect();
    let width = |at: usize| rows.iter().map(|row| row[at].len()).max().unwrap_or_default();
    let (groups, bytes) = (width(0), width(1));
    let lines =
        rows.iter().map(|[number, size, title]| format!("  {number:>groups$}{size:>bytes$}  {title}"));
    (!rows.is_empty()).then(|| lines.collect::<Vec<_>>().join("\n"))
}

/// Log groups that are not delivered for the same reason, alike but for their account and region.
pub(super) struct Alike<'a> {
    pub(super) first: (&'a CoveredGroup, Place),
    others: Vec<(&'a CoveredGroup, Place)>,
    ids: &'a AccountIds,
    /// Bytes of all of them; `None` where none is known.
    pub(super) bytes: Option<u64>,
}

impl Alike<'_> {
    fn owner<'s>(&'s self, (group, place): &'s (&CoveredGroup, Place)) -> Owner<'s> {
        Owner { account: &group.account, id: self.ids.get(&group.account), place: Some(place) }
    }

    fn line(&self) -> String {
        let (group, place) = &self.first;
        format!("{}/{place}  {}{}", group.account, group.name, self.size())
    }

    /// How much they took in, and whether anything at all.
    pub(super) fn size(&self) -> String {
        match (self.first.0.never_written(), self.bytes) {
            (Some(true), _) => "  never written".to_owned(),
            (_, Some(bytes)) => format!("  {}", text::bytes(bytes)),
            (_, None) => String::new(),
        }
    }

    /// Why, and where else.
    pub(super) fn beside(&self) -> Vec<String> {
        let others = self.others.iter().map(|other| self.owner(other));
        let same = elsewhere(self.owner(&self.first), others, false);
        wording::reason_detail(&self.first.0.reason).into_iter().chain(same).collect()
    }
}

/// The log groups that are not delivered and are meant to be, by reason, those with most bytes first; with `each`, one by
/// one, and those that are delivered too.
pub(super) fn told<'a>(report: &CoverageReport<'a>, each: bool) -> Vec<(ReasonKind, Vec<Alike<'a>>)> {
    let ids = report.accounts;
    let kinds = report.totals.reasons.keys().copied();
    let is_short = |kind: ReasonKind| match kind {
        ReasonKind::Delivered | ReasonKind::Excluded | ReasonKind::OwnErrorLog => false,
        // Told by account and region, with what is not known of them.
        ReasonKind::Denied | ReasonKind::Unread => false,
        _ => true,
    };
    let kinds = kinds.filter(|kind| each || is_short(*kind));
    let of_kind = |kind: ReasonKind| {
        let groups = report.coverage.groups.iter().filter(|group| group.reason.kind() == kind);
        let placed = groups.map(|group| (group, Place::Region(group.region.clone())));
        let key = |(group, place): &(&CoveredGroup, Place)| match each {
            true => format!("{}/{place}/{}", group.account, group.name),
            false => {
                let owner =
                    Owner { account: &group.account, id: ids.get(&group.account), place: Some(place) };
                owner.general(&(&group.name, wording::reason_detail(&group.reason), group.never_written()))
            }
        };
        let alike = together(placed, key).into_iter().filter_map(|alike| {
            let known: Vec<u64> = alike.iter().filter_map(|(group, _)| group.bytes).collect();
            let bytes =
                (!known.is_empty()).then(|| known.iter().fold(0, |sum: u64, more| sum.saturating_add(*more)));
            let mut alike = alike.into_iter();
            Some(Alike { first: alike.next()?, others: alike.collect(), ids, bytes })
        });
        let mut alike: Vec<Alike<'a>> = alike.collect();
        alike.sort_by_key(|alike| std::cmp::Reverse(alike.bytes));
        (kind, alike)
    };
    kinds.map(of_kind).collect()
}

/// The rules that leave log groups out, with how much each does.
pub(super) fn rules(report: &CoverageReport<'_>) -> Vec<String> {
    let line = |(rule, count): (&Rule, &Count)| {
        let bytes =
            report.coverage.days.map_or_else(String::new, |_| format!(", {}", text::bytes(count.bytes)));
        let groups = text::count(count.groups, "log group");
        format!("{groups}{bytes}: `{}` ({})", rule.glob, rule.path())
    };
    report.totals.rules.iter().map(line).collect()
}

/// Log groups that are named and not there.
pub(super) fn absent(report: &CoverageReport<'_>, each: bool) -> Vec<String> {
    let said = report.coverage.absent.iter().map(|absent| {
        let AbsentGroup { source, account, region, name } = absent;
        let said = format!("{name} (sources.{source})");
        Said { account, place: Some(Place::Region(region.clone())), alike: said.clone(), said }
    });
    told_once(said, report.accounts, each)
}

/// Something that is said of an account, or of a place in it.
struct Said<'a> {
    account: &'a AccountName,
    place: Option<Place>,
    /// What is the same for all of which it may be said once.
    alike: String,
    said: String,
}

impl Said<'_> {
    fn owner<'s>(&'s self, ids: &'s AccountIds) -> Owner<'s> {
        Owner { account: self.account, id: ids.get(self.account), place: self.place.as_ref() }
    }
}

/// A line for each, or one for what is alike and where else.
fn told_once<'a>(said: impl IntoIterator<Item = Said<'a>>, ids: &AccountIds, each: bool) -> Vec<String> {
    let key = |said: &Said<'a>| match each {
        true => format!("{}/{:?}/{}", said.account, said.place, said.said),
        false => said.owner(ids).general(&said.alike),
    };
    let line = |alike: &Vec<Said<'a>>| {
        let (first, others) = alike.split_first()?;
        let same = elsewhere(first.owner(ids), others.iter().map(|other| other.owner(ids)), true);
        let same = same.map_or_else(String::new, |same| format!("; {same}"));
        let name = match &first.place {
            Some(place) => format!("{}/{place}", first.account),
            None => text::account(first.account, ids.get(first.account)),
        };
        Some(format!("{name}: {}{same}", first.said))
    };
    together(said, key).iter().filter_map(line).collect()
}

/// What sends outside, what is not allowed first.
pub(super) fn outflows(report: &CoverageReport<'_>, each: bool) -> Vec<String> {
    let mut outflows: Vec<&Outflow> = report.coverage.outflows.iter().collect();
    outflows.sort_by_key(|outflow| outflow.allowed);
    let said = outflows.into_iter().map(|outflow| {
        let said = wording::outflow(outflow);
        let place = Some(Place::Region(outflow.region.clone()));
        Said { account: &outflow.account, place, alike: said.clone(), said }
    });
    told_once(said, report.accounts, each)
}

/// What could not be read, and the accounts that could not be entered.
pub(super) fn unknown(report: &CoverageReport<'_>, each: bool) -> Vec<String> {
    // No two errors are the same to the letter: AWS numbers its answers.
    let kind = |what: &str, why: &Why| format!("{what} {} {:?}", why.operation, why.code);
    let unread = report.coverage.unread.iter().map(|unread| Said {
        account: &unread.account,
        place: Some(Place::Region(unread.region.clone())),
        alike: kind(unread.what.code(), &unread.why),
        said: wording::unread(unread),
    });
    let unread_groups = report.coverage.groups.iter().filter_map(|group| match &group.reason {
        Reason::Unread(why) => Some(((&group.account, &group.region, kind("", why)), why)),
        _ => None,
    });
    let mut by_place: BTreeMap<(&AccountName, &Region, String), (usize, &Why)> = BTreeMap::new();
    unread_groups.for_each(|(place, why)| by_place.entry(place).or_insert((0, why)).0 += 1);
    let unread_groups = by_place.into_iter().map(|((account, region, kind), (number, why))| Said {
        account,
        place: Some(Place::Region(region.clone())),
        alike: format!("{number} {kind}"),
        said: wording::unread_groups(number, why),
    });
    let skipped = report.skipped.iter().map(|skipped| {
        let said = "it could not be entered, so none of its log groups is counted".to_owned();
        Said { account: &skipped.account, place: None, alike: said.clone(), said }
    });
    told_once(unread.chain(unread_groups).chain(skipped), report.accounts, each)
}

fn conclusion(report: &CoverageReport<'_>, paint: Paint) -> String {
    let wrong = wrong(report);
    if wrong.is_empty() {
        let partial = report.coverage.is_partial() || !report.skipped.is_empty();
        let words = "Nothing was sent or written; `logpipe verify` proves that lines arrive.";
        return if partial { paint.changed(words) } else { words.to_owned() };
    }
    paint.failing(&wrong.iter().map(|wrong| sentence(wrong) + ".").collect::<Vec<_>>().join("\n"))
}

/// What makes the command end with 4.
pub(super) fn wrong(report: &CoverageReport<'_>) -> Vec<String> {
    let missed = report.limits.missed(report.totals).into_iter();
    let mut wrong: Vec<String> = missed.map(|(limited, least)| wording::missed(limited, least)).collect();
    let forbidden = report.coverage.forbidden().count();
    if forbidden > 0 {
        let noun = text::count(forbidden, "subscription");
        let verb = if forbidden == 1 { "sends" } else { "send" };
        wrong.push(format!(
            "{noun} {verb} log events to accounts outside; --allow-destination and --allow-list say which may"
        ));
    }
    wrong
}

/// Words that begin a line.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether everything is known and delivered that is meant to be, and nothing goes outside.
pub(super) fn is_good(report: &CoverageReport<'_>) -> bool {
    let delivered = |group: &CoveredGroup| {
        matches!(group.reason, Reason::Delivered { .. }) || group.reason.kind().is_unmeant()
    };
    let known = report.coverage.unread.iter().all(|unread| unread.what == UnreadWhat::Volumes);
    known && report.skipped.is_empty() && report.coverage.groups.iter().all(delivered)
}
