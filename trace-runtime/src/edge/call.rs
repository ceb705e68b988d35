//! A call to another service: a step that an edge holds open.

use std::{error::Error, fmt};

use crate::{
    edge::Callsite,
    failure::Failure,
    field::{
        kept::{Encoded, Kept},
        limits::Limits,
        value::ToValue as _,
    },
    line,
    outcome::Outcome,
    scope::{self, Opening as _, Running, Scope},
};

/// A call to another service, as a step of the current trace.
///
/// Its line has `method`, `host` and, once it is known, `status`.
/// [`Outgoing::for_call`](crate::propagation::Outgoing::for_call) has to be
/// called while the call is [entered](Self::enter). Its headers then name the
/// call as the parent, so the spans of the other service appear below the call.
///
/// # Examples
///
/// ```
/// use trace_runtime::{edge::{self, Call}, propagation::Outgoing, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn handler() -> String {
///     let callsite = edge::call_callsite!("http_call", target: "my_edge");
///     let mut call = Call::open(callsite, "GET", Some("stock"));
///     let sent = call.enter(|| Outgoing::for_call()).unwrap();
///     call.set_status(200);
///     call.end();
///     sent.traceparent().parent_id().to_string()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let parent_id = capture.scope(handler()).await;
/// let step = &capture.values()[0];
/// assert_eq!((&step["host"], &step["status"]), (&"stock".into(), &200.into()));
/// assert_eq!(step["span_id"], parent_id.as_str());
/// # }
/// ```
#[must_use = "a call that is dropped was cancelled"]
pub struct Call {
    scope: Option<Scope>,
}

impl Call {
    /// Opens the step. Its callsite has to be made with
    /// [`call_callsite!`](crate::edge::call_callsite!).
    pub fn open(Callsite(callsite): Callsite, method: &str, host: Option<&str>) -> Self {
        let mut opening = callsite.fields(|to| {
            to.set(line::METHOD, &method.to_value());
            to.set(line::HOST, &host.to_value());
        });
        let mut call = Self { scope: None };
        let fields = opening.take_fields();
        scope::open(&mut call.scope, callsite, fields, None, &Kept::default());
        // The step begins here, because the call may be polled elsewhere, or
        // never.
        if let Some(scope) = &mut call.scope {
            scope.begin();
        }
        call
    }

    /// Calls `run` inside the step. Use it around each poll of the call.
    pub fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        let Some(mut running) = Running::resume(&mut self.scope) else { return run() };
        let value = running.enter(run);
        running.pause();
        value
    }

    /// Sets the status of the response.
    pub fn set_status(&mut self, status: u16) {
        self.set(line::STATUS, status.into());
    }

    /// Sets the gRPC status of the response.
    pub fn set_grpc_status(&mut self, status: u32) {
        self.set(line::GRPC_STATUS, status);
    }

    fn set(&mut self, key: &str, value: u32) {
        let Some(scope) = &mut self.scope else { return };
        let limits = Limits::default();
        let field = Encoded::new(key.as_bytes(), &value.to_value(), &limits);
        scope.frame.fields.set(&field, &limits);
    }

    /// Ends the call with success, and writes its line.
    pub fn end(mut self) {
        self.close(Outcome::Ok, None);
    }

    /// Ends the call with an error, and writes its line.
    pub fn fail<'a>(mut self, error: &'a (dyn Error + 'a)) {
        self.close(Outcome::Error, Some(&Failure::of_error(error)));
    }

    fn close(&mut self, ending: Outcome, failure: Option<&Failure<'_>>) {
        if let Some(mut running) = Running::resume(&mut self.scope) {
            running.close(ending, failure);
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.close(Outcome::Cancelled, None);
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}
