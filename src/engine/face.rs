//! The engine itself: what all its verbs work with.

use super::Records;
use crate::aws::Base;
use crate::clock::Clock;
use crate::event::Events;
use crate::stop::Stop;
use crate::topology::Topology;

/// Everything that a verb needs beside its request.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(super) topology: Topology,
    pub(super) base: Base,
    pub(super) records: Records,
    pub(super) who: String,
    pub(super) stop: Stop,
    pub(super) events: Events,
    pub(super) parallelism: Option<usize>,
}

impl Engine {
    /// An engine that nobody stops and nobody listens to.
    pub fn new(topology: Topology, base: Base, records: Records) -> Self {
        Self {
            topology,
            base,
            records,
            who: "somebody".to_owned(),
            stop: Stop::never(),
            events: Events::none(),
            parallelism: None,
        }
    }

    /// The same, run by this user; other runs that want the record see the name.
    #[must_use]
    pub fn run_by(self, who: impl Into<String>) -> Self {
        Self { who: who.into(), ..self }
    }

    /// The same, ended when the user says so.
    #[must_use]
    pub fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// The same, telling what happens.
    #[must_use]
    pub fn telling(self, events: Events) -> Self {
        Self { events, ..self }
    }

    /// The same with this many steps at once. Without a number it follows from how many accounts a plan is about.
    #[must_use]
    pub fn with_parallelism(self, parallelism: usize) -> Self {
        Self { parallelism: Some(parallelism), ..self }
    }

    /// What is declared.
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// How AWS is reached.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The user's wish to stop.
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Time.
    pub fn clock(&self) -> Clock {
        self.base.clock()
    }
}
