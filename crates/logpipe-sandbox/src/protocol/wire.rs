//! What can be read off any request before a service looks at it: the credential, the host, form parameters.
//!
//! Owns SigV4's outer form. The signature itself is not verified.

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use logpipe_identifiers::Region;

/// A request as it arrives, body included.
pub type WireRequest = http::Request<Bytes>;
/// A response as it leaves, body included.
pub type WireResponse = http::Response<Bytes>;

/// The credential of a SigV4 request: who, and for which service in which region it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    /// The access key id.
    pub(crate) access_key: String,
    /// The signing region.
    pub(crate) region: Region,
    /// The signing name of the service.
    pub(crate) service: String,
    /// The session token, if there is one.
    pub(crate) token: Option<String>,
}

impl Credential {
    /// The credential of a request, from its `Authorization` header or its presigned query.
    pub(crate) fn of(request: &WireRequest) -> Option<Self> {
        let query = Parameters::parse(request.uri().query().unwrap_or_default());
        let (scope, token) = match header(request, "authorization") {
            Some(authorization) => (
                credential_field(authorization)?.to_owned(),
                header(request, "x-amz-security-token").map(str::to_owned),
            ),
            None => (
                query.get("X-Amz-Credential")?.to_owned(),
                query.get("X-Amz-Security-Token").map(str::to_owned),
            ),
        };
        let parts: Vec<&str> = scope.split('/').collect();
        match parts.as_slice() {
            [access_key, _date, region, service, "aws4_request"] => Some(Self {
                access_key: (*access_key).to_owned(),
                region: region.parse().ok()?,
                service: (*service).to_owned(),
                token,
            }),
            _ => None,
        }
    }
}

fn credential_field(authorization: &str) -> Option<&str> {
    authorization
        .strip_prefix("AWS4-HMAC-SHA256")?
        .split(',')
        .find_map(|field| field.trim().strip_prefix("Credential="))
}

/// A header's text.
pub(crate) fn header<'a>(request: &'a WireRequest, name: &str) -> Option<&'a str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The host without its port, from the URI or the `Host` header.
pub(crate) fn host(request: &WireRequest) -> &str {
    let authority = request.uri().authority().map(|authority| authority.as_str());
    let host = authority.or_else(|| header(request, "host")).unwrap_or_default();
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Decodes percent-encoding; invalid UTF-8 becomes replacement characters.
pub(crate) fn percent_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The parameters of a query string or a form body, in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads `a=1&b=2`, with `+` as a space.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decode(&name.replace('+', " ")), percent_decode(&value.replace('+', " ")))
        });
        Self(pairs.collect())
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there, with or without a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// A numbered list of single values: `Name.member.1`, `Name.member.2`, …
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|index| self.get(&format!("{name}.member.{index}"))).collect()
    }

    /// A numbered list as EC2 writes it: `Name.1`, `Name.2`, …
    pub(crate) fn numbered(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|index| self.get(&format!("{name}.{index}"))).collect()
    }

    /// A numbered list of key-value pairs: `Tags.member.1.Key`, `Tags.member.1.Value`, …
    pub(crate) fn pairs(&self, name: &str) -> Vec<(String, String)> {
        (1..)
            .map_while(|index| {
                let key = self.get(&format!("{name}.member.{index}.Key"))?;
                let value = self.get(&format!("{name}.member.{index}.Value")).unwrap_or_default();
                Some((key.to_owned(), value.to_owned()))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(authorization: &str) -> WireRequest {
        http::Request::builder()
            .uri("https://bucket.s3.eu-west-1.amazonaws.com/key")
            .header("authorization", authorization)
            .body(Bytes::new())
            .unwrap()
    }

    #[test]
    fn the_credential_names_key_region_and_service() {
        let credential = Credential::of(&request(
            "AWS4-HMAC-SHA256 Credential=SANDBOX111111111111/20260101/eu-west-1/logs/aws4_request, \
             SignedHeaders=host, Signature=0",
        ))
        .unwrap();
        assert_eq!(credential.access_key, "SANDBOX111111111111");
        assert_eq!(credential.region.as_str(), "eu-west-1");
        assert_eq!(credential.service, "logs");
    }

    #[test]
    fn other_schemes_carry_no_credential() {
        for authorization in ["Bearer x", "AWS4-HMAC-SHA256 Credential=a/b/c", ""] {
            assert_eq!(Credential::of(&request(authorization)), None, "{authorization}");
        }
    }

    #[test]
    fn forms_are_decoded() {
        let form = Parameters::parse("Action=TagRole&Tags.member.1.Key=a+b&Tags.member.1.Value=%7B%7D&flag");
        assert_eq!(form.get("Action"), Some("TagRole"));
        assert_eq!(form.pairs("Tags"), [("a b".to_owned(), "{}".to_owned())]);
        assert!(form.has("flag"));
    }
}
