//! gRPC with tonic: the id comes in with the metadata, is on the lines, and
//! goes back out.
//!
//! Look for `grpc_status`: HTTP says 200 to the second call, too, but 13 is a
//! failure. What a `.proto` file would generate is written by hand here, as
//! `Shop` and `Text`, so that the example is one file.
//!
//! ```sh
//! cargo run -p trace-tower --example tonic
//! ```

use std::{
    convert::Infallible,
    error::Error,
    io::Write as _,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf as _, BufMut as _};
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    server::{Grpc, NamedService, UnaryService},
    transport::{Channel, Server, server::TcpIncoming},
};
use tower::{Layer as _, Service};
use trace_runtime::{info, timed, traced_handler};
use trace_tower::{PropagateLayer, TraceLayer};

/// A handler as any other.
#[traced_handler(fields(item))]
async fn count(item: String) -> Result<Response<String>, Status> {
    look(&item).await.map(Response::new)
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
    let path = http::uri::PathAndQuery::from_static("/Shop/Count");
    client.unary(Request::new(item.to_owned()), path, Text).await
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    trace_runtime::init()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let server = Server::builder().layer(TraceLayer::new()).add_service(Shop);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));

    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let answer = ask(address.clone(), id, "screws").await?;
    let came_back = answer.metadata().get("x-trace-id").ok_or("no id came back")?;
    writeln!(std::io::stderr(), "{} screws; {came_back:?} came back", answer.get_ref())?;

    let failure = ask(address, id, "ghosts").await.err().ok_or("no failure")?;
    writeln!(std::io::stderr(), "{:?}: {}", failure.code(), failure.message())?;
    Ok(())
}

/// The service that tonic would generate.
#[derive(Clone, Copy)]
struct Shop;

impl NamedService for Shop {
    const NAME: &'static str = "Shop";
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl UnaryService<String> for Shop {
    type Response = String;
    type Future = Boxed<Result<Response<String>, Status>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        Box::pin(count(request.into_inner()))
    }
}

impl Service<http::Request<Body>> for Shop {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Boxed<Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move { Ok(Grpc::new(Text).unary(Self, request).await) })
    }
}

/// Messages that are text, in place of Protobuf.
#[derive(Clone, Copy)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, item: String, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put_slice(item.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        String::from_utf8(bytes.to_vec()).map(Some).map_err(|_| Status::data_loss("not text"))
    }
}
