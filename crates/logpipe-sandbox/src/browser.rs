//! Keeps web pages out of the served sandbox: any page in a browser on the same machine can reach loopback.
//!
//! A page of elsewhere may send requests without reading the answers (it is known by `Origin` and `Sec-Fetch-Site`), or
//! have its own name resolve to loopback and read them too (it is known by `Host`). No client of AWS does either.

use std::fmt;
use std::net::IpAddr;

use http::HeaderMap;

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    /// It is meant for another host.
    Host,
    /// A page of elsewhere has sent it.
    Page,
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "this is a sandbox on loopback: ask for 127.0.0.1 or localhost",
            Self::Page => "this is a sandbox on loopback, and no web page of elsewhere may use it",
        })
    }
}

/// Whether a request may be answered, by its headers.
pub(super) fn admitted(headers: &HeaderMap) -> Result<(), Stranger> {
    let all = |name: &str| headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or("?"));
    if !all("host").all(is_loopback) {
        return Err(Stranger::Host);
    }
    let here = |origin: &str| origin.split_once("://").is_some_and(|(_, host)| is_loopback(host));
    // Pages of other ports of this machine are others too, and the browser says so where it can.
    let from_here =
        all("origin").all(here) && all("sec-fetch-site").all(|site| ["same-origin", "none"].contains(&site));
    if from_here { Ok(()) } else { Err(Stranger::Page) }
}

/// Whether a host, with or without its port, is this machine: names below `localhost` are never resolved elsewhere
/// (RFC 6761, section 6.3).
fn is_loopback(host: &str) -> bool {
    let port = |port: &str| port.bytes().all(|digit| digit.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, number)) if port(number) && !name.ends_with(':') => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for host in
            ["127.0.0.1", "127.0.0.1:4567", "localhost:4567", "LOCALHOST", "[::1]:4567", "bucket.localhost"]
        {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:4567",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "",
            "null",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn web_pages_of_elsewhere_are_strangers() {
        let check = |pairs: &[(&'static str, &'static str)], expect: Result<(), Stranger>| {
            let headers: HeaderMap =
                pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(admitted(&headers), expect, "{pairs:?}");
        };
        let host = ("host", "127.0.0.1:4567");
        check(&[host], Ok(()));
        check(&[("host", "evil.example")], Err(Stranger::Host));
        check(&[host, ("origin", "https://evil.example")], Err(Stranger::Page));
        check(&[host, ("origin", "null")], Err(Stranger::Page));
        check(&[host, ("sec-fetch-site", "cross-site")], Err(Stranger::Page));
        check(&[host, ("origin", "http://127.0.0.1:4567"), ("sec-fetch-site", "same-origin")], Ok(()));
        check(
            &[host, ("origin", "http://localhost:3000"), ("sec-fetch-site", "cross-site")],
            Err(Stranger::Page),
        );
    }
}
