//! How many files and connections the process may have open at once.

/// Has the machine allow the process so many open files and connections, as far as it may have them, and says how many it
/// allows. What a shell sets (`ulimit -n`) is often far less than what a process gets that asks: 256 on a stock macOS.
#[cfg(unix)]
pub fn allow(wanted: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    // No limit is as many as anybody wants.
    let (now, most) = (current.unwrap_or(u64::MAX), maximum.unwrap_or(u64::MAX));
    let next = wanted.min(most);
    if now >= next || setrlimit(Resource::Nofile, Rlimit { current: Some(next), maximum }).is_err() {
        return now;
    }
    next
}

/// Windows sets no limit that a process could meet.
#[cfg(not(unix))]
pub fn allow(wanted: u64) -> u64 {
    wanted
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Resource, getrlimit};

    use super::*;

    #[test]
    fn what_is_allowed_is_what_the_machine_says_and_never_becomes_less() {
        let before = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let allowed = allow(before.saturating_add(1));
        assert_eq!(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX), allowed);
        assert_eq!(allow(1), allowed);
    }
}
