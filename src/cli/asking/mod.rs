//! What a command asks whoever sits there.

pub(super) mod answers;
pub(super) mod approve;
pub(super) mod confirm;
pub(super) mod mfa_prompt;
