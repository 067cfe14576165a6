//! The secrets of one run, told as they become known, and the masking of everything that is shown meanwhile.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock, TryLockError};

use serde_json::Value;

use super::encoded::each_reading;
use super::index::{Counts, Index};
use super::named;
use crate::address::Arn;

/// What is shown in the place of a secret.
const MASK: &str = "***";

/// The fewest characters of a key or token: AWS's have 16 and more (IAM API Reference, AccessKey; STS API Reference,
/// Credentials), and shorter ones are the words `test` and `sandbox` of simulations.
const FEWEST_OF_CREDENTIAL: usize = 16;

/// The fewest characters of a password: shorter ones are words of every other sentence, `secret` for one.
const FEWEST_OF_PASSWORD: usize = 8;

/// The fewest characters of an external id. A shorter one is a part of too many words; where its name stands before
/// it, it is masked all the same.
const FEWEST_OF_EXTERNAL_ID: usize = 6;

/// The fewest characters of a sensitive variable: shorter ones are parts of numbers and words.
const FEWEST_OF_VARIABLE: usize = 4;

/// From here on an external id is not a word by chance, and is masked inside of longer ones too.
const LONG_EXTERNAL_ID: usize = 8;

/// What this run must not show. Cheap to clone; all clones share what is registered.
#[derive(Clone, Default)]
pub struct Secrets(Arc<RwLock<Index>>);

impl fmt::Debug for Secrets {
    /// Tells nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    /// Part of credentials: an access key, its id, a session token, a bearer token.
    pub fn credential(&self, value: &str) {
        self.add(value, FEWEST_OF_CREDENTIAL, Counts::Beginning);
    }

    /// A password.
    pub fn password(&self, value: &str) {
        self.add(value, FEWEST_OF_PASSWORD, Counts::Anywhere);
    }

    /// A code of an MFA device: six digits that may be a part of any number.
    pub fn code(&self, value: &str) {
        self.add(value.trim(), 6, Counts::Apart);
    }

    /// An external id. `elsewhere` is what the user says in the open: what is a name there too is none that a mask could
    /// hide, and masking it would hide the name. Nor is an account id or an ARN masked, which machines rely on.
    pub fn external_id(&self, value: &str, elsewhere: &str) {
        let public = Arn::begins(value)
            || value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() == 12
            || elsewhere.to_ascii_lowercase().contains(&value.to_ascii_lowercase());
        if !public {
            let short = value.len() < LONG_EXTERNAL_ID;
            self.add(value, FEWEST_OF_EXTERNAL_ID, if short { Counts::Apart } else { Counts::Anywhere });
        }
    }

    /// The value of a variable that is sensitive. Unlike an external id it is masked even where it is a name: whoever
    /// declares it says that it must not be shown.
    pub fn variable(&self, value: &str) {
        let short = value.len() < LONG_EXTERNAL_ID;
        self.add(value, FEWEST_OF_VARIABLE, if short { Counts::Apart } else { Counts::Anywhere });
    }

    /// The password in a URL, as it stands there and as it is sent.
    pub fn url(&self, url: &str) {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let server = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let Some((user, _)) = server.rsplit_once('@') else { return };
        let password = user.split_once(':').map_or(user, |(_, password)| password);
        self.password(password);
        self.password(&percent_encoding::percent_decode_str(password).decode_utf8_lossy());
    }

    fn add(&self, value: &str, fewest: usize, counts: Counts) {
        if value.len() >= fewest {
            self.0.write().unwrap_or_else(PoisonError::into_inner).add(value, counts);
        }
    }

    /// The text without secrets.
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let found = match self.0.try_read() {
            Ok(index) => find(&index, text),
            Err(TryLockError::Poisoned(poisoned)) => find(&poisoned.into_inner(), text),
            // Somebody is telling one just now; that takes no time, unless whoever tells it has panicked and this is
            // what is said of it.
            Err(TryLockError::WouldBlock) => match self.0.read() {
                Ok(index) => find(&index, text),
                Err(poisoned) => find(&poisoned.into_inner(), text),
            },
        };
        replaced(text, found)
    }

    /// JSON without secrets, value by value, so that it stays JSON. What is none is masked as a text.
    pub fn masked_json<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let masked = self.masked(text);
        if let Cow::Borrowed(_) = masked {
            return masked;
        }
        let Ok(mut value) = serde_json::from_str::<Value>(text) else { return masked };
        self.mask(&mut value, "");
        // As it was written: on one line, or set in.
        let body = text.trim_end();
        let json = if body.contains('\n') { format!("{value:#}") } else { value.to_string() };
        Cow::Owned(json + &text[body.len()..])
    }

    fn mask(&self, value: &mut Value, key: &str) {
        match value {
            Value::String(text) => {
                let head = format!("{key}=");
                let whole = format!("{head}{text}");
                if let Cow::Owned(masked) = self.masked(&whole) {
                    *text = masked.strip_prefix(&head).map_or_else(|| MASK.to_owned(), str::to_owned);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.mask(item, key)),
            Value::Object(entries) => {
                let entries = std::mem::take(entries).into_iter().map(|(key, mut value)| {
                    self.mask(&mut value, &key);
                    (self.masked(&key).into_owned(), value)
                });
                *value = Value::Object(entries.collect());
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }
}

fn find(index: &Index, text: &str) -> Vec<Range<usize>> {
    let mut found = named::key_ids(text);
    each_reading(text, |reading| {
        let known = index.find(&reading.bytes).into_iter().chain(named::find(&reading.bytes));
        found.extend(known.map(|stretch| reading.in_text(stretch)));
    });
    found
}

fn replaced(text: &str, mut found: Vec<Range<usize>>) -> Cow<'_, str> {
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    found.sort_by_key(|stretch| (stretch.start, stretch.end));
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for stretch in found {
        if stretch.end <= at {
            continue;
        }
        // One that begins within another is a part of the same mask.
        if stretch.start >= at {
            masked.push_str(&text[at..floor(text, stretch.start)]);
            masked.push_str(MASK);
        }
        at = ceiling(text, stretch.end);
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn ceiling(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const TOKEN: &str = "FwoGZXIvYXdzEBYaDHqa0A+Pl/92Lbv==";

    fn knowing(token: &str) -> Secrets {
        let secrets = Secrets::default();
        secrets.credential(token);
        secrets
    }

    #[test]
    fn a_token_is_masked_in_whatever_quotes_it() {
        let secrets = knowing(TOKEN);
        let percent =
            percent_encoding::utf8_percent_encode(TOKEN, percent_encoding::NON_ALPHANUMERIC).to_string();
        let xml: String = TOKEN
            .chars()
            .map(|c| if c.is_alphanumeric() { c.to_string() } else { format!("&#{};", u32::from(c)) })
            .collect();
        let hex: Vec<String> = TOKEN.bytes().map(|byte| format!("{byte:02x}")).collect();
        for quoted in [
            TOKEN.to_owned(),
            TOKEN.to_uppercase(),
            percent.clone(),
            percent.to_lowercase(),
            percent.replace('%', "%25"),
            TOKEN.replace('/', "\\/"),
            xml.clone(),
            xml.replace('&', "&amp;"),
            hex.join(" "),
            hex.concat(),
        ] {
            assert_eq!(
                secrets.masked(&format!("said <{quoted}>, no more")),
                "said <***>, no more",
                "{quoted}"
            );
        }
    }

    #[test]
    fn json_stays_json() {
        let secrets = knowing(TOKEN);
        secrets.code("123456");
        let value = json!({ "bytes": 123_456, "said": format!("a\n\"{TOKEN}\""), "SessionToken": "another-token-of-theirs", "code": "123456" });
        let expect = json!({ "bytes": 123_456, "said": "a\n\"***\"", "SessionToken": "***", "code": "***" });
        for text in [value.to_string(), format!("{value}\n"), format!("{value:#}\n")] {
            let masked = secrets.masked_json(&text);
            assert_eq!(masked.ends_with('\n'), text.ends_with('\n'));
            assert_eq!(serde_json::from_str::<Value>(&masked).unwrap(), expect);
            assert_eq!(masked.lines().count(), text.lines().count());
        }
        assert_eq!(secrets.masked_json("{\"a\": 1}"), "{\"a\": 1}", "as it was written");
    }

    #[test]
    fn short_secrets_do_not_turn_output_to_stars() {
        let secrets = Secrets::default();
        secrets.credential("sandbox");
        secrets.password("secret");
        secrets.external_id("prod", "");
        secrets.external_id("111122223333", "");
        secrets.external_id("LogpipeDeployer", "role_name: LogpipeDeployer");
        let text = "the secret of prod in the sandbox: 111122223333/LogpipeDeployer";
        assert_eq!(secrets.masked(text), text);
        assert_eq!(secrets.masked("ExternalId=prod"), "ExternalId=***", "its name gives it away");
        secrets.external_id("abc123", "");
        assert_eq!(secrets.masked("abc123 xabc123"), "*** xabc123");
    }

    #[test]
    fn passwords_of_urls_are_known_without_the_url() {
        let secrets = Secrets::default();
        secrets.url("http://ops:pass%40w0rd@proxy.example.com:3128");
        assert_eq!(secrets.masked("ops has pass@w0rd, pass%40w0rd"), "ops has ***, ***");
        assert_eq!(secrets.masked("see http://me:x@host/a"), "see http://***@host/a");
    }

    /// One way to quote a text.
    fn quoted(text: &str, way: u8) -> String {
        let each = |write: fn(char) -> String| -> String {
            text.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { write(c) }).collect()
        };
        match way {
            0 => percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string(),
            1 => each(|c| format!("&#{};", u32::from(c))),
            2 => each(|c| format!("&#x{:X};", u32::from(c))),
            3 => json!(text).to_string(),
            4 => each(|c| format!("\\u{:04x}", u32::from(c))),
            5 => text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;"),
            6 => text.to_uppercase(),
            _ => format!("{text:?}"),
        }
    }

    proptest! {
        #[test]
        fn however_often_a_secret_is_quoted_it_is_masked(
            token in "[A-Za-z0-9/+=]{16,40}", ways in prop::collection::vec(0_u8..8, 0..4)
        ) {
            let text = ways.iter().fold(format!("token {token}, more"), |text, way| quoted(&text, *way));
            let masked = knowing(&token).masked(&text).into_owned();
            prop_assert!(masked.contains(MASK), "{text}");
            // What is left of it is what stood around it.
            prop_assert!(masked.to_lowercase().replace(MASK, "").len() + token.len() <= text.len(), "{masked}");
        }

        #[test]
        fn whatever_stands_around_it_no_secret_is_left(before in ".{0,20}", after in ".{0,20}", token in "[A-Za-z0-9/+=]{16,40}") {
            let masked = knowing(&token).masked(&format!("{before}{token}{after}")).into_owned();
            prop_assert!(!masked.contains(&token));
        }
    }
}
