//! Rules between parts of a topology: refused where two of them contradict each other, warned of where one means nothing.

pub(super) mod across;
mod attached;
mod collected;
mod iam;
pub(super) mod unmeant;
mod way_in;
