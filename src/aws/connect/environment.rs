//! Checks the environment before the SDK reads it: the SDK panics on some values and silently ignores others, and tells
//! the user nothing. Pure, but for a look at the files that are named.
//!
//! Which variables there are stands in `variables.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use aws_config::profile::ProfileSet;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use http::Uri;

use super::variables::{Form, form};
use crate::aws::credentials::unsendable;
use crate::enumeration::any_of;
use crate::files::head;

/// The largest file that is read: a configuration has some kilobytes.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// The environment as it was when the process started.
#[derive(Debug, Clone, Copy)]
pub struct SdkEnvironment<'a> {
    /// Variables by name.
    pub variables: &'a BTreeMap<String, String>,
    /// Variables whose values are not UTF-8.
    pub unreadable: &'a BTreeSet<String>,
    /// Whether every account names a profile, so that keys in the environment are not needed.
    pub keys_unused: bool,
}

impl SdkEnvironment<'_> {
    /// Everything that keeps the SDK from working with it, a sentence each. Values are never told.
    pub fn flaws(&self) -> Vec<String> {
        let mut flaws: Vec<String> = self
            .unreadable
            .iter()
            .filter(|name| form(name).is_some())
            .map(|name| format!("{name} is not valid UTF-8: set it again, or unset it"))
            .collect();
        for (name, value) in self.variables.iter().filter(|(_, value)| !value.is_empty()) {
            let Some(form) = form(name) else { continue };
            if self.keys_unused && matches!(form, Form::Secret) {
                continue;
            }
            flaws.extend(self.flaw(form, value).map(|flaw| format!("{name} {flaw}")));
        }
        if !self.keys_unused {
            flaws.extend(self.half_a_pair());
        }
        flaws.extend(self.files());
        flaws
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// Whether the environment holds access keys.
    pub fn has_keys(&self) -> bool {
        self.get("AWS_ACCESS_KEY_ID").is_some() && self.secret().is_some()
    }

    fn secret(&self) -> Option<&str> {
        self.get("AWS_SECRET_ACCESS_KEY").or(self.get("SECRET_ACCESS_KEY"))
    }

    /// The SDK passes over an id without its secret, and takes whatever credentials it finds next.
    fn half_a_pair(&self) -> Option<String> {
        let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        match (self.get(id), self.secret()) {
            (Some(_), None) => Some(format!("{id} is set but {secret} is not: set both, or unset it")),
            (None, Some(_)) if self.get(secret).is_some() => {
                Some(format!("{secret} is set but {id} is not: set both, or unset it"))
            }
            _ => None,
        }
    }

    /// The configuration files where they usually are, and what `aws sso login` and `aws login` have left: the SDK would
    /// wait for a pipe without end.
    fn files(&self) -> Vec<String> {
        let Some(home) = self.home() else { return Vec::new() };
        let usual = [("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
        let usual = usual.iter().filter(|(variable, _)| self.get(variable).is_none());
        let mut files: Vec<PathBuf> = usual.map(|(_, file)| home.join(".aws").join(file)).collect();
        for cache in ["sso/cache", "login/cache"] {
            let entries = std::fs::read_dir(home.join(".aws").join(cache)).into_iter().flatten().flatten();
            files.extend(entries.map(|entry| entry.path()).filter(|path| !path.is_dir()));
        }
        let flaw = |path: &PathBuf| unreadable_file(path).or_else(|| no_text(path));
        files.iter().filter_map(|path| Some(format!("{} {}", path.display(), flaw(path)?))).collect()
    }

    fn flaw(&self, form: Form, value: &str) -> Option<String> {
        if let Form::Secret = form {
            return unsendable(value).map(|why| format!("{why}: set it again without"));
        }
        if let Some(why) = value.chars().find(|letter| letter.is_control()).and_then(|_| unsendable(value)) {
            return Some(format!("{why}: set it again without"));
        }
        match form {
            Form::Line | Form::Secret => None,
            Form::Word(words) => {
                let known = words.iter().any(|word| word.eq_ignore_ascii_case(value.trim()));
                (!known).then(|| format!("is `{}`, but must be {}", shown(value), any_of(words)))
            }
            Form::Server => server(value).err(),
            Form::Proxy => {
                let with_scheme = value.contains("://");
                let url = if with_scheme { value.to_owned() } else { format!("http://{value}") };
                let good = url.parse::<Uri>().is_ok_and(|uri| {
                    uri.host().is_some_and(|host| !host.is_empty())
                        && matches!(
                            uri.scheme_str(),
                            Some("http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h")
                        )
                });
                (!good).then(|| {
                    "is not the address of a proxy, such as http://proxy.example.com:3128".to_owned()
                })
            }
            Form::ServerPath => {
                let good = value.starts_with('/') && !value.starts_with("//") && value.parse::<Uri>().is_ok();
                (!good).then(|| "is not a path, such as /v2/credentials/1234".to_owned())
            }
            Form::Attempts => attempts(value).err(),
            Form::File | Form::Certificates => {
                let file = self.expanded(value);
                let why = unreadable_file(&file)
                    .or_else(|| matches!(form, Form::File).then(|| no_text(&file)).flatten());
                why.map(|why| format!("names {value}, which {why}"))
            }
        }
    }

    /// The SDK takes a `~` at the beginning for the home folder.
    fn expanded(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }

    fn home(&self) -> Option<&Path> {
        self.get("HOME").or(self.get("USERPROFILE")).map(Path::new)
    }

    /// How often to retry.
    pub fn retries(&self) -> Retries {
        // What does not parse is among the flaws.
        Retries {
            attempts: self.get("AWS_MAX_ATTEMPTS").and_then(|text| attempts(text).ok()),
            mode: self.get("AWS_RETRY_MODE").and_then(|text| mode(text).ok()),
        }
    }
}

/// Checks the address of a server.
///
/// # Errors
/// What is wrong with it. It is not repeated: it may hold a password.
pub fn server(text: &str) -> Result<(), String> {
    let good = text.parse::<Uri>().is_ok_and(|uri| {
        let host = uri.host().is_some_and(|host| !host.is_empty());
        host && matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|server| !server.as_str().ends_with(':'))
    });
    if good {
        Ok(())
    } else {
        Err("is not the address of a server, such as http://127.0.0.1:4567".to_owned())
    }
}

/// The beginning of a value.
fn shown(value: &str) -> String {
    const MOST: usize = 40;
    let mut shown: String = value.chars().take(MOST).collect();
    if value.chars().count() > MOST {
        shown.push('…');
    }
    shown
}

/// Why a file cannot be read completely. A missing file is not an error: the AWS CLI ignores it too.
fn unreadable_file(path: &Path) -> Option<String> {
    // The usual way to switch a file off.
    let found = std::fs::metadata(path).ok().filter(|_| path != Path::new("/dev/null"))?;
    if found.is_dir() {
        return Some("is a folder, not a file".to_owned());
    }
    if !found.is_file() {
        return Some("is a pipe or a device, not a file: write its output to a file".to_owned());
    }
    if found.len() > LARGEST_FILE {
        return Some("is larger than 16 MiB, so it cannot be the right file".to_owned());
    }
    let error = head(path, 0).err()?;
    Some(format!("cannot be read: {error}"))
}

/// The SDK silently ignores a file that is not text.
fn no_text(path: &Path) -> Option<String> {
    let bytes = head(path, LARGEST_FILE).ok()?;
    std::str::from_utf8(&bytes).is_err().then(|| "is not UTF-8 text".to_owned())
}

/// How often calls are repeated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retries {
    attempts: Option<u32>,
    mode: Option<RetryMode>,
}

impl Retries {
    /// What the selected profile says.
    pub(in crate::aws) fn of_profile(profiles: &ProfileSet) -> Result<Self, String> {
        let say =
            |key: &str, why: String| format!("`{key}` of profile `{}` {why}", profiles.selected_profile());
        Ok(Self {
            attempts: profiles
                .get("max_attempts")
                .map(|text| attempts(text).map_err(|why| say("max_attempts", why)))
                .transpose()?,
            mode: profiles
                .get("retry_mode")
                .map(|text| mode(text).map_err(|why| say("retry_mode", why)))
                .transpose()?,
        })
    }

    /// The first that says something counts.
    pub(in crate::aws) fn or(self, other: Self) -> Self {
        Self { attempts: self.attempts.or(other.attempts), mode: self.mode.or(other.mode) }
    }

    /// Puts them over what holds otherwise.
    pub(in crate::aws) fn over(self, usual: RetryConfig) -> RetryConfig {
        let usual = match self.attempts {
            Some(attempts) => usual.with_max_attempts(attempts),
            None => usual,
        };
        match self.mode {
            Some(mode) => usual.with_retry_mode(mode),
            None => usual,
        }
    }
}

fn attempts(text: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("is `{}`, but must be a number of attempts of at least 1", shown(text)))
}

/// `legacy` is the former retry mode of the AWS CLI. The Rust SDK does not have it, so the standard mode replaces it.
fn mode(text: &str) -> Result<RetryMode, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("legacy") {
        return Ok(RetryMode::Standard);
    }
    RetryMode::from_str(text)
        .map_err(|_| format!("is `{}`, but must be standard, adaptive or legacy", shown(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaws(variables: &[(&str, &str)]) -> Vec<String> {
        let variables =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let unreadable = BTreeSet::new();
        SdkEnvironment { variables: &variables, unreadable: &unreadable, keys_unused: false }.flaws()
    }

    #[track_caller]
    fn check(name: &str, value: &str, expect: &str) {
        assert_eq!(flaws(&[(name, value)]), [format!("{name} {expect}")], "{value:?}");
    }

    #[test]
    fn what_the_sdk_would_panic_over_is_said_first() {
        let pair = |id: &str| flaws(&[("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", "secret")]);
        assert_eq!(pair("AKIA\n"), ["AWS_ACCESS_KEY_ID ends in a line break: set it again without"]);
        assert_eq!(pair("AK IA"), ["AWS_ACCESS_KEY_ID contains a space: set it again without"]);
        assert!(pair("AKIA").is_empty());
        check("AWS_MAX_ATTEMPTS", "0", "is `0`, but must be a number of attempts of at least 1");
        check("AWS_MAX_ATTEMPTS", "abc", "is `abc`, but must be a number of attempts of at least 1");
        check("AWS_RETRY_MODE", "never", "is `never`, but must be standard, adaptive or legacy");
        check("AWS_ACCESS_KEY_ID", "AKIA", "is set but AWS_SECRET_ACCESS_KEY is not: set both, or unset it");
    }

    #[test]
    fn what_the_sdk_would_pass_over_in_silence_is_said() {
        check("AWS_USE_FIPS_ENDPOINT", "yes", "is `yes`, but must be true or false");
        check(
            "AWS_ENDPOINT_URL",
            "localhost:4566",
            "is not the address of a server, such as http://127.0.0.1:4567",
        );
        check(
            "AWS_ENDPOINT_URL_S3",
            "http://",
            "is not the address of a server, such as http://127.0.0.1:4567",
        );
        check(
            "HTTPS_PROXY",
            "http://a b",
            "is not the address of a proxy, such as http://proxy.example.com:3128",
        );
        check("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "x", "is not a path, such as /v2/credentials/1234");
        check("AWS_PROFILE", "ops\r", "ends in a line break: set it again without");
        check("AWS_CONFIG_FILE", "/", "names /, which is a folder, not a file");
    }

    #[test]
    fn what_the_aws_cli_takes_is_taken() {
        for (name, value) in [
            ("AWS_RETRY_MODE", "legacy"),
            ("AWS_RETRY_MODE", "Standard"),
            ("AWS_USE_FIPS_ENDPOINT", "False"),
            ("AWS_STS_REGIONAL_ENDPOINTS", "legacy"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_CONFIG_FILE", "/not/there"),
            ("AWS_ENDPOINT_URL", "https://[::1]:4567/path"),
            ("https_proxy", "proxy.example.com:3128"),
            ("AWS_SOMETHING_ELSE", "two\nlines"),
            ("AWS_PROFILE", ""),
        ] {
            assert!(flaws(&[(name, value)]).is_empty(), "{name}={value}");
        }
    }

    #[test]
    fn the_environment_goes_before_the_profile() {
        let of = |attempts, mode| Retries { attempts, mode };
        let both = of(Some(3), None).or(of(Some(9), Some(RetryMode::Adaptive)));
        assert_eq!(both, of(Some(3), Some(RetryMode::Adaptive)));
        let over = both.over(RetryConfig::standard().with_max_attempts(8));
        assert_eq!((over.max_attempts(), over.mode()), (3, RetryMode::Adaptive));
        assert_eq!(Retries::default().over(RetryConfig::standard().with_max_attempts(8)).max_attempts(), 8);
        assert_eq!(mode("LEGACY"), Ok(RetryMode::Standard));
    }
}
