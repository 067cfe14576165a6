//! What resources are called within a template. A stack knows a resource by that name, so it follows from the resource alone:
//! another export has the same names, whatever else is in it.

use crate::address::Address;
use crate::export::words::apart;

/// Most characters that are taken from a name (CloudFormation User Guide, "Resources": logical ids are alphanumeric; 255 is
/// what the service takes).
const LONGEST: usize = 100;

/// The logical id of a resource: its kind and its name, with a digest behind it where letters alone could be another's.
pub(super) fn logical_id(address: &Address) -> String {
    let (kind, name) = (camel(address.kind.as_str()), camel(&address.name));
    let name: String = name.chars().take(LONGEST).collect();
    match is_plain(&address.name) && name.len() < LONGEST {
        true => format!("{kind}{name}"),
        false => format!("{kind}{name}{}", apart(format!("{}.{}", address.kind, address.name))),
    }
}

/// Whether a name is words with dashes in between, so that no other such name becomes the same.
fn is_plain(name: &str) -> bool {
    name.split('-').all(|word| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    })
}

/// Words put together, each with a capital.
fn camel(words: &str) -> String {
    let words = words.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::KindName;

    fn id(kind: KindName, name: &str) -> String {
        logical_id(&Address::global(&"app".parse().unwrap(), kind, name))
    }

    #[test]
    fn a_name_of_words_is_read_and_any_other_is_kept_apart() {
        assert_eq!(id(KindName::IamRole, "central-logs-cwl"), "IamRoleCentralLogsCwl");
        let (one, other) = (
            id(KindName::SubscriptionFilter, "/app/web:logs"),
            id(KindName::SubscriptionFilter, "/app-web:logs"),
        );
        assert!(one.starts_with("SubscriptionFilterAppWebLogs"), "{one}");
        assert_ne!(one, other);
        let long = id(KindName::LogGroup, &"/ß/あ".repeat(300));
        assert!(long.len() < 255 && long.chars().all(|letter| letter.is_ascii_alphanumeric()), "{long}");
        assert_ne!(id(KindName::IamPolicy, "S3-Logs"), id(KindName::IamPolicy, "s3-logs"));
        assert_ne!(id(KindName::IamRole, "a-1"), id(KindName::IamRole, "a1"));
    }
}
