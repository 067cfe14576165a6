//! Which names AWS takes.

use crate::topology::keys::forms::Form;
use crate::topology::keys::forms::names::*;

fn check(form: Form, name: &str, expected: &str) {
    let found = form.check(name).err().unwrap_or_default();
    assert!(found.contains(expected) && found.is_empty() == expected.is_empty(), "{name}: {found}");
}

#[test]
fn buckets() {
    for name in ["abc", "logs-1.example", "a1b", &"a".repeat(63)] {
        check(BUCKET, name, "");
    }
    check(BUCKET, "ab", "at least 3");
    check(BUCKET, &"a".repeat(64), "64 characters");
    check(BUCKET, "Logs", "not `L`");
    check(BUCKET, "-logs", "starts and ends");
    check(BUCKET, "logs.", "starts and ends");
    check(BUCKET, "lo..gs", "two dots");
    check(BUCKET, "10.0.0.1", "IP address");
    check(BUCKET, "192.168.05.999", "IP address");
    check(BUCKET, "10.0.0.1.logs", "");
    check(BUCKET, "xn--logs", "prefixes");
    check(BUCKET, "logs--x-s3", "suffixes");
}

#[test]
fn objects() {
    check(OBJECT, "logpipe/central-logs.json", "");
    check(OBJECT, "", "at least 1");
    check(OBJECT, "logpipe/", "no `/` at its ends");
    check(OBJECT, "/a", "no `/` at its ends");
    check(OBJECT, "a/../b", "`..`");
    check(OBJECT, "a b", "not ` `");
    check(OBJECT, &"k".repeat(1025), "1025 characters");
}

#[test]
fn log_groups_and_filters() {
    check(LOG_GROUP, "/aws/lambda/web_1#x", "");
    check(LOG_GROUP, "aws/web", "reserved");
    check(LOG_GROUP, "/app web", "not ` `");
    check(LOG_GROUP, &"a".repeat(513), "513 characters");
    check(LOG_GROUP_GLOB, "/app/{a,b}", "not `{`");
    check(FILTER, "a:b", "not `:`");
    check(DESTINATION, "a*", "a destination name");
}

#[test]
fn roles_and_sessions() {
    check(ROLE, "logpipe+x=1,@.-", "");
    check(ROLE, "ops/x", "not `/`");
    check(ROLE, &"r".repeat(65), "65 characters");
    check(ROLE_WITH_PATH, "ops/LogpipeDeployer", "");
    check(ROLE_WITH_PATH, "/LogpipeDeployer", "no empty part");
    check(ROLE_WITH_PATH, &format!("ops/{}", "r".repeat(65)), "at most 64");
    check(SESSION, "x", "at least 2");
    check(EXTERNAL_ID, "a b", "not ` `");
}

#[test]
fn policies_profiles_and_instances() {
    check(POLICY, &"p".repeat(128), "");
    check(POLICY, &"p".repeat(129), "a policy name at most 128");
    check(INSTANCE_PROFILE, "a/b", "an instance profile name is made of");
    check(INSTANCE, "i-0134c94a753025b8b", "");
    check(INSTANCE, "i-0134c94a", "");
    check(INSTANCE, "i-0134c94a7", "8 or 17");
    check(INSTANCE, "i-0134c94i", "8 or 17");
    check(INSTANCE, "ii0134c94a", "8 or 17");
    check(INSTANCE, "i-0134C94A", "not `C`");
    check(INSTANCE, "i-0", "at least 10");
}

#[test]
fn what_policies_and_agents_name() {
    check(LOG_GROUP_RESOURCE, "/aws/ec2/*", "");
    check(LOG_GROUP_RESOURCE, "*", "");
    check(LOG_GROUP_RESOURCE, "/app/[ab]", "not `[`");
    check(PARAMETER_RESOURCE, "AmazonCloudWatch-*", "");
    check(PARAMETER_RESOURCE, "a b", "not ` `");
    check(PRINCIPAL_TAG_KEY, "logpipe:topology", "");
    check(ACTION, "s3:PutObject", "");
    check(ACTION, "execute-api:Invoke", "");
    check(ACTION, "s3:Put*", "not `*`");
    check(ACTION, "PutObject", "service:Action");
    check(ACTION, "S3:PutObject", "lower case");
    check(ACTION, "a:b:c", "service:Action");
    check(LOG_FILE, "/var/log/**.log", "");
    check(LOG_FILE, "C:\\logs\\app.log", "");
    check(LOG_FILE, "C:logs", "absolute");
    check(LOG_FILE, "\u{e9}:\\x", "absolute");
    check(LOG_FILE, "var/log", "absolute");
}

#[test]
fn tags_and_extensions() {
    check(TAG_KEY, "Cost Center", "");
    check(TAG_KEY, "AWS:x", "reserved by AWS");
    check(TAG_KEY, "logpipe:topology", "owns");
    check(TAG_VALUE, "", "");
    check(TAG_VALUE, "a;b", "not `;`");
    check(FILE_EXTENSION, ".json.gz", "");
    check(FILE_EXTENSION, "json", "starts with a dot");
    check(FILE_EXTENSION, ".JSON", "not `J`");
}
