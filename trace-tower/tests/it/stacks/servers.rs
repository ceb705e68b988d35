//! Layers around an axum router.

use axum::{
    BoxError, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    extract::Request,
    handler::Handler as _,
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use tower::{Layer as _, ServiceBuilder, ServiceExt as _};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::CorsLayer,
    decompression::RequestDecompressionLayer,
    limit::RequestBodyLimitLayer,
    map_request_body::MapRequestBodyLayer,
    map_response_body::MapResponseBodyLayer,
    normalize_path::NormalizePathLayer,
    propagate_header::PropagateHeaderLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    sensitive_headers::SetSensitiveHeadersLayer,
    services::ServeDir,
    set_header::SetResponseHeaderLayer,
    timeout::{RequestBodyTimeoutLayer, ResponseBodyTimeoutLayer, TimeoutLayer},
    trace::TraceLayer as TowerHttpTraceLayer,
    validate_request::ValidateRequestHeaderLayer,
};
use trace_runtime::{testing::Capture, traced_handler};
use trace_tower::TraceLayer;

use super::{HOUR, request};

#[traced_handler]
async fn hello() -> &'static str {
    "hello"
}

fn router() -> Router {
    Router::new().route("/", get(hello))
}

/// Asserts that an app answers well, in one request line.
async fn answers(name: &str, app: Router) {
    let capture = Capture::new();
    let status = capture.scope(async {
        let response = app.oneshot(request()).await.unwrap();
        let status = response.status();
        response.into_body().collect().await.unwrap();
        status
    });
    assert_eq!(status.await, StatusCode::OK, "{name}");
    let lines = capture.values();
    let requests = lines.iter().filter(|line| line["kind"] == "request");
    let outcomes: Vec<_> = requests.map(|line| (&line["outcome"], &line["status"])).collect();
    assert_eq!(outcomes, [(&"ok".into(), &200.into())], "{name}: {lines:#?}");
}

async fn failed(error: BoxError) -> (StatusCode, String) {
    (StatusCode::SERVICE_UNAVAILABLE, error.to_string())
}

/// Tries a layer outside ours, inside it, and both added to a router.
macro_rules! around {
    ($($layer:expr,)*) => {$({
        let name = stringify!($layer);
        let outside = ServiceBuilder::new().layer($layer).layer(TraceLayer::axum());
        answers(name, router().layer(outside)).await;
        let inside = ServiceBuilder::new().layer(TraceLayer::axum()).layer($layer);
        answers(name, router().layer(inside)).await;
        answers(name, router().layer($layer).layer(TraceLayer::axum())).await;
        answers(name, router().layer(TraceLayer::axum()).layer($layer)).await;
    })*};
}

#[tokio::test]
async fn tower_https_layers_go_outside_and_inside() {
    let x = HeaderName::from_static("x-sent");
    around![
        CatchPanicLayer::new(),
        CompressionLayer::new(),
        CorsLayer::permissive(),
        RequestDecompressionLayer::new(),
        RequestBodyLimitLayer::new(1_000),
        RequestBodyTimeoutLayer::new(HOUR),
        ResponseBodyTimeoutLayer::new(HOUR),
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, HOUR),
        SetResponseHeaderLayer::overriding(x.clone(), HeaderValue::from_static("1")),
        PropagateHeaderLayer::new(x.clone()),
        SetSensitiveHeadersLayer::new([http::header::AUTHORIZATION]),
        SetRequestIdLayer::x_request_id(MakeRequestUuid),
        PropagateRequestIdLayer::x_request_id(),
        TowerHttpTraceLayer::new_for_http(),
        NormalizePathLayer::trim_trailing_slash(),
        #[expect(deprecated, reason = "people use it")]
        ValidateRequestHeaderLayer::bearer("open"),
        MapRequestBodyLayer::new(Body::new),
        MapResponseBodyLayer::new(Body::new),
    ];
}

#[tokio::test]
async fn axums_layers_go_outside_and_inside() {
    async fn pass(request: Request, next: Next) -> Response {
        next.run(request).await
    }
    async fn same(request: Request) -> Request {
        request
    }
    async fn answer<B>(response: Response<B>) -> Response<B> {
        response
    }
    around![
        middleware::from_fn(pass),
        middleware::map_request(same),
        middleware::map_response(answer),
        axum::Extension(1),
        axum::extract::DefaultBodyLimit::disable(),
        ServiceBuilder::new().layer(HandleErrorLayer::new(failed)).timeout(HOUR),
        ServiceBuilder::new().layer(HandleErrorLayer::new(failed)).load_shed().concurrency_limit(9),
    ];
}

#[tokio::test]
async fn a_buffer_goes_outside_and_inside() {
    let buffer = || {
        let handled = ServiceBuilder::new().layer(HandleErrorLayer::new(failed));
        handled.buffer(9).rate_limit(9, HOUR)
    };
    // It calls what is inside in a task of its own, out of a capture's reach.
    let outside = buffer().layer(TraceLayer::axum());
    let response = router().layer(outside).oneshot(request()).await.unwrap();
    assert!(response.headers().contains_key("x-trace-id"));
    let inside = ServiceBuilder::new().layer(TraceLayer::axum()).layer(buffer());
    answers("buffer inside", router().layer(inside)).await;
}

#[tokio::test]
async fn a_layer_whose_errors_are_boxed_goes_inside() {
    let stack = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(failed))
        .layer(TraceLayer::axum())
        .timeout(HOUR);
    answers("timeout inside", router().layer(stack)).await;
}

#[tokio::test]
async fn axum_takes_the_layer_wherever_it_takes_one() {
    let layer = TraceLayer::axum;
    answers("Router::layer", router().layer(layer())).await;
    answers("Router::route_layer", router().route_layer(layer())).await;
    answers("MethodRouter::layer", Router::new().route("/", get(hello).layer(layer()))).await;
    answers("MethodRouter::route_layer", Router::new().route("/", get(hello).route_layer(layer())))
        .await;
    answers("Handler::layer", Router::new().route("/", get(hello.layer(layer())))).await;
    answers("fallback", Router::new().fallback(hello).layer(layer())).await;
    answers("merge", Router::new().merge(router().layer(layer()))).await;
    answers("route_service", Router::new().route_service("/", layer().layer(get(hello)))).await;
    let with_state = Router::new().route("/", get(hello)).layer(layer()).with_state(7_u8);
    answers("with_state", with_state).await;
    // What `axum::serve` is given, outside the router.
    let _ = router().layer(layer()).into_make_service();
    let service = ServiceBuilder::new().layer(layer()).service(router());
    let _ = axum::ServiceExt::<Request>::into_make_service(service);
    let normal = NormalizePathLayer::trim_trailing_slash().layer(router().layer(layer()));
    let _ = axum::ServiceExt::<Request>::into_make_service(normal);
}

#[tokio::test]
async fn files_are_served_inside() {
    let directory = env!("CARGO_MANIFEST_DIR");
    let app = Router::new().fallback_service(ServeDir::new(directory)).layer(TraceLayer::axum());
    let capture = Capture::new();
    let request = Request::get("/Cargo.toml").body(Body::empty()).unwrap();
    let response = capture.scope(app.oneshot(request)).await.unwrap();
    capture.scope(response.into_body().collect()).await.unwrap();
    assert_eq!(capture.values()[0]["status"], 200);
    let service = TraceLayer::new().layer(ServeDir::new(directory));
    drop(service.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap());
}
