//! Unregistered secrets: values after a name such as `x-amz-security-token`, the user part of a URL, and access key
//! ids.

use std::ops::Range;

/// What the value after a name looks like, so that prose about it is left alone.
#[derive(Clone, Copy)]
enum Value {
    /// At least this many letters.
    Long(usize),
    /// A digest in hexadecimal.
    Digest,
    /// Not an account id, which Firehose passes as its external id.
    ExternalId,
    /// Behind the name of a scheme.
    OfScheme,
}

/// Names in lower case, whatever comes before them.
const NAMES: [(&[u8], Value); 20] = [
    (b"x-amz-security-token", Value::Long(16)),
    (b"x-amz-sso_bearer_token", Value::Long(16)),
    (b"x-aws-ec2-metadata-token", Value::Long(16)),
    (b"sessiontoken", Value::Long(16)),
    (b"session_token", Value::Long(16)),
    (b"session token", Value::Long(16)),
    (b"securitytoken", Value::Long(16)),
    (b"secretaccesskey", Value::Long(16)),
    (b"secret_access_key", Value::Long(16)),
    (b"secret access key", Value::Long(16)),
    (b"webidentitytoken", Value::Long(16)),
    (b"accesstoken", Value::Long(16)),
    (b"refreshtoken", Value::Long(16)),
    (b"clientsecret", Value::Long(16)),
    (b"tokencode", Value::Long(6)),
    (b"externalid", Value::ExternalId),
    (b"external_id", Value::ExternalId),
    (b"external-id", Value::ExternalId),
    (b"signature", Value::Digest),
    (b"authorization", Value::OfScheme),
];

/// How the ids of access keys begin, of users and of sessions (IAM User Guide, "IAM identifiers", "Unique identifiers").
const KEY_IDS: [&[u8]; 2] = [b"AKIA", b"ASIA"];
/// The least that an id has behind that (IAM API Reference, AccessKey: 16 characters in all).
const KEY_ID_REST: usize = 12;

/// What names give away in a reading, which is in lower case.
pub(super) fn find(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b':' if bytes[at..].starts_with(b"://") => found.extend(user_of_url(bytes, at + 3)),
            b'a' | b'c' | b'e' | b'r' | b's' | b't' | b'w' | b'x' => {
                let named = NAMES.iter().find(|(name, _)| bytes[at..].starts_with(name));
                // What follows the name in a closing tag is something else.
                let named = named.filter(|_| !bytes[..at].ends_with(b"/"));
                found.extend(named.and_then(|(name, value)| value_behind(bytes, at + name.len(), *value)));
            }
            _ => {}
        }
    }
    found
}

/// The ids of access keys after their first four letters, which tell their kind.
pub(super) fn key_ids(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 4) {
        if !KEY_IDS.contains(&head) {
            at += 1;
            continue;
        }
        let rest =
            bytes[at + 4..].iter().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let end = at + 4 + rest.count();
        if end - at >= KEY_ID_REST + 4 {
            found.push(at + 4..end);
        }
        at = end;
    }
    found
}

/// Everything before the last `@` of the server.
fn user_of_url(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\')
    };
    let server = bytes[from..].split(ends).next()?;
    let user = server.iter().rposition(|byte| *byte == b'@')?;
    (user > 0).then_some(from..from + user)
}

fn value_behind(bytes: &[u8], from: usize, value: Value) -> Option<Range<usize>> {
    let skip = |at: usize, any: &[u8]| {
        at + bytes[at.min(bytes.len())..].iter().take_while(|byte| any.contains(byte)).count()
    };
    let mark = skip(from, b"\"'`\\ \t");
    let mut start = skip(mark, b":=>");
    if start == mark {
        return None;
    }
    start = skip(start, b"\"'`\\ \t[");
    if bytes[start..].starts_with(b"some(") {
        start = skip(start + 5, b"\"'\\");
    }
    if let Value::OfScheme = value {
        let schemes: [&[u8]; 2] = [b"basic ", b"bearer "];
        start += schemes.iter().find(|scheme| bytes[start..].starts_with(scheme))?.len();
    }
    let letter = |byte: &u8| match value {
        // Those that an external id may have (STS API Reference, AssumeRole, `ExternalId`).
        Value::ExternalId => byte.is_ascii_alphanumeric() || b"_+=.@:/-".contains(byte),
        _ => byte.is_ascii_graphic() && !b"\"'`<>&,;()[]{}\\|".contains(byte),
    };
    let length = bytes[start..].iter().take_while(|byte| letter(byte)).count();
    let found = &bytes[start..start + length];
    let is_one = match value {
        Value::Long(least) => length >= least,
        Value::Digest => length >= 32 && found.iter().all(u8::is_ascii_hexdigit),
        Value::ExternalId => {
            let account = length == 12 && found.iter().all(u8::is_ascii_digit);
            length >= 2 && !account && found.iter().any(u8::is_ascii_alphanumeric)
        }
        Value::OfScheme => length > 0,
    };
    is_one.then_some(start..start + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let lower = text.to_ascii_lowercase();
        let found: Vec<&str> = find(lower.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn what_stands_behind_the_name_of_a_secret_is_one() {
        check("X-Amz-Security-Token:FwoGZXIvYXdzEBYaDH\nhost", &["FwoGZXIvYXdzEBYaDH"]);
        check("a=1&X-Amz-Security-Token=FwoGZXIv%2FYXdzEB&b", &["FwoGZXIv%2FYXdzEB"]);
        check("<SessionToken>FwoGZXIvYXdzEBYaDH</SessionToken>", &["FwoGZXIvYXdzEBYaDH"]);
        check(r#""secret_access_key": Some("FwoGZXIvYXdzEBYaDH")"#, &["FwoGZXIvYXdzEBYaDH"]);
        check("Signature=0123456789abcdef0123456789abcdef", &["0123456789abcdef0123456789abcdef"]);
        check("Proxy-Authorization: Basic b3BzOng=", &["b3BzOng="]);
        check(r#""sts:ExternalId":["ab-1"]"#, &["ab-1"]);
        check("ExternalId=ab&TokenCode=123456", &["ab", "123456"]);
    }

    #[test]
    fn prose_about_secrets_is_left_alone() {
        for text in [
            "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not",
            "the session token contains a space",
            "export AWS_SECRET_ACCESS_KEY=sandbox",
            "Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z",
            "\"sts:ExternalId\": \"111111111111\"",
            "\"sts:ExternalId\": \"<EXTERNAL_ID>\"",
            "ExternalId: {\"Ref\": \"ExternalId\"}",
            ": \"${EXTERNAL_ID:?set it to the external id}\" \"sts:ExternalId\": \"'\"$EXTERNAL_ID\"'\"",
            "https://console.aws.amazon.com/@me",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn urls_lose_who_they_log_in() {
        check("http://ops:pa@ss@proxy.example.com:3128/x@y", &["ops:pa@ss"]);
        check("`s3://bucket/key` and ssh://git@host", &["git"]);
    }

    #[test]
    fn of_access_keys_the_kind_is_left() {
        let check = |text: &str, expect: &[&str]| {
            let found: Vec<&str> = key_ids(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expect, "{text}");
        };
        check(
            "Credential=AKIAIOSFODNN7EXAMPLE/2026 and ASIAUZAHIH5LWHEXAQTV",
            &["IOSFODNN7EXAMPLE", "UZAHIH5LWHEXAQTV"],
        );
        check("EURASIA and ASIAN", &[]);
    }
}
