//! The versions of a bucket's objects: what a write adds or replaces, what a deletion hides or removes, and their order
//! (Amazon S3 User Guide, "Retaining multiple versions of objects with S3 Versioning").

use std::ops::Bound;

use serde::{Deserialize, Serialize};

use crate::identifiers;
use crate::state::world::World;

use super::lock;
use super::state::{Bucket, Object};

/// Characters in the id of a version.
const ID_LENGTH: usize = 32;

/// Whether a bucket keeps versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Versioning {
    /// It never did.
    Never,
    /// Every write adds one.
    Enabled,
    /// It did: those it has stay, and every write replaces the version `null`.
    Suspended,
}

/// The id of a version. The default is `null`, which is what objects have that were written without versioning.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct VersionId(Option<Box<str>>);

impl VersionId {
    /// An id as S3 writes it; `None` if S3 would never have written it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        match text {
            "null" => Some(Self::default()),
            _ if text.len() == ID_LENGTH && text.bytes().all(known) => Some(Self(Some(text.into()))),
            _ => None,
        }
    }

    /// The id of what is written to a bucket now.
    pub(crate) fn next(world: &mut World, bucket: &str) -> Self {
        match world.buckets.get(bucket).map(Bucket::versioning) {
            Some(Versioning::Enabled) => Self::issued(world.next_number()),
            _ => Self::default(),
        }
    }

    fn issued(number: u64) -> Self {
        let mut id = identifiers::token("version", number);
        id.truncate(ID_LENGTH);
        Self(Some(id.into()))
    }

    /// Whether it is `null`.
    pub(crate) fn is_null(&self) -> bool {
        self.0.is_none()
    }

    /// The id as S3 writes it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("null")
    }
}

/// What a deletion leaves instead of an object whose versions are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Marker {
    /// Its id.
    #[serde(default, skip_serializing_if = "VersionId::is_null")]
    pub(crate) version: VersionId,
    /// When the object was deleted.
    pub(crate) modified_ms: u64,
}

/// What is kept of a key besides its current object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Past {
    /// An object that is no longer the current one.
    Object(Object),
    /// A deletion, the last one or a former one.
    Marker(Marker),
}

/// One version of a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Version<'a> {
    /// An object.
    Object(&'a Object),
    /// A delete marker.
    Marker(&'a Marker),
}

impl<'a> Version<'a> {
    fn of(past: &'a Past) -> Self {
        match past {
            Past::Object(object) => Self::Object(object),
            Past::Marker(marker) => Self::Marker(marker),
        }
    }

    /// Its id.
    pub(crate) fn id(self) -> &'a VersionId {
        match self {
            Self::Object(object) => &object.version,
            Self::Marker(marker) => &marker.version,
        }
    }
}

impl Bucket {
    /// Whether it keeps versions.
    pub(crate) fn versioning(&self) -> Versioning {
        match self.configurations.get("versioning").and_then(|document| document.text_of("Status")) {
            Some("Enabled") => Versioning::Enabled,
            Some(_) => Versioning::Suspended,
            None => Versioning::Never,
        }
    }

    /// Whether nothing is in it, not even a delete marker.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.history.is_empty()
    }

    /// Makes an object the current one of its key.
    pub(crate) fn write(&mut self, key: &str, mut object: Object) {
        object.kept_until_ms = lock::kept_until(self, &object);
        self.supersede(key, &object.version);
        self.objects.insert(key.to_owned(), object);
    }

    /// Hides the current object of a key.
    pub(crate) fn mark_deleted(&mut self, key: &str, marker: Marker) {
        self.supersede(key, &marker.version);
        self.history.entry(key.to_owned()).or_default().push(Past::Marker(marker));
    }

    /// Puts the current object into the past. A version that has the id of the new one is replaced by it.
    fn supersede(&mut self, key: &str, id: &VersionId) {
        self.forget(key, id);
        if let Some(current) = self.objects.remove(key).filter(|current| current.version != *id) {
            self.history.entry(key.to_owned()).or_default().push(Past::Object(current));
        }
    }

    fn forget(&mut self, key: &str, id: &VersionId) -> Option<Past> {
        let past = self.history.get_mut(key)?;
        let at = past.iter().position(|past| Version::of(past).id() == id);
        let forgotten = at.map(|at| past.remove(at));
        if past.is_empty() {
            self.history.remove(key);
        }
        forgotten
    }

    /// Removes a version for good. What was written before it becomes the current one if it was that.
    pub(crate) fn remove(&mut self, key: &str, id: &VersionId) -> Option<Past> {
        let removed = match self.objects.get(key) {
            Some(current) if current.version == *id => self.objects.remove(key).map(Past::Object),
            _ => self.forget(key, id),
        };
        if !self.objects.contains_key(key) {
            self.promote(key);
        }
        removed
    }

    /// Makes the newest of the past the current object, unless that is a delete marker.
    fn promote(&mut self, key: &str) {
        let Some(past) = self.history.get_mut(key) else { return };
        match past.pop() {
            Some(Past::Object(object)) => {
                if past.is_empty() {
                    self.history.remove(key);
                }
                self.objects.insert(key.to_owned(), object);
            }
            Some(marker) => past.push(marker),
            None => {}
        }
    }

    /// The versions of a key, newest first.
    pub(crate) fn versions_of(&self, key: &str) -> impl Iterator<Item = Version<'_>> + use<'_> {
        let past = self.history.get(key).into_iter().flat_map(|past| past.iter().rev());
        self.objects.get(key).map(Version::Object).into_iter().chain(past.map(Version::of))
    }

    /// Every key that has a version, from this on, in order.
    pub(crate) fn keys_from<'a>(&'a self, start: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let from = (Bound::Included(start), Bound::Unbounded);
        let mut current = self.objects.range::<str, _>(from).map(|(key, _)| key.as_str()).peekable();
        let mut past = self.history.range::<str, _>(from).map(|(key, _)| key.as_str()).peekable();
        std::iter::from_fn(move || match (current.peek(), past.peek()) {
            (Some(one), Some(other)) if one == other => {
                past.next();
                current.next()
            }
            (Some(one), Some(other)) if other < one => past.next(),
            (None, _) => past.next(),
            _ => current.next(),
        })
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use crate::protocol::xml::Element;

    use super::super::buckets;
    use super::super::encryption::Encryption;
    use super::*;

    /// One thing that happens to the key `k`.
    #[derive(Clone, Copy)]
    enum Step {
        /// Versioning is set.
        Set(&'static str),
        /// An object is written.
        Put,
        /// The key is deleted.
        Delete,
        /// The version with this number is removed; 0 is `null`.
        Remove(u64),
    }
    use Step::{Delete, Put, Remove, Set};

    fn id(number: u64) -> VersionId {
        if number == 0 { VersionId::default() } else { VersionId::issued(number) }
    }

    fn play(steps: &[Step]) -> Bucket {
        let (owner, region) = ("111111111111".parse().unwrap(), "eu-west-1".parse().unwrap());
        let mut bucket = buckets::new(&owner, &region, 0);
        let mut written = 0;
        for step in steps {
            if matches!(step, Put | Delete) {
                written += 1;
            }
            let version = if bucket.versioning() == Versioning::Enabled { id(written) } else { id(0) };
            match *step {
                Set(status) => {
                    let document = Element::new("VersioningConfiguration").with_text("Status", status);
                    bucket.configurations.insert("versioning".to_owned(), document);
                }
                Put => {
                    let body = Bytes::from(written.to_string());
                    let encryption = Encryption::by_default(&bucket);
                    bucket.write("k", Object { version, ..Object::new(body, written, encryption) });
                }
                Delete if bucket.versioning() == Versioning::Never => drop(bucket.remove("k", &version)),
                Delete => bucket.mark_deleted("k", Marker { version, modified_ms: written }),
                Remove(number) => drop(bucket.remove("k", &id(number))),
            }
        }
        bucket
    }

    /// The versions newest first: what the write with this number left, `-` for a marker, `n` for the id `null`; and
    /// what a reader sees.
    #[track_caller]
    fn check(steps: &[Step], expect: &str, current: Option<&str>) {
        let bucket = play(steps);
        let shown = bucket.versions_of("k").map(|version| {
            let null = if version.id().is_null() { "n" } else { "" };
            match version {
                Version::Object(object) => format!("{null}{}", String::from_utf8_lossy(&object.body)),
                Version::Marker(marker) => format!("{null}-{}", marker.modified_ms),
            }
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expect);
        let seen = bucket.objects.get("k").map(|object| String::from_utf8_lossy(&object.body).into_owned());
        assert_eq!(seen.as_deref(), current);
        assert_eq!(bucket.is_empty(), expect.is_empty());
        let keys: Vec<&str> = bucket.keys_from("").collect();
        assert_eq!(keys, if expect.is_empty() { vec![] } else { vec!["k"] });
    }

    const ON: Step = Set("Enabled");
    const OFF: Step = Set("Suspended");

    #[test]
    fn without_versioning_there_is_one_version_or_none() {
        check(&[Put, Put], "n2", Some("2"));
        check(&[Put, Delete], "", None);
        check(&[Delete], "", None);
        check(&[Put, Remove(0)], "", None);
        check(&[Put, Remove(7)], "n1", Some("1"));
    }

    #[test]
    fn with_versioning_writes_add_and_deletions_mark() {
        check(&[ON, Put, Put], "2 1", Some("2"));
        check(&[ON, Put, Delete], "-2 1", None);
        check(&[ON, Put, Delete, Delete], "-3 -2 1", None);
        check(&[ON, Delete], "-1", None);
        check(&[ON, Put, Delete, Put], "3 -2 1", Some("3"));
        check(&[Put, ON, Put], "2 n1", Some("2"));
    }

    #[test]
    fn a_removed_version_gives_way_to_the_one_before() {
        check(&[ON, Put, Put, Remove(2)], "1", Some("1"));
        check(&[ON, Put, Put, Remove(1)], "2", Some("2"));
        check(&[ON, Put, Delete, Remove(2)], "1", Some("1"));
        check(&[ON, Put, Delete, Remove(1)], "-2", None);
        check(&[ON, Put, Delete, Delete, Remove(3)], "-2 1", None);
        check(&[ON, Put, Delete, Put, Remove(3)], "-2 1", None);
        check(&[ON, Put, Delete, Remove(1), Remove(2)], "", None);
        check(&[Put, ON, Delete, Remove(0)], "-2", None);
    }

    #[test]
    fn suspended_versioning_replaces_what_is_called_null() {
        check(&[ON, Put, OFF, Put], "n2 1", Some("2"));
        check(&[ON, Put, OFF, Put, Put], "n3 1", Some("3"));
        check(&[ON, Put, OFF, Delete], "n-2 1", None);
        check(&[ON, Put, OFF, Put, Delete], "n-3 1", None);
        check(&[ON, Put, OFF, Delete, Put], "n3 1", Some("3"));
        check(&[Put, ON, Put, OFF, Put], "n3 2", Some("3"));
        check(&[Put, ON, Put, OFF, Delete, Remove(0)], "2", Some("2"));
        check(&[Put, OFF, Delete, ON, Put], "3 n-2", Some("3"));
    }

    #[test]
    fn ids_are_what_s3_could_have_written() {
        assert_eq!(VersionId::parse("null"), Some(VersionId::default()));
        let issued = VersionId::issued(3);
        assert_eq!(VersionId::parse(issued.as_str()).as_ref(), Some(&issued));
        assert!(VersionId::parse("fApXcgmWCoKg39EVdMnmOoE9l_MdT.Af").is_some());
        for bad in ["", "Null", "1", "fApXcgmWCoKg39EVdMnmOoE9l_MdT.A", "fApXcgmWCoKg39EVdMnmOoE9l_MdT.A/"] {
            assert_eq!(VersionId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_state_from_before_versions_is_still_read() {
        let mut old = serde_json::to_value(play(&[Put])).unwrap();
        assert!(old.get("history").is_none() && old["objects"]["k"].get("version").is_none(), "{old:#}");
        old["objects"]["k"].as_object_mut().unwrap().remove("encryption");
        let read: Bucket = serde_json::from_value(old).unwrap();
        assert!(read.versions_of("k").all(|version| version.id().is_null()));
        let kept = play(&[Put, ON, Put, Delete]);
        let read: Bucket = serde_json::from_value(serde_json::to_value(&kept).unwrap()).unwrap();
        let ids = |bucket: &Bucket| -> Vec<VersionId> {
            bucket.versions_of("k").map(|version| version.id().clone()).collect()
        };
        assert_eq!((ids(&read), ids(&read).len()), (ids(&kept), 3));
    }
}
