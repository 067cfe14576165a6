//! Patterns as people have them: of the guide's pages, and of public templates and modules.

use super::*;

/// Documented, or in wide use: taken without a doubt.
const TAKEN: &[&str] = &[
    // CloudWatch Logs User Guide, "Filter pattern syntax".
    "\" \"",
    "?ERROR ?ARGUMENTS",
    "ERROR -ARGUMENTS",
    "%AUTHORIZED%",
    r"%10\.10\.0\.1%",
    r"%\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}%",
    r"%\[.\]%",
    "%a{3,5}%",
    "%a{,5}%",
    "%a{3,}%",
    r"%\x28%",
    r#"{ $.eventType = "UpdateTrail" }"#,
    "{ $.sourceIPAddress != 123.123.* }",
    "{ $.eventType = %Trail% }",
    "{ $.arrayKey[*] = %val.{2}% }",
    r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }",
    "{ $.['cluster.name'] = \"c\" }",
    "{ $.SomeObject IS NULL }",
    "{ $.SomeOtherObject NOT EXISTS }",
    "{ $.errorCode = 400}",
    "{ $.number[0] = 1e+3 }",
    "{ $.number[0] != 1e-3 }",
    r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#,
    r#"{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }"#,
    r"[ip=%127\.0\.0\.[1-9]%, user, username, timestamp, request =*.html*, status_code = 4*, bytes]",
    "[..., request =*.html*, status_code = 4*, bytes]",
    "[ip, user, username, timestamp, request =*.html*, status_code = 404 || status_code = 410, bytes]",
    "[w1!=ERROR && w1!=WARNING, w2]",
    "[logLevel, date, time, method, url=%/service/resource/[0-9]+/part/[0-9]+$%, response_time]",
    // CIS AWS Foundations Benchmark, as public templates write it.
    r#"{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }"#,
    r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }"#,
    r#"{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}"#,
    "{($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }",
    "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }",
    // The console's formats for Lambda, VPC flow logs and CloudTrail.
    r#"[timestamp=*Z, request_id="*-*", event]"#,
    "[version, account_id, interface_id, srcaddr != \"-\", dstaddr != \"-\", srcport, dstport, protocol, packets, bytes, start, end, action, log_status]",
    // Alarms of public modules.
    "\"Task timed out\"",
    "?\"Task timed out\" ?\"Process exited\" ?Error",
    "{ $.level = \"ERROR\" || $.level = \"FATAL\" }",
    "{ $.detail-type = \"Scheduled Event\" }",
    "{ $.findings[*].severity >= 7 }",
    "{ $.session.userInfo.groups[*] = \"bfa8*\" }",
    "{ $.latency = * }",
    "",
];

/// What the guide does not have: taken, and named.
const DOUBTED: &[(&str, &str, DoubtKind)] = &[
    (r#"{ $["a b"] = 1 }"#, "[\"a b\"]", DoubtKind::BracketsWithoutDot),
    ("{ $[0].a = 1 }", "[0]", DoubtKind::BracketsWithoutDot),
    ("{ $.a['b.c'] = 1 }", "['b.c']", DoubtKind::BracketsWithoutDot),
    (r#"{ $.["x y"] = 1 }"#, ".[\"x y\"]", DoubtKind::DoubleQuotedName),
    ("{ $.@l = \"Error\" }", "@l", DoubtKind::PropertyName),
    ("{ $.path = /api/* }", "/api/*", DoubtKind::BareValue),
    ("{ $.a = a-b }", "a-b", DoubtKind::BareValue),
    ("{ $.a is null }", "is", DoubtKind::KeywordCase),
    ("エラー", "エラー", DoubtKind::BareTerm),
    ("\"a\"b", "\"a\"", DoubtKind::AdjacentTerms),
    ("\"\"", "\"\"", DoubtKind::EmptyPhrase),
    ("%ERROR|WARN% -\"health check\"", "%ERROR|WARN% -\"health check\"", DoubtKind::RegexBesideTerms),
    ("%^starting|^shutting down%", " ", DoubtKind::RegexSpace),
    (r"%\bERROR\b%", r"\b", DoubtKind::RegexEscape),
    (r"%a\!%", r"\!", DoubtKind::RegexEscape),
];

#[test]
fn documented_and_public_patterns_are_taken() {
    for pattern in TAKEN {
        let parsed = parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(parsed.doubts(), &[], "{pattern}");
        assert_eq!(parsed.surprises(), &[], "{pattern}");
    }
}

#[test]
fn what_the_guide_leaves_open_is_taken_and_named() {
    for (pattern, part, kind) in DOUBTED {
        let parsed = parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        let doubt = parsed.doubts().first().unwrap_or_else(|| panic!("{pattern} has no doubt"));
        assert_eq!((doubt.text.as_str(), doubt.kind), (*part, *kind), "{pattern}");
        assert!(pattern[doubt.offset..].trim_start().starts_with(*part) || *part == " ", "{pattern}");
    }
}

#[test]
fn names_with_dots_and_wildcards_find_what_they_select() {
    let event = r#"{"a.b":"c","list":[1,{"id":7},[3]],"object":{"x":"1","y":null},"none":[]}"#;
    let check = |pattern: &str, expect: bool| {
        let parsed = parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(parsed.matches(event), expect, "{pattern}");
    };
    check("{ $.['a.b'] = c }", true);
    check("{ $.a.b = c }", false);
    check("{ $.list[*] = 1 }", true);
    check("{ $.list[*] = 2 }", false);
    check("{ $.list[*].id = 7 }", true);
    check("{ $.object.* = 1 }", true);
    check("{ $.object.* IS NULL }", true);
    check("{ $.none[*] NOT EXISTS }", true);
    check("{ $.list.* = 1 }", false);
}

#[test]
fn what_is_most_likely_not_meant_is_known() {
    let check = |pattern: &str, expect: &[Surprise]| {
        assert_eq!(parse(pattern).unwrap().surprises(), expect, "{pattern}");
    };
    let text = |text: &str| text.to_owned();
    check("[ERROR]", &[Surprise::OneField { field: text("ERROR") }]);
    check("[level=ERROR]", &[Surprise::OneField { field: text("level") }]);
    check("[ERROR, ...]", &[]);
    let ignored = Surprise::OptionalTermsIgnored {
        ignored: vec![text("ERROR")],
        required: vec![],
        excluded: vec![text("\"health check\"")],
    };
    check("?ERROR -\"health check\"", &[ignored]);
    let ignored = Surprise::OptionalTermsIgnored {
        ignored: vec![text("A")],
        required: vec![text("B")],
        excluded: vec![],
    };
    check("?A B", &[ignored]);
    check("ERROR OR WARN", &[Surprise::OperatorAsTerm { word: text("OR") }]);
    check("a \"b c\" -\"b c\"", &[Surprise::MatchesNothing { term: text("\"b c\"") }]);
    check("ERROR -error -ERRORS", &[]);
    check("OR", &[]);
}
