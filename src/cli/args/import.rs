//! The arguments of `import`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Reach;
use crate::address::{AccountId, AccountName, Region, TopologyName};
use crate::cli::args::values;

/// Where to look, how to get there, and for what.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// An account to look in, as NAME=ACCOUNT_ID, or NAME=ROLE_ARN for a role of its own; several times for several.
    #[arg(long, value_name = "NAME=ID|ROLE_ARN", value_parser = values::way)]
    pub(crate) account: Vec<NamedAccount>,
    /// The role to assume in every account that names none; left out, the starting credentials are used as they are.
    #[arg(long, value_name = "ROLE")]
    pub(crate) role_name: Option<String>,
    /// The external id that the roles ask for; LOGPIPE_VAR_external_id in the environment does the same, and is not seen by
    /// others.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// The name of sessions, as CloudTrail shows it [default: logpipe].
    #[arg(long, value_name = "NAME")]
    pub(crate) session_name: Option<String>,
    /// A role to assume on the way to the others; several times for several, in order.
    #[arg(long, value_name = "ROLE_ARN")]
    pub(crate) via: Vec<String>,
    /// The profile of the starting credentials for one account, as NAME=PROFILE.
    #[arg(long, value_name = "NAME=PROFILE", value_parser = values::of_account)]
    pub(crate) account_profile: Vec<(AccountName, String)>,
    /// An account that the starting credentials already are of: no role is assumed in it.
    #[arg(long, value_name = "NAME")]
    pub(crate) as_is: Vec<AccountName>,
    /// A further region to look in, beside --region; several times for several.
    #[arg(long, value_name = "REGION")]
    pub(crate) also_region: Vec<Region>,
    /// The pipeline, by anything that it has: a destination, stream or bucket, by ARN or name, or a log group. Left out, the
    /// only one that there is.
    #[arg(long, visible_alias = "destination", value_name = "ARN|NAME", conflicts_with = "discover")]
    pub(crate) from: Option<String>,
    /// List the pipelines, and write no topology.
    #[arg(long)]
    pub(crate) discover: bool,
    /// The topology's name [default: what tags of logpipe say, or the destination's name].
    #[arg(long, value_name = "NAME", conflicts_with = "discover")]
    pub(crate) name: Option<TopologyName>,
    /// Write the topology to this file, which must not be there yet, instead of stdout.
    #[arg(long, visible_alias = "output-file", value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "discover")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) reach: Reach,
}

/// An account by its name and id, with a role of its own if it has one.
#[derive(Debug, Clone)]
pub(crate) struct NamedAccount {
    /// Its name.
    pub(crate) name: AccountName,
    /// Its id.
    pub(crate) id: AccountId,
    /// ARN of the role to assume in it.
    pub(crate) role_arn: Option<String>,
}
