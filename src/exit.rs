//! Exit codes. They are stable, so scripts may branch on them. `docs/exit-codes.md` explains them to users.

/// What a finished process tells its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed before anything was written.
    Failed = 1,
    /// Changes are pending, and the user asked to be told so.
    Pending = 2,
    /// Something was written and the run is incomplete.
    Incomplete = 3,
    /// A route is broken, or its test event did not arrive in time; or less is covered than was asked for.
    Broken = 4,
    /// The command line is wrong.
    Usage = 64,
    /// The topology is wrong.
    Invalid = 65,
    /// A fault of logpipe itself.
    Fault = 70,
    /// Access was denied before anything was written.
    Denied = 77,
    /// Interrupted by the user.
    Interrupted = 130,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
