//! What is in a bucket: where an object of a certain time can be, how it is laid out, and what it says.

pub(super) mod keys;
pub(super) mod layout;
pub(super) mod message;
pub(super) mod object;
pub(super) mod record;
pub(super) mod search;
