//! Whether an answer comes from AWS: a failure has AWS's own code, a success has the form and the parts that its call
//! requires.

use aws_smithy_runtime_api::http::Headers;
use serde_json::Value;

use super::asked::AskedCall;
use super::document::Element;
use super::flaw::Flaw;
use super::parts::{missing_in_json, missing_in_xml, unread_in_json, unread_in_xml};
use super::shape::{self, Form, Shape};

/// The elements that hold AWS's code, by the root of a failure: Query, EC2, S3.
const CODES: [(&str, &[&str]); 3] =
    [("ErrorResponse", &["Error", "Code"]), ("Response", &["Errors", "Error", "Code"]), ("Error", &["Code"])];

/// An answer, its body in hand.
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) headers: &'a Headers,
    /// Whether the request was a HEAD, whose answers have no body.
    pub(super) head: bool,
    pub(super) body: &'a [u8],
}

impl Answer<'_> {
    /// Judges it as the answer to what was asked.
    pub(super) fn judged(&self, asked: &AskedCall) -> Result<(), Flaw> {
        let AskedCall { service, operation, .. } = asked;
        if !(200..300).contains(&self.status) {
            return if self.says_a_code(service) { Ok(()) } else { Err(Flaw::NoCode) };
        }
        let Some(shape) = shape::of(service, operation) else {
            return Err(Flaw::Unlisted(format!("{service} {operation}")));
        };
        match shape.form {
            Form::Nothing => self.says_nothing(service, operation),
            Form::Object => self.has_request_id(),
            Form::Json => self.is_json(&shape),
            Form::Policy => self.is_policy(),
            Form::Xml(root) => self.is_xml(root, operation, &shape),
            Form::Cbor => self.is_cbor(&shape),
        }
    }

    /// A HEAD has no body that could contain a code, and an unchanged object has no code.
    fn says_a_code(&self, service: &str) -> bool {
        if self.head || self.status == 304 {
            return self.has_request_id().is_ok();
        }
        match service {
            "STS" | "IAM" | "EC2" | "S3" => self.xml().is_some_and(|root| {
                let path = CODES.iter().find(|(name, _)| *name == root.name).map(|(_, path)| *path);
                path.and_then(|path| root.at(path)).is_some_and(|code| is_code(&code.text))
            }),
            "CloudWatch" => self.is_map_with("__type"),
            _ => {
                let body = serde_json::from_slice::<Value>(self.body).unwrap_or_default();
                // The header alone says it of failures without a body (Smithy, "AWS JSON 1.1 protocol").
                let said = [body.get("__type"), body.get("code")];
                said.into_iter().flatten().filter_map(Value::as_str).any(is_code)
                    || body.is_object() && self.headers.get("x-amzn-errortype").is_some_and(is_code)
            }
        }
    }

    fn has_request_id(&self) -> Result<(), Flaw> {
        let said = ["x-amz-request-id", "x-amzn-requestid"]
            .into_iter()
            .any(|name| self.headers.get(name).is_some_and(|id| !id.is_empty()));
        if said { Ok(()) } else { Err(Flaw::NoRequestId) }
    }

    fn says_nothing(&self, service: &str, operation: &str) -> Result<(), Flaw> {
        self.has_request_id()?;
        if self.body.is_empty() {
            return Ok(());
        }
        if service == "S3" {
            // Emulators say a word, or name what they have done.
            let named = self.xml().is_some_and(|root| root.name == format!("{operation}Response"));
            let markup = self.body.trim_ascii_start().starts_with(b"<");
            return if named || !markup { Ok(()) } else { Err(Flaw::NotA("an empty body")) };
        }
        self.is_json(&Shape { form: Form::Json, has: &[], documents: &[] })
    }

    fn is_json(&self, shape: &Shape) -> Result<(), Flaw> {
        let value = serde_json::from_slice::<Value>(self.body).ok().filter(Value::is_object);
        let value = value.ok_or(Flaw::NotA("a JSON object"))?;
        let missing = missing_in_json(&value, shape.has);
        missing
            .or_else(|| unread_in_json(&value, shape.documents, shape.has))
            .map_or(Ok(()), |what| Err(Flaw::Lacks(what)))
    }

    fn is_policy(&self) -> Result<(), Flaw> {
        let shape = Shape { form: Form::Json, has: &["Statement"], documents: &[] };
        self.is_json(&shape)
    }

    fn is_xml(&self, root: &'static str, operation: &str, shape: &Shape) -> Result<(), Flaw> {
        let document = self.xml().ok_or(Flaw::NotA("a complete XML document"))?;
        let names = [root.to_owned(), format!("{operation}Response"), format!("{operation}Result")];
        if !names.contains(&document.name) {
            let name = if root.is_empty() { &names[1] } else { &names[0] };
            return Err(Flaw::Lacks(format!("`{name}`")));
        }
        let missing = missing_in_xml(&document, shape.has);
        missing
            .or_else(|| unread_in_xml(&document, shape.documents))
            .map_or(Ok(()), |what| Err(Flaw::Lacks(what)))
    }

    /// The SDK reads the whole of it, or nothing.
    fn is_cbor(&self, shape: &Shape) -> Result<(), Flaw> {
        if shape.has.is_empty() {
            // Of what has no output the body may be empty or an empty map (Smithy RPC v2 CBOR, "Response").
            let said = self.body.is_empty() || self.is_map();
            return if said { self.has_request_id() } else { Err(Flaw::NotA("a CBOR map")) };
        }
        let missing = shape.has.iter().find(|name| !self.is_map_with(name));
        missing.map_or(Ok(()), |name| Err(Flaw::Lacks(format!("`{name}`"))))
    }

    /// Whether the body begins as a CBOR map (RFC 8949, major type 5).
    fn is_map(&self) -> bool {
        self.body.first().is_some_and(|first| first >> 5 == 5)
    }

    /// Whether it does and holds a text.
    fn is_map_with(&self, text: &str) -> bool {
        self.is_map() && self.body.windows(text.len()).any(|window| window == text.as_bytes())
    }

    fn xml(&self) -> Option<Element> {
        Element::read(std::str::from_utf8(self.body).ok()?)
    }
}

/// Whether a text can be an error code: codes are names, with a namespace before them or a page after them at times.
fn is_code(text: &str) -> bool {
    let marks = "._-:/#";
    (1..=256).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || marks.contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<!DOCTYPE html><html><head><title>x</title></head><body>no</body></html>";

    fn judged(call: (&str, &str), status: u16, id: bool, body: &str) -> Result<(), Flaw> {
        let mut headers = Headers::new();
        if id {
            headers.insert("x-amzn-requestid", "r-1");
        }
        let head = call.1.starts_with("Head");
        Answer { status, headers: &headers, head, body: body.as_bytes() }
            .judged(&AskedCall::of(call.0, call.1))
    }

    #[track_caller]
    fn accepted(call: (&str, &str), status: u16, body: &str) {
        assert_eq!(judged(call, status, true, body), Ok(()), "{call:?} {status} {body}");
    }

    #[track_caller]
    fn refused(call: (&str, &str), status: u16, body: &str) {
        assert!(judged(call, status, true, body).is_err(), "{call:?} {status} {body}");
    }

    #[test]
    fn a_failure_without_a_code_is_not_of_aws() {
        let calls = [
            ("CloudWatch Logs", "DeleteLogGroup"),
            ("IAM", "DeleteRole"),
            ("S3", "DeleteBucket"),
            ("EC2", "DescribeTags"),
            ("CloudWatch", "GetMetricData"),
        ];
        for call in calls {
            for status in [302, 400, 403, 404, 407, 429, 500, 502, 503] {
                for body in ["", HTML, "{\"message\":\"Forbidden\"}", "Not Found", "<Error><Code>NoSuch"] {
                    assert_eq!(
                        judged(call, status, true, body),
                        Err(Flaw::NoCode),
                        "{call:?} {status} {body}"
                    );
                }
            }
        }
        accepted(("CloudWatch Logs", "DeleteLogGroup"), 400, r#"{"__type":"ResourceNotFoundException"}"#);
        accepted(("Firehose", "PutRecord"), 400, r#"{"__type":"com.amazonaws.firehose#X","message":"<>"}"#);
        accepted(
            ("IAM", "DeleteRole"),
            404,
            "<ErrorResponse xmlns=\"x\"><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>",
        );
        accepted(("S3", "DeleteBucket"), 404, "<Error><Code>NoSuchBucket</Code></Error>");
        accepted(
            ("EC2", "DescribeTags"),
            400,
            "<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code></Error></Errors></Response>",
        );
    }

    #[test]
    fn absence_in_answer_to_a_head_is_what_has_a_request_id() {
        for status in [301, 403, 404] {
            assert_eq!(judged(("S3", "HeadBucket"), status, true, ""), Ok(()));
            assert_eq!(judged(("S3", "HeadBucket"), status, false, ""), Err(Flaw::NoCode));
        }
    }

    #[test]
    fn a_success_is_in_the_form_of_its_call() {
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        accepted(("S3", "GetBucketPolicy"), 200, policy);
        for body in ["", HTML, &policy[..20], "[]", "{}", "null", "\"x\""] {
            refused(("S3", "GetBucketPolicy"), 200, body);
        }
        let groups = ("CloudWatch Logs", "DescribeLogGroups");
        accepted(groups, 200, r#"{"logGroups":[]}"#);
        accepted(groups, 200, r#"{"logGroups":[{"logGroupName":"a"}],"nextToken":"t"}"#);
        for body in
            ["", HTML, "{}", r#"{"logGroups":null}"#, r#"{"logGroups":[{}]}"#, r#"{"logGroups":[]"#, "[]"]
        {
            refused(groups, 200, body);
        }
        let put = ("CloudWatch Logs", "PutRetentionPolicy");
        accepted(put, 200, "");
        accepted(put, 200, "{}");
        refused(put, 200, HTML);
        assert_eq!(judged(put, 200, false, ""), Err(Flaw::NoRequestId));
        accepted(("S3", "DeleteBucketPolicy"), 204, "");
        refused(("S3", "DeleteBucketPolicy"), 200, HTML);
        refused(("S3", "PutBucketPolicy"), 200, "<Error><Code>InternalError</Code></Error>");
        let names = "<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames/></ListRolePoliciesResult></ListRolePoliciesResponse>";
        accepted(("IAM", "ListRolePolicies"), 200, names);
        refused(("IAM", "ListRolePolicies"), 200, &names[..60]);
        refused(("IAM", "ListRolePolicies"), 200, "<ListRolePoliciesResponse/>");
        refused(("IAM", "ListRolePolicies"), 200, HTML);
        refused(("CloudWatch", "GetMetricData"), 200, "");
        refused(("CloudWatch", "GetMetricData"), 200, HTML);
        refused(("CloudWatch", "PutMetricAlarm"), 200, HTML);
    }

    #[test]
    fn a_call_that_is_not_listed_is_never_taken_for_answered() {
        refused(("IAM", "DeleteEverything"), 200, "{}");
        refused(("Billing", "Pay"), 200, "{}");
    }
}
