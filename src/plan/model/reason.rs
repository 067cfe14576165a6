//! Why a step does what it does, as data with a stable code. `ui/wording/reasons.rs` has the words.

use std::time::Duration;

use crate::address::{AccountId, AccountName, Address};
use crate::plan::survey::uses::Use;
use crate::provider::{Field, Obstacle};
use crate::share::Share;

/// Why, with what there is to say beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Why.
    pub why: Why,
    /// What comes with it, in the order in which it is said.
    pub also: Vec<Also>,
}

/// Why something is done, or left, or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It does not exist.
    Absent,
    /// Logpipe made it, and it is gone.
    Gone,
    /// A run that did not end was to make it.
    NeverMade,
    /// It is as declared.
    AsDeclared,
    /// Another process has its account.
    OtherShard(Share),
    /// These fields differ.
    Differs(Vec<Field>),
    /// Others made it for logpipe to use.
    UsedAsItIs,
    /// Its kind has something against it, or makes it again for this.
    Obstacle(Obstacle),
    /// It would have to be made again, and no successor can take over from it.
    NoSuccessor {
        /// Why it would.
        obstacle: Obstacle,
        /// Whether it was taken over and is not logpipe's to replace.
        taken_over: bool,
    },
    /// It is there, and not by logpipe as far as the record proves.
    OfOthers {
        /// Whose it seems to be.
        sign: Sign,
        /// Whether a run that did not end set out to make it.
        begun: bool,
        /// What becomes of it.
        fate: Fate,
    },
    /// The record has it in another account.
    InOtherAccount {
        /// The account that the record has it in.
        recorded: AccountId,
        /// The name of the account that the topology has it in.
        account: AccountName,
        /// That account.
        id: AccountId,
    },
    /// The record has it under another name of its account.
    UnderOtherName {
        /// Its address there.
        recorded: Address,
    },
    /// It takes over from a stream that cannot be changed in place.
    TakesOver {
        /// The stream.
        from: String,
    },
    /// Another stream takes over from it.
    GivesOver {
        /// The other stream.
        to: String,
    },
    /// Another stream has taken over from it, and it is still there.
    GivenOver {
        /// The other stream.
        to: String,
    },
    /// It is logpipe's, and the topology does not name it any more.
    Orphan,
    /// The topology does not name it any more, it is gone, and the record still has it.
    GoneOrphan,
    /// It migrates to an organisation together with what is not part of the plan.
    PartOfMigration,
    /// The topology does not name it any more.
    Unnamed(Removed),
    /// The topology does not name it any more, and it is not there any more.
    UnnamedAndGone(Vanished),
    /// A run that did not end set out to make it, and what is there is somebody else's.
    Theirs,
    /// Logpipe made it, and it is to be destroyed.
    Made(Lost),
    /// It goes with what it belongs to.
    GoesWith(&'static str),
    /// Logpipe did not make it.
    NotMade,
    /// It holds this, and stays without `--delete-data`.
    HoldsData(&'static str),
    /// It guards this, which stays.
    Guards(&'static str),
    /// Others have these on it, and it stays without `--delete-data`.
    Used(Vec<Use>),
    /// There is no way into its account.
    OutOfReach,
}

/// Whose something seems to be that the record does not have, or has as something that was only begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// It has no tag of a topology.
    Unknown,
    /// It has the tag of this topology.
    ThisTopology,
    /// It has the tag of another topology.
    OtherTopology(String),
}

/// What becomes of something that is somebody else's, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nothing is said about that.
    Unsaid,
    /// `--adopt` would take it over.
    Adoptable,
    /// It is taken over.
    TakenOver,
    /// It is recovered as logpipe's own.
    Recovered,
    /// Its kind has something against it.
    Objection(Obstacle),
    /// It would have to be made again.
    NotAdoptable(Obstacle),
}

/// How something goes that the topology does not name any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// It is deleted.
    Deleted,
    /// It is deleted; this clause says when, or what goes with it.
    How(&'static str),
    /// It is deleted with this.
    With(&'static str),
    /// It holds this, and stays.
    Kept(&'static str),
    /// Others made it: the record forgets it.
    Forgotten {
        /// Whether events leave by it.
        sends: bool,
    },
}

/// How something went that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vanished {
    /// It is gone.
    Itself,
    /// It went with what it lived in, which is gone.
    With {
        /// What that is called.
        home: &'static str,
        /// Its name.
        name: String,
    },
    /// It is gone, with what it lived in or before that.
    WithOrBefore {
        /// What that is called.
        home: &'static str,
    },
}

/// What is lost when something is destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// Nothing.
    Nothing,
    /// This, as a clause.
    Clause(&'static str),
    /// These, which it holds.
    Contents(&'static str),
}

/// What comes with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Also {
    /// Others have added these, which stay.
    Added(Vec<Field>),
    /// A destination migrates to an organisation.
    ToOrganization,
    /// A destination migrates to accounts.
    ToAccounts,
    /// Rights go later than the rest.
    RightsLater {
        /// How long what is under way may be held back on the way, beside the time that CloudWatch Logs takes.
        buffer: Duration,
        /// Whether all of it waits, and what needs it.
        waits: bool,
    },
    /// These go with it, which others have on it.
    Uses(Vec<Use>),
}

impl From<Why> for Reason {
    fn from(why: Why) -> Self {
        Self { why, also: Vec::new() }
    }
}

impl Reason {
    /// The same, and this.
    #[must_use]
    pub(crate) fn and(mut self, also: Also) -> Self {
        self.also.push(also);
        self
    }

    /// The same, and what others have added, if they have.
    #[must_use]
    pub(crate) fn and_added(self, added: Vec<Field>) -> Self {
        if added.is_empty() { self } else { self.and(Also::Added(added)) }
    }

    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        self.why.code()
    }
}

impl Also {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Added(_) => "added_by_others",
            Self::ToOrganization => "migrates_to_organization",
            Self::ToAccounts => "migrates_to_accounts",
            Self::RightsLater { .. } => "rights_go_later",
            Self::Uses(_) => "used_by_others",
        }
    }
}

impl Why {
    fn code(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Gone => "gone",
            Self::NeverMade => "never_made",
            Self::AsDeclared => "as_declared",
            Self::OtherShard(_) => "other_shard",
            Self::Differs(_) => "differs",
            Self::UsedAsItIs => "used_as_it_is",
            Self::Obstacle(obstacle) => obstacle.code(),
            Self::NoSuccessor { .. } => "no_successor",
            Self::OfOthers { fate: Fate::Unsaid, .. } => "of_others",
            Self::OfOthers { fate: Fate::Adoptable, .. } => "adoptable",
            Self::OfOthers { fate: Fate::TakenOver, .. } => "taken_over",
            Self::OfOthers { fate: Fate::Recovered, .. } => "recovered",
            Self::OfOthers { fate: Fate::Objection(obstacle), .. } => obstacle.code(),
            Self::OfOthers { fate: Fate::NotAdoptable(_), .. } => "not_adoptable",
            Self::InOtherAccount { .. } => "in_other_account",
            Self::UnderOtherName { .. } => "under_other_name",
            Self::TakesOver { .. } => "takes_over",
            Self::GivesOver { .. } => "gives_over",
            Self::GivenOver { .. } => "given_over",
            Self::Orphan => "orphan",
            Self::GoneOrphan => "gone_orphan",
            Self::PartOfMigration => "part_of_migration",
            Self::Unnamed(_) => "unnamed",
            Self::UnnamedAndGone(_) => "unnamed_and_gone",
            Self::Theirs => "theirs",
            Self::Made(_) => "made",
            Self::GoesWith(_) => "goes_with_whole",
            Self::NotMade => "not_made",
            Self::HoldsData(_) => "holds_data",
            Self::Guards(_) => "guards_what_stays",
            Self::Used(_) => "used_by_others",
            Self::OutOfReach => "out_of_reach",
        }
    }
}
