//! The page as a tower service.

use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ACCEPT, ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY,
    },
};
use http_body::{Body, Frame, SizeHint};
use tower_service::Service;

use crate::{
    metrics::Metrics,
    text::{self, Format},
};

/// Answers `GET` with the page, in the format that `Accept` asks for. Any path
/// will do: the router decides.
///
/// With the feature `gzip`, the page is compressed if the scraper asks for it.
///
/// # Examples
///
/// ```
/// use axum::{Router, body::Body};
/// use http::Request;
/// use trace_metrics::Metrics;
/// # use tower::ServiceExt as _;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let metrics = Metrics::new();
/// let app: Router = Router::new().route_service("/metrics", metrics.service());
///
/// let scrape = Request::get("/metrics").header("accept", "application/openmetrics-text");
/// let response = app.oneshot(scrape.body(Body::empty()).unwrap()).await.unwrap();
/// let format = response.headers()["content-type"].to_str().unwrap();
/// assert_eq!(format, "application/openmetrics-text; version=1.0.0; charset=utf-8");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct MetricsService(Metrics);

impl Metrics {
    /// Returns the page as a tower service.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::ServiceExt as _;
    /// use trace_metrics::Metrics;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let service = Metrics::new().service();
    /// let response = service.oneshot(Request::get("/metrics").body(()).unwrap()).await.unwrap();
    /// assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    /// # }
    /// ```
    #[must_use]
    pub fn service(&self) -> MetricsService {
        MetricsService(self.clone())
    }
}

impl<B> Service<Request<B>> for MetricsService {
    type Response = Response<Page>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Page>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let response = match *request.method() {
            Method::GET => self.page(request.headers(), true),
            Method::HEAD => self.page(request.headers(), false),
            _ => not_allowed(),
        };
        ready(Ok(response))
    }
}

impl MetricsService {
    fn page(&self, headers: &HeaderMap, has_body: bool) -> Response<Page> {
        let format = Format::accepted(&all(headers, ACCEPT));
        let page = Bytes::from(text::render(&self.0.snapshot(), format));
        let (page, encoding) = encoded(page, &all(headers, ACCEPT_ENCODING));
        let length = HeaderValue::from(page.len());
        let mut response = Response::new(Page(has_body.then_some(page)));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        // Without it, Prometheus takes a page of 0.0.4 that was cut for whole.
        headers.insert(CONTENT_LENGTH, length);
        headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

fn not_allowed() -> Response<Page> {
    let mut response = Response::new(Page(None));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

/// Returns all values of a header, as one list.
fn all(headers: &HeaderMap, name: HeaderName) -> String {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

#[cfg(not(feature = "gzip"))]
fn encoded(page: Bytes, _: &str) -> (Bytes, Option<&'static str>) {
    (page, None)
}

#[cfg(feature = "gzip")]
fn encoded(page: Bytes, accepted: &str) -> (Bytes, Option<&'static str>) {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    let accepts_gzip = accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        is_gzip && !parts.any(text::is_refusal)
    });
    if !accepts_gzip {
        return (page, None);
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    match encoder.write_all(&page).and_then(|()| encoder.finish()) {
        Ok(compressed) => (compressed.into(), Some("gzip")),
        Err(_) => (page, None),
    }
}

/// The body of the answer: all of it at once.
///
/// # Examples
///
/// ```
/// use http::Request;
/// use http_body_util::BodyExt as _;
/// use tower::ServiceExt as _;
/// use trace_metrics::{Metrics, Page};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let metrics = Metrics::new();
/// let request = Request::get("/metrics").body(()).unwrap();
/// let page: Page = metrics.service().oneshot(request).await.unwrap().into_body();
/// let bytes = page.collect().await.unwrap().to_bytes();
/// assert!(bytes.starts_with(b"# HELP "));
/// # }
/// ```
#[derive(Default)]
pub struct Page(Option<Bytes>);

impl Body for Page {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|page| Ok(Frame::data(page))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |page| page.len() as u64))
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("bytes", &self.0.as_ref().map(Bytes::len)).finish()
    }
}
