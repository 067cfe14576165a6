//! A simulated AWS on loopback, and the real binary run against it: credentials from the environment, calls over the
//! network, real time.

use std::net::Ipv4Addr;
use std::process::Command;

use logpipe::clock::Clock;
use logpipe::sandbox::{Cloud, serve};
use tokio::sync::oneshot;

use super::{Bench, on_a_deep_stack};

/// What a process said and how it ended.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the binary in a folder against `cloud`, with these environment variables and no others.
pub(crate) fn process(
    bench: &Bench,
    cloud: &Cloud,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Process {
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
    let output = Command::new(env!("CARGO_BIN_EXE_logpipe"))
        .args(arguments)
        .args(["--endpoint-url", &endpoint])
        .current_dir(bench.path(""))
        .env_clear()
        .env("HOME", bench.path(""))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    drop(shutdown);
    server.join().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Process { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}
