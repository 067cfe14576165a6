//! `logpipe profile`: the AWS profiles that lead to the roles of readers. Calls nothing.

use std::collections::BTreeMap;

use crate::exit::Exit;
use crate::topology::{Reader, Topology, nearest};
use crate::ui::{ProfilePart, ProfileView, ProfilesReport};

use crate::address::arn;
use crate::cli::answer::error::CommandError;
use crate::cli::args::{Profile, Via};
use crate::cli::run::CommandContext;
use crate::cli::session::read_topology;

/// Examples for the end of its help.
pub(crate) const EXAMPLES: &str = "\
Examples:
  logpipe profile topology.yaml >> ~/.aws/config   for an EC2 instance that reads
  logpipe profile --reader ops --source-profile me credentials of another profile
  logpipe profile --via sso                        through IAM Identity Center, to fill in";

pub(crate) fn run(args: &Profile, context: CommandContext<'_>) -> Result<Exit, CommandError> {
    let CommandContext { environment, common, .. } = context;
    let via = via(args)?;
    let topology = read_topology(args.topology.path(), environment, common)?;
    let readers = readers(&topology, args.reader.as_deref())?;
    let stanzas = Stanzas { topology: &topology, via, source: args.source_profile.as_deref() };
    let profiles: Vec<ProfileView> = readers.iter().map(|reader| stanzas.profile(reader)).collect();
    let parts = stanzas.parts(&readers);
    let notes = stanzas.notes(&readers, &profiles);
    let (topology, via) = (topology.name.as_str(), via.as_str());
    context.presenter().give(&ProfilesReport { topology, via, parts, profiles, notes });
    Ok(Exit::Done)
}

/// A source profile says by itself that it is one.
fn via(args: &Profile) -> Result<Via, CommandError> {
    match (args.via, &args.source_profile) {
        (Some(Via::SourceProfile), None) => Err(CommandError::Usage(
            "--via source-profile needs --source-profile NAME: the profile whose credentials assume the role"
                .to_owned(),
        )),
        (Some(Via::Ec2), Some(_)) => Err(CommandError::Usage(
            "--source-profile cannot be used with --via ec2, which takes the credentials of the instance"
                .to_owned(),
        )),
        (Some(via), _) => Ok(via),
        (None, Some(_)) => Ok(Via::SourceProfile),
        (None, None) => Ok(Via::Ec2),
    }
}

fn readers<'t>(topology: &'t Topology, key: Option<&str>) -> Result<Vec<&'t Reader>, CommandError> {
    if topology.readers.is_empty() {
        let message = "the topology has no readers; add one under `readers` (see topologies/reader.yaml)";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let Some(key) = key else { return Ok(topology.readers.values().collect()) };
    let keys = || topology.readers.keys().map(|key| key.as_str());
    let found: Vec<&Reader> = topology.readers.values().filter(|reader| reader.key.as_str() == key).collect();
    if found.is_empty() {
        let advice = nearest(key, keys()).map_or_else(
            || format!("the topology has {}", keys().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(CommandError::Usage(format!("--reader {key}: there is no such reader; {advice}")));
    }
    Ok(found)
}

/// What profiles are made from.
struct Stanzas<'a> {
    topology: &'a Topology,
    via: Via,
    /// The profile with the credentials that assume the roles, when it is named.
    source: Option<&'a str>,
}

impl Stanzas<'_> {
    fn profile(&self, reader: &Reader) -> ProfileView {
        let account = &self.topology.accounts[&reader.account];
        let trusted = &self.topology.accounts[&reader.trusted.account];
        let partition = self.topology.region.partition();
        let credentials = match self.via {
            Via::Ec2 => ("credential_source", "Ec2InstanceMetadata".to_owned()),
            Via::SourceProfile | Via::Sso => ("source_profile", self.source(reader)),
        };
        let who = match (&reader.trusted.role, &reader.trusted.permission_set) {
            (Some(role), _) => format!("as the role {role} of {} ({})", trusted.name, trusted.id),
            (None, Some(set)) => {
                format!("with the permission set {set} of {} ({})", trusted.name, trusted.id)
            }
            (None, None) => format!("from {} ({})", trusted.name, trusted.id),
        };
        ProfileView {
            reader: reader.key.to_string(),
            name: format!("{}-{}", self.topology.name, reader.key),
            purpose: format!("Reads the logs of {} ({}), {who}", account.name, account.id),
            settings: vec![
                ("role_arn", arn::role(partition, &account.id, &reader.role)),
                credentials,
                ("region", reader.region.to_string()),
            ],
        }
    }

    /// The profile whose credentials assume the role.
    fn source(&self, reader: &Reader) -> String {
        let own = || format!("{}-{}-sso", self.topology.name, reader.trusted.account);
        self.source.map_or_else(own, str::to_owned)
    }

    /// Single sign-on takes a session, and a profile in the account of who reads.
    fn parts(&self, readers: &[&Reader]) -> Vec<ProfilePart> {
        if self.via != Via::Sso {
            return Vec::new();
        }
        let session = ProfilePart {
            header: format!("sso-session {}", self.topology.name),
            comment: "Fill in the URL and the region of your IAM Identity Center".to_owned(),
            settings: vec![
                ("sso_start_url", "https://EXAMPLE.awsapps.com/start".to_owned()),
                ("sso_region", self.topology.region.to_string()),
                ("sso_registration_scopes", "sso:account:access".to_owned()),
            ],
        };
        let signed_in: BTreeMap<String, &&Reader> =
            readers.iter().map(|reader| (self.source(reader), reader)).collect();
        let profiles = signed_in.into_iter().map(|(name, reader)| {
            let trusted = &self.topology.accounts[&reader.trusted.account];
            let set = reader.trusted.permission_set.as_deref();
            let comment = match set {
                Some(set) => format!("Signs in to {} with the permission set {set}", trusted.name),
                None => format!("Fill in the permission set that you have in {}", trusted.name),
            };
            ProfilePart {
                header: format!("profile {name}"),
                comment,
                settings: vec![
                    ("sso_session", self.topology.name.to_string()),
                    ("sso_account_id", trusted.id.to_string()),
                    ("sso_role_name", set.unwrap_or("PERMISSION_SET").to_owned()),
                    ("region", reader.region.to_string()),
                ],
            }
        });
        std::iter::once(session).chain(profiles).collect()
    }

    fn notes(&self, readers: &[&Reader], profiles: &[ProfileView]) -> Vec<String> {
        let place = match self.via {
            Via::Ec2 => "put this into ~/.aws/config on the instance that reads",
            Via::SourceProfile => "put this into ~/.aws/config, next to the source profile",
            Via::Sso => {
                "put this into ~/.aws/config, fill in what is in capitals, and sign in with `aws sso login`"
            }
        };
        let mut notes = vec![format!("{place}; AWS_CONFIG_FILE names another file")];
        for reader in readers.iter().filter(|_| self.via != Via::Ec2) {
            if let Some(role) = &reader.trusted.role {
                notes.push(format!(
                    "the role of `{}` trusts the role {role} alone, so the credentials must be those of that role",
                    reader.key
                ));
            }
        }
        let checks = profiles.iter().map(|profile| profile.name.as_str());
        notes.extend(checks.map(|name| format!("to check it: aws sts get-caller-identity --profile {name}")));
        notes
    }
}
