// What hidden lines of examples share.

/// Sends a request with this head through a layer, to a service that answers
/// with an empty 200. Returns the head of the response, and the request's line.
fn answered(
    layer: &trace_tower::TraceLayer,
    request: http::request::Builder,
) -> (http::Response<()>, serde_json::Value) {
    use tower::Layer as _;
    use trace_tower::testing::CaptureExt as _;

    let empty = tower::service_fn(async |_: http::Request<()>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(String::new()))
    });
    let capture = trace_runtime::testing::Capture::new();
    let call = capture.call(layer.layer(empty), request.body(()).unwrap());
    let (response, _) = test_support::at_once(call);
    (response, capture.values().pop().unwrap())
}
