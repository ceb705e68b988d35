//! Bodies of all kinds, without axum.

use std::{convert::Infallible, io};

use axum::{BoxError, body::Body};
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt as _, Full};
use tower::{Layer as _, ServiceBuilder, service_fn};
use tower_http::{compression::CompressionLayer, cors::CorsLayer, timeout::TimeoutLayer};
use trace_tower::{ResponseBody, TraceLayer};

use super::HOUR;

#[tokio::test]
async fn without_axum_bodies_of_all_kinds_are_taken() {
    /// As a hyper server asks for it.
    fn is_for_hyper<S, B>(_: S)
    where
        S: tower::Service<http::Request<hyper::body::Incoming>, Response = http::Response<B>>,
        B: hyper::body::Body<Error: Into<BoxError>>,
    {
    }
    async fn full<B>(_: http::Request<B>) -> Result<http::Response<Full<Bytes>>, io::Error> {
        Ok(http::Response::new(Full::default()))
    }
    is_for_hyper(TraceLayer::new().layer(service_fn(full)));
    let timeout = || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, HOUR);
    let layers = || ServiceBuilder::new().layer(CorsLayer::permissive()).layer(timeout());
    is_for_hyper(layers().layer(TraceLayer::new()).service_fn(full));
    is_for_hyper(ServiceBuilder::new().layer(TraceLayer::new()).layer(layers()).service_fn(full));
    is_for_hyper(layers().layer(CompressionLayer::new()).layer(TraceLayer::new()).service_fn(full));
    is_for_hyper(
        ServiceBuilder::new()
            .layer(TraceLayer::new())
            .timeout(HOUR)
            .map_response(|response: http::Response<Full<Bytes>>| response.map(Body::new))
            .service_fn(full),
    );
    let boxed = service_fn(async |_: http::Request<hyper::body::Incoming>| {
        let body = Full::<Bytes>::default().map_err(|never| -> BoxError { match never {} });
        Ok::<_, Infallible>(http::Response::new(body.boxed_unsync()))
    });
    is_for_hyper(TraceLayer::new().layer(boxed));
}

#[test]
fn a_body_without_a_request_is_that_inside() {
    let body = ResponseBody::<Full<Bytes>>::default();
    assert!(hyper::body::Body::is_end_stream(&body));
}
