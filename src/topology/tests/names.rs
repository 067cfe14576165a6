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
    check(BUCKET, "Logs", "`L` is not allowed");
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
    check(OBJECT, "", "cannot be empty");
    check(OBJECT, "logpipe/", "start or end with `/`");
    check(OBJECT, "/a", "start or end with `/`");
    check(OBJECT, "a/../b", "`..`");
    check(OBJECT, "a b", "` ` is not allowed");
    check(OBJECT, &"k".repeat(1025), "1025 characters");
}

#[test]
fn log_groups_and_filters() {
    check(LOG_GROUP, "/aws/lambda/web_1#x", "");
    check(LOG_GROUP, "aws/web", "reserved");
    check(LOG_GROUP, "/app web", "` ` is not allowed");
    check(LOG_GROUP, &"a".repeat(513), "513 characters");
    check(LOG_GROUP_GLOB, "/app/{a,b}", "`{` is not allowed");
    check(FILTER, "a:b", "`:` is not allowed");
    check(DESTINATION, "a*", "a destination name");
}

#[test]
fn roles_and_sessions() {
    check(ROLE, "logpipe+x=1,@.-", "");
    check(ROLE, "ops/x", "`/` is not allowed");
    check(ROLE, &"r".repeat(65), "65 characters");
    check(ROLE_WITH_PATH, "ops/LogpipeDeployer", "");
    check(ROLE_WITH_PATH, "/LogpipeDeployer", "an empty part");
    check(ROLE_WITH_PATH, &format!("ops/{}", "r".repeat(65)), "at most 64");
    check(SESSION, "x", "at least 2");
    check(EXTERNAL_ID, "a b", "` ` is not allowed");
}

#[test]
fn policies_profiles_and_instances() {
    check(POLICY, &"p".repeat(128), "");
    check(POLICY, &"p".repeat(129), "a policy name can have at most 128");
    check(INSTANCE_PROFILE, "a/b", "an instance profile name can contain");
    check(INSTANCE, "i-0134c94a753025b8b", "");
    check(INSTANCE, "i-0134c94a", "");
    check(INSTANCE, "i-0134c94a7", "8 or 17");
    check(INSTANCE, "i-0134c94i", "8 or 17");
    check(INSTANCE, "ii0134c94a", "8 or 17");
    check(INSTANCE, "i-0134C94A", "`C` is not allowed");
    check(INSTANCE, "i-0", "at least 10");
}

#[test]
fn what_policies_and_agents_name() {
    check(LOG_GROUP_RESOURCE, "/aws/ec2/*", "");
    check(LOG_GROUP_RESOURCE, "*", "");
    check(LOG_GROUP_RESOURCE, "/app/[ab]", "`[` is not allowed");
    check(PARAMETER_RESOURCE, "AmazonCloudWatch-*", "");
    check(PARAMETER_RESOURCE, "a b", "` ` is not allowed");
    check(PRINCIPAL_TAG_KEY, "logpipe:topology", "");
    check(ACTION, "s3:PutObject", "");
    check(ACTION, "execute-api:Invoke", "");
    check(ACTION, "s3:Put*", "`*` is not allowed");
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
    check(TAG_VALUE, "a;b", "`;` is not allowed");
    check(FILE_EXTENSION, ".json.gz", "");
    check(FILE_EXTENSION, "json", "starts with a dot");
    check(FILE_EXTENSION, ".JSON", "`J` is not allowed");
}
