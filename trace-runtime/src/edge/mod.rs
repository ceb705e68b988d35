//! For authors of an edge: the code that accepts requests of a protocol, such
//! as the middleware of an HTTP server.
//!
//! An edge holds a request from before any handler runs until the last byte of
//! the response, and writes its line. It opens a [`Request`] from the incoming
//! ids, [enters](Request::enter) it around each poll, sets facts as they become
//! known, and ends it. A `#[traced_handler]` below the edge joins the request:
//! it writes no line of its own, but gives the request's line its name, target,
//! fields and error.
//!
//! The client side is a [`Call`]: a step around a request to another service. A
//! [`Step`] is one that another library opens, enters and leaves as it likes.
//!
//! `trace-tower` is such an edge. Everything here is for edges; services do not
//! need it.
//!
//! ```
//! use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
//! use trace_runtime::{testing::Capture, traced_handler};
//!
//! #[traced_handler(fields(user_id))]
//! async fn get_user(user_id: u32) -> Result<(), String> {
//!     Err("no such user".to_owned())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let capture = Capture::new();
//! capture.scope(async {
//!     let callsite = edge::callsite!("http_request", target: "my_edge");
//!     let mut request = Request::open(callsite, Incoming::none(), "GET", "/users/42");
//!     request.set_route("/users/{id}");
//!     let mut handler = Box::pin(get_user(42));
//!     let result = std::future::poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
//!     request.set_status(if result.is_ok() { 200 } else { 404 });
//!     request.end(Outcome::Ok); // The status decides.
//! }).await;
//!
//! let line = &capture.values()[0];
//! assert_eq!((&line["name"], &line["user_id"]), (&"get_user".into(), &42.into()));
//! assert_eq!((&line["outcome"], &line["error"]), (&"ok".into(), &"no such user".into()));
//! assert_eq!((&line["route"], &line["status"]), (&"/users/{id}".into(), &404.into()));
//! # }
//! ```

mod call;
mod fields;
mod leaked;
mod request;
mod server;
mod step;

#[cfg(test)]
mod tests;

pub use self::{
    call::Call,
    fields::Fields,
    request::Request,
    step::{Parent, Recorded, Step, Token},
};
/// Makes the static for an edge's calls to other services:
/// `call_callsite!("http_call", target: "my_edge")`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{edge::{self, Call}, testing::Capture};
///
/// let capture = Capture::new();
/// let callsite = edge::call_callsite!("http_call", target: "my_edge");
/// capture.run(|| Call::open(callsite, "GET", Some("stock")).end());
/// let line = &capture.values()[0];
/// assert_eq!((&line["name"], &line["target"]), (&"http_call".into(), &"my_edge".into()));
/// ```
#[doc(inline)]
pub use crate::__edge_call_callsite as call_callsite;
/// Makes the static for an edge's requests, whose name is used unless a handler
/// joins: `callsite!("http_request", target: "my_edge")`.
///
/// # Examples
///
/// ```
/// use trace_runtime::edge::{self, Outcome, Request};
/// use trace_runtime::{propagation::Incoming, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn get_user() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let capture = Capture::new();
/// # capture.scope(async {
/// let callsite = edge::callsite!("http_request", target: "my_edge");
/// let open = || Request::open(callsite, Incoming::none(), "GET", "/users/42");
/// open().end(Outcome::Ok);
///
/// let mut request = open();
/// let mut handler = Box::pin(get_user());
/// std::future::poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
/// request.end(Outcome::Ok);
/// # }).await;
/// assert_eq!(capture.tree(), "http_request ok\nget_user ok\n");
/// # }
/// ```
#[doc(inline)]
pub use crate::__edge_callsite as callsite;
pub use crate::outcome::Outcome;
use crate::{callsite::Callsite as Static, scope};

/// Names the requests or the calls of an edge. It is made by
/// [`callsite!`](crate::edge::callsite!) or
/// [`call_callsite!`](crate::edge::call_callsite!), or at run time by
/// [`leaked`](Self::leaked).
///
/// # Examples
///
/// A layer is made with one, and opens its requests with it:
///
/// ```
/// use trace_runtime::edge::{self, Callsite, Outcome, Request};
/// use trace_runtime::{propagation::Incoming, testing::Capture};
///
/// struct Layer {
///     callsite: Callsite,
/// }
///
/// let public = Layer { callsite: edge::callsite!("http_request", target: "shop::public") };
/// let admin = Layer { callsite: edge::callsite!("http_request", target: "shop::admin") };
///
/// let capture = Capture::with_filter("info,shop::admin=off");
/// capture.run(|| {
///     for Layer { callsite } in [public, admin] {
///         Request::open(callsite, Incoming::none(), "GET", "/").end(Outcome::Ok);
///     }
/// });
/// let lines = capture.values();
/// assert_eq!((lines.len(), &lines[0]["target"]), (1, &"shop::public".into()));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Callsite(&'static Static);

impl Callsite {
    pub(crate) const fn new(callsite: &'static Static) -> Self {
        Self(callsite)
    }
}

/// Announces that this process has an edge. Call it when the edge's layer wraps
/// a service.
///
/// If a `#[traced_handler]` later opens a trace by itself, outside any request
/// of an edge, it may have been left out by mistake: axum, for example, does
/// not apply a layer to routes that are added after it. In debug builds, the
/// first such handler is reported on standard error, with a hint.
///
/// # Examples
///
/// ```
/// use trace_runtime::{edge, traced_handler};
///
/// /// What wraps the services of this edge.
/// struct Layer;
///
/// impl Layer {
///     fn new() -> Self {
///         edge::announce();
///         Self
///     }
/// }
///
/// #[traced_handler]
/// async fn get_user() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// # use std::{env, process::Command};
/// # if env::var_os("IS_CHILD").is_none() {
/// #     let output = Command::new(env::current_exe()?).env("IS_CHILD", "1").output()?;
/// #     let said = String::from_utf8_lossy(&output.stderr);
/// #     let hint = "`get_user` opened a trace of its own, outside the layer";
/// #     assert!(said.contains(hint), "{said}");
/// #     return Ok(());
/// # }
/// let _layer = Layer::new();
/// get_user().await; // on standard error: `get_user` opened a trace of its own, outside …
/// # Ok(())
/// # }
/// ```
pub fn announce() {
    scope::announce_edge();
}
