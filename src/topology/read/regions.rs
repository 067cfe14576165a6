//! Regions: that there is one of the name, and that the topology's roles and names work in it.

use super::field::Field;
use super::root::Common;
use crate::address::Region;
use crate::topology::finding::Findings;
use crate::topology::keys::nearest::nearest;
use crate::topology::load::Regions;

/// A region by its name.
pub(in crate::topology) fn region(
    field: Field<'_>,
    regions: Regions,
    findings: &mut Findings,
) -> Option<Region> {
    let region: Region = field.identifier(findings)?;
    if regions == Regions::Known && !region.is_known() {
        let meant = nearest(region.as_str(), Region::known());
        let meant = meant.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let help = format!(
            "{meant}`--allow-unknown-region` accepts a region that is newer than this version of logpipe"
        );
        let why = "this version of logpipe knows no region of this name";
        findings.add(field.span(), format!("unknown region `{region}`"), why, help);
    }
    Some(region)
}

/// A region other than the topology's own, in which its roles and names must work.
pub(in crate::topology) fn another(
    field: Field<'_>,
    common: &Common,
    findings: &mut Findings,
) -> Option<Region> {
    let region = region(field, common.regions, findings)?;
    if let Some(partition) = common.partition().filter(|partition| *partition != region.partition()) {
        let message = format!("`{region}` is in the partition `{}`", region.partition());
        let why = format!(
            "the topology's region is in `{partition}`, and logs cannot be delivered across partitions"
        );
        findings.add(field.span(), message, why, "write one topology per partition");
    }
    Some(region)
}
