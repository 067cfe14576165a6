//! A simulated AWS on loopback as a test has prepared it, and the real binary run against it.

use std::net::Ipv4Addr;

use logpipe::clock::Clock;
use logpipe::sandbox::{Cloud, serve};
use tokio::sync::oneshot;

use super::process::logpipe;
use super::{Bench, Ran, on_a_deep_stack};

/// Runs the binary in a folder against `cloud`, with these environment variables and no others.
pub(crate) fn against(bench: &Bench, cloud: &Cloud, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let (ready, port) = std::sync::mpsc::channel();
    let (shutdown, ended) = oneshot::channel::<()>();
    let cloud = cloud.clone();
    let server = std::thread::spawn(move || {
        on_a_deep_stack(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
                ready.send(listener.local_addr().unwrap()).unwrap();
                let shutdown = async { drop(ended.await) };
                serve(cloud, listener, Clock::real(), 1.0, shutdown).await.unwrap();
            });
        });
    });
    let endpoint = format!("http://{}", port.recv().unwrap());
    let home = bench.path("");
    let fixed = [("HOME", home.to_str().unwrap()), ("AWS_EC2_METADATA_DISABLED", "true")];
    let arguments = [arguments, &["--endpoint-url", &endpoint]].concat();
    let ran = logpipe(&home, &[&fixed, variables].concat(), &arguments);
    drop(shutdown);
    server.join().unwrap();
    ran
}
