//! Why an answer does not come from AWS, in words: who was asked, what came, what to do.

use std::fmt;
use std::time::Duration;

use crate::untrusted::is_unseen;

/// How much of what came is shown.
const SHOWN: usize = 200;

/// What came instead of an answer from AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotOfAws {
    /// Who was asked, and through which proxy.
    pub(super) whom: String,
    /// HTTP status.
    pub(super) status: u16,
    /// What the answer says that it is.
    pub(super) kind: String,
    /// Its first characters.
    pub(super) beginning: String,
    /// What is wrong with it, a clause.
    pub(super) flaw: Flaw,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A failure that does not say AWS's code for it.
    NoCode,
    /// A success that does not say AWS's id of the request, where nothing else could tell.
    NoRequestId,
    /// The body is not in the form that the service speaks.
    NotA(&'static str),
    /// The body lacks what this answer always has.
    Lacks(String),
    /// The body is not as long as the answer says.
    Length {
        /// What came.
        came: usize,
        /// What was announced.
        announced: u64,
    },
    /// The body broke off.
    BrokeOff(String),
    /// The body is longer than any answer is.
    TooLong(usize),
    /// The call is not known here.
    Unlisted(String),
}

impl NotOfAws {
    /// Whether the same may well be answered when it is asked again.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self.status, 408 | 429 | 500..)
            || matches!(self.flaw, Flaw::BrokeOff(_) | Flaw::Length { .. })
    }
}

impl fmt::Display for NotOfAws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whom, status, kind, beginning, flaw } = self;
        write!(f, "the answer from {whom} is not AWS's: status {status}, ")?;
        match kind.as_str() {
            "" => write!(f, "no content type")?,
            kind => write!(f, "{kind}")?,
        }
        match beginning.as_str() {
            "" => write!(f, ", no body")?,
            beginning => write!(f, ", `{beginning}`")?,
        }
        write!(f, "; {flaw}")
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCode => write!(f, "it has no AWS error code"),
            Self::NoRequestId => write!(f, "it has no AWS request id"),
            Self::NotA(form) => write!(f, "it is not {form}"),
            Self::Lacks(what) => write!(f, "it lacks {what}"),
            Self::Length { came, announced } => write!(f, "{came} of {announced} bytes arrived"),
            Self::BrokeOff(why) => write!(f, "it was cut short: {why}"),
            Self::TooLong(most) => write!(f, "it is longer than {most} bytes, more than any answer of AWS"),
            Self::Unlisted(operation) => {
                write!(f, "this version of logpipe does not know the answers of {operation}")
            }
        }
    }
}

impl std::error::Error for NotOfAws {}

/// An answer that did not come in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Silence {
    /// Who was asked, and through which proxy.
    pub(super) whom: String,
    /// How long this attempt waited.
    pub(super) waited: Duration,
    /// How long all attempts of the call have waited.
    pub(super) altogether: Duration,
    /// How many bytes of the body had come; none where the answer had not begun.
    pub(super) received: Option<u64>,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { whom, waited, altogether, received } = self;
        let seconds = waited.as_secs_f64().round();
        let what = match received {
            None => format!("no answer from {whom} within {seconds} s"),
            Some(bytes) => {
                format!("an answer from {whom} was still incomplete after {seconds} s and {bytes} bytes")
            }
        };
        f.write_str(&what)?;
        if altogether > waited {
            write!(f, ", {} s over all attempts of this call", altogether.as_secs_f64().round())?;
        }
        Ok(())
    }
}

impl std::error::Error for Silence {}

/// The beginning of a text of unknown origin, on one line and without what is not to be seen.
pub(crate) fn cleaned(text: &str, most: usize) -> String {
    let mut cleaned = String::new();
    let (letters, mut count) = (text.chars().map(|letter| if is_unseen(letter) { ' ' } else { letter }), 0);
    for letter in letters {
        if letter.is_whitespace() && (cleaned.is_empty() || cleaned.ends_with(' ')) {
            continue;
        }
        if count == most {
            cleaned.push('…');
            break;
        }
        cleaned.push(if letter.is_whitespace() { ' ' } else { letter });
        count += 1;
    }
    cleaned.trim_end().to_owned()
}

/// What is shown of a body.
pub(super) fn beginning(body: &[u8]) -> String {
    // No letter is longer than four bytes.
    let some = String::from_utf8_lossy(&body[..body.len().min(SHOWN * 16)]);
    let small = some.to_ascii_lowercase();
    if SECRET.iter().any(|word| small.contains(word)) {
        return "not shown, because it may contain credentials".to_owned();
    }
    cleaned(&some, SHOWN)
}

/// Words beside which secrets are, in small letters: of a broken answer nobody can tell where they begin and end.
const SECRET: [&str; 5] = ["credential", "secret", "sessiontoken", "accesstoken", "refreshtoken"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_is_shown_on_one_line_and_not_in_full() {
        let check = |text: &str, expect: &str| assert_eq!(beginning(text.as_bytes()), expect);
        check("<html>\r\n  <h1>Please pay</h1>", "<html> <h1>Please pay</h1>");
        check("\u{1b}[31ma\u{202e}b", "[31ma b");
        check("", "");
        let hidden = "not shown, because it may contain credentials";
        check("<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA", hidden);
        check("{\"roleCredentials\":{\"accessKeyId\":\"ASIA", hidden);
        check("{\"accessToken\":\"a", hidden);
        check(&"x".repeat(10_000), &format!("{}…", "x".repeat(200)));
    }
}
