//! The base of a record: most entries of a large one, in a text of their own that is written once and never changed, so
//! that a write of the record costs what has changed since.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::Error as JsonError;

use super::entry::{Entry, FORMAT};
use super::error::RecordError;
use crate::address::Address;

/// Most bytes that a base unpacks to: some 2,000,000 entries.
const MOST_UNPACKED: u64 = 1024 * 1024 * 1024;

/// What a base is called beside its record. No two are called alike, so none is ever written over: a number is given out
/// once by a run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct BaseName(String);

impl BaseName {
    /// The base that a run writes together with this number of the record.
    pub(super) fn new(number: u64, run: &str) -> Self {
        Self(format!("base-{number}-{run}"))
    }

    /// What its name ends in, after that of its record.
    pub(super) fn ending(&self) -> String {
        format!(".{}", self.0)
    }
}

impl TryFrom<String> for BaseName {
    type Error = String;

    /// A record comes from outside: its base may only be beside it.
    fn try_from(name: String) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if name.starts_with("base-") && name.bytes().all(plain) {
            Ok(Self(name))
        } else {
            Err(format!("`{name}` is not the name of a base"))
        }
    }
}

/// A base as it is written, before it is compressed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Base<Entries> {
    format: u32,
    topology: String,
    resources: Entries,
}

/// Entries as they are written: JSON, compressed with gzip, which takes a tenth of the room.
pub(super) fn pack(
    place: &str,
    topology: &str,
    entries: &BTreeMap<Address, Entry>,
) -> Result<Bytes, RecordError> {
    let base = Base { format: FORMAT, topology: topology.to_owned(), resources: entries };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, &base).map_err(RecordError::corrupt(place))?;
    let packed = encoder.flush().and_then(|()| encoder.finish());
    packed.map(Bytes::from).map_err(|error| RecordError::corrupt(place)(JsonError::io(error)))
}

/// Reads a base, and refuses anything that is not one of this topology.
pub(super) fn unpack(
    place: &str,
    topology: &str,
    packed: &[u8],
) -> Result<BTreeMap<Address, Entry>, RecordError> {
    let mut text = Vec::new();
    GzDecoder::new(packed)
        .take(MOST_UNPACKED)
        .read_to_end(&mut text)
        .map_err(|error| RecordError::corrupt(place)(JsonError::io(error)))?;
    let base: Base<BTreeMap<Address, Entry>> =
        serde_json::from_slice(&text).map_err(RecordError::corrupt(place))?;
    if base.topology != topology {
        let (found, wanted) = (base.topology, topology.to_owned());
        return Err(RecordError::OtherTopology { place: place.to_owned(), found, wanted });
    }
    if base.format > FORMAT {
        let message = format!("its base has format {}", base.format);
        return Err(RecordError::corrupt(place)(JsonError::custom(message)));
    }
    Ok(base.resources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_beside_its_record() {
        let named = |name: &str| serde_json::from_value::<BaseName>(serde_json::json!(name));
        let name = BaseName::new(12, "0c1d2e3f-4a5b-4c6d-8e7f-901234567890");
        assert_eq!(named(&name.0).unwrap(), name);
        for name in ["", "12", "base-1/../../other", "base-1.json", "Base-1"] {
            assert!(named(name).is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_no_base_of_the_topology_is_refused() {
        let packed = pack("r", "other", &BTreeMap::new()).unwrap();
        assert!(matches!(unpack("r", "t", &packed), Err(RecordError::OtherTopology { .. })));
        assert!(unpack("r", "other", &packed).unwrap().is_empty());
        for broken in [&b""[..], b"{}", &packed[..packed.len() - 9]] {
            assert!(matches!(unpack("r", "other", broken), Err(RecordError::Corrupt { .. })));
        }
    }
}
