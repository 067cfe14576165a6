//! The macro that makes a type of a text.

/// A type for a text of a certain form, which prints, orders and serialises as the text, and which copies share. How it
/// parses is its `FromStr`.
/// The crate that names it needs `serde` with its derives.
///
/// ```
/// use logpipe_identifiers::{BadIdentifier, text_identifier};
///
/// text_identifier! {
///     /// The id of a log event, digits only.
///     EventId
/// }
///
/// impl std::str::FromStr for EventId {
///     type Err = BadIdentifier;
///     fn from_str(text: &str) -> Result<Self, BadIdentifier> {
///         let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
///         if fits { Ok(Self(text.into())) } else { Err(BadIdentifier::new(text, "the id of an event (digits)")) }
///     }
/// }
///
/// assert_eq!("3517".parse::<EventId>().unwrap().as_str(), "3517");
/// assert!("last".parse::<EventId>().is_err());
/// ```
#[macro_export]
macro_rules! text_identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(::std::sync::Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::BadIdentifier;
            fn try_from(text: String) -> Result<Self, $crate::BadIdentifier> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0.as_ref().to_owned()
            }
        }
    };
}
