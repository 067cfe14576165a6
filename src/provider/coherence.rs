//! Which facts of a kind go together. A kind whose facts contradict each other, or what its code does, does not compile.

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
    assert!(drained || !matches!(flow, Flow::Passes), "what events pass lets them through before it goes");
    if let Removal::HoldsData(Contents { consent: Consent::ByName, expendable, .. }) = removal {
        assert!(expendable.is_none(), "what goes by its name alone is never tidied away");
    }
}
