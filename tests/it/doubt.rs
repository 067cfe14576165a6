//! A run that was killed before a call took effect, and somebody else who made one of that name since: it is theirs, and
//! neither `destroy` nor `--prune` removes it. Where the call did take effect, it is ours and goes.

use logpipe::exit::Exit;

use crate::support::Bench;
use crate::support::aws::{self, ARCHIVE, TOKYO};
use crate::support::engine::{Fate, Job};
use crate::walkthrough::TOPOLOGY;

/// A folder in which an apply was killed at its first call of an operation.
fn killed_at(topology: &str, operation: &'static str, fate: Fate) -> Bench {
    let bench = Bench::new(topology);
    let ended =
        bench.engine(Job::Apply, move |_, made| if made == operation { fate } else { Fate::Answered });
    assert!(ended.report.is_none(), "it was not killed at {operation}");
    bench
}

#[test]
fn a_role_that_somebody_else_made_meanwhile_survives_destroy() {
    let bench = killed_at(TOPOLOGY, "CreateRole", Fate::KilledBefore);
    let intended: Vec<String> = intended_roles(&bench);
    assert!(!intended.is_empty());
    let cloud = bench.cloud();
    for role in &intended {
        cloud.prepare_role(&ARCHIVE.parse().unwrap(), role, "{}", &[], &[]);
    }
    cloud.store().unwrap();
    let destroyed = bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    assert!(destroyed.said().contains("what is there now is not logpipe's"), "{}", destroyed.said());
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    for role in &intended {
        assert!(roles.contains(role), "{role} of {roles:?}");
    }
    assert!(intended_roles(&bench).is_empty(), "the record forgets it");
}

/// Names of the roles that the record only intends.
fn intended_roles(bench: &Bench) -> Vec<String> {
    let record = bench.record("delivery-test");
    let roles = record.entries().iter().filter(|(address, entry)| {
        address.to_string().contains("/iam_role.") && entry.state == logpipe::record::State::Intended
    });
    roles.map(|(address, _)| address.name.clone()).collect()
}

#[test]
fn a_role_whose_creation_took_effect_goes() {
    let bench = killed_at(TOPOLOGY, "CreateRole", Fate::KilledAfter);
    let intended = intended_roles(&bench);
    bench.sandbox("destroy", &["--yes"]).expect(Exit::Done);
    let roles = bench.aws(ARCHIVE, TOKYO, async |config| aws::roles(&config).await);
    assert!(!intended.is_empty() && intended.iter().all(|role| !roles.contains(role)), "{roles:?}");
}
