//! The way of the logs as a picture: the accounts, the stations of a log line in them, and the hops between the stations;
//! beside it the resources with what each needs. Data alone, which `ui/` draws. Pure.

mod accounts;
mod model;
mod roles;
mod routes;
mod state;
#[cfg(test)]
mod tests;

pub use crate::graph::{Need, Note};
pub use model::{
    Checked, Diagram, DrawnAccount, DrawnResource, Hop, HopKind, Means, MeansKind, State, Station,
    StationKind,
};
pub use routes::diagram;
pub use state::worst;
