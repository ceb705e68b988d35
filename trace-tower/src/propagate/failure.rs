//! What a client fails with: an error of its own, or a boxed one.

use std::error::Error;

mod sealed {
    pub trait Sealed<Form> {}
}

/// What a client's call may fail with: any error, typed or in a box, as those of
/// tower's `Timeout`, `Buffer` and `LoadShed` are. A boxed error does not
/// implement `Error` itself, so each has a [form](Typed), which is inferred.
///
/// # Examples
///
/// ```
/// use std::{error::Error, io};
/// use trace_tower::propagate::CallError;
///
/// /// For each error that a client may fail with, typed or boxed.
/// fn text<Form>(error: &impl CallError<Form>) -> String {
///     error.as_error().to_string()
/// }
///
/// let typed = io::Error::other("connection refused");
/// let boxed: Box<dyn Error + Send + Sync> = "connection refused".into();
/// assert_eq!(text(&typed), text(&boxed));
/// ```
pub trait CallError<Form>: sealed::Sealed<Form> {
    /// Returns the error; the line has its causes, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// use trace_tower::propagate::CallError as _;
    ///
    /// let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    /// let error = io::Error::other(refused);
    /// let as_error = error.as_error();
    /// assert!(as_error.is::<io::Error>());
    /// assert_eq!(as_error.to_string(), "connection refused");
    /// ```
    fn as_error(&self) -> &(dyn Error + 'static);
}

/// The form of an error that has a type of its own.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use tower::{Layer as _, ServiceExt as _, service_fn};
/// use trace_tower::{PropagateLayer, propagate::{HttpRequests, Typed}};
/// # use trace_runtime::testing::Capture;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // To keep a layer in a struct, its type has to be written out.
/// let layer: PropagateLayer<HttpRequests, Typed> = PropagateLayer::new();
/// let broken = service_fn(async |_: Request<()>| {
///     Err::<Response<()>, _>(std::io::Error::other("connection reset"))
/// });
/// # let capture = Capture::new();
/// # let call = layer.layer(broken).oneshot(Request::get("http://stock/").body(()).unwrap());
/// # let _ = capture.scope(call).await;
/// assert_eq!(capture.tree(), "http_call error: connection reset\n");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Typed {}

/// The form of an error in a box.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use http::{Request, Response};
/// use tower::{Layer as _, ServiceBuilder, ServiceExt as _, service_fn};
/// use trace_tower::{PropagateLayer, propagate::{Boxed, HttpRequests}};
/// # use std::{convert::Infallible, future::pending};
/// # use trace_runtime::testing::Capture;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // tower's timeout fails with a boxed error.
/// let layer: PropagateLayer<HttpRequests, Boxed> = PropagateLayer::new();
/// # let never = async |_: Request<()>| pending::<Result<Response<()>, Infallible>>().await;
/// # let stock = service_fn(never);
/// let stock = ServiceBuilder::new().layer(layer).timeout(Duration::from_millis(1)).service(stock);
/// # let capture = Capture::new();
/// # let call = stock.oneshot(Request::get("http://stock/").body(()).unwrap());
/// # assert!(capture.scope(call).await.is_err());
/// assert_eq!(capture.tree(), "http_call error: request timed out\n");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Boxed {}

impl<E: Error + 'static> sealed::Sealed<Typed> for E {}
impl<E: Error + 'static> CallError<Typed> for E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

/// Writes the impls that each kind of box needs.
macro_rules! boxed {
    ($($error:ty,)*) => {$(
        impl sealed::Sealed<Boxed> for Box<$error> {}
        impl CallError<Boxed> for Box<$error> {
            fn as_error(&self) -> &(dyn Error + 'static) {
                &**self
            }
        }
    )*};
}

boxed! {
    dyn Error,
    dyn Error + Send,
    dyn Error + Send + Sync,
}
