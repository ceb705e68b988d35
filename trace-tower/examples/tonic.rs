//! gRPC with tonic: the id comes in with the metadata, is on the lines, and
//! goes back out.
//!
//! Look for `grpc_status`: HTTP says 200 to the second call, too, but 13 is a
//! failure. `Shop` and `Text` stand for what a `.proto` file would generate.
//!
//! ```sh
//! cargo run -p trace-tower --example tonic
//! ```

use std::{error::Error, io::Write as _};

use test_support::grpc::{Shop, Text};
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    transport::{Channel, Server, server::TcpIncoming},
};
use tower::Layer as _;
use trace_runtime::{info, timed, traced_handler};
use trace_tower::{PropagateLayer, TraceLayer};

/// A handler as any other.
#[traced_handler(fields(item))]
async fn count(item: String) -> Result<String, Status> {
    look(&item).await
}

#[timed]
async fn look(item: &str) -> Result<String, Status> {
    info!(item, "looking");
    if item == "ghosts" { Err(Status::internal("the shelf is gone")) } else { Ok("42".to_owned()) }
}

/// A client whose calls carry the id of their caller.
#[traced_handler(trace_id = id)]
async fn ask(address: String, id: &str, item: &str) -> Result<Response<String>, Status> {
    let channel = Channel::from_shared(address).map_err(|_| Status::internal("no address"))?;
    let channel = channel.connect().await.map_err(|error| Status::from_error(error.into()))?;
    let mut client = tonic::client::Grpc::new(PropagateLayer::new().layer(channel));
    client.ready().await.map_err(|error| Status::from_error(error.into()))?;
    let path = http::uri::PathAndQuery::from_static("/shop.Shop/Count");
    client.unary(Request::new(item.to_owned()), path, Text).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    trace_runtime::init()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let server = Server::builder().layer(TraceLayer::new()).add_service(Shop(count));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));

    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = ask(address.clone(), id, "screws").await?;
    let came_back = answer.metadata().get("x-trace-id").ok_or("no id came back")?;
    writeln!(std::io::stderr(), "{} screws; {came_back:?} came back", answer.get_ref())?;

    let failure = ask(address, id, "ghosts").await.err().ok_or("no failure")?;
    writeln!(std::io::stderr(), "{:?}: {}", failure.code(), failure.message())?;
    Ok(())
}
