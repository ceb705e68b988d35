//! A server on loopback.

use std::{error::Error, net::SocketAddr, time::Duration};

use axum::Router;
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use test_support::in_time;
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tower::Service;

use super::written;

/// Serves an app, for as long as the test's runtime lives.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    written();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

/// Serves one connection without axum.
pub(crate) async fn serve_hyper<S, B>(service: S) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    written();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (io, service) = (TokioIo::new(stream), TowerToHyperService::new(service));
        let _ = Builder::new(TokioExecutor::new()).serve_connection(io, service).await;
    });
    address
}

/// Waits until a server takes connections at an address.
pub(crate) async fn until_it_listens(address: SocketAddr) {
    in_time(async {
        while TcpStream::connect(address).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}
