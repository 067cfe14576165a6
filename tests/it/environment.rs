//! The user's environment and AWS configuration files, with whatever they hold: a sentence each, and never a panic.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use logpipe::address::AccountId;
use logpipe::clock::Clock;
use logpipe::exit::Exit;
use logpipe::sandbox::Cloud;
use serde_json::json;

use crate::support::process::logpipe;
use crate::support::served::against;
use crate::support::{Bench, Ran};

const QUICKSTART: &str = include_str!("../../topologies/quickstart.yaml");
const OPERATOR: &str = "000000000000";
const KEYS: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "SANDBOX000000000000"), ("AWS_SECRET_ACCESS_KEY", "sandbox")];

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

/// The accounts of the quickstart, which trust one account.
fn cloud(trusted: &str) -> Cloud {
    let cloud = Cloud::starting_at(Clock::real().now());
    for account in ["999999999999", "111111111111"] {
        cloud.prepare_account(&id(account), "LogpipeDeployer", None, &id(trusted));
    }
    cloud
}

/// A folder with the quickstart and these AWS configuration files.
fn bench(config: &str, credentials: &str) -> Bench {
    let bench = Bench::new(QUICKSTART);
    std::fs::create_dir(bench.path(".aws")).unwrap();
    std::fs::write(bench.path(".aws/config"), config).unwrap();
    std::fs::write(bench.path(".aws/credentials"), credentials).unwrap();
    bench
}

fn plan(bench: &Bench, cloud: &Cloud, flags: &[&str], variables: &[(&str, &str)]) -> Ran {
    let once = [("AWS_MAX_ATTEMPTS", "1")];
    against(bench, cloud, &[&["plan", "topology.yaml"], flags].concat(), &[&once, variables].concat())
}

/// What nonsense in a variable is answered with, in words and in JSON.
#[track_caller]
fn refused(variables: &[(&str, &str)], exit: Exit, words: &str) {
    let bench = Bench::new(QUICKSTART);
    let home = bench.path("");
    let fixed = [("HOME", home.to_str().unwrap()), ("AWS_EC2_METADATA_DISABLED", "true")];
    let all = [&fixed, variables].concat();
    let ran = logpipe(&home, &all, &["plan", "--endpoint-url", "http://127.0.0.1:9", "--output", "json"]);
    let ran = ran.expect(exit);
    assert!(ran.err.contains(words), "{variables:?}: {}", ran.err);
    let last = ran.json();
    assert_eq!((&last["type"], &last["exit"]), (&json!("error"), &json!(exit.code())), "{variables:?}");
    assert!(!ran.said().contains("panicked"), "{}", ran.said());
}

#[test]
fn nonsense_in_a_variable_is_a_sentence() {
    let with_key = |key: &'static str| [("AWS_ACCESS_KEY_ID", key), KEYS[1]];
    refused(&with_key("AKIAIOSFODNN7EXAMPLE\n"), Exit::Usage, "AWS_ACCESS_KEY_ID ends in a line break");
    refused(&with_key("schlüssel"), Exit::Usage, "AWS_ACCESS_KEY_ID contains a character that is not ASCII");
    refused(&[KEYS[0]], Exit::Usage, "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not");
    for (name, value, words) in [
        ("AWS_SESSION_TOKEN", "a\r\nb", "AWS_SESSION_TOKEN contains a line break"),
        ("AWS_MAX_ATTEMPTS", "0", "AWS_MAX_ATTEMPTS is `0`"),
        ("AWS_MAX_ATTEMPTS", "abc", "AWS_MAX_ATTEMPTS is `abc`"),
        ("AWS_RETRY_MODE", "never", "AWS_RETRY_MODE is `never`, but must be standard, adaptive or legacy"),
        ("AWS_USE_FIPS_ENDPOINT", "yes", "AWS_USE_FIPS_ENDPOINT is `yes`"),
        ("AWS_ENDPOINT_URL_STS", "::::", "AWS_ENDPOINT_URL_STS is not the address"),
        ("HTTPS_PROXY", "http://[", "HTTPS_PROXY is not the address of a proxy"),
        (
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "//x y",
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path",
        ),
        ("AWS_CA_BUNDLE", "/not/there.pem", "AWS_CA_BUNDLE names /not/there.pem, and it cannot be read"),
        ("AWS_CA_BUNDLE", "/", "AWS_CA_BUNDLE names /, which is a folder"),
        ("AWS_CONFIG_FILE", "/dev/zero", "AWS_CONFIG_FILE names /dev/zero, which is a pipe or a device"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/random", "which is a pipe or a device"),
    ] {
        refused(&[KEYS[0], KEYS[1], (name, value)], Exit::Usage, words);
    }
}

#[test]
fn damaged_certificates_are_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    for (pem, words) in [
        ("", "it holds no PEM certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "its certificate 1 is damaged"),
        ("-----BEGIN CERTIFICATE-----\n&&&&\n-----END CERTIFICATE-----\n", "is damaged"),
    ] {
        std::fs::write(&path, pem).unwrap();
        refused(&[KEYS[0], KEYS[1], ("AWS_CA_BUNDLE", path.to_str().unwrap())], Exit::Usage, words);
    }
}

#[test]
fn what_is_no_text_and_what_is_no_file_is_a_sentence() {
    let bench = Bench::new(QUICKSTART);
    std::fs::create_dir(bench.path(".aws")).unwrap();
    assert!(Command::new("mkfifo").arg(bench.path(".aws/config")).status().unwrap().success());
    let run = |name: &str, value: &[u8]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_logpipe"))
            .args(["plan", "--endpoint-url", "http://127.0.0.1:9"])
            .current_dir(bench.path(""))
            .env_clear()
            .envs(KEYS)
            .env("HOME", bench.path(""))
            .env(name, OsStr::from_bytes(value))
            .output()
            .unwrap();
        (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
    };
    let (code, said) = run("AWS_PROFILE", b"\xff\xfe");
    assert!(said.contains("AWS_PROFILE is not valid UTF-8"), "{said}");
    assert!(said.contains(".aws/config is a pipe or a device"), "{said}");
    assert_eq!(code, Some(64));
    std::fs::remove_file(bench.path(".aws/config")).unwrap();
    std::fs::write(bench.path(".aws/config"), b"\xff\xfe[\0d\0").unwrap();
    let (code, said) = run("AWS_REGION", b"nowhere");
    assert!(code == Some(64) && said.contains(".aws/config is not UTF-8 text"), "{said}");
}

#[test]
fn what_the_aws_cli_takes_is_taken() {
    let cloud = cloud(OPERATOR);
    for variables in [
        &[("AWS_RETRY_MODE", "legacy")][..],
        &[("AWS_PROFILE", ""), ("AWS_STS_REGIONAL_ENDPOINTS", "legacy")],
        &[("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/not/there")],
        &[("AWS_SDK_UA_APP_ID", "ä ö"), ("AWS_EXECUTION_ENV", "ü"), ("AWS_DEFAULTS_MODE", "nonsense")],
        &[
            ("AWS_REGION", "no where"),
            ("AWS_ACCOUNT_ID", "x"),
            ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "-1"),
        ],
        &[
            ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "x"),
            ("AWS_SIGV4A_SIGNING_REGION_SET", "?"),
            ("AWS_AUTH_SCHEME_PREFERENCE", ","),
        ],
    ] {
        plan(&bench("", ""), &cloud, &[], &[&KEYS, variables].concat()).expect(Exit::Done);
    }
    let legacy = bench("[default]\nretry_mode = legacy\n", "");
    plan(&legacy, &cloud, &[], &KEYS).expect(Exit::Done);
}

#[test]
fn nonsense_in_the_configuration_files_is_a_sentence() {
    let cloud = cloud(OPERATOR);
    let check = |config: &str, credentials: &str, exit: Exit, words: &str| {
        let bench = bench(config, credentials);
        let ran = plan(&bench, &cloud, &["--profile", "ops", "--output", "json"], &[]).expect(exit);
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
        assert!(!ran.said().contains("panicked"), "{}", ran.said());
    };
    let role = "role_arn = arn:aws:iam::555555555555:role/Hop";
    let ops = |rest: &str| format!("[profile ops]\n{rest}\n");
    check(
        "",
        "[ops]\naws_access_key_id = AKIÄ\naws_secret_access_key = x\n",
        Exit::Denied,
        "the access key id contains a character that is not ASCII",
    );
    check(
        "",
        "[ops]\naws_access_key_id = AKIA\n  B\naws_secret_access_key = x\n",
        Exit::Denied,
        "the access key id contains a line break",
    );
    check(
        "",
        "[ops]\naws_access_key_id = AKIA\n",
        Exit::Denied,
        "access keys but no `aws_secret_access_key`",
    );
    check("[profile ops\n", "", Exit::Denied, "the AWS configuration files cannot be read");
    check(
        "[profile dev]\nregion = eu-west-1\n",
        "",
        Exit::Denied,
        "there is no profile `ops` in the AWS configuration files, only dev",
    );
    check(
        &ops("max_attempts = 0"),
        "[ops]\naws_access_key_id = A\naws_secret_access_key = x\n",
        Exit::Denied,
        "`max_attempts` of profile `ops` is `0`",
    );
    check(&ops(role), "", Exit::Denied, "add `source_profile` or `credential_source`");
    check(
        &ops(&format!("{role}\nsource_profile = gone")),
        "",
        Exit::Denied,
        "there is no profile `gone` (the `source_profile` of `ops`)",
    );
    check(
        &ops(&format!("{role}\ncredential_source = Moon")),
        "",
        Exit::Denied,
        "must be Environment, Ec2InstanceMetadata or EcsContainer",
    );
    let circle =
        format!("{}[profile b]\n{role}\nsource_profile = ops\n", ops(&format!("{role}\nsource_profile = b")));
    check(&circle, "", Exit::Denied, "`ops` → `b` → `ops`");
    check(
        &ops("credential_process = echo nonsense"),
        "",
        Exit::Denied,
        "the credential_process of profile `ops`",
    );
    let printed =
        r#"credential_process = echo '{"Version":1,"AccessKeyId":"AKIA\u000a","SecretAccessKey":"x"}'"#;
    check(&ops(printed), "", Exit::Denied, "the access key id ends in a line break");
    check(
        &ops(
            "sso_session = corp\nsso_account_id = 111111111111\nsso_role_name = x\n[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://corp.awsapps.com/start",
        ),
        "",
        Exit::Denied,
        "aws sso login --profile ops",
    );
    check(
        &ops("login_session = arn:aws:iam::111111111111:user/me"),
        "",
        Exit::Denied,
        "aws login --profile ops",
    );
    check(
        &ops(&format!(
            "{role}\nsource_profile = base\nmfa_serial = arn:aws:iam::111111111111:mfa/me\n[profile base]\naws_access_key_id = SANDBOX000000000000\naws_secret_access_key = x"
        )),
        "",
        Exit::Denied,
        "set AWS_MFA_CODE to a current code",
    );
}

/// A profile that a topology, an account or --profile names wins over keys in the environment, as with the AWS CLI;
/// one that AWS_PROFILE names does not.
#[test]
fn a_named_profile_wins_over_the_environment() {
    let cloud = cloud(OPERATOR);
    let bogus = [("AWS_ACCESS_KEY_ID", "AKIABOGUS"), ("AWS_SECRET_ACCESS_KEY", "bogus")];
    let ops = "[ops]\naws_access_key_id = SANDBOX000000000000\naws_secret_access_key = sandbox\n";
    let check = |bench: &Bench, flags: &[&str], variables: &[(&str, &str)], exit: Exit| {
        plan(bench, &cloud, flags, variables).expect(exit);
    };
    check(&bench("", ops), &[], &bogus, Exit::Denied);
    check(&bench("", ops), &["--profile", "ops"], &bogus, Exit::Done);
    check(&bench("", ops), &[], &[&bogus[..], &[("AWS_PROFILE", "ops")]].concat(), Exit::Denied);
    check(&bench("", ops), &[], &[("AWS_PROFILE", "ops")], Exit::Done);
    check(&bench("", ops), &[], &[("AWS_PROFILE", "gone")], Exit::Denied);
    let named = bench("", ops);
    named.write(&QUICKSTART.replace("access:\n", "access:\n  profile: ops\n"));
    check(&named, &[], &bogus, Exit::Done);
    named.write(
        &QUICKSTART.replace("  app: \"111111111111\"\n", "  app: { id: \"111111111111\", profile: ops }\n"),
    );
    let said = plan(&named, &cloud, &[], &bogus).expect(Exit::Denied).err;
    assert!(said.contains("account `archive`") && !said.contains("account `app`"), "{said}");
}

/// The roles of a profile are assumed at the endpoint of the run.
#[test]
fn the_roles_of_a_profile_are_assumed_where_everything_else_is_asked() {
    let cloud = cloud("555555555555");
    cloud.prepare_account(&id("555555555555"), "Hop", Some("secret-1"), &id(OPERATOR));
    let hop = "role_arn = arn:aws:iam::555555555555:role/Hop\nexternal_id = secret-1\n";
    let base = "[base]\naws_access_key_id = SANDBOX000000000000\naws_secret_access_key = sandbox\n";
    let bench = bench(&format!("[profile ops]\n{hop}source_profile = base\n"), base);
    plan(&bench, &cloud, &["--profile", "ops"], &[]).expect(Exit::Done);
    let denied = self::bench(
        "[profile ops]\nrole_arn = arn:aws:iam::555555555555:role/Hop\nsource_profile = base\n",
        base,
    );
    let ran = plan(&denied, &cloud, &["--profile", "ops"], &[]).expect(Exit::Denied);
    assert!(ran.err.contains("role/Hop") && ran.err.contains("AccessDenied"), "{}", ran.err);
    // With keys of the environment as their source.
    let from_environment = self::bench(&format!("[profile ops]\n{hop}credential_source = Environment\n"), "");
    plan(&from_environment, &cloud, &["--profile", "ops"], &KEYS).expect(Exit::Done);
}

#[test]
fn a_role_that_asks_for_an_mfa_code_gets_one() {
    let cloud = cloud("555555555555");
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::000000000000:root" },
        "Action": "sts:AssumeRole",
        "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } },
    }] });
    let everything = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    cloud.prepare_role(
        &id("555555555555"),
        "Hop",
        &trust.to_string(),
        &[("all", &everything.to_string())],
        &[],
    );
    let serial = "mfa_serial = arn:aws:iam::000000000000:mfa/me\n";
    let profile = |mfa: &str| {
        format!("[profile ops]\nrole_arn = arn:aws:iam::555555555555:role/Hop\n{mfa}source_profile = base\n")
    };
    let base = "[base]\naws_access_key_id = SANDBOX000000000000\naws_secret_access_key = sandbox\n";
    plan(&bench(&profile(""), base), &cloud, &["--profile", "ops"], &[]).expect(Exit::Denied);
    let with = bench(&profile(serial), base);
    let asked = plan(&with, &cloud, &["--profile", "ops", "--no-input"], &[]).expect(Exit::Denied);
    assert!(asked.err.contains("arn:aws:iam::000000000000:mfa/me"), "{}", asked.err);
    let short = plan(&with, &cloud, &["--profile", "ops"], &[("AWS_MFA_CODE", "12345")]).expect(Exit::Denied);
    assert!(short.err.contains("has six digits") && !short.err.contains("12345"), "{}", short.err);
    plan(&with, &cloud, &["--profile", "ops"], &[("AWS_MFA_CODE", "123456")]).expect(Exit::Done);
}

#[test]
fn whom_a_call_does_not_reach_is_named() {
    let bench = Bench::new(QUICKSTART);
    let home = bench.path("");
    let fixed = [("HOME", home.to_str().unwrap()), ("AWS_MAX_ATTEMPTS", "1"), KEYS[0], KEYS[1]];
    let ran = logpipe(&home, &fixed, &["plan", "--endpoint-url", "http://127.0.0.1:9"]).expect(Exit::Failed);
    assert!(ran.err.contains("no answer from http://127.0.0.1:9"), "{}", ran.err);
    let proxy = [&fixed[..], &[("HTTPS_PROXY", "http://ops:geheim@127.0.0.1:9")]].concat();
    let ran = logpipe(&home, &proxy, &["plan"]).expect(Exit::Failed);
    assert!(ran.err.contains(".amazonaws.com through the proxy http://127.0.0.1:9"), "{}", ran.err);
    assert!(!ran.err.contains("geheim"), "{}", ran.err);
}
