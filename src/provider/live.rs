//! Operations on the live state of a resource of any kind.

use std::any::Any;

use super::kind::Kind;
use super::policies::PolicyDocument;
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

    /// What it is as one of a kind, if it is of that.
    pub(crate) fn of<K: Kind>(&self) -> Option<&K::Live> {
        fn as_one_of<K: Kind, Own: Kind>(live: &Own::Live) -> Option<&K::Live> {
            (live as &dyn Any).downcast_ref()
        }
        each_live!(self, Own, there => as_one_of::<K, Own>(there))
    }

    /// The policies that it has.
    pub fn policies(&self) -> Vec<PolicyDocument> {
        each_live!(self, K, there => K::live_policies(there))
    }

    /// The fingerprint of what was made like this.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        fn of<K: Kind>(live: &K::Live) -> Option<String> {
            K::FINGERPRINT.map(|fingerprint| (fingerprint.live)(live))
        }
        each_live!(self, K, there => of::<K>(there))
    }

    /// The ARN of what events go on to, for kinds that are known by where they lead.
    pub(crate) fn leads_to(&self) -> Option<&str> {
        fn of<K: Kind>(live: &K::Live) -> Option<&str> {
            K::FINGERPRINT.and_then(|fingerprint| (fingerprint.leads_to)(live))
        }
        each_live!(self, K, there => of::<K>(there))
    }
}
