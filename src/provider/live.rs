//! What can be asked of the live state of a resource, whatever its kind.

use super::kind::Kind;
use super::table::Live;
use super::tags::Tags;

impl Live {
    /// Its tags, for kinds that have any.
    pub fn tags(&self) -> Option<&Tags> {
        fn of<K: Kind>(live: &K::Live) -> Option<&Tags> {
            K::TAGS.map(|tags| (tags.live)(live))
        }
        each_live!(self, K, there => of::<K>(there))
    }

    /// The fingerprint of what was made like this.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        fn of<K: Kind>(live: &K::Live) -> Option<String> {
            K::FINGERPRINT.map(|fingerprint| (fingerprint.live)(live))
        }
        each_live!(self, K, there => of::<K>(there))
    }
}
