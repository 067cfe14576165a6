//! The topologies whose rights are taken away one by one.

use super::flows::{self, Flow};
use super::machines;

/// A topology, and what it is applied over.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) topology: &'static str,
    /// What is replaced in it for the one that was applied before it changed.
    pub(super) before: &'static [(&'static str, &'static str)],
    /// The log groups that it makes or that there are: account, and name.
    pub(super) tagged: &'static [(&'static str, &'static str)],
    /// Log groups that test events are written to.
    pub(super) probed: &'static [(&'static str, &'static str)],
    /// Roles whose trust may be changed by others.
    pub(super) roles: &'static [(&'static str, &'static str)],
    /// Policies that others attach too.
    pub(super) held: &'static [(&'static str, &'static str)],
    /// What its pipeline is called, where it has one.
    pub(super) bucket: &'static str,
    pub(super) stream: &'static str,
    /// What users do with it.
    pub(super) flows: &'static [Flow],
    /// The accounts and what they are called.
    pub(super) accounts: &'static [(&'static str, &'static str)],
}

impl Case {
    /// What an account is in the docs.
    pub(super) fn name_of(&self, account: &str) -> &'static str {
        self.accounts.iter().find(|(id, _)| *id == account).unwrap().1
    }
}

pub(super) const APP: &str = "111111111111";
pub(super) const MONITOR: &str = "222222222222";
pub(super) const ARCHIVE: &str = "999999999999";

/// The smallest first; then all that it leaves out.
pub(super) const CASES: [Case; 3] = [
    Case {
        name: "quickstart",
        topology: include_str!("../../../topologies/quickstart.yaml"),
        before: &[
            ("\nregion:", "\ntags: { Old: tag }\nregion:"),
            ("  app: \"111111111111\"", "  app: \"111111111111\"\n  second: \"222222222222\""),
            ("accounts: [app]", "accounts: [app, second]"),
            ("buffer_seconds: 60", "buffer_seconds: 90"),
            ("    account: archive\n", "    account: archive\n    bucket: { expire_days: 30 }\n"),
        ],
        tagged: &[(ARCHIVE, "/aws/kinesisfirehose/quickstart-central"), (APP, "/app/web")],
        probed: &[(APP, "/app/web")],
        roles: &[(ARCHIVE, "quickstart-central-cwl")],
        held: &[],
        bucket: "quickstart-central-999999999999-ap-northeast-1",
        stream: "quickstart-central",
        flows: &flows::ALL,
        accounts: &[(APP, "source"), (ARCHIVE, "archive")],
    },
    Case {
        name: "everything",
        topology: include_str!("../cases/everything.yaml"),
        before: &[
            ("Team: a", "Team: a, Old: tag"),
            ("versioning: true", "versioning: false"),
            ("retention_days: 30", "retention_days: 7"),
            ("pattern: \"?ERROR ?delivery\"", "pattern: \"?WARN ?delivery\""),
            ("delay: 1h", "delay: 2h"),
            ("exclude: [\"/noise\"]", "exclude: [\"/noise\", \"/more\"]"),
        ],
        tagged: &[(ARCHIVE, "/aws/kinesisfirehose/rich-central"), (APP, "/made/here")],
        probed: &[(APP, "/made/here"), ("222222222222", "/any")],
        roles: &[(APP, "rich-central-sender"), ("222222222222", "rich-central-sender")],
        held: &[],
        bucket: "rich-central-999999999999-ap-northeast-1",
        stream: "rich-central",
        flows: &flows::ALL,
        accounts: &[
            (APP, "source"),
            ("222222222222", "source of scope account"),
            (ARCHIVE, "archive"),
            ("444444444444", "organization"),
            ("555555555555", "on the way"),
        ],
    },
    Case {
        name: "machines",
        topology: include_str!("../cases/machines.yaml"),
        before: &[
            ("Team: a", "Team: a, Old: tag"),
            (r#"log_groups: ["/aws/ec2/*"]"#, r#"log_groups: ["/aws/ec2/one"]"#),
            ("name: uploads", "name: web-former"),
            ("i-00000000000000003]", "i-00000000000000004]"),
        ],
        tagged: &[],
        probed: &[],
        roles: &[(APP, "web-role")],
        held: &[(APP, "uploads"), (MONITOR, "cross-account-monitor")],
        bucket: "",
        stream: "",
        flows: &machines::ALL,
        accounts: &[(APP, "agents and logs"), (MONITOR, "who reads")],
    },
];
