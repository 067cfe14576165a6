//! `windows_events`: the event logs of Windows.

use super::forms;
use super::keys::{WINDOWS_KEYS, WINDOWS_KEYS_OF_THE_AGENT};
use super::reader::{CollectedReader, ruled};
use crate::topology::finding::Findings;
use crate::topology::model::{EventFormat, EventLevel, WindowsEventLog};
use crate::topology::read::field::Field;
use crate::topology::read::sources::several;

/// The largest id of an event.
const LARGEST_ID: u32 = 65_535;

pub(in crate::topology) fn events(
    reader: &mut CollectedReader,
    item: Field<'_>,
    findings: &mut Findings,
) -> Option<WindowsEventLog> {
    let section = item.section(reader.keys(WINDOWS_KEYS, WINDOWS_KEYS_OF_THE_AGENT), findings)?;
    let event_name = section
        .need("event_name", "the agent reads event logs by their names", "add `event_name: System`", findings)
        .and_then(|field| ruled(field, forms::EVENT_NAME, findings));
    let target = reader.target(&section, None, findings);
    let levels = section
        .get("event_levels")
        .map(|field| several(field, findings, |item, findings| item.word(EventLevel::WORDS, findings)));
    let ids = section.get("event_ids").map(|field| {
        let why = "Windows numbers events with 16 bits";
        several(field, findings, |item, findings| item.number(0..=LARGEST_ID, why, findings))
    });
    if levels.is_none() && ids.is_none() && section.get("filters").is_none() {
        let message = format!("`{}` says not which events", section.name);
        let why = "the agent refuses an event log without `event_levels`, `event_ids` or `filters`";
        findings.add(section.key_span, message, why, "add `event_levels: [CRITICAL, ERROR, WARNING]`");
    }
    Some(WindowsEventLog {
        event_name: event_name?,
        target: target?,
        event_levels: levels.unwrap_or_default(),
        event_ids: ids.unwrap_or_default(),
        event_format: section.get("event_format").and_then(|field| field.word(EventFormat::WORDS, findings)),
    })
}
