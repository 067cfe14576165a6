//! The facts of a kind beyond its code: plain data, read by everything that decides by kind.
//!
//! No fact has a default, so a new kind does not compile until every fact is stated. Code that could lose user data
//! reads a fact, and never a list of kinds that a new kind could be missing from.

use crate::address::{Address, KindName};
use crate::wait_for::WaitFor;

/// What is known of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What its deletion loses, and so how `--prune` and `destroy` remove it.
    pub removal: Removal,
    /// What it lives in, and is gone with although nobody deletes it.
    pub home: Home,
    /// When it gets its tags.
    pub tagged: Tagging,
    /// What identifies the owner if an earlier run only began to make it.
    pub proof: Proof,
    /// What `--adopt` makes of one that is there.
    pub adoption: Adoption,
    /// Its place on the way of log events.
    pub flow: Flow,
    /// What others may have on it, and what its deletion does about that.
    pub others: Others,
    /// Whether policies belong to it, which `explain` tells.
    pub holds_policies: bool,
    /// What decides how long a step on it takes.
    pub speed: Speed,
}

/// What decides how long a step on a resource takes: the call that AWS has to accept, and what it waits for then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// The service, as the SDK calls it.
    pub service: &'static str,
    /// The call that makes one, or sets what one is.
    pub written: &'static str,
    /// The call that deletes one.
    pub deleted: &'static str,
    /// What making one waits for.
    pub waits: Option<WaitFor>,
}

/// What the deletion of a resource that logpipe made loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Nothing: it can be made again as it was.
    Deleted,
    /// Log events that are on their way through it: pruning lets them through first.
    Drained(Drained),
    /// Data of users: pruning leaves it.
    HoldsData(Contents),
    /// What guards a resource that holds data: it goes together with that, and not before.
    Guards(Whole),
    /// Nothing: it is part of another resource, and AWS deletes it with that and in no other way.
    PartOf(Whole),
}

/// What log events pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// When pruning deletes it, as a clause about "it".
    pub pruned: &'static str,
    /// Whether nothing is waited for where all that uses it has waited before it went.
    pub unless_users_waited: bool,
    /// What is lost when `destroy` deletes it at once, as a clause.
    pub destroyed: Option<&'static str>,
}

/// What holds data of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// What it holds.
    pub holds: &'static str,
    /// What is deleted with it, as its own part.
    pub loses: &'static str,
    /// What `destroy` wants to hear before it deletes it.
    pub consent: Consent,
    /// Those among them that pruning removes, since they hold nothing but what logpipe's own resources wrote.
    pub expendable: Option<Expendable>,
}

/// What the user must confirm before `destroy` deletes data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// That its resource is destroyed.
    Destroy,
    /// Beside that `--delete-data`, with the resource's name.
    ByName,
}

/// Resources whose names tell that no user put anything into them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expendable {
    /// What their names start with.
    pub prefix: &'static str,
    /// What goes with them, as a clause.
    pub loses: &'static str,
}

/// The resource of the same name that another one belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Its kind.
    pub kind: KindName,
    /// What it is called in a sentence.
    pub word: &'static str,
}

impl Whole {
    /// The address of what one belongs to.
    pub fn of(&self, part: &Address) -> Address {
        part.of_kind(self.kind)
    }
}

/// What is part of a resource, and AWS deletes with it.
pub fn parts_of(whole: &Address) -> impl Iterator<Item = Address> {
    let kinds = KindName::ALL.into_iter().filter(|kind| Facts::of(*kind).part_of() == Some(whole.kind));
    kinds.map(|kind| whole.of_kind(kind))
}

/// What a resource lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// Nothing: it is gone when somebody deletes it.
    Own,
    /// Something that is called this, and that a look at it does not tell of.
    In(&'static str),
    /// Something that is called this, and that a look at it tells to be gone.
    Seen(&'static str),
}

/// When a resource gets its tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tagging {
    /// AWS has no tags for it.
    Never,
    /// In the call that makes it.
    AtCreation,
    /// In a later call, so a run that was killed may have left one without.
    Later,
}

/// What tells whose a resource is that the record only intends, or was about to delete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Its tag, which the creating call sets.
    Tag,
    /// Its tag, which it gets last of all: without any, nobody else has put anything there. Before it is deleted the user
    /// gives its name, so it is not asked about then.
    LastTag,
    /// What it does, as the record remembers what was to be made.
    Fingerprint,
    /// The tag of the first of these kinds that it needs.
    Witness(&'static [KindName]),
    /// That of the resource it belongs to, with which it goes.
    Whole,
}

/// What `--adopt` makes of a resource that is there and not logpipe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    /// All that logpipe sets is set.
    Set,
    /// What the topology declares is set; what nobody declares stays as others set it.
    Declared,
    /// It is used as it is, and never taken over.
    Used,
}

/// The place of a kind on the way of log events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It is not on the way, or the end of it.
    Aside,
    /// Events start there.
    Starts,
    /// Events leave by it, which the access policy of a destination must admit.
    Sends(Reach),
    /// Events pass through it.
    Passes,
    /// Events pass through it and into a bucket: what carries them from a CloudWatch Logs destination.
    Carries,
}

/// From where something sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// From the log group that is the first part of its name.
    LogGroup,
    /// From all log groups of its account and region.
    Account,
}

/// What others may have on a resource of logpipe's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Nothing that is not reported elsewhere: data needs its own consent, and settings are deleted with their
    /// resource.
    Nothing,
    /// Something for which AWS refuses the deletion.
    Refused,
    /// Something that the deletion looks for, and leaves with what holds it.
    Spared,
    /// Something that AWS shows to nobody but them.
    Hidden,
    /// Something that AWS deletes with it and that can be listed: it is deleted only if a plan has named it.
    Asked,
}

impl Flow {
    /// Whether events leave by it, which an access policy of a destination must admit.
    pub fn sends(self) -> bool {
        match self {
            Self::Sends(_) => true,
            Self::Aside | Self::Starts | Self::Passes | Self::Carries => false,
        }
    }

    /// Whether it carries events on from where they start.
    pub fn delivers(self) -> bool {
        match self {
            Self::Sends(_) | Self::Passes | Self::Carries => true,
            Self::Aside | Self::Starts => false,
        }
    }

    /// Whether it carries events into a bucket.
    pub fn carries(self) -> bool {
        match self {
            Self::Carries => true,
            Self::Aside | Self::Starts | Self::Sends(_) | Self::Passes => false,
        }
    }
}

impl Facts {
    /// The kind of what it is part of, with which AWS deletes it.
    pub fn part_of(&self) -> Option<KindName> {
        match self.removal {
            Removal::PartOf(whole) => Some(whole.kind),
            Removal::Deleted | Removal::Drained(_) | Removal::HoldsData(_) | Removal::Guards(_) => None,
        }
    }

    /// What is deleted with one of this name that pruning removes, although others of its kind hold data; as a clause.
    pub fn expendable(&self, name: &str) -> Option<&'static str> {
        let Removal::HoldsData(Contents { expendable: Some(expendable), .. }) = self.removal else {
            return None;
        };
        name.starts_with(expendable.prefix).then_some(expendable.loses)
    }

    /// Whether its deletion asks for the name of each that goes.
    pub fn goes_by_name(&self) -> bool {
        matches!(self.removal, Removal::HoldsData(Contents { consent: Consent::ByName, .. }))
    }

    /// Whether it is looked at whose it is before one is deleted that the record only intends. Of others the user gives the
    /// name, or they go with what they are of.
    pub fn is_asked_about(&self) -> bool {
        match self.proof {
            Proof::Tag | Proof::Fingerprint | Proof::Witness(_) => true,
            Proof::LastTag | Proof::Whole => false,
        }
    }
}
