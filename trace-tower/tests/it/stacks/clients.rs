//! Layers around a client.

use std::{convert::Infallible, time::Duration};

use axum::BoxError;
use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, retry::Policy};
use tower_http::{decompression::DecompressionLayer, trace::TraceLayer as TowerHttpTraceLayer};
use trace_runtime::{testing::Capture, traced_handler};
use trace_tower::PropagateLayer;

use super::HOUR;

/// Tries again, once.
#[derive(Clone, Copy)]
struct Once(bool);

impl<B, E> Policy<http::Request<Full<Bytes>>, http::Response<B>, E> for Once {
    type Future = std::future::Ready<()>;

    fn retry(
        &mut self,
        _: &mut http::Request<Full<Bytes>>,
        result: &mut Result<http::Response<B>, E>,
    ) -> Option<Self::Future> {
        (result.is_err() && !std::mem::replace(&mut self.0, true)).then(|| std::future::ready(()))
    }

    fn clone_request(
        &mut self,
        request: &http::Request<Full<Bytes>>,
    ) -> Option<http::Request<Full<Bytes>>> {
        Some(request.clone())
    }
}

#[traced_handler]
async fn calls(call: impl Future<Output = ()>) {
    call.await;
}

/// Returns the lines of a client's calls to a port that is closed.
macro_rules! refused {
    ($client:expr) => {{
        let request = http::Request::get("http://127.0.0.1:1/").body(Full::default()).unwrap();
        let call = async { assert!($client.oneshot(request).await.is_err()) };
        let capture = Capture::new();
        capture.scope(calls(call)).await;
        let mut lines = capture.values();
        lines.retain(|line| line["name"] == "http_call");
        lines
    }};
}

fn client() -> Client<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

#[tokio::test]
async fn a_client_goes_inside_and_outside_towers_layers() {
    for calls in [
        refused!(ServiceBuilder::new().layer(PropagateLayer::new()).service(client())),
        refused!(
            ServiceBuilder::new().layer(PropagateLayer::new()).timeout(HOUR).service(client())
        ),
        refused!(
            ServiceBuilder::new().timeout(HOUR).layer(PropagateLayer::new()).service(client())
        ),
        refused!(ServiceBuilder::new().layer(PropagateLayer::new()).load_shed().service(client())),
        refused!(ServiceBuilder::new().load_shed().layer(PropagateLayer::new()).service(client())),
        refused!(ServiceBuilder::new().layer(PropagateLayer::new()).buffer(9).service(client())),
        refused!(
            ServiceBuilder::new()
                .layer(PropagateLayer::new())
                .concurrency_limit(9)
                .service(client())
        ),
        refused!(
            ServiceBuilder::new().layer(PropagateLayer::new()).retry(Once(false)).service(client())
        ),
        refused!(
            ServiceBuilder::new()
                .layer(PropagateLayer::new())
                .layer(DecompressionLayer::new())
                .service(client())
        ),
        refused!(
            ServiceBuilder::new()
                .layer(PropagateLayer::new())
                .layer(TowerHttpTraceLayer::new_for_http())
                .service(client())
        ),
        refused!(
            ServiceBuilder::new()
                .layer(PropagateLayer::new())
                .map_err(BoxError::from)
                .service(client())
        ),
    ] {
        assert_eq!(calls.len(), 1);
        let causes = calls[0]["error_chain"].as_array().unwrap();
        assert!(causes.last().unwrap().as_str().unwrap().contains("refused"), "{causes:?}");
    }
    let retried = refused!(
        ServiceBuilder::new().retry(Once(false)).layer(PropagateLayer::new()).service(client())
    );
    assert_eq!(retried.len(), 2, "each try is a step");
    let in_time = refused!(
        ServiceBuilder::new().timeout(Duration::ZERO).layer(PropagateLayer::new()).service_fn(
            async |_: http::Request<Full<Bytes>>| {
                std::future::pending::<Result<http::Response<()>, Infallible>>().await
            }
        )
    );
    assert_eq!(in_time[0]["outcome"], "cancelled");
}

/// A buffer calls its service in a task of its own, outside the trace.
#[tokio::test]
async fn inside_a_buffer_a_call_has_no_trace() {
    let calls =
        refused!(ServiceBuilder::new().buffer(9).layer(PropagateLayer::new()).service(client()));
    assert!(calls.is_empty(), "its line goes to the process's output");
}

#[tokio::test]
async fn a_client_kept_in_a_struct_is_named_without_its_form() {
    struct Shop {
        client: trace_tower::propagate::Propagate<
            Client<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>>,
        >,
    }
    let shop = Shop { client: PropagateLayer::new().layer(client()) };
    assert_eq!(refused!(shop.client).len(), 1);
}
