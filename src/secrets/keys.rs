//! Keys of files that hold secrets, and misspelt versions of them: a file shown beside a problem may have a typo in
//! such a key.

use std::ops::Range;

/// Keys without what joins their words, in lower case.
const KEYS: [&str; 5] = ["externalid", "secretaccesskey", "sessiontoken", "mfacode", "password"];

/// How many letters may be wrong.
const SLIPS: usize = 2;

/// No key is that long, and the distance takes memory by the length of both words.
const LONGEST: usize = 64;

/// Whether a key holds a secret, or was meant to: `externalId`, `EXTERNAL-ID`, `exernal_id`, `aws_session_token`.
pub fn is_secret_key(key: &str) -> bool {
    let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    if plain.len() > LONGEST {
        return KEYS.iter().any(|known| plain.contains(known));
    }
    let slipped = |known: &str| {
        // Half of a short word is another word, and so is what lacks its end.
        let slips = if known.len() < 10 { 1 } else { SLIPS };
        let short = known.starts_with(&plain) && known.len() > plain.len() + 1;
        // Every letter too few or too many is a slip, so most keys of a file need not be compared letter by letter.
        let near = known.len().abs_diff(plain.len()) <= slips;
        near && !short && strsim::damerau_levenshtein(&plain, known) <= slips
    };
    KEYS.iter().any(|known| plain.ends_with(known) || slipped(known))
}

/// Where such keys stand in a text that need not be YAML or JSON, whatever quotes them; in comments too.
pub fn secret_keys(text: &str) -> Vec<Range<usize>> {
    let words = words(text);
    let mut found: Vec<Range<usize>> = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let pair = words.get(index + 1).filter(|next| text.get(word.end..next.start) == Some(" "));
        let pair = pair.map(|next| word.start..next.end).filter(|pair| is_secret_key(&text[pair.clone()]));
        let whole = is_secret_key(&text[word.clone()]).then(|| word.clone());
        // The second word of a pair that was found is not a key of its own.
        let known = found.last().is_some_and(|last| last.end >= word.end);
        found.extend(whole.or(pair).filter(|_| !known));
    }
    found
}

fn words(text: &str) -> Vec<Range<usize>> {
    let of_a_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let mut words = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices() {
        match (of_a_word(letter), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| from..text.len()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_the_keys_of_secrets_are_known() {
        for key in [
            "external_id",
            "EXTERNAL_ID",
            "externalId",
            "external-id",
            "ExternalID",
            "exernal_id",
            "external_ids",
            "extrenal_id",
            "aws_secret_access_key",
            "AWS_SESSION_TOKEN",
            "password",
            "db_password",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in
            ["account_id", "role_name", "accounts", "id", "external", "session_name", "via", "passwort_reset"]
        {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn keys_are_found_in_any_text() {
        let check = |text: &str, expect: &[&str]| {
            let found: Vec<&str> = secret_keys(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expect, "{text}");
        };
        check("access: { externalId: x, role_name: y }", &["externalId"]);
        check("# \"external-id\" : x", &["external-id"]);
        check("external id: x", &["external id"]);
        check("external_id abc", &["external_id"]);
        check("{\"sts:ExternalId\":\"x\"}", &["ExternalId"]);
        check("accounts: { archive: x }", &[]);
    }
}
