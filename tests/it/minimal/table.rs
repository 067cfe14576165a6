//! The table of docs/permissions.md: which action is needed for what.

use std::path::PathBuf;

use super::Right;
use super::cases::Case;

const START: &str = "<!-- What goes wrong without each action; written by the tests. -->\n";
const END: &str = "<!-- The end of what the tests write. -->\n";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    account: String,
    sid: String,
    action: String,
    pub(super) flow: String,
}

impl Row {
    pub(super) fn of(case: &Case, right: &Right, flow: &str) -> Self {
        Self {
            account: case.name_of(&right.account).to_owned(),
            sid: right.sid.clone(),
            action: right.action.clone(),
            flow: flow.to_owned(),
        }
    }

    pub(super) fn without_flow(&self) -> Self {
        Self { flow: String::new(), ..self.clone() }
    }

    fn line(&self) -> String {
        format!("| {} | {} | `{}` | {} |\n", self.account, self.sid, self.action, self.flow)
    }

    fn read(line: &str) -> Self {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [account, sid, action, flow] = cells.as_slice() else { panic!("four cells: {line}") };
        Self {
            account: (*account).to_owned(),
            sid: (*sid).to_owned(),
            action: action.trim_matches('`').to_owned(),
            flow: (*flow).to_owned(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a switch of the test alone")]
pub(super) fn updating() -> bool {
    std::env::var("LOGPIPE_UPDATE_GOLDEN").is_ok()
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md")
}

/// What stands before the table, the table, and what stands behind it.
fn parts() -> (String, String, String) {
    let text = std::fs::read_to_string(path()).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (table, behind) = rest.split_once(END).unwrap();
    (before.to_owned(), table.to_owned(), behind.to_owned())
}

pub(super) fn read() -> Vec<Row> {
    let (_, table, _) = parts();
    table.lines().filter(|line| line.starts_with('|')).skip(2).map(Row::read).collect()
}

pub(super) fn write(rows: &[Row]) {
    let (before, _, behind) = parts();
    let mut table =
        "\n| in the account | Sid | action | needed, for one, by |\n|---|---|---|---|\n".to_owned();
    rows.iter().for_each(|row| table.push_str(&row.line()));
    std::fs::write(path(), format!("{before}{START}{table}\n{END}{behind}")).unwrap();
}
