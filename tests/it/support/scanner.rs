//! Looks for secrets in everything that a run writes, however they are written: what logpipe masks must be found here if
//! it is not. Knows nothing of how logpipe masks.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// What must not be found.
#[derive(Debug, Default)]
pub(crate) struct Scanner {
    secrets: Vec<(String, Vec<String>)>,
}

impl Scanner {
    /// Looks for a secret too, whose name is told where it is found.
    pub(crate) fn know(&mut self, name: &str, secret: &str) {
        self.secrets.push((name.to_owned(), forms(secret)));
    }

    /// Looks for what the sandbox has issued, whose state this is: keys and tokens of sessions.
    pub(crate) fn of_sandbox(state: &str) -> Self {
        let mut scanner = Self::default();
        for token in state.split("\"token\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            scanner.know("a session token", token);
        }
        scanner
    }

    /// How many secrets it looks for.
    pub(crate) fn knows(&self) -> usize {
        self.secrets.len()
    }

    /// The names of the secrets in a text, each with the form it is in.
    pub(crate) fn leaks(&self, bytes: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
        let found = self.secrets.iter().filter_map(|(name, forms)| {
            let form = forms.iter().find(|form| text.contains(form.as_str()))?;
            let at = text.find(form.as_str())?;
            let line = text[..at].matches('\n').count() + 1;
            Some(format!("{name} as {form} in line {line}"))
        });
        found.collect()
    }

    /// Fails if a text holds a secret.
    #[track_caller]
    pub(crate) fn expect_none(&self, what: &str, bytes: impl AsRef<[u8]>) {
        let leaks = self.leaks(bytes.as_ref());
        let text = String::from_utf8_lossy(bytes.as_ref());
        let shown: String = text.chars().take(20_000).collect();
        assert!(leaks.is_empty(), "{what} holds {leaks:?}\n{shown}");
    }

    /// Fails if a file in a folder holds a secret, except files of these names. Returns how many it has looked at.
    #[track_caller]
    pub(crate) fn expect_none_below(&self, folder: &Path, except: &[&str]) -> usize {
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                files += self.expect_none_below(&path, except);
            } else if !except.contains(&name) {
                self.expect_none(&path.display().to_string(), std::fs::read(&path).unwrap());
                files += 1;
            }
        }
        files
    }
}

/// A secret in every form that quotes it, in lower case.
fn forms(secret: &str) -> Vec<String> {
    let each = |write: &dyn Fn(char) -> String| -> String {
        secret.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { write(c) }).collect()
    };
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let decimal = each(&|c| format!("&#{};", u32::from(c)));
    let hex: Vec<String> = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        secret.to_owned(),
        percent.replace('%', "%25"),
        percent,
        each(&|c| format!("\\{c}")),
        each(&|c| format!("\\u{:04x}", u32::from(c))),
        each(&|c| format!("&#x{:x};", u32::from(c))),
        each(&|c| format!("&amp;#{};", u32::from(c))),
        decimal,
        hex.concat(),
        hex.join(" "),
    ];
    for before in 0..3 {
        let bytes = [&vec![b'-'; before], secret.as_bytes()].concat();
        // The first letters and the last one hold bits of what stands beside it.
        for text in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            forms.push(text[[0, 2, 3][before]..bytes.len() * 8 / 6].to_owned());
        }
    }
    forms.iter_mut().for_each(|form| form.make_ascii_lowercase());
    forms.sort();
    forms.dedup();
    forms
}

#[test]
fn the_scanner_finds_what_is_there() {
    let mut scanner = Scanner::default();
    scanner.know("the token", "Fwo/GZX+IvYX==");
    for text in [
        "a Fwo/GZX+IvYX==",
        "FWO%2FGZX%2BIVYX%3D%3D",
        "fwo&#47;GZX&#43;IvYX&#61;&#61;",
        "46 77 6f 2f 47 5a 58 2b 49 76 59 58 3d 3d",
    ] {
        assert_eq!(scanner.leaks(text.as_bytes()).len(), 1, "{text}");
    }
    for before in ["", "x", "xy", "user:"] {
        let text = STANDARD_NO_PAD.encode(format!("{before}Fwo/GZX+IvYX==, more"));
        assert_eq!(scanner.leaks(text.as_bytes()).len(), 1, "{text}");
    }
    assert!(scanner.leaks(b"Fwo/GZX").is_empty());
}
