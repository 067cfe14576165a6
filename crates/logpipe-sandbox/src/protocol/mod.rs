//! The wire protocols: how requests are read, and answers and errors written.

pub(crate) mod answers;
pub(crate) mod cbor;
pub(crate) mod json;
pub(crate) mod wire;
pub(crate) mod xml;
