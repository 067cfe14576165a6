//! Which log groups are delivered, and why the others are not: `look.rs` reads every log group with what is on it,
//! `judge.rs` finds the one reason of each, `totals.rs` counts them by number and by bytes, and `outside.rs` tells which
//! subscriptions send to accounts that nobody has said are ours. All but `look.rs` is pure.

mod allow_list;
mod judge;
mod look;
mod model;
mod observed;
mod outside;
#[cfg(test)]
mod tests;
mod totals;

pub use crate::provider::logs::subscriptions::{On, Subscription};
pub use crate::provider::obstacle::Subscriber;
pub use allow_list::{AllowList, Allowed, NotAllowed};
pub(crate) use judge::judge;
pub(crate) use look::look;
pub use model::{
    AbsentGroup, Coverage, CoveredGroup, Reason, ReasonKind, Rule, Unread, UnreadWhat, Unsubscribable, Why,
};
pub(crate) use observed::{Filters, Places, SeenPlace};
pub use outside::{Carrier, Outflow};
pub use totals::{Count, Limited, Limits, Share, Totals};
