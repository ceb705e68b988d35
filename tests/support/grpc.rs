//! gRPC with messages that are text: what a `.proto` file would generate.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use bytes::{Buf as _, BufMut as _};
use futures::future::{BoxFuture, FutureExt as _};
use tonic::{
    Request, Response, Status,
    body::Body,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    server::{Grpc, NamedService, UnaryService},
};
use tower_service::Service;

/// A service of one method, which is the function in it; whatever path below
/// `/shop.Shop/` is called.
#[derive(Clone, Copy, Debug)]
pub struct Shop<F>(pub F);

impl<F> NamedService for Shop<F> {
    const NAME: &'static str = "shop.Shop";
}

impl<F, R> UnaryService<String> for Shop<F>
where
    F: Fn(String) -> R,
    R: Future<Output = Result<String, Status>> + Send + 'static,
{
    type Response = String;
    type Future = BoxFuture<'static, Result<Response<String>, Status>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        (self.0)(request.into_inner()).map(|answer| answer.map(Response::new)).boxed()
    }
}

impl<F, R> Service<http::Request<Body>> for Shop<F>
where
    F: Fn(String) -> R + Clone + Send + 'static,
    R: Future<Output = Result<String, Status>> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let shop = self.clone();
        async move { Ok(Grpc::new(Text).unary(shop, request).await) }.boxed()
    }
}

/// Messages that are text, in place of Protobuf.
#[derive(Clone, Copy, Debug)]
pub struct Text;

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
