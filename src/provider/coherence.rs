//! Which facts of a kind are consistent. A kind whose facts contradict each other, or its code, does not compile.

use super::facts::{Consent, Contents, Facts, Flow, Proof, Removal, Tagging};
use super::kind::Kind;

/// Checks a row of the table while it is compiled.
pub(super) const fn coherent<K: Kind>() {
    tags_and_proofs_fit_the_code::<K>();
    what_goes_fits_what_it_is_of(&K::FACTS);
}

const fn tags_and_proofs_fit_the_code<K: Kind>() {
    let Facts { tagged, proof, .. } = K::FACTS;
    let has_tags = K::TAGS.is_some();
    assert!(has_tags != matches!(tagged, Tagging::Never), "what is tagged says where its tags are");
    match proof {
        Proof::Tag => assert!(matches!(tagged, Tagging::AtCreation), "only a first tag proves whose it is"),
        Proof::LastTag => assert!(matches!(tagged, Tagging::Later), "a last tag comes after it is made"),
        Proof::Fingerprint | Proof::Witness(_) | Proof::Whole => {}
    }
    let known = K::FINGERPRINT.is_some();
    assert!(known == matches!(proof, Proof::Fingerprint), "what is known by its fingerprint has one");
}

const fn what_goes_fits_what_it_is_of(facts: &Facts) {
    let Facts { removal, proof, flow, .. } = facts;
    let of_another = matches!(removal, Removal::Guards(_) | Removal::PartOf(_));
    assert!(of_another == matches!(proof, Proof::Whole), "what is of another resource is known by that");
    let drained = matches!(removal, Removal::Drained(_));
    let passed = matches!(flow, Flow::Passes | Flow::Carries);
    assert!(drained || !passed, "what events pass lets them through before it goes");
    if let Removal::HoldsData(Contents { consent: Consent::ByName, expendable, .. }) = removal {
        assert!(expendable.is_none(), "what goes by its name alone is never tidied away");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::KindName;
    use crate::provider::facts::{Adoption, Drained, Expendable, Home, Others, Speed, Whole};

    /// The facts of a resource that holds nothing of value.
    const PLAIN: Facts = Facts {
        removal: Removal::Deleted,
        home: Home::Own,
        tagged: Tagging::AtCreation,
        proof: Proof::Tag,
        adoption: Adoption::Set,
        flow: Flow::Aside,
        others: Others::Nothing,
        holds_policies: false,
        speed: Speed { service: "S3", written: "CreateBucket", deleted: "DeleteBucket", waits: None },
    };

    fn agrees(facts: &Facts) -> bool {
        std::panic::catch_unwind(|| what_goes_fits_what_it_is_of(facts)).is_ok()
    }

    #[test]
    fn facts_that_contradict_each_other_are_refused() {
        let whole = Whole { kind: KindName::S3Bucket, word: "bucket" };
        let drained = Drained { pruned: "it goes", unless_users_waited: false, destroyed: None };
        let (guards, part) = (Removal::Guards(whole), Removal::PartOf(whole));
        assert!(agrees(&PLAIN));
        assert!(agrees(&Facts { removal: guards, proof: Proof::Whole, ..PLAIN }));
        assert!(!agrees(&Facts { removal: guards, ..PLAIN }), "what guards another is known by it");
        assert!(!agrees(&Facts { removal: part, ..PLAIN }), "and so is what is part of it");
        assert!(!agrees(&Facts { proof: Proof::Whole, ..PLAIN }), "what is of nothing is not");
        assert!(agrees(&Facts { removal: Removal::Drained(drained), flow: Flow::Passes, ..PLAIN }));
        assert!(!agrees(&Facts { flow: Flow::Passes, ..PLAIN }), "events on their way would be lost");
        let mut contents = Contents {
            holds: "keys",
            loses: "its keys",
            consent: Consent::ByName,
            expendable: Some(Expendable { prefix: "/", loses: "the keys in it go with it" }),
        };
        assert!(!agrees(&Facts { removal: Removal::HoldsData(contents), ..PLAIN }), "without its name");
        contents.consent = Consent::Destroy;
        assert!(agrees(&Facts { removal: Removal::HoldsData(contents), ..PLAIN }));
    }
}
