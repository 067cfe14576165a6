//! Values of flags that have a form of their own.

use std::time::Duration;

use super::import::NamedAccount;
use crate::address::{AccountId, AccountName, Arn, BadIdentifier};
use crate::lint::{Rule, Rules};
use crate::topology::{RETENTION_DAYS, nearest};

/// A factor that time can pass by.
pub(crate) fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(factor) if factor > 0.0 && factor.is_finite() => Ok(factor),
        _ => Err("expected a number above 0".to_owned()),
    }
}

/// The name of a variable and its value.
pub(crate) fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("expected a name and a value, such as stage=prod".to_owned()),
    }
}

/// The address of a server, as far as its form goes.
pub(crate) fn endpoint(text: &str) -> Result<String, String> {
    let server = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    match server {
        Some(server) if !server.is_empty() => Ok(text.to_owned()),
        _ => Err("expected a URL such as http://127.0.0.1:4567".to_owned()),
    }
}

/// Whom a role can trust: an account, or a role or user of it.
pub(crate) fn trusted(text: &str) -> Result<String, String> {
    let is_account = |id: &str| id.parse::<AccountId>().is_ok();
    let needed =
        || Err("expected an account id or an ARN such as arn:aws:iam::444444444444:role/ci".to_owned());
    let Some(arn) = Arn::parse(text) else {
        return if is_account(text) { Ok(text.to_owned()) } else { needed() };
    };
    let can_be_trusted = arn.resource == "root" || arn.named("role").is_some() || arn.named("user").is_some();
    match (arn.service, arn.region, arn.named("assumed-role")) {
        ("iam", "", None) if is_account(arn.account) && can_be_trusted => Ok(text.to_owned()),
        ("sts", "", Some(session)) => {
            let resource = format!("role/{}", session.split('/').next().unwrap_or("NAME"));
            let role = Arn { service: "iam", resource: &resource, ..arn };
            Err(format!("a session expires, so name its role: {role}, with the path if it has one"))
        }
        _ => needed(),
    }
}

/// An account by its name, and its id or the ARN of a role in it.
pub(crate) fn way(text: &str) -> Result<NamedAccount, String> {
    let (name, of) = text
        .split_once('=')
        .ok_or("expected a name and an id or the ARN of a role, such as app=111111111111")?;
    let name = name.trim().parse().map_err(|error: BadIdentifier| error.to_string())?;
    let of = of.trim();
    if let Some(arn) = Arn::parse(of) {
        let id = arn.account_id().filter(|_| arn.service == "iam" && arn.named("role").is_some());
        let id = id.ok_or("expected the ARN of a role, such as arn:aws:iam::111111111111:role/ops")?;
        return Ok(NamedAccount { name, id, role_arn: Some(of.to_owned()) });
    }
    let id = of.parse().map_err(|error: BadIdentifier| error.to_string())?;
    Ok(NamedAccount { name, id, role_arn: None })
}

/// Something of an account, by the account's name.
pub(crate) fn of_account(text: &str) -> Result<(AccountName, String), String> {
    let (name, of) =
        text.split_once('=').ok_or("expected the name of an account and a value, such as app=ops")?;
    let name = name.trim().parse().map_err(|error: BadIdentifier| error.to_string())?;
    Ok((name, of.to_owned()))
}

/// A number from 0.
pub(crate) fn amount(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (0.0..=MOST).contains(number));
    number.ok_or_else(|| format!("expected a number from 0 to {MOST}"))
}

/// The most of anything: a slip of the keyboard beyond it would only print infinities.
const MOST: f64 = 1e9;

/// The least that may be multiplied or divided by.
const LEAST: f64 = 0.001;

/// A number that is not vanishingly small.
pub(crate) fn above_zero(text: &str) -> Result<f64, String> {
    let number = amount(text).ok().filter(|number| *number >= LEAST);
    number.ok_or_else(|| format!("expected a number from {LEAST} to {MOST}"))
}

/// A part of a whole.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let number = amount(text).ok().filter(|number| *number > 0.0 && *number <= 1.0);
    number.ok_or_else(|| "expected a number above 0 and up to 1".to_owned())
}

/// A percentage.
pub(crate) fn percent(text: &str) -> Result<f64, String> {
    let number = amount(text).ok().filter(|number| *number <= 100.0);
    number.ok_or_else(|| "expected a percentage from 0 to 100".to_owned())
}

/// Who logs, and how much.
pub(crate) fn volume(text: &str) -> Result<(String, f64), String> {
    let parts = text.split_once('=').and_then(|(key, number)| Some((key.to_owned(), amount(number).ok()?)));
    parts
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| format!("expected SOURCE=GB, such as app-logs=80, with at most {MOST} GB"))
}

/// A rule of lint, by its code or its name, or all of them.
pub(crate) fn rules(text: &str) -> Result<Rules, String> {
    if text == "all" {
        return Ok(Rules::All);
    }
    Rule::of(text).map(Rules::One).ok_or_else(|| {
        let words = || Rule::ALL.iter().flat_map(|rule| [rule.code(), rule.name()]).chain(["all"]);
        let near = nearest(&text.to_uppercase(), words()).or_else(|| nearest(&text.to_lowercase(), words()));
        let help = near
            .map_or_else(|| "docs/lint.md has them all".to_owned(), |near| format!("did you mean `{near}`?"));
        format!("there is no rule `{text}`: {help}")
    })
}

/// Days that CloudWatch Logs can keep events (CloudWatch Logs API Reference, PutRetentionPolicy).
pub(crate) fn retention(text: &str) -> Result<u32, String> {
    let days = text.parse().ok().filter(|days| RETENTION_DAYS.contains(days));
    days.ok_or_else(|| {
        let allowed = RETENTION_DAYS.map(|days| days.to_string()).join(", ");
        format!("expected one of {allowed}")
    })
}

/// The most characters of a time: nobody needs more. `humantime` panics where fractions of a second make almost 2^64 seconds
/// overflow, which takes more characters than these.
const LONGEST_SPAN: usize = 20;

/// A length of time with its units: `90s`, `10m`, `1h 30m`. It is only read with `humantime`, whose own words for a time
/// (`1m 30s`) are not those that logpipe shows (`1:30`, `45.0 s`).
pub(crate) fn span(text: &str) -> Option<Duration> {
    if text.len() <= LONGEST_SPAN { humantime::parse_duration(text).ok() } else { None }
}

/// A length of time, at least a second. A number without a unit is one of seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let seconds = || text.parse().ok().map(Duration::from_secs);
    span(text)
        .or_else(seconds)
        .filter(|time| *time >= Duration::from_secs(1))
        .ok_or_else(|| "expected a time such as 90s or 10m".to_owned())
}

/// How far back CloudWatch is asked: it keeps minutes for 15 days.
pub(crate) fn lately(text: &str) -> Result<Duration, String> {
    let (least, most) = (Duration::from_secs(5 * 60), Duration::from_secs(14 * 86_400));
    let time = duration(text)?;
    match (least..=most).contains(&time) {
        true => Ok(time),
        false => Err("expected a time from 5m to 14d".to_owned()),
    }
}

/// The pause between two looks, which cost a little each.
pub(crate) fn pause(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    match time >= Duration::from_secs(10) {
        true => Ok(time),
        false => Err("expected a time from 10s: CloudWatch counts by the minute".to_owned()),
    }
}

/// The same, or none.
pub(crate) fn patience(text: &str) -> Result<Duration, String> {
    if ["0", "0s", "0m"].contains(&text) { Ok(Duration::ZERO) } else { duration(text) }
}

/// How long a call may wait for its answers.
pub(crate) fn call_timeout(text: &str) -> Result<Duration, String> {
    let (least, most) = (Duration::from_secs(2), Duration::from_secs(60 * 60));
    duration(text)
        .ok()
        .filter(|time| (least..=most).contains(time))
        .ok_or_else(|| "expected a time from 2s to 60m, such as 90s or 5m".to_owned())
}

/// A number of things, at least one.
pub(crate) fn count(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "expected a whole number above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_addresses_are_checked() {
        assert_eq!(speed("20"), Ok(20.0));
        assert!(speed("0").is_err() && speed("-1").is_err() && speed("inf").is_err() && speed("x").is_err());
        assert!(endpoint("http://127.0.0.1:4567").is_ok() && endpoint("https://s3.example.com").is_ok());
        assert!(endpoint("foo").is_err() && endpoint("http://").is_err());
    }

    #[test]
    fn calls_wait_neither_for_nothing_nor_for_ever() {
        assert_eq!(call_timeout("5m"), Ok(Duration::from_secs(300)));
        assert!(call_timeout("2s").is_ok() && call_timeout("60m").is_ok());
        for bad in ["0", "1s", "61m", "x", "18446744073709551615m"] {
            assert!(call_timeout(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(duration("90"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("10m"), Ok(Duration::from_secs(600)));
        assert_eq!(patience("0s"), Ok(Duration::ZERO));
        assert_eq!(patience("5m"), Ok(Duration::from_secs(300)));
        assert!(patience("-1").is_err() && patience("").is_err());
        assert_eq!(duration("1h 30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        for bad in ["0", "soon", "-1s", "10 ", "999ms", "", "s", "18446744073709551615s 1000ms"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
