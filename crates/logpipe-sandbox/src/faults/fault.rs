//! The errors that simulated services answer with.
//!
//! Owns code, status and text of an error. How it is printed is the protocol's business (`protocol/`).

/// A refusal, as the service would word it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// HTTP status.
    pub(crate) status: u16,
    /// The error code, for example `NoSuchEntity`.
    pub(crate) code: String,
    /// The text.
    pub(crate) message: String,
    /// Further elements of an S3 error, for example `BucketName`.
    pub(crate) details: Vec<(&'static str, String)>,
    /// Further response headers.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Fault {
    /// An error with this status, code and text.
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            details: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// A 400.
    pub(crate) fn invalid(code: &str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// A 404.
    pub(crate) fn missing(code: &str, message: impl Into<String>) -> Self {
        Self::new(404, code, message)
    }

    /// A 409.
    pub(crate) fn conflict(code: &str, message: impl Into<String>) -> Self {
        Self::new(409, code, message)
    }

    /// What the sandbox answers to a call it has no simulation of. 501 is a status that no SDK retries.
    pub(crate) fn not_simulated(service: &str, operation: &str) -> Self {
        Self::new(501, "NotImplemented", format!("the sandbox does not simulate {service} {operation}"))
    }

    /// The same with one more element in an S3 error body.
    pub(crate) fn detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// The same with one more response header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
