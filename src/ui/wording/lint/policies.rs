//! The words of what lint finds in rights: of agents and readers, and of logpipe itself.

use super::words::Words;

/// A policy of the user's own that allows everything.
pub(super) fn everything(policy: &str, statement: usize) -> Words {
    Words {
        message: format!("statement {statement} of `{policy}` allows everything"),
        why: "whoever gets into one of these instances can do anything in the account; who may change all of IAM can allow itself the rest"
            .to_owned(),
        help: "name the actions and resources that the instances need".to_owned(),
    }
}

/// A variable in a policy whose version has none.
pub(super) fn variable(policy: &str, variable: &str) -> Words {
    Words {
        message: format!("`{variable}` in `{policy}` is taken literally"),
        why: "policies have variables only since `Version: \"2012-10-17\"`, and without a version an older one holds".to_owned(),
        help: "add `Version: \"2012-10-17\"`".to_owned(),
    }
}

/// A log group that an agent gets no right to write to.
pub(super) fn agent(agent: &str, log_group: &str) -> Words {
    Words {
        message: format!("the agent `{agent}` gets no right to write to `{log_group}`"),
        why: "its role gets no policy but the one of `policy`, whose `log_groups` leave it out".to_owned(),
        help: format!("add `{log_group}` to `log_groups` of `policy`, or attach CloudWatchAgentServerPolicy"),
    }
}

/// A reader that gets no right to read.
pub(super) fn reader(reader: &str) -> Words {
    Words {
        message: format!("the reader `{reader}` gets no right to read anything"),
        why: "its role gets its policies from `managed_policies` alone".to_owned(),
        help: "leave `managed_policies` out for the usual ones, or name one".to_owned(),
    }
}

/// What is said for a role that is not assumed.
pub(super) fn without_role(account: Option<&str>, key: &str) -> Words {
    Words {
        message: match account {
            Some(account) => format!("`{key}` of the account `{account}` has no effect"),
            None => format!("`{key}` of `access` has no effect"),
        },
        why: "it is for assuming a role, and no role is named".to_owned(),
        help: "add `role_name` or `role_arn`, or remove it".to_owned(),
    }
}
