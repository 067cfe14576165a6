//! The variables that decide how AWS is reached, what each must hold, and what must not be shown of it: AWS SDKs and Tools
//! Reference Guide, "Settings reference"; the proxies are curl's.

/// What a variable must hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// A line of text.
    Line,
    /// A part of credentials.
    Secret,
    /// One of some words, in any case.
    Word(&'static [&'static str]),
    /// The address of a server.
    Server,
    /// The address of a proxy, with or without its scheme.
    Proxy,
    /// A path below a server's root.
    ServerPath,
    /// A number of attempts.
    Attempts,
    /// A file of text.
    File,
    /// A file of certificates, whose comments may be in any encoding.
    Certificates,
}

const FLAG: Form = Form::Word(&["true", "false"]);

/// Every variable that decides how AWS is reached.
const READ: [(&str, Form); 42] = [
    ("AWS_ACCESS_KEY_ID", Form::Secret),
    ("AWS_SECRET_ACCESS_KEY", Form::Secret),
    ("SECRET_ACCESS_KEY", Form::Secret),
    ("AWS_SESSION_TOKEN", Form::Secret),
    ("AWS_ACCOUNT_ID", Form::Line),
    ("AWS_PROFILE", Form::Line),
    ("AWS_REGION", Form::Line),
    ("AWS_DEFAULT_REGION", Form::Line),
    ("AWS_CONFIG_FILE", Form::File),
    ("AWS_SHARED_CREDENTIALS_FILE", Form::File),
    ("AWS_CA_BUNDLE", Form::Certificates),
    ("AWS_RETRY_MODE", Form::Word(&["standard", "adaptive", "legacy"])),
    ("AWS_MAX_ATTEMPTS", Form::Attempts),
    ("AWS_ENDPOINT_URL", Form::Server),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", FLAG),
    ("AWS_USE_FIPS_ENDPOINT", FLAG),
    ("AWS_USE_DUALSTACK_ENDPOINT", FLAG),
    ("AWS_EC2_METADATA_DISABLED", FLAG),
    ("AWS_EC2_METADATA_V1_DISABLED", FLAG),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", Form::Server),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", Form::Word(&["ipv4", "ipv6"])),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Form::Server),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", Form::ServerPath),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Form::Line),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Form::File),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", Form::File),
    ("AWS_ROLE_ARN", Form::Line),
    ("AWS_ROLE_SESSION_NAME", Form::Line),
    ("AWS_STS_REGIONAL_ENDPOINTS", Form::Word(&["legacy", "regional"])),
    ("AWS_SDK_UA_APP_ID", Form::Line),
    ("AWS_EXECUTION_ENV", Form::Line),
    ("AWS_DEFAULTS_MODE", Form::Line),
    ("AWS_MFA_CODE", Form::Line),
    ("AWS_DISABLE_REQUEST_COMPRESSION", FLAG),
    ("HTTP_PROXY", Form::Proxy),
    ("http_proxy", Form::Proxy),
    ("HTTPS_PROXY", Form::Proxy),
    ("https_proxy", Form::Proxy),
    ("ALL_PROXY", Form::Proxy),
    ("all_proxy", Form::Proxy),
    ("NO_PROXY", Form::Line),
    ("no_proxy", Form::Line),
];

/// What the endpoints of single services start with.
const SERVICE_ENDPOINT: &str = "AWS_ENDPOINT_URL_";

/// Whether a variable is one of those.
pub fn is_read(name: &str) -> bool {
    form(name).is_some() || ["HOME", "USERPROFILE", "AWS_LOGIN_CACHE_DIRECTORY"].contains(&name)
}

/// What must not be shown of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// All of it: it is a key or a token.
    Credential,
    /// All of it: it is a code of an MFA device.
    Code,
    /// The password in it.
    Url,
}

/// What must not be shown of the variable of this name.
pub fn kept(name: &str) -> Option<Kept> {
    match (name, form(name)?) {
        ("AWS_MFA_CODE", _) => Some(Kept::Code),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", _) | (_, Form::Secret) => Some(Kept::Credential),
        (_, Form::Server | Form::Proxy) => Some(Kept::Url),
        _ => None,
    }
}

pub(super) fn form(name: &str) -> Option<Form> {
    let listed = READ.iter().find(|(read, _)| *read == name).map(|(_, form)| *form);
    listed.or(name.starts_with(SERVICE_ENDPOINT).then_some(Form::Server))
}
