//! The managed policies of AWS by their names, since an ARN needs the path that some of them have.

use crate::address::last_part;
use crate::topology::keys::nearest::nearest;

/// Every policy that roles of users may have, with its path (AWS Managed Policy Reference Guide). Those for
/// service-linked roles are not in it: nobody can attach them.
const PATHS: &str = include_str!("managed_policies.txt");

/// Path and name of the policy of this name, which may be written with its path.
pub(in crate::topology) fn path_of(name: &str) -> Option<&'static str> {
    PATHS.lines().find(|path| *path == name || last_part(path) == name)
}

/// Every name that [`path_of`] takes.
pub(in crate::topology) fn names() -> impl Iterator<Item = &'static str> {
    let with_paths = PATHS.lines().filter(|path| path.contains('/'));
    PATHS.lines().map(last_part).chain(with_paths)
}

/// The name that a slip of the keyboard could have turned into this one.
pub(in crate::topology) fn similar(name: &str) -> Option<&'static str> {
    nearest(name, PATHS.lines().map(last_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_paths() {
        assert_eq!(path_of("CloudWatchAgentServerPolicy"), Some("CloudWatchAgentServerPolicy"));
        assert_eq!(path_of("AmazonEC2RoleforSSM"), Some("service-role/AmazonEC2RoleforSSM"));
        assert_eq!(path_of("service-role/AmazonEC2RoleforSSM"), Some("service-role/AmazonEC2RoleforSSM"));
        assert_eq!(path_of("ViewOnlyAccess"), Some("job-function/ViewOnlyAccess"));
        assert_eq!(path_of("role/AmazonEC2RoleforSSM"), None);
        assert_eq!(path_of(""), None);
        assert_eq!(similar("CloudWatchAgentServerPolici"), Some("CloudWatchAgentServerPolicy"));
    }

    #[test]
    fn the_table_is_in_order_and_names_each_policy_once() {
        let paths: Vec<&str> = PATHS.lines().collect();
        assert!(paths.windows(2).all(|pair| pair[0] < pair[1]), "sort managed_policies.txt by bytes");
        let mut names: Vec<&str> = paths.iter().map(|path| last_part(path)).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
