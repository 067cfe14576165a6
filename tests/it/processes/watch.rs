//! A command that goes on until somebody ends it.

use logpipe::exit::Exit;

use super::{cloud, done, folder, topology};
use crate::support::front::{Front, How};
use crate::support::on_a_deep_stack;
use crate::support::topologies::PIPELINE;

#[test]
fn whoever_watches_a_delivery_ends_it_by_an_interrupt() {
    on_a_deep_stack(|| {
        let folder = folder(&topology(PIPELINE, ""));
        let front = Front::serving(cloud());
        done(&front, folder.path(), &["apply", "topology.yaml", "--yes"], "before");
        let before = front.calls();
        done(&front, folder.path(), &["status", "topology.yaml", "--delivery"], "once");
        let calls = front.calls() - before;
        let mut held = front.hold(calls - 1, How::Answered);
        let mut watch = front.start(folder.path(), &["status", "topology.yaml", "--delivery", "--watch"]);
        assert!(held.reached(&mut watch), "it asks for what was counted");
        watch.signal("INT");
        let ended = watch.ended();
        held.go_on();
        assert_eq!(ended.exit, Some(Exit::Interrupted), "{}", ended.said);
    });
}
