//! Patterns, the messages they match and do not, and the errors of those that are none.

use proptest::prelude::*;

use super::*;

fn check(pattern: &str, message: &str, expect: bool) {
    let parsed = parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    assert_eq!(parsed.matches(message), expect, "{pattern} on {message}");
}

fn refuse(pattern: &str, offset: usize, message: &str, remedy: &str) {
    let error = parse(pattern).expect_err(pattern);
    assert_eq!((error.offset, error.message.as_str(), error.remedy.as_str()), (offset, message, remedy));
}

#[test]
fn the_empty_pattern_matches_everything() {
    for pattern in ["", " "] {
        check(pattern, "", true);
        check(pattern, "anything", true);
    }
}

#[test]
fn terms() {
    check("ERROR", "[ERROR] fatal", true);
    check("ERROR", "Exiting with ERRORCODE: -1", true);
    check("ERROR", "error", false);
    check("ERROR Exception", "[ERROR] Caught IllegalArgumentException", true);
    check("ERROR Exception", "[ERROR] something", false);
    check("?ERROR ?WARN", "WARN message", true);
    check("?ERROR ?WARN", "INFO message", false);
    check("ERROR -WARN", "ERROR message", true);
    check("ERROR -WARN", "ERROR WARN message", false);
    check("\"ERROR\" - \"Exiting\"", "Exiting with ERRORCODE", false);
    check("-ERROR", "fine", true);
    check("\"GET /index.html\"", "\"GET /index.html HTTP/1.0\"", true);
    check(r#""say \"hi\" C:\dir\\""#, r#"say "hi" C:\dir\"#, true);
    check("\"接続\"", "接続しました", true);
    // `?` terms lose their effect beside others.
    check("?ERROR ?WARN REQUEST", "INFO REQUEST", true);
    check("?ERROR -REQUEST", "INFO", true);
}

#[test]
fn malformed_terms() {
    refuse("user.name", 4, "`.` is allowed only inside double quotes", "write \"user.name\"");
    refuse("a  b-c", 4, "`-` is allowed only inside double quotes", "write \"b-c\"");
    refuse("a \"b", 2, "this quote is not closed", "close it with `\"`");
    refuse(
        "ERROR*",
        5,
        "`*` is not a wildcard in a term",
        "write ERROR: a term matches anywhere in an event",
    );
    refuse("a ?", 3, "a term is missing", "write a word or a \"quoted phrase\"");
    refuse(&"a".repeat(1025), 1024, "the pattern has 1025 characters", "shorten it to 1024 characters");
    assert!(parse(&format!("\"{}\"", "あ".repeat(1022))).is_ok());
}

const EVENT: &str = r#"{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","list":["value",[0,4]],
    "objects":[{"id":1},{"id":2}],"none":null,"flag":true,"off":false,"latency":512.5,"code":"400",
    "a-b_c":{"x y":"z"},"user":{"email":"John.Stiles@example.com"}}"#;

#[test]
fn json_comparisons() {
    for pattern in [
        r#"{ $.eventType = "UpdateTrail" }"#,
        "{$.eventType=UpdateTrail}",
        "{ $.eventType = Update* }",
        "{ $.eventType = *Trail }",
        r#"{ $.eventType = "*dateTr*" }"#,
        "{ $.sourceIPAddress != 123.123.* }",
        r#"{ $.list[0] = "value" }"#,
        "{ $.list[1][1] = 4 }",
        "{ $.objects[1].id = 2 }",
        r#"{ $["a-b_c"]["x y"] = z && $.a-b_c["x y"] = z }"#,
        "{ $.latency >= 512.5 && $.latency < 1e3 && $.latency > +5 && $.latency <= 10E3 }",
        "{ $.latency = * }",
        "{ $.latency = 512.5 && $.latency != 500 && $.latency = 5* }",
        "{ $.code = 400 }",
        "{ $.none IS NULL }",
        "{ $.flag IS TRUE && $.off IS FALSE && $.nothing NOT EXISTS }",
        r"{ $.user.email = %^John\.[A-Z]\w+@% }",
    ] {
        check(pattern, EVENT, true);
    }
}

#[test]
fn json_comparisons_that_fail() {
    check("{ $.eventType = updatetrail }", EVENT, false);
    check("{ $.eventType = Upd*Trail }", EVENT, false);
    check("{ $.eventType = %^Trail% }", EVENT, false);
    check("{ $.list = value }", EVENT, false);
    check("{ $.list != value }", EVENT, false);
    check("{ $.nothing != value }", EVENT, false);
    check("{ $.nothing IS NULL }", EVENT, false);
    check("{ $.none NOT EXISTS }", EVENT, false);
    check("{ $.flag IS FALSE }", EVENT, false);
    check("{ $.code > 300 }", EVENT, false);
    check("{ $.eventType = UpdateTrail }", "eventType = UpdateTrail", false);
    check("{ $.nothing NOT EXISTS }", "not json", false);
}

#[test]
fn json_precedence() {
    let user = "$.eventType = UpdateTrail";
    check(&format!("{{ {user} || $.code = 1 && $.code = 2 }}"), EVENT, true);
    check(&format!("{{ ({user} || $.code = 1) && $.code = 2 }}"), EVENT, false);
    check(&format!("{{ (({user})) }}"), EVENT, true);
}

#[test]
fn malformed_json_patterns() {
    refuse(
        "{ $.a = 1",
        9,
        "`&&`, `||` or `}` is missing before the end of the pattern",
        "join conditions with `&&` or `||`, and close the pattern with `}`",
    );
    refuse("{ a = 1 }", 2, "a selector is missing before `a`", "write a selector such as `$.level`");
    refuse("{ $ = 1 }", 3, "`$` alone selects nothing", "write a selector such as `$.level`");
    refuse(
        "{ $.a EXISTS }",
        6,
        "`EXISTS` alone is not supported",
        "write `NOT EXISTS`, or `= *` for a value",
    );
    refuse(
        "{ $.a IS NOT NULL }",
        6,
        "`IS NOT` is not supported",
        "write `IS TRUE`, `IS FALSE`, `IS NULL` or `!=`",
    );
    refuse("{ $.a == 1 }", 7, "a value with `=` needs quotes", "write the value in double quotes");
    refuse(
        "{ $.a IS 5 }",
        9,
        "`IS` must be followed by NULL, TRUE or FALSE",
        "write `IS NULL`, or `=` for a value",
    );
    refuse(
        "{ $.a }",
        6,
        "an operator is missing before `}`",
        "write one of =, !=, <, <=, >, >=, IS NULL, IS TRUE, IS FALSE or NOT EXISTS",
    );
    refuse("{ $.a > x }", 8, "only numbers can be compared by size", "write a number such as 500");
    refuse("{ $.a = x@y }", 9, "a value with `@` needs quotes", "write the value in double quotes");
    refuse("{ ($.a = 1 }", 11, "`)` is missing before `}`", "close the parenthesis");
    let brackets = "write `[0]`, `[*]` or `['any name']`";
    refuse("{ $.a[x] = 1 }", 6, "brackets hold an index, `*` or a quoted name", brackets);
    refuse("{ $.a[-1] = 1 }", 6, "brackets hold an index, `*` or a quoted name", brackets);
    refuse("{ $.['a] = 1 }", 5, "this quote is not closed", "close it with `'`");
    let quoted = "write letters, digits, `_` and `-`, or `$.['any name']`";
    refuse(r#"{ $."sc-status" = 5* }"#, 4, "a property name is missing before `\"`", quoted);
    refuse("{ $.a = 'Root' }", 8, "a value with `'` needs quotes", "write the value in double quotes");
    refuse(
        "{ $.a[*].b[*] = 1 }",
        2,
        "the selector has more than one wildcard",
        "keep one `[*]` or `.*` in a selector",
    );
    refuse(
        "{ $.a[*] = 1 || $.b.* = 1 || $.c[*] = 1 || $.* = 1 }",
        52,
        "the pattern has 4 wildcard selectors",
        "keep at most 3",
    );
    refuse("{ $.a = 1 } x", 12, "the pattern ends before `x`", "remove what follows the closing bracket");
    refuse(
        "{ $.a = %a% || $.b = %b% || $.c = %c% }",
        39,
        "the pattern has 3 regular expressions",
        "keep at most 2",
    );
    refuse(&format!("{{ {}", "(".repeat(200)), 131, "parentheses are nested too deeply", "nest at most 128");
}

const LINE: &str = r#"127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#;

#[test]
fn space_delimited() {
    for pattern in [
        "[ip, user, username, timestamp, request, status_code, bytes]",
        "[ip, user, username, timestamp, request = *.html*, status_code = 4*, bytes]",
        "[..., request=*.html*, status_code=4*,]",
        "[ip, ...]",
        "[ip, user, ..., status_code, bytes > 1000]",
        "[...]",
        "[..., status_code = 404 || status_code = 410, bytes]",
        "[..., status_code >= 400 && status_code != 403 && status_code < 5e2, bytes]",
        r#"[ip = "127.0.0.1", ..., timestamp = "10/Oct/2000:13:25:15 -0700", request, code, bytes]"#,
        r"[ip=%127\.0\.0\.[1-9]%, ...]",
    ] {
        check(pattern, LINE, true);
    }
    for pattern in [
        "[ip, user]",
        "[ip, user, username, timestamp, request, status_code, bytes, more]",
        "[a, b, c, d, e, f, g, ..., h]",
        "[..., status_code = 5*, bytes]",
        "[..., bytes < 1000]",
        "[ip = frank, ...]",
        "[..., username > 1, timestamp, request, status_code, bytes]",
    ] {
        check(pattern, LINE, false);
    }
    check("[w1=ERROR, w2]", "ERROR message", true);
    check("[w1=ERROR, w2]", "ERROR WARN message", false);
    check("[w1!=ERROR&&w1!=WARN, w2]", "INFO message", true);
    check("[a, b]", "x [never closed", false);
    check("[a, b, c]", "x [never closed", true);
}

#[test]
fn malformed_space_delimited_patterns() {
    refuse(
        "[a, b",
        5,
        "`,` or `]` is missing before the end of the pattern",
        "separate fields with `,` and close the pattern with `]`",
    );
    refuse("[..., a, ...]", 9, "`...` appears twice", "keep one `...` and name the other fields");
    refuse(
        "[a = 1 && b = 2]",
        10,
        "conditions joined here must all be on `a`",
        "write each field in its own place, separated by `,`",
    );
    refuse("[a = 1 || a]", 11, "a comparison is missing", "write `a = value`");
}

#[test]
fn regular_expressions() {
    check("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", true);
    check("%[Ee]rror|[Ff]ail%", "it failed: Fail", true);
    check(r"%\d{1,3}\.\d{1,3}\s\x41%", "at 10.20 A", true);
    check("%^ERROR$%", "an ERROR", false);
    check("%colou?r% -%gr[ae]y%", "color grey", false);
}

#[test]
fn malformed_regular_expressions() {
    let allowed = "write letters, digits and `:_#=@/;,-`, or escape it with `\\`";
    refuse("%something!%", 10, "`!` is not supported in a regular expression", allowed);
    refuse(
        "%(a|b)%",
        1,
        "`(` is not supported in a regular expression",
        "write the alternatives out, because there are no groups; `\\` makes it literal",
    );
    refuse(
        r"%a\q%",
        2,
        r"`\q` is not supported in a regular expression",
        r"after a backslash, write one of dDsSwW, `xhh` or the symbol that is meant literally",
    );
    refuse(
        "%接続%",
        1,
        "`接` is not supported in a regular expression",
        "leave it out, because only ASCII is supported; `.` matches any character",
    );
    refuse("%a", 0, "this regular expression is not closed", "close it with `%`");
    refuse("%%", 1, "the regular expression is empty", "write an expression between the percent signs");
    assert!(parse("%[a%").unwrap_err().message.starts_with("the regular expression does not parse"));
}

/// Expects this example of a pattern; `M` stands for the mark in it, and without an example none can be made up.
#[track_caller]
fn example(pattern: &str, expect: &str) {
    let parsed = parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let mark = Mark { lead: "test:", key: "mark", value: "0b5c2ee1-aaaa" };
    let made = parsed.example(&mark).unwrap_or_default();
    assert_eq!(
        made.replace("mark=0b5c2ee1-aaaa", "M").replace(r#""mark":"0b5c2ee1-aaaa""#, "M"),
        expect,
        "{pattern}"
    );
}

#[test]
fn examples_of_terms() {
    example("", "test: M");
    example("ERROR", "test: ERROR M");
    example("ERROR \"two words\"", "test: ERROR two words M");
    example("ERROR -test", "ERROR M");
    example("?A ?\"b c\"", "test: A M");
    example("?A B -C", "test: B M");
    example("-C", "test: M");
    example("AB -A", "");
    example("A -mark", "");
    example("ERROR -%[0-9]%", "");
}

#[test]
fn examples_of_regular_expressions() {
    example("%E+%", "test: E M");
    example("%^ERROR:% user", "ERROR: test: user M");
    example("%[45][0-9]{2}$%", "test: M 401");
    example("%AUTHORI[SZ]ED|denied%", "test: AUTHORISED M");
    example(r"%\d{1,3}\.\d{1,3}\s\x41%", "test: 0.0 A M");
    example(r"%colou?r% -%\w+:\scolor%", "color M");
    example(r"%^[^ab]c{2,}\[x\]% -test", "ccc[x] M");
    example(r"%^[^ab]c{2,}\[x\]$%", "");
    example("%^.*$%", "test: M");
    example(r"%^\S*$%", "M");
    example("%^id:[a-z0-9=-]{20,}$%", "id:Mab");
    example("%^[a-f]+$%", "");
    example("%[z]% -%z$%", "test: z M");
}

#[test]
fn examples_of_json() {
    example(r#"{ $.level = "error" && $.x = 1 }"#, r#"{"level":"error","x":1,M}"#);
    example(r#"{ $.a.b[1] = "*x*" || $.c = 1 }"#, r#"{"a":{"b":[null,"x"]},M}"#);
    example("{ $.a = %x[0-9]% || $.b >= 2.5 }", r#"{"a":"x0",M}"#);
    example("{ $.a > 1 && $.b < 1 && $.c != 1 }", r#"{"a":2,"b":0,"c":2,M}"#);
    example(
        "{ $.a IS TRUE && $.b IS NULL && $.c NOT EXISTS && $.d IS FALSE }",
        r#"{"a":true,"b":null,"d":false,M}"#,
    );
    example(r#"{ $.a != "x" && $.b = * }"#, r#"{"a":"logpipe","b":"logpipe",M}"#);
    example("{ $.code >= 500 && $.code != 500 && $.code < 600 }", r#"{"code":501,M}"#);
    example("{ $.x > 1.1 && $.x < 1.2 }", r#"{"x":1.15,M}"#);
    example("{ $.p = /api/* && $.p = *.json }", r#"{"p":"/api/.json",M}"#);
    example("{ ($.a = 1 || $.b = 2) && $.a = 3 }", r#"{"b":2,"a":3,M}"#);
    example("{ $.a = 1 && $.a = 2 }", "");
    example("{ $.a = 1 && $.a.b = 2 }", "");
    example("{ $.a[100000] = 1 }", "");
    example("{ $[0].a = 1 }", r#"[{"a":1},{M}]"#);
    example("{ $.a[*].b = 1 && $.['c.d'].* = x }", r#"{"a":[{"b":1}],"c.d":{"any":"x"},M}"#);
    example("{ $.mark NOT EXISTS }", "");
}

#[test]
fn examples_of_space_delimited_patterns() {
    example("[a, b = 404]", "M 404");
    example("[ip, user, ..., code = 4*, bytes > 1000]", "logpipe logpipe M 4 1001");
    example("[...]", "M");
    example("[a = ERROR, b != WARN]", "ERROR M");
    example("[a = \"two words\", b]", "\"two words\" M");
    example("[code >= 400 && code < 500, request = *.html*]", "400 .html,M");
    example("[code = 1 || code = 2, what = %^[a-z=0-9-]+$%]", "1 M");
    example("[a = 1]", "");
    example("[a = 1, b = x]", "");
    example("[a, b = 1 && b = 2]", "");
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_fail_otherwise_than_by_an_error(text in "[{\\[(]?[ -~あ]{0,60}", message in ".{0,40}") {
        match parse(&text) {
            Ok(pattern) => { pattern.matches(&message); }
            Err(error) => prop_assert!(error.offset <= text.len() && text.is_char_boundary(error.offset)),
        }
    }

    #[test]
    fn whatever_example_is_made_up_matches_and_is_marked(text in "[{\\[%]?[ $.a-c=\"*<>1%?&|^+-]{0,30}[}\\]%]?") {
        let mark = Mark { lead: "test:", key: "mark", value: "0b5c2ee1" };
        if let Ok(pattern) = parse(&text) && let Some(example) = pattern.example(&mark) {
            prop_assert!(pattern.matches(&example) && example.contains("0b5c2ee1"), "{example}");
        }
    }

    #[test]
    fn a_quoted_phrase_matches_whatever_contains_it(before in ".{0,9}", phrase in "[^\"\\\\]{1,9}", after in ".{0,9}") {
        let pattern = parse(&format!("\"{phrase}\"")).unwrap();
        let message = format!("{before}{phrase}{after}");
        prop_assert!(pattern.matches(&message));
    }
}

#[test]
fn named_values_are_shown() {
    let check = |pattern: &str, message: &str, expect: &[(&str, &str)]| {
        let values = parse(pattern).unwrap().values(message);
        let found: Vec<(&str, &str)> =
            values.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(found, expect, "{pattern} on {message}");
    };
    check("ERROR", "ERROR a", &[]);
    let pattern = r#"{ $.code = 4* || ($.list[1][0] = 0 && $["a b"].c = 1 && $.none = 2) }"#;
    let message = r#"{"code":"404","list":["x",[0]],"a b":{"c":1}}"#;
    check(pattern, message, &[("$.['a b'].c", "1"), ("$.code", "404"), ("$.list[1][0]", "0")]);
    check("{ $.a = 1 }", "no json", &[]);
    check(
        "[ip, , ..., status = 4*, size]",
        "1.2.3.4 u x y 404 12",
        &[("$ip", "1.2.3.4"), ("$size", "12"), ("$status", "404")],
    );
}
