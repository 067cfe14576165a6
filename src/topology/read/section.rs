//! A section of the topology, read by the keys of its table: a value that is not written is what the table says.

use std::collections::BTreeMap;

use super::field::Field;
use crate::topology::finding::{Findings, Span};
use crate::topology::keys::{Choice, Flag, Key, KeyOr, Kind, List, Number, Sub};

/// A kind whose values are what its defaults are.
pub(in crate::topology) trait Scalar: Kind {
    /// The value of a field, if it is one of the kind.
    fn read(&self, field: Field<'_>, findings: &mut Findings) -> Option<Self::Default>;
}

impl Scalar for Flag {
    fn read(&self, field: Field<'_>, findings: &mut Findings) -> Option<bool> {
        field.flag(findings)
    }
}

impl Scalar for Number {
    fn read(&self, field: Field<'_>, findings: &mut Findings) -> Option<u32> {
        field.number(self.least..=self.most, self.why, findings)
    }
}

impl<V: Copy + PartialEq + Sync + 'static> Scalar for Choice<V> {
    fn read(&self, field: Field<'_>, findings: &mut Findings) -> Option<V> {
        field.word(self.0, findings)
    }
}

/// A map whose keys have been checked; by default one that is not written.
#[derive(Debug, Default)]
pub(in crate::topology) struct Section<'n> {
    pub(in crate::topology) name: &'n str,
    /// Where to point when a key is missing.
    pub(in crate::topology) key_span: Span,
    fields: BTreeMap<&'n str, Field<'n>>,
}

impl<'n> Section<'n> {
    /// The section that a field is.
    pub(super) fn new(field: Field<'n>, fields: BTreeMap<&'n str, Field<'n>>) -> Self {
        Self { name: field.name, key_span: field.key_span, fields }
    }

    /// The field, if it is written.
    pub(in crate::topology) fn get<K, D>(&self, key: &Key<K, D>) -> Option<Field<'n>> {
        self.named(key.name)
    }

    /// The field of a name, if it is written.
    pub(in crate::topology) fn named(&self, name: &str) -> Option<Field<'n>> {
        self.fields.get(name).copied()
    }

    /// The field; a problem if it is not written.
    pub(in crate::topology) fn need<K, D>(
        &self,
        key: &Key<K, D>,
        findings: &mut Findings,
    ) -> Option<Field<'n>> {
        self.need_as(key, key.name, findings)
    }

    /// The field of a key that goes by another name here; a problem if it is not written.
    pub(in crate::topology) fn need_as<K, D>(
        &self,
        key: &Key<K, D>,
        name: &str,
        findings: &mut Findings,
    ) -> Option<Field<'n>> {
        let field = self.named(name);
        if let (None, Some((why, help))) = (field, key.missing) {
            let message = format!("`{}` has no `{name}`", self.name);
            findings.add(self.key_span, message, why, help.replace("{key}", name));
        }
        field
    }

    /// The value of a key, if it is written.
    pub(in crate::topology) fn read<K: Scalar, D>(
        &self,
        key: &Key<K, D>,
        findings: &mut Findings,
    ) -> Option<K::Default> {
        key.kind.read(self.get(key)?, findings)
    }

    /// The value of a key, or what holds without it.
    pub(in crate::topology) fn value<K: Scalar>(
        &self,
        key: &KeyOr<K>,
        findings: &mut Findings,
    ) -> K::Default {
        self.read(key, findings).unwrap_or(key.default.0)
    }

    /// The section below, if it is written.
    pub(in crate::topology) fn sub<D>(
        &self,
        key: &Key<Sub, D>,
        findings: &mut Findings,
    ) -> Option<Section<'n>> {
        self.get(key)?.section(key.kind.0, findings)
    }

    /// The values of a list, if it is written.
    pub(in crate::topology) fn list<K: Kind, D, T: Ord + Clone>(
        &self,
        key: &Key<List<K>, D>,
        findings: &mut Findings,
        read: impl FnMut(Field<'n>, &mut Findings) -> Option<T>,
    ) -> Option<Vec<T>> {
        Some(self.get(key)?.list(&key.kind, findings, read))
    }
}
