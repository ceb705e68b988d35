#!/usr/bin/env bash
# What a call of tonic ends with when its deadline has passed.
#
# Version: tonic 0.14.5, tonic-health 0.14.5.
# Seen: a call whose `grpc-timeout` is 50 ms, to a server that takes 2 s, ends with
#   CANCELLED ("Timeout expired"). So does a call without a deadline whose server
#   has `Server::timeout` of 50 ms: the server sends `grpc-status: 1`, after HTTP
#   200. The codes of gRPC have DEADLINE_EXCEEDED for that, and CANCELLED for what
#   the caller itself has given up.
# What it means: where only DEADLINE_EXCEEDED is counted as a failure, calls that
#   run out of time are not. `Code::Cancelled` from tonic has to be read as either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "probe"
version = "0.0.0"
edition = "2021"

[dependencies]
tonic = "=0.14.5"
tonic-health = "=0.14.5"
tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }
tokio-stream = { version = "0.1", features = ["net"] }
TOML
cat > src/main.rs <<'RUST'
use std::{pin::Pin, time::Duration};

use tokio::{net::TcpListener, time::sleep};
use tokio_stream::{wrappers::TcpListenerStream, Stream};
use tonic::{
    transport::{Channel, Server},
    Code, Request, Response, Status,
};
use tonic_health::pb::{
    health_client::HealthClient,
    health_server::{Health, HealthServer},
    HealthCheckRequest, HealthCheckResponse,
};

struct Slow;

#[tonic::async_trait]
impl Health for Slow {
    async fn check(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        sleep(Duration::from_secs(2)).await;
        Ok(Response::new(HealthCheckResponse { status: 1 }))
    }

    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn watch(
        &self,
        _: Request<HealthCheckRequest>,
    ) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("not needed"))
    }
}

async fn ends_with(at_server: Option<Duration>, at_client: Option<Duration>) -> Code {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = at_server.into_iter().fold(Server::builder(), |server, time| server.timeout(time));
    let incoming = TcpListenerStream::new(listener);
    tokio::spawn(
        { server }.add_service(HealthServer::new(Slow)).serve_with_incoming(incoming),
    );
    let channel = Channel::from_shared(address).unwrap().connect().await.unwrap();
    let mut client = HealthClient::new(channel);
    let mut request = Request::new(HealthCheckRequest::default());
    if let Some(time) = at_client {
        request.set_timeout(time);
    }
    client.check(request).await.unwrap_err().code()
}

#[tokio::main]
async fn main() {
    let short = Some(Duration::from_millis(50));
    for (name, at_server, at_client) in
        [("grpc-timeout of the caller", None, short), ("Server::timeout", short, None)]
    {
        let code = ends_with(at_server, at_client).await;
        println!("{name}: {code:?}");
        assert_eq!(code, Code::Cancelled);
    }
}
RUST
cargo run --quiet
echo "as described"
