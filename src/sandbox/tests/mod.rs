//! The sandbox driven by the real SDK clients.

mod bench;
mod bucket_settings;
mod buckets;
mod objects;
mod roles;
mod serving;
mod sessions;
mod writing;
