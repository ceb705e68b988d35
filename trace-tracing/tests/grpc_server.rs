//! tonic's server with a span for each call, and its client: at TRACE, each line
//! has the id of its call.
//!
//! A process of its own: the server's tasks belong to no capture.

#![expect(clippy::unwrap_used, reason = "the way a test says that it failed")]

use std::{collections::HashSet, net::SocketAddr};

use http::uri::PathAndQuery;
use serde_json::Value;
use test_support::grpc::{Shop, Text};
use tokio::net::TcpListener;
use tonic::{
    Status,
    transport::{Channel, Server, server::TcpIncoming},
};
use trace_runtime::{builder, sink::Memory, timed, traced_handler};
use tracing::{info, info_span, instrument};

const CALLS: usize = 20;

#[traced_handler(fields(item))]
async fn answer(item: String) -> Result<String, Status> {
    info!(item, "answering");
    look(&item).await;
    Ok(item)
}

#[instrument]
async fn look(item: &str) {
    tokio::task::yield_now().await;
    info!(item, "looked");
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shop = Shop(|item: String| answer(item));
    let server = Server::builder().trace_fn(|call| info_span!("grpc", path = call.uri().path()));
    let server = { server }.add_service(shop);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    address
}

#[traced_handler(fields(item))]
async fn ask(channel: Channel, item: String) {
    call(channel, item).await;
}

#[timed]
async fn call(channel: Channel, item: String) {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/shop.Shop/Look");
    let answer = client.unary(tonic::Request::new(item.clone()), path, Text).await.unwrap();
    assert_eq!(answer.into_inner(), item);
}

async fn all() {
    let address = serve().await;
    let channel = Channel::from_shared(format!("http://{address}")).unwrap();
    let channel = channel.connect().await.unwrap();
    let asks = (0..CALLS).map(|number| ask(channel.clone(), format!("item {number}")));
    for ask in asks.map(tokio::spawn).collect::<Vec<_>>() {
        ask.await.unwrap();
    }
}

#[test]
fn each_line_has_the_id_of_its_call() {
    let memory = Memory::default();
    trace_tracing::init().unwrap();
    builder().filter("trace").sink(memory.clone()).init().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(all());
    drop(runtime);
    let text = memory.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    check_calls(&lines);
    check_below(&lines, "call", "tonic");
    check_below(&lines, "call", "tower");
}

fn of<'a>(lines: &'a [Value], key: &'a str, value: &'a str) -> impl Iterator<Item = &'a Value> {
    lines.iter().filter(move |line| line[key] == value)
}

fn check_calls(lines: &[Value]) {
    let calls: Vec<_> = of(lines, "name", "answer").collect();
    let ids: HashSet<_> = calls.iter().map(|call| call["trace_id"].as_str()).collect();
    assert_eq!((calls.len(), ids.len()), (CALLS, CALLS));
    assert_eq!(of(lines, "name", "grpc").count(), CALLS);
    for call in calls {
        let is_of = |line: &&Value| line["item"] == call["item"];
        let id = |name| {
            let mut steps = of(lines, "name", name);
            steps.find(|step| step["trace_id"] == call["trace_id"]).unwrap()["span_id"].clone()
        };
        let below = |said| of(lines, "message", said).find(is_of).unwrap();
        assert_eq!(below("answering")["trace_id"], call["trace_id"]);
        assert_eq!(below("answering")["span_id"], call["span_id"]);
        assert_eq!(below("looked")["trace_id"], call["trace_id"]);
        assert_eq!(below("looked")["span_id"], id("look"));
    }
}

/// The library logs inside a step of each request that called it.
fn check_below(lines: &[Value], step: &str, library: &str) {
    let steps: HashSet<_> = of(lines, "name", step).map(|line| line["span_id"].as_str()).collect();
    let lines = lines.iter().filter(|line| line["target"].as_str().unwrap().starts_with(library));
    let below = lines.filter(|line| steps.contains(&line["span_id"].as_str()));
    assert!(below.count() > 0, "nothing of {library} is below a `{step}`");
}
