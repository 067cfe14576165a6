//! `destinations`: bucket, stream and what lies between them, a file a part.

pub(in crate::topology) mod bucket;
pub(in crate::topology) mod destination;
mod kms;
pub(in crate::topology) mod lifecycle;
mod prefix;
pub(in crate::topology) mod stream;
mod timestamp;
