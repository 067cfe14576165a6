//! What is said of a command line that names no command to run: help, the version, and wrong usage.

use std::ffi::OsString;

use clap::ValueEnum;
use clap::error::ErrorKind;

use crate::exit::Exit;
use crate::ui::{Console, Failure, Form, Part};

/// Help and version are answers; everything else that clap says is about wrong usage, and 64 keeps 2 free.
pub(crate) fn tell(error: &clap::Error, raw: &[OsString], console: &Console) -> Exit {
    let answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let paint = if answer { console.out_paint() } else { console.err_paint() };
    let text = error.render();
    let text = if paint.is_on() { text.ansi().to_string() } else { text.to_string() };
    if answer {
        console.data(text.trim_end());
        return Exit::Done;
    }
    let told = vec![Part::Error(text.trim_end().to_owned())];
    console.report(wanted(raw), &Failure::new("logpipe", line(error), Exit::Usage, told));
    Exit::Usage
}

/// The form that the flags ask for, as far as that can be told when they are not understood.
fn wanted(raw: &[OsString]) -> Form {
    let flags: Vec<&OsString> = raw.iter().take_while(|argument| *argument != "--").collect();
    let asks = |form: &str| {
        let short = [format!("--output={form}"), format!("-o{form}"), format!("-o={form}")];
        flags.iter().any(|flag| short.iter().any(|short| flag.as_os_str() == short.as_str()))
            || flags.windows(2).any(|pair| (pair[0] == "--output" || pair[0] == "-o") && pair[1] == form)
    };
    let named = Form::value_variants().iter().find(|form| {
        let name = form.to_possible_value().map(|value| value.get_name().to_owned());
        name.is_some_and(|name| asks(&name))
    });
    match named {
        Some(form) => *form,
        None if flags.iter().any(|flag| flag.as_os_str() == "--json") => Form::Json,
        None => Form::Human,
    }
}

/// What is wrong in one line: usage and tips are for people.
fn line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing".to_owned();
    }
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = first.trim_start_matches("error:").split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Arguments;
    use crate::ui::Verbosity;

    fn told(words: &[&str]) -> (Exit, String, String) {
        let raw: Vec<OsString> = std::iter::once(&"logpipe").chain(words).map(OsString::from).collect();
        let (console, captured) = Console::captured(Verbosity::Normal, false, 100);
        let exit = tell(&Arguments::try_parse_from(&raw).unwrap_err(), &raw, &console);
        (exit, captured.out(), captured.err())
    }

    #[test]
    fn help_and_version_are_answers() {
        let (exit, out, err) = told(&["--version"]);
        assert_eq!((exit, err.as_str()), (Exit::Done, ""));
        assert!(out.starts_with("logpipe ") && out.lines().count() == 1, "{out}");
        let (exit, out, err) = told(&["apply", "--help"]);
        assert_eq!((exit, err.as_str()), (Exit::Done, ""));
        assert!(out.contains("--adopt"), "{out}");
    }

    #[test]
    fn wrong_usage_is_an_object_where_json_is_asked_for() {
        let check = |words: &[&str], expect: &str| {
            let (exit, out, err) = told(words);
            assert_eq!((exit, out.trim_end()), (Exit::Usage, expect), "{words:?}");
            assert!(!err.is_empty());
        };
        check(
            &["plan", "t.yaml", "--parallelism", "0", "--output", "json"],
            r#"{"format":1,"type":"error","error":"invalid value '0' for '--parallelism <N>': 0 is not in 1..=1000","exit":64}"#,
        );
        check(
            &["apply", "--nope", "--output=json"],
            r#"{"format":1,"type":"error","error":"unexpected argument '--nope' found","exit":64}"#,
        );
        check(
            &["--output", "json", "sandbox"],
            r#"{"format":1,"type":"error","error":"a command is missing","exit":64}"#,
        );
        for flags in [["--json", ""], ["-o", "json"], ["-ojson", ""]] {
            let flags = flags.into_iter().filter(|flag| !flag.is_empty());
            let words: Vec<&str> = ["apply", "--nope"].into_iter().chain(flags).collect();
            check(
                &words,
                r#"{"format":1,"type":"error","error":"unexpected argument '--nope' found","exit":64}"#,
            );
        }
        check(&["apply", "--nope"], "");
        check(&["apply", "--nope", "--", "--output", "json"], "");
    }
}
