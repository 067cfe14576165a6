//! What is written in another language, and what comes of it.

use std::collections::BTreeMap;

use crate::address::{AccountId, AccountName, Address, Key, Region};
use crate::graph::{self, Graph};
use crate::provider::Live;
use crate::topology::Topology;

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Pipeline<'a> {
    /// What is declared.
    pub topology: &'a Topology,
    /// What that means.
    pub graph: &'a Graph,
    /// What of it is there already, as it is there; nothing where nobody has looked.
    pub existing: &'a BTreeMap<Address, Live>,
}

impl Pipeline<'_> {
    /// The id of an account.
    pub fn account_id(&self, name: &AccountName) -> &AccountId {
        &self.topology.accounts[name].id
    }

    /// What there is to know of what the topology means.
    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        self.graph.notes.iter().cloned().map(Note::Meaning)
    }
}

/// The languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Templates of CloudFormation, in YAML.
    Cloudformation,
    /// A configuration of Terraform, in JSON.
    Terraform,
    /// A script around the AWS CLI.
    Awscli,
}

impl Language {
    /// The name that programs know it by, and that people type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cloudformation => "cloudformation",
            Self::Terraform => "terraform",
            Self::Awscli => "awscli",
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloudformation => "CloudFormation",
            Self::Terraform => "Terraform",
            Self::Awscli => "The AWS CLI",
        }
    }

    /// What a comment begins with in its files, where they can hold any.
    pub fn comment(self) -> Option<&'static str> {
        match self {
            Self::Cloudformation | Self::Awscli => Some("#"),
            Self::Terraform => None,
        }
    }

    /// What its files are for a page of Markdown.
    pub fn syntax(self) -> &'static str {
        match self {
            Self::Cloudformation => "yaml",
            Self::Terraform => "json",
            Self::Awscli => "sh",
        }
    }
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// The account that it is for, where it is for one.
    pub account: Option<AccountName>,
    /// The region that it is for, where it is for one.
    pub region: Option<Region>,
    /// What of the topology is in it.
    pub resources: Vec<Address>,
    /// What it holds.
    pub text: String,
}

/// A topology in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The language.
    pub language: Language,
    /// The files, in the order in which they are to be used.
    pub files: Vec<File>,
    /// What is in none of them.
    pub left_out: Vec<LeftOut>,
    /// What there is to know beside that.
    pub notes: Vec<Note>,
}

/// A resource that is in no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which.
    pub address: Address,
    /// Why.
    pub why: Why,
}

/// Why a resource is in no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Others made it, and logpipe only uses it.
    OnlyUsed,
    /// It is there already, and logpipe would use it as it is.
    UsedAsItIs,
    /// The language has no word for it.
    NoWord {
        /// Which language.
        language: Language,
        /// What does it instead, as a command, where one does.
        instead: Option<String>,
    },
}

impl Why {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OnlyUsed => "only_used",
            Self::UsedAsItIs => "used_as_it_is",
            Self::NoWord { .. } => "no_word",
        }
    }
}

/// What there is to know of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// About what the topology means.
    Meaning(graph::Note),
    /// A file can only be passed on by way of a bucket.
    Large {
        /// Its name.
        file: String,
        /// How many bytes it has.
        bytes: usize,
        /// How many it may have otherwise.
        most: usize,
    },
    /// Nothing sends, so there is nothing for a stack set.
    NoMembers,
    /// The template of a stack set has more resources than it may have.
    Crowded {
        /// How many.
        resources: usize,
        /// How many it may have.
        most: usize,
    },
    /// What a stack set would make is there already.
    MembersExist {
        /// How much of it.
        resources: usize,
    },
    /// Accounts that join later are not admitted by a destination, or not trusted.
    NotOpen {
        /// The destination.
        destination: Key,
    },
    /// The language sets no tags on these.
    Untagged {
        /// Which.
        resources: Vec<Address>,
    },
    /// Terraform runs each provider as a process of its own.
    ManyProviders {
        /// How many there are.
        count: usize,
    },
}

impl Note {
    /// The name that programs know it by. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Meaning(note) => note.code(),
            Self::Large { .. } => "large_file",
            Self::NoMembers => "no_members",
            Self::Crowded { .. } => "crowded_stack_set",
            Self::MembersExist { .. } => "members_exist",
            Self::NotOpen { .. } => "not_open_to_new_accounts",
            Self::Untagged { .. } => "untagged",
            Self::ManyProviders { .. } => "many_providers",
        }
    }
}
