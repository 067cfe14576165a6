//! From the name of an operation to the function that answers it.

use crate::dispatch::Call;
use crate::faults::fault::Fault;
use crate::protocol::wire::Parameters;
use crate::protocol::xml::Element;
use crate::state::world::World;

use super::{associations, instances};

/// The children of `<OperationResponse>`.
pub(super) type Answer = Result<Vec<Element>, Fault>;

/// Answers a call to EC2. A dry run comes as far as the decision whether the caller may.
pub(crate) fn handle(world: &mut World, call: &Call, form: &Parameters) -> Answer {
    if form.get("DryRun") == Some("true") {
        let text = "Request would have succeeded, but DryRun flag is set.";
        return Err(Fault::new(412, "DryRunOperation", text));
    }
    match call.operation.as_str() {
        "DescribeInstances" => instances::describe(world, call, form),
        "DescribeIamInstanceProfileAssociations" => associations::describe(world, call, form),
        "AssociateIamInstanceProfile" => associations::associate(world, call, form),
        "ReplaceIamInstanceProfileAssociation" => associations::replace(world, call, form),
        "DisassociateIamInstanceProfile" => associations::disassociate(world, call, form),
        _ => Err(call.not_simulated()),
    }
}
