//! A second opinion: the real binary against moto, an emulator that was written by others from the same AWS pages.
//!
//! `.ci/run` installs moto, starts its server and says in `LOGPIPE_MOTO_URL` where it is. moto takes any credentials
//! and keeps accounts apart by the role that was assumed. It runs no pipelines, so nothing is verified here.

#[cfg(feature = "ec2")]
#[cfg(feature = "ec2")]
mod agents;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use logpipe::exit::Exit;
use serde_json::Value;

use crate::support::Ran;
use crate::support::process::logpipe;

const QUICKSTART: &str = include_str!("../../../topologies/quickstart.yaml");

const ARCHIVE: &str = "999999999999";
const SOURCE: &str = "111111111111";

struct Moto {
    folder: tempfile::TempDir,
    url: String,
    name: String,
}

impl Moto {
    /// A topology under a name of its own, so that tests share one server.
    fn new(topology: &str) -> Self {
        let moto = Self::empty();
        moto.write(topology);
        moto.stand_in();
        moto
    }

    /// Without a topology yet.
    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let name = format!("moto-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
        Self { folder, url: url(), name }
    }

    fn write(&self, topology: &str) {
        let named = topology
            .replace("name: quickstart", &format!("name: {}", self.name))
            .replace("/app/web", &self.group());
        std::fs::write(self.folder.path().join("topology.yaml"), named).unwrap();
    }

    /// The log group of the source.
    fn group(&self) -> String {
        format!("/app/{}", self.name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let environment = [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")];
        let endpoint = ["--endpoint-url", &self.url];
        logpipe(self.folder.path(), &environment, &[arguments, &endpoint].concat())
    }

    /// moto takes the ARN of a destination for that of a log group and wants one of that name in the account of the
    /// destination; PutSubscriptionFilter of AWS wants the destination. So there is one.
    fn stand_in(&self) {
        let name = format!("{}-central", self.name);
        block_on(async {
            self.logs(ARCHIVE).await.create_log_group().log_group_name(name).send().await.unwrap()
        });
    }

    async fn logs(&self, account: &str) -> aws_sdk_cloudwatchlogs::Client {
        aws_sdk_cloudwatchlogs::Client::new(&self.inside(account).await)
    }

    /// A way into an account, which moto knows by the role that was assumed.
    async fn inside(&self, account: &str) -> SdkConfig {
        let sts = aws_sdk_sts::Client::new(&self.sdk(Credentials::new("test", "test", None, None, "test")));
        let role = format!("arn:aws:iam::{account}:role/LogpipeDeployer");
        let assumed = sts.assume_role().role_arn(role).role_session_name("test").send().await.unwrap();
        let keys = assumed.credentials().unwrap();
        let token = Some(keys.session_token().to_owned());
        let keys = Credentials::new(keys.access_key_id(), keys.secret_access_key(), token, None, "test");
        self.sdk(keys)
    }

    fn sdk(&self, credentials: Credentials) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(Region::new("ap-northeast-1"))
            .endpoint_url(&self.url)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }

    /// The kinds of what is left after a destroy.
    ///
    /// moto keeps the tags of a deleted log group and lists them, where ListTagsForResource of AWS answers
    /// ResourceNotFoundException; so log groups are looked for by their descriptions.
    fn left(&self) -> Vec<String> {
        let status = self.run(&["status", "--output", "json"]).expect(Exit::Done).json();
        let resources = status["resources"].as_array().unwrap().iter();
        let there = resources.filter(|one| one["status"] != "missing" && one["kind"] != "log_group");
        let groups = [(SOURCE, self.group()), (ARCHIVE, format!("/aws/kinesisfirehose/{}", self.name))];
        let groups = groups.into_iter().flat_map(|(account, prefix)| {
            let call = async {
                self.logs(account).await.describe_log_groups().log_group_name_prefix(prefix).send().await
            };
            block_on(call).unwrap().log_groups.unwrap_or_default()
        });
        there
            .map(|one| one["kind"].as_str().unwrap().to_owned())
            .chain(groups.filter_map(|one| one.arn))
            .collect()
    }
}

fn block_on<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[expect(clippy::disallowed_methods, reason = "the address of a server outside of the test is an input")]
fn url() -> String {
    std::env::var("LOGPIPE_MOTO_URL").expect("LOGPIPE_MOTO_URL says where moto serves; .ci/run sets it")
}

#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_with_apply_plan_and_destroy() {
    let moto = Moto::new(QUICKSTART);
    let applied = moto.run(&["apply", "--yes", "--output", "json"]).expect(Exit::Done).json();
    assert_eq!((&applied["done"], &applied["failed"]), (&Value::from(11), &Value::from(0)), "{applied}");
    moto.run(&["plan", "--detailed-exitcode"]).expect(Exit::Done);
    moto.run(&["destroy", "--yes"]).expect(Exit::Done);
    assert_eq!(moto.left(), ["s3_bucket", "s3_bucket_policy"]);
}

#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_that_updates_converge() {
    // No versioning: the answer of moto has another root element than the VersioningConfiguration that the page
    // GetBucketVersioning of the Amazon S3 API Reference shows, and the SDK refuses it.
    let moto = Moto::new(QUICKSTART);
    moto.run(&["apply", "--yes"]).expect(Exit::Done);
    let bucket = "account: archive\n    bucket: { expire_days: 30 }";
    let changed = QUICKSTART.replacen("account: archive", bucket, 1).replace("seconds: 60", "seconds: 90");
    moto.write(&format!("{changed}    filter: {{ pattern: ERROR }}\n"));
    moto.run(&["plan", "--detailed-exitcode"]).expect(Exit::Pending);
    moto.run(&["apply", "--yes"]).expect(Exit::Done);
    moto.run(&["plan", "--detailed-exitcode"]).expect(Exit::Done);
    moto.run(&["destroy", "--yes"]).expect(Exit::Done);
}

#[test]
#[ignore = "needs moto; see .ci/run"]
fn moto_agrees_that_delete_data_leaves_nothing() {
    let moto = Moto::new(QUICKSTART);
    moto.run(&["apply", "--yes"]).expect(Exit::Done);
    let bucket = format!("{}-central-999999999999-ap-northeast-1", moto.name);
    moto.run(&["destroy", "--yes", "--delete-data", "--confirm", &bucket]).expect(Exit::Done);
    assert_eq!(moto.left(), [""; 0]);
}
