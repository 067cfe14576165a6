//! `windows_events`: the event logs of Windows.

use super::reader::{CollectedReader, ruled};
use crate::topology::finding::Findings;
use crate::topology::keys::collected as keys;
use crate::topology::model::WindowsEventLog;
use crate::topology::read::field::Field;
use crate::topology::read::section::Scalar;

pub(in crate::topology) fn events(
    reader: &mut CollectedReader,
    item: Field<'_>,
    findings: &mut Findings,
) -> Option<WindowsEventLog> {
    let section = item.section_of(&reader.names(&keys::EVENTS), findings)?;
    let event_name = section
        .need(&keys::EVENT_NAME, findings)
        .and_then(|field| ruled(field, &keys::EVENT_NAME.kind.form, findings));
    let target = reader.target(&section, None, findings);
    let (level, id) = (keys::EVENT_LEVELS.kind.items, keys::EVENT_IDS.kind.items);
    let levels = section.list(&keys::EVENT_LEVELS, findings, |item, findings| level.read(item, findings));
    let ids = section.list(&keys::EVENT_IDS, findings, |item, findings| id.read(item, findings));
    if levels.is_none() && ids.is_none() && section.get(&keys::FILTERS).is_none() {
        let message = format!("`{}` does not say which events to send", section.name);
        let why = "the agent refuses an event log without `event_levels`, `event_ids` or `filters`";
        findings.add(section.key_span, message, why, "add `event_levels: [CRITICAL, ERROR, WARNING]`");
    }
    Some(WindowsEventLog {
        event_name: event_name?,
        target: target?,
        event_levels: levels.unwrap_or_default(),
        event_ids: ids.unwrap_or_default(),
        event_format: section.read(&keys::EVENT_FORMAT, findings),
    })
}
