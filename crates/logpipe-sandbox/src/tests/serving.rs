//! The sandbox over loopback, and its state across restarts.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::SharedCredentialsProvider;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::bench::{ALPHA, ForTests as _, OPERATOR, TOKYO, code};
use super::buckets::create;
use crate::{Cloud, ServeError, serve};
use logpipe_machine::clock::Clock;

pub(super) fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)
}

fn config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(Region::new(TOKYO))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests_of(ALPHA, None)))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

async fn exchange(address: std::net::SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request =
        format!("{request} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn clients_reach_it_and_its_state_survives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let cloud = Cloud::open(&path, start()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(cloud, listener, Clock::real(), 1.0, async move {
        drop(stopped.await);
    }));

    let settings =
        aws_sdk_s3::config::Builder::from(&config(&format!("http://{address}"))).force_path_style(true);
    let client = Client::from_conf(settings.build());
    create(&client, "central-logs", Some(TOKYO)).await.unwrap();
    client
        .put_object()
        .bucket("central-logs")
        .key("a")
        .body(ByteStream::from_static(b"x"))
        .send()
        .await
        .unwrap();
    assert!(path.exists(), "a writing call stores the state");
    assert!(exchange(address, "POST /_sandbox/advance?seconds=3600").await.contains("200 OK"));
    assert!(exchange(address, "GET /_sandbox/state").await.contains("\"central-logs\""));
    assert!(exchange(address, "POST /_sandbox/advance?seconds=-1").await.contains("400 Bad Request"));
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();

    let again = Cloud::open(&path, start()).unwrap();
    assert!(again.now() >= start() + Duration::from_secs(3_600));
    assert_eq!(again.summary()["buckets"]["central-logs"]["bytes"], 1);
    again.reset();
    assert!(again.summary()["buckets"].as_object().unwrap().is_empty());
}

#[tokio::test]
async fn other_machines_cannot_reach_it() {
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let served = serve(Cloud::starting_at(start()), listener, Clock::real(), 1.0, async {}).await;
    assert!(matches!(served, Err(ServeError::NotLoopback(_))));
}

#[tokio::test(start_paused = true)]
async fn the_same_calls_at_the_same_times_leave_the_same_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut states = Vec::new();
    for run in ["a.json", "b.json"] {
        let bench = super::bench::Bench::new();
        let client = Client::new(&bench.operator(ALPHA));
        create(&client, "central-logs", Some(TOKYO)).await.unwrap();
        client.list_buckets().send().await.unwrap();
        let path = folder.path().join(run);
        bench.cloud.save(&path).unwrap();
        states.push(std::fs::read_to_string(path).unwrap());
    }
    assert_eq!(states[0], states[1]);
}

#[tokio::test]
async fn a_session_lasts_by_the_clock_of_its_caller_however_fast_simulated_time_passes() {
    let cloud = Cloud::starting_at(start());
    let (account, operator) = (ALPHA.parse().unwrap(), OPERATOR.parse().unwrap());
    cloud.prepare_account(&account, "deployer", None, &operator);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let clock = Clock::real();
    let server = tokio::spawn(serve(cloud, listener, clock, 100.0, std::future::pending()));

    let of = |credentials: Credentials| {
        let settings = config(&format!("http://{address}")).into_builder();
        let settings = settings.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
        aws_sdk_sts::Client::new(&settings)
    };
    let client = of(Credentials::for_tests_of(OPERATOR, None));
    let role = format!("arn:aws:iam::{ALPHA}:role/deployer");
    let assumed = client.assume_role().role_arn(role).role_session_name("tests").send().await.unwrap();
    let issued = assumed.credentials.unwrap();
    let left = SystemTime::try_from(*issued.expiration()).unwrap().duration_since(clock.now()).unwrap();
    assert!(left <= Duration::from_secs(3_600), "{left:?}");
    let session = of(Credentials::for_tests_of(issued.access_key_id(), Some(issued.session_token())));
    exchange(address, "POST /_sandbox/advance?seconds=4000").await;
    session.get_caller_identity().send().await.unwrap();
    exchange(address, "POST /_sandbox/advance?seconds=360000").await;
    assert_eq!(code(session.get_caller_identity().send().await), "ExpiredToken");
    server.abort();
}
