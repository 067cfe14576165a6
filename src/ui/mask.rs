//! What log lines must not show: the SDK's have the ids of access keys in them.

/// How the ids of access keys begin, of users and of sessions (IAM User Guide, "IAM identifiers", "Unique identifiers").
const PREFIXES: [&str; 2] = ["AKIA", "ASIA"];
/// The least that an id has behind that (IAM API Reference, AccessKey: 16 characters in all).
const REST: usize = 12;

/// The text with nothing but their first four letters of the ids of access keys.
pub(super) fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = PREFIXES.iter().filter_map(|prefix| rest.find(prefix)).min() {
        let (before, from) = rest.split_at(at);
        let (prefix, behind) = from.split_at(4);
        let id = behind.find(|letter: char| !letter.is_ascii_uppercase() && !letter.is_ascii_digit());
        let (id, after) = behind.split_at(id.unwrap_or(behind.len()));
        shown += before;
        shown += prefix;
        shown += if id.len() >= REST { "…" } else { id };
        rest = after;
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_access_keys_only_the_kind_is_shown() {
        let check = |text: &str, expect: &str| assert_eq!(masked(text), expect);
        check("nothing", "nothing");
        check(r#"access_key_id: "ASIAUZAHIH5LWHEXAQTV", x"#, r#"access_key_id: "ASIA…", x"#);
        check(
            "Credential=AKIAIOSFODNN7EXAMPLE/2026 and ASIAUZAHIH5LWHEXAQTV",
            "Credential=AKIA…/2026 and ASIA…",
        );
        check("EURASIA and ASIAN", "EURASIA and ASIAN");
    }
}
