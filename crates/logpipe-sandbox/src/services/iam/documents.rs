//! Policy documents as IAM takes and gives them: checked, limited in size, percent-encoded on the way out.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::access;
use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::principals::PolicyText;
use crate::services::Service;
use crate::state::world::World;
use logpipe_policy::PolicyKind;

/// Characters of a trust policy (IAM User Guide, quotas: role trust policy length, unadjusted).
const TRUST_LIMIT: usize = 2_048;
/// Characters of all inline policies of a role, white space not counted.
const INLINE_LIMIT: usize = 10_240;
/// Characters of a managed policy, white space not counted.
const MANAGED_LIMIT: usize = 6_144;

/// Everything but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A document as responses carry it.
pub(crate) fn encoded(document: &str) -> String {
    utf8_percent_encode(document, ENCODED).to_string()
}

/// Characters that a trust policy may have.
pub(super) fn trust_limit(world: &World) -> usize {
    world.trust_quota.unwrap_or(TRUST_LIMIT)
}

/// Takes a trust policy in.
pub(crate) fn trust(world: &World, call: &Call, text: &str) -> Result<PolicyText, Fault> {
    access::well_formed(text, PolicyKind::Trust, call.partition()).map_err(malformed)?;
    let most = trust_limit(world);
    if counted(text) > most {
        return Err(limit(format!("Cannot exceed quota for ACLSizePerRole: {most}")));
    }
    PolicyText::resolve(world, text, Service::Iam)
        .map_err(|principal| malformed(format!("Invalid principal in policy: \"AWS\":\"{principal}\"")))
}

/// Checks an inline policy of a role whose other inline policies are `others`.
pub(crate) fn inline<'a>(
    call: &Call,
    role: &str,
    text: &str,
    others: impl Iterator<Item = &'a String>,
) -> Result<(), Fault> {
    access::well_formed(text, PolicyKind::Identity, call.partition()).map_err(malformed)?;
    let total = counted(text) + others.map(|other| counted(other)).sum::<usize>();
    if total > INLINE_LIMIT {
        return Err(limit(format!("Maximum policy size of {INLINE_LIMIT} bytes exceeded for role {role}")));
    }
    Ok(())
}

/// Checks a managed policy.
pub(crate) fn managed(call: &Call, text: &str) -> Result<(), Fault> {
    access::well_formed(text, PolicyKind::Identity, call.partition()).map_err(malformed)?;
    if counted(text) > MANAGED_LIMIT {
        return Err(limit(format!("Cannot exceed quota for PolicySize: {MANAGED_LIMIT}")));
    }
    Ok(())
}

fn counted(text: &str) -> usize {
    text.chars().filter(|character| !character.is_whitespace()).count()
}

fn malformed(problem: String) -> Fault {
    Fault::invalid("MalformedPolicyDocument", problem)
}

fn limit(problem: String) -> Fault {
    Fault::conflict("LimitExceeded", problem)
}
