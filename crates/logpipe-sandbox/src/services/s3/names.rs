//! Names of buckets (S3 User Guide, general purpose bucket naming rules).

use logpipe_identifiers::{AccountId, Region};

const PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Whether a bucket may have this name.
pub(crate) fn is_bucket_name(name: &str) -> bool {
    let letters = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'));
    let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    (3..=63).contains(&name.len())
        && letters
        && ends(name.bytes().next())
        && ends(name.bytes().last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

/// Whether a bucket of this name belongs into the namespace of an account and region, and into none else (S3 User
/// Guide, "General purpose bucket naming rules", account regional namespace).
pub(crate) fn fits_namespace(name: &str, own: Option<(&AccountId, &Region)>) -> bool {
    match own {
        Some((account, region)) => {
            name.strip_suffix(&format!("-{account}-{region}-an")).is_some_and(|prefix| !prefix.is_empty())
        }
        None => !name.ends_with("-an"),
    }
}

#[cfg(test)]
mod tests {
    use super::{fits_namespace, is_bucket_name};

    #[test]
    fn the_suffix_an_is_for_account_regional_namespaces() {
        let (account, region) = ("111111111111".parse().unwrap(), "us-west-2".parse().unwrap());
        let own = Some((&account, &region));
        assert!(fits_namespace("logs-111111111111-us-west-2-an", own));
        assert!(!fits_namespace("logs-222222222222-us-west-2-an", own));
        assert!(!fits_namespace("logs", own));
        assert!(!fits_namespace("logs-an", None) && fits_namespace("logs-and", None));
    }

    #[test]
    fn names_follow_the_rules() {
        for name in ["abc", "central-logs.111111111111", "0a0"] {
            assert!(is_bucket_name(name), "{name}");
        }
        let long = "a".repeat(64);
        for name in ["ab", "Abc", "-abc", "abc-", "a..b", "10.0.0.1", "xn--abc", "abc-s3alias", &long] {
            assert!(!is_bucket_name(name), "{name}");
        }
    }
}
