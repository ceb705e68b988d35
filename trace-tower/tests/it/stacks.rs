//! Beside other people's layers: what tower, tower-http, axum and tonic ask of
//! a layer in a stack, inside and outside each of theirs.
//!
//! That it compiles is most of it; each stack also answers a request, which has
//! its line.

use std::{convert::Infallible, io, time::Duration};

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
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, retry::Policy, service_fn};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    cors::CorsLayer,
    decompression::{DecompressionLayer, RequestDecompressionLayer},
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
use trace_tower::{PropagateLayer, ResponseBody, TraceLayer};

const HOUR: Duration = Duration::from_hours(1);

#[traced_handler]
async fn hello() -> &'static str {
    "hello"
}

fn router() -> Router {
    Router::new().route("/", get(hello))
}

fn request() -> Request {
    let request = Request::get("/").header("accept-encoding", "gzip");
    request.header("authorization", "Bearer open").body(Body::empty()).unwrap()
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

/// As generated clients ask for it.
fn is_for_tonic<T>(_: &T)
where
    T: tonic::client::GrpcService<tonic::body::Body, Error: Into<BoxError>>,
    T::ResponseBody: hyper::body::Body<Data = Bytes, Error: Into<BoxError> + Send> + Send + 'static,
{
}

#[tokio::test]
async fn tonics_layers_go_outside_and_inside() {
    use tonic::{
        Request, Status,
        service::{InterceptorLayer, interceptor::InterceptedService},
        transport::{Channel, Server},
    };
    type Intercept = fn(Request<()>) -> Result<Request<()>, Status>;
    let pass: Intercept = Ok;
    let intercept = || InterceptorLayer::new(pass);
    let server = || Server::builder().timeout(HOUR).concurrency_limit_per_connection(9);
    let _ = server().layer(TraceLayer::new()).add_service(crate::grpc::shop());
    let both = ServiceBuilder::new().layer(TraceLayer::new()).layer(intercept());
    let _ = server().layer(both).add_service(crate::grpc::shop());
    let both = ServiceBuilder::new().layer(intercept()).layer(TraceLayer::new());
    let _ = server().layer(both).add_service(crate::grpc::shop());
    let routes = tonic::service::Routes::new(crate::grpc::shop()).into_axum_router();
    let _: Router = routes.layer(TraceLayer::axum());

    let channel = Channel::from_static("http://127.0.0.1:1").connect_lazy();
    is_for_tonic(&PropagateLayer::new().layer(channel.clone()));
    is_for_tonic(&PropagateLayer::new().layer(InterceptedService::new(channel.clone(), pass)));
    is_for_tonic(&InterceptedService::new(PropagateLayer::new().layer(channel.clone()), pass));
    is_for_tonic(
        &ServiceBuilder::new().timeout(HOUR).layer(PropagateLayer::new()).service(channel.clone()),
    );
    is_for_tonic(
        &ServiceBuilder::new().layer(PropagateLayer::new()).timeout(HOUR).service(channel),
    );
}
