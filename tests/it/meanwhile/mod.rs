//! Somebody else changes what logpipe is about to write, between its reading and its writing. What is theirs stays, and
//! what is ours is written only over what the plan saw.
//!
//! Steps run one after the other here, so that the call before a write is the reading for it: what is changed at any call
//! but the write itself has to stay.

mod made;
mod marks;
mod wholes;

const QUICKSTART: &str = include_str!("../../../topologies/quickstart.yaml");
const BUCKET: &str = "quickstart-central-999999999999-ap-northeast-1";
const GROUP: &str = "/app/web";
const CWL_ROLE: &str = "quickstart-central-cwl";
const DESTINATION: &str = "quickstart-central";

/// The quickstart with something in every shared place, and the same with all of it changed.
fn topologies(scope: &str) -> [String; 2] {
    let with = |days: u32, team: &str, pattern: &str| {
        let filter = format!("    filter: {{ pattern: \"{pattern}\" }}\n");
        let quickstart = QUICKSTART.replace("    log_groups: [\"/app/web\"]\n    # Creates /app/web when it does not exist yet.\n    create: true\n", &format!("{scope}{filter}"));
        let quickstart = quickstart.replace(
            "    account: archive\n",
            &format!("    account: archive\n    bucket: {{ expire_days: {days} }}\n"),
        );
        format!("{quickstart}tags: {{ Team: {team} }}\n")
    };
    [with(30, "a", ""), with(60, "b", "ERROR")]
}

const GROUPS: &str = "    log_groups: [\"/app/web\"]\n    create: true\n";
const ACCOUNT: &str = "    scope: account\n";

type Work<T> = std::pin::Pin<Box<dyn Future<Output = T>>>;
