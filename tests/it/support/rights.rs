//! Roles with exactly the rights that a topology needs, as the commands prepare them.

use std::path::Path;

use logpipe::access::{Deployment, Wanted};
use logpipe::plan::renamed;
use logpipe::record::Record;
use logpipe::sandbox::Cloud;
use logpipe::topology::Topology;

/// Gives every role exactly what it needs for everything, `destroy --delete-data` included.
pub(crate) fn give_rights(cloud: &Cloud, topology: &Topology, record: &Path) {
    give_rights_for(cloud, topology, Record::load_file(record, topology.name.as_str()).unwrap());
}

/// The same for what this record knows.
pub(crate) fn give_rights_for(cloud: &Cloud, topology: &Topology, record: Record) {
    let record = record.following(|name, id| renamed(topology, name, id));
    for need in Deployment::of(topology, &record).needs(&Wanted::everything()).needs {
        let (Some(account), Some(role)) = (need.holder.account(), need.holder.role()) else { continue };
        let texts: Vec<String> = need.policies.iter().map(|policy| policy.document.to_string()).collect();
        let names = need.policies.iter().map(|policy| policy.name.as_str());
        let policies: Vec<(&str, &str)> = names.zip(texts.iter().map(String::as_str)).collect();
        cloud.prepare_policies(account, role, &policies);
    }
}
