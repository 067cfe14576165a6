//! Sets of few things, of which a run has many.

use std::ops::Deref;
use std::slice::Iter;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of few things: in their order, each once, in no more memory than they take. Copies share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Few<T>(Arc<[T]>);

impl<T> Few<T> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(things: I) -> Self {
        let mut things: Vec<T> = things.into_iter().collect();
        things.sort_unstable();
        things.dedup();
        Self(things.into())
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.0.iter()
    }
}

impl<T: Serialize> Serialize for Few<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.deref().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de> + Ord> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_in_order_and_each_thing_once() {
        let few: Few<u8> = serde_json::from_str("[3,1,3,2]").unwrap();
        assert_eq!(serde_json::to_string(&few).unwrap(), "[1,2,3]");
        assert_eq!(few, [2, 1, 3].into_iter().collect());
        assert!(Few::<u8>::default().is_empty());
    }
}
