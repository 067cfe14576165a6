//! Bad and hostile input: every text, file and answer that comes from outside ends in a result or an error, never in a
//! panic, and no record is written over because of it. `docs/hostile-input.md` says what is covered where.
//!
//! More cases than the quick ones of every run: `PROPTEST_CASES=100000 cargo test --locked --test it -- hostile::`.

mod answers;
mod arguments;
mod patterns;
mod plans;
mod policies;
mod records;

use proptest::prelude::*;
use proptest::sample::Index;

/// One way to damage a text.
#[derive(Debug, Clone)]
enum Damage {
    Cut(Index),
    Put(Index, Vec<u8>),
    Drop(Index, usize),
    Twice(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let junk = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..9),
        prop::sample::select(vec!["{", "]", "\"", "null", "1e999", "-1", "../", "\\u0000", "\n", "💥"])
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), junk).prop_map(|(at, bytes)| Damage::Put(at, bytes)),
        (any::<Index>(), 1_usize..40).prop_map(|(at, many)| Damage::Drop(at, many)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, upto)| Damage::Twice(from, upto)),
    ]
}

/// A valid file with one to four damages.
fn damaged(valid: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(damage(), 1..5).prop_map(move |damages| {
        damages
            .iter()
            .fold(valid.to_vec(), |bytes, damage| if bytes.is_empty() { bytes } else { hurt(bytes, damage) })
    })
}

fn hurt(mut bytes: Vec<u8>, damage: &Damage) -> Vec<u8> {
    let length = bytes.len();
    match damage {
        Damage::Cut(at) => bytes.truncate(at.index(length)),
        Damage::Put(at, junk) => drop(bytes.splice(at.index(length)..at.index(length), junk.iter().copied())),
        Damage::Drop(at, many) => drop(bytes.drain(at.index(length)..length.min(at.index(length) + many))),
        Damage::Twice(from, upto) => {
            let part = bytes[from.index(length).min(upto.index(length))..upto.index(length)].to_vec();
            bytes.splice(upto.index(length)..upto.index(length), part);
        }
    }
    bytes
}
