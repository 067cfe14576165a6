//! Which log groups there are, by the prefixes of their names, in as few pages as the role may read.
//!
//! ListLogGroups has up to 1,000 on a page and takes several prefixes at once; DescribeLogGroups has 50 of one prefix.
//! Not every role is allowed the former, and not every emulator knows it. What is answered to the first call of an
//! account holds for the account, so that the others are not made in vain.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatchlogs::types::LogGroup;
use futures_util::future::try_join_all;

use crate::address::Region;
use crate::aws::accounts::Connection;
use crate::aws::call::{CallError, Class};

/// Most log groups on a page (CloudWatch Logs API Reference, ListLogGroups, `limit`).
const PAGE: i32 = 1_000;

/// Most alternatives of a pattern (CloudWatch Logs API Reference, ListLogGroups, `logGroupNamePattern`).
const ALTERNATIVES: usize = 5;

/// The fewest and the most characters of an alternative, without the `^` (likewise).
const CHARACTERS: (usize, usize) = (3, 24);

/// Log groups and their classes.
type Names = BTreeMap<String, String>;

/// Names and classes of the log groups whose names start with one of `prefixes`.
///
/// # Errors
/// What AWS answered.
pub(crate) async fn named(
    connection: &Connection,
    region: &Region,
    prefixes: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, CallError> {
    let listed = patterns(prefixes).into_iter().map(|pattern| listed(connection, region, pattern));
    let listed: Option<Vec<Names>> = try_join_all(listed).await?.into_iter().collect();
    let mut names: Names = match listed {
        Some(listed) => listed.into_iter().flatten().collect(),
        None => {
            let described = prefixes.iter().map(|prefix| described(connection, region, prefix));
            try_join_all(described).await?.into_iter().flatten().collect()
        }
    };
    names.retain(|name, _| prefixes.iter().any(|prefix| name.starts_with(prefix.as_str())));
    Ok(names)
}

/// Patterns that find everything that starts with one of `prefixes`, and possibly more; without one, everything is
/// found. A prefix that is too short for a pattern has everything listed: so few characters leave out little, and what
/// they leave out would have to be twenty times what they find before pages of 50 were fewer.
fn patterns(prefixes: &BTreeSet<String>) -> Vec<Option<String>> {
    let cut: BTreeSet<&str> = prefixes.iter().map(|prefix| patternable(prefix)).collect();
    if cut.iter().any(|prefix| prefix.len() < CHARACTERS.0) {
        return vec![None];
    }
    let covered = |prefix: &str| cut.iter().any(|other| *other != prefix && prefix.starts_with(other));
    let anchored: Vec<String> =
        cut.iter().filter(|prefix| !covered(prefix)).map(|prefix| format!("^{prefix}")).collect();
    anchored.chunks(ALTERNATIVES).map(|some| Some(some.join("|"))).collect()
}

/// As much of a prefix as a pattern takes.
fn patternable(prefix: &str) -> &str {
    let taken = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte);
    let end = prefix.bytes().take(CHARACTERS.1).take_while(|byte| taken(*byte)).count();
    &prefix[..end]
}

/// What ListLogGroups finds, if it is to be had.
async fn listed(
    connection: &Connection,
    region: &Region,
    pattern: Option<String>,
) -> Result<Option<Names>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.logs().list_log_groups().limit(PAGE).set_log_group_name_pattern(pattern);
    let mut pages =
        connection.pages("logs:ListLogGroups", region, |token| call.clone().set_next_token(token).send());
    let mut first = None;
    let try_it = async {
        let page = pages.next().await;
        let lists = !page.as_ref().is_err_and(declined);
        first = Some(page);
        lists
    };
    if !*connection.lists_log_groups().get_or_init(|| try_it).await {
        return Ok(None);
    }
    let mut names = Names::new();
    loop {
        let page = match first.take() {
            Some(page) => page,
            None => pages.next().await,
        };
        let groups = match page {
            Ok(Some(page)) => page.log_groups.unwrap_or_default(),
            Ok(None) => return Ok(Some(names)),
            Err(error) if declined(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let classed = groups.into_iter().filter_map(|group| {
            Some((group.log_group_name?, class(group.log_group_class.as_ref().map(|class| class.as_str()))))
        });
        names.extend(classed);
    }
}

/// Whether an answer means that this operation is not to be had here, and the other may be: the role is not allowed it,
/// or the endpoint does not know it, which each emulator says in its own way, some of them with a page of HTML. Where
/// the other is not to be had either, its error is what is told.
fn declined(error: &CallError) -> bool {
    match error.class {
        Class::Denied
        | Class::Invalid
        | Class::NotFound
        | Class::Conflict
        | Class::Unavailable
        | Class::Unreadable => true,
        Class::Throttled | Class::Credentials | Class::NoAnswer | Class::Unsent => false,
    }
}

/// A log group as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its class, in AWS's word.
    pub(crate) class: String,
    /// Bytes that it keeps, as CloudWatch Logs last counted them.
    pub(crate) stored_bytes: Option<u64>,
}

/// Every log group of an account and region, with how much it keeps, which DescribeLogGroups alone tells.
///
/// # Errors
/// What AWS answered.
pub(crate) async fn all(
    connection: &Connection,
    region: &Region,
) -> Result<BTreeMap<String, Listed>, CallError> {
    let groups = pages(connection, region, None).await?;
    let listed = groups.into_iter().filter_map(|group| {
        let class = class(group.log_group_class.as_ref().map(|class| class.as_str()));
        let stored_bytes = group.stored_bytes.and_then(|bytes| u64::try_from(bytes).ok());
        Some((group.log_group_name?, Listed { class, stored_bytes }))
    });
    Ok(listed.collect())
}

/// What DescribeLogGroups finds.
async fn described(connection: &Connection, region: &Region, prefix: &str) -> Result<Names, CallError> {
    let prefix = (!prefix.is_empty()).then(|| prefix.to_owned());
    let groups = pages(connection, region, prefix).await?;
    let named = groups.into_iter().filter_map(|group| {
        Some((group.log_group_name?, class(group.log_group_class.as_ref().map(|class| class.as_str()))))
    });
    Ok(named.collect())
}

async fn pages(
    connection: &Connection,
    region: &Region,
    prefix: Option<String>,
) -> Result<Vec<LogGroup>, CallError> {
    let clients = connection.clients(Some(region));
    let call = clients.logs().describe_log_groups().set_log_group_name_prefix(prefix);
    let pages =
        connection.pages("logs:DescribeLogGroups", region, |token| call.clone().set_next_token(token).send());
    pages.all(|page| page.log_groups.unwrap_or_default()).await
}

fn class(named: Option<&str>) -> String {
    named.unwrap_or("STANDARD").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_every_prefix_and_is_one_that_aws_takes() {
        let check = |prefixes: &[&str], expect: &[Option<&str>]| {
            let prefixes: BTreeSet<String> = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
            let patterns = patterns(&prefixes);
            let patterns: Vec<Option<&str>> = patterns.iter().map(Option::as_deref).collect();
            assert_eq!(patterns, expect, "{prefixes:?}");
        };
        check(&["/app/"], &[Some("^/app/")]);
        check(&["/app/", "/aws/lambda/web-"], &[Some("^/app/|^/aws/lambda/web-")]);
        // All there is, and prefixes that no pattern may have.
        check(&[""], &[None]);
        check(&["/a", "/app/"], &[None]);
        check(&["/a:b"], &[None]);
        check(&["/app:b"], &[Some("^/app")]);
        check(&["/äpp"], &[None]);
        // What is cut may cover others.
        let long = "/aws/containerinsights/production/performance";
        check(&[long], &[Some("^/aws/containerinsights/p")]);
        let longer = "/aws/containerinsights/preview";
        check(&[long, longer], &[Some("^/aws/containerinsights/p")]);
        check(&["/app:1", "/app/2"], &[Some("^/app")]);
        let six = ["/a/1", "/a/2", "/a/3", "/a/4", "/a/5", "/a/6"];
        check(&six, &[Some("^/a/1|^/a/2|^/a/3|^/a/4|^/a/5"), Some("^/a/6")]);
        let widest: Vec<String> = (0..5).map(|number| format!("{number}{}", "x".repeat(40))).collect();
        let widest = patterns(&widest.into_iter().collect());
        assert_eq!(widest[0].as_ref().map(String::len), Some(129), "the longest that AWS takes");
    }
}
