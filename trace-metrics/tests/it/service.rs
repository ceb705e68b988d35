//! The page over HTTP.

use axum::{Router, body::Body};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use trace_metrics::Metrics;

use super::{exchange, metrics};

/// Sends a request; returns its status, some headers, and the body.
async fn ask(
    metrics: &Metrics,
    method: &str,
    headers: &[(&str, &str)],
) -> (u16, [String; 3], Vec<u8>) {
    let app: Router = Router::new().route_service("/metrics", metrics.service());
    let request = http::Request::builder().method(method).uri("/metrics");
    let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let header = |name: &str| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
    };
    let (status, headers) = (
        response.status().as_u16(),
        ["content-type", "content-length", "content-encoding"].map(header),
    );
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, headers, body.to_vec())
}

#[tokio::test]
async fn the_page_has_its_format_and_its_length() {
    let (metrics, capture) = metrics();
    capture.run(|| exchange("GET", Some("/"), 200));
    let (status, [kind, length, _], body) = ask(&metrics, "GET", &[("accept", "*/*")]).await;
    assert_eq!((status, kind.as_str()), (200, "text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(length, body.len().to_string());
    let accept = [("accept", "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5")];
    let (_, [kind, ..], body) = ask(&metrics, "GET", &accept).await;
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(body.ends_with(b"# EOF\n"));
}

#[tokio::test]
async fn head_has_the_length_without_the_page_and_other_methods_are_refused() {
    let (metrics, _) = metrics();
    let (status, [_, length, _], body) = ask(&metrics, "HEAD", &[]).await;
    assert_eq!((status, body.len()), (200, 0));
    assert!(length.parse::<usize>().unwrap() > 1_000);
    assert_eq!(ask(&metrics, "POST", &[]).await.0, 405);
}

#[cfg(feature = "gzip")]
#[tokio::test]
async fn the_page_is_compressed_where_that_is_asked_for() {
    use std::io::Read as _;

    let (metrics, _) = metrics();
    for (accepted, is_compressed) in
        [("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip;q=0", false), ("identity", false)]
    {
        let asked = [("accept-encoding", accepted)];
        let (_, [_, length, encoding], body) = ask(&metrics, "GET", &asked).await;
        assert_eq!(encoding, if is_compressed { "gzip" } else { "" }, "{accepted}");
        assert_eq!(length, body.len().to_string());
        let mut page = String::new();
        if is_compressed {
            flate2::read::GzDecoder::new(&*body).read_to_string(&mut page).unwrap();
        } else {
            page = String::from_utf8(body).unwrap();
        }
        assert!(page.contains("# TYPE trace_lines_total counter"));
    }
}
