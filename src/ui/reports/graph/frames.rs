//! Which accounts are alike, and so drawn as one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::picture::Frame;
use crate::address::AccountName;
use crate::diagram::{Diagram, DrawnAccount};
use crate::ui::alike::{Owner, together};
use crate::ui::text::account;

/// The frames, and the one of each account.
pub(super) struct Frames<'d> {
    pub(super) all: Vec<Frame>,
    /// The accounts of each frame.
    pub(super) accounts: Vec<Vec<&'d DrawnAccount>>,
    of: BTreeMap<&'d AccountName, usize>,
}

impl<'d> Frames<'d> {
    /// Accounts of which the same is said are in one frame, unless `each` has one of its own.
    pub(super) fn of(diagram: &'d Diagram, each: bool, said: impl Fn(&DrawnAccount) -> Value) -> Self {
        let accounts = together(&diagram.accounts, |account| match each {
            true => account.name.to_string(),
            // Who stands for all that only reading finds is like nobody.
            false => owner(account).general(&(account.id.is_some(), said(account))),
        });
        let frame = |accounts: &Vec<&DrawnAccount>| Frame {
            title: match accounts.first() {
                Some(DrawnAccount { name, id: Some(id) }) => account(name, Some(id)),
                _ => "accounts that are found through the organisation".to_owned(),
            },
            accounts: accounts.iter().map(|account| account.name.clone()).collect(),
        };
        let all = accounts.iter().map(frame).collect();
        let of = accounts.iter().enumerate();
        let of = of.flat_map(|(at, accounts)| accounts.iter().map(move |account| (&account.name, at)));
        let of = of.collect();
        Self { all, accounts, of }
    }

    /// The frame of an account.
    pub(super) fn at(&self, account: &AccountName) -> usize {
        self.of.get(account).copied().unwrap_or_default()
    }
}

/// Whose something is.
pub(super) fn owner(account: &DrawnAccount) -> Owner<'_> {
    Owner { account: &account.name, id: account.id.as_ref(), place: None }
}
