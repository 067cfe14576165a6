//! Identifiers the sandbox hands out: derived from a counter, never random, so that a run can be repeated.

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn digest(what: &str, number: u64) -> Vec<u8> {
    Sha256::digest(format!("{what}/{number}").as_bytes()).to_vec()
}

/// An AWS unique id: a four-letter prefix (`AROA`, `ASIA`) and sixteen letters and digits.
pub(crate) fn unique_id(prefix: &str, number: u64) -> String {
    let letters = digest(prefix, number).into_iter().take(16);
    prefix.chars().chain(letters.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))).collect()
}

/// An id in the form of a UUID.
pub(crate) fn uuid_like(what: &str, number: u64) -> String {
    let hex: String = digest(what, number).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A long opaque token, such as a secret key.
pub(crate) fn token(what: &str, number: u64) -> String {
    digest(what, number).iter().map(|byte| format!("{byte:02x}")).collect()
}
