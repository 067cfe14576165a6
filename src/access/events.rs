//! What `logs` calls: log events are read, and the log groups of a glob looked up.

use super::logs::whole_group;
use super::right::Doing::ReadEvents;
use super::right::{Purpose, Rights, Spot};
use crate::topology::Agent;

/// The events of a log group, or of those that a pattern of IAM names.
pub(super) fn read(spot: &Spot<'_>, rights: &mut Rights) {
    rights.allow(Purpose::LogEvents, &[ReadEvents], &whole_group(spot, spot.name), &["logs:FilterLogEvents"]);
}

/// What an agent writes to.
pub(super) fn of_agent(spot: &Spot<'_>, agent: &Agent) -> Rights {
    let mut rights = Rights::default();
    let of_files = agent.files.iter().map(|file| pattern_of(&file.log_group));
    let of_policy = agent.policy.iter().flat_map(|policy| policy.log_groups.iter().cloned());
    for group in of_policy.chain(of_files) {
        read(&Spot { name: &group, ..*spot }, &mut rights);
    }
    rights.allow_on_everything(&[ReadEvents], &["logs:DescribeLogGroups"]);
    rights
}

/// Whatever is in the account: what is worth reading there, the topology does not say.
pub(super) fn of_reader(spot: &Spot<'_>) -> Rights {
    let mut rights = Rights::default();
    read(spot, &mut rights);
    rights.allow_on_everything(&[ReadEvents], &["logs:DescribeLogGroups"]);
    rights
}

/// A log group of the agent's configuration, whose placeholders (`{instance_id}`) are something else on every instance.
fn pattern_of(group: &str) -> String {
    let mut pattern = String::new();
    let mut inside = false;
    for letter in group.chars() {
        match letter {
            '{' => {
                inside = true;
                pattern.push('*');
            }
            '}' => inside = false,
            _ if inside => {}
            letter => pattern.push(letter),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_anything() {
        let check = |group: &str, expect: &str| assert_eq!(pattern_of(group), expect);
        check("/aws/ec2/messages", "/aws/ec2/messages");
        check("/aws/{instance_id}/messages", "/aws/*/messages");
        check("{hostname}", "*");
    }
}
