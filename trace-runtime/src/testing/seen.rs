//! An observer that calls a function, and keeps what the function returns.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::observe::{Closed, Event, Observe, Setup, Start, Wants};

/// An observer for tests: it calls a function for each thing that it is offered,
/// and keeps what the function returns.
///
/// A [`Start`], a [`Closed`] and an [`Event`] cannot be made by hand. With this
/// observer, a test hands real ones to the code that reads them, such as the
/// encoder of an exporter. Clones share what they have seen.
///
/// If the function panics, the panic is caught as that of any
/// [observer](Observe). So make assertions about the [`values`](Self::values),
/// not in the function.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::Closed, testing::{Capture, Seen}, timed};
///
/// fn encode(closed: &Closed<'_>) -> String {
///     format!("{}:{}", closed.name(), closed.outcome())
/// }
///
/// #[timed]
/// fn load() -> Result<(), String> {
///     Err("no such row".to_owned())
/// }
///
/// let encoded = Seen::closed(encode);
/// let _ = Capture::new().observed_by(encoded.clone()).run(load);
/// assert_eq!(encoded.values(), ["load:error"]);
/// ```
pub struct Seen<T>(Arc<Inner<T>>);

struct Inner<T> {
    read: Read<T>,
    values: Mutex<Vec<T>>,
}

/// What is offered, and the function that reads it.
enum Read<T> {
    Opened(Box<dyn Fn(&Start<'_>) -> T + Send + Sync>),
    Closed(Box<dyn Fn(&Closed<'_>) -> T + Send + Sync>),
    Event(Box<dyn Fn(&Event<'_>) -> T + Send + Sync>),
}

impl<T> Seen<T> {
    /// Calls `read` for each request and each job that opens, as
    /// [`Observe::opened`] is called.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let names = Seen::opened(|start| start.name());
    /// Capture::new().observed_by(names.clone()).scope(get_order()).await;
    /// assert_eq!(names.values(), ["get_order"]);
    /// # }
    /// ```
    pub fn opened(read: impl Fn(&Start<'_>) -> T + Send + Sync + 'static) -> Self {
        Self::new(Read::Opened(Box::new(read)))
    }

    /// Calls `read` for each request, job, step and call that ends, as
    /// [`Observe::closed`] is called.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::{Capture, Seen}};
    ///
    /// let names = Seen::closed(|closed| closed.name());
    /// Capture::new().observed_by(names.clone()).run(|| {
    ///     step!("outer", { step!("inner", {}) });
    /// });
    /// assert_eq!(names.values(), ["inner", "outer"]);
    /// ```
    pub fn closed(read: impl Fn(&Closed<'_>) -> T + Send + Sync + 'static) -> Self {
        Self::new(Read::Closed(Box::new(read)))
    }

    /// Calls `read` for each event, as [`Observe::event`] is called.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, error, info, testing::{Capture, Seen}};
    ///
    /// let levels = Seen::event(|event| event.level());
    /// Capture::new().observed_by(levels.clone()).run(|| {
    ///     info!("retrying");
    ///     error!("giving up");
    /// });
    /// assert_eq!(levels.values(), [Level::Info, Level::Error]);
    /// ```
    pub fn event(read: impl Fn(&Event<'_>) -> T + Send + Sync + 'static) -> Self {
        Self::new(Read::Event(Box::new(read)))
    }

    fn new(read: Read<T>) -> Self {
        Self(Arc::new(Inner { read, values: Mutex::default() }))
    }

    /// Returns what the function has returned so far, in the order of its calls.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// let messages = Seen::event(|event| event.message().to_string());
    /// let capture = Capture::new().observed_by(messages.clone());
    /// assert!(messages.values().is_empty());
    /// capture.run(|| info!("fetched {} rows", 3));
    /// assert_eq!(messages.values(), ["fetched 3 rows"]);
    /// ```
    pub fn values(&self) -> Vec<T>
    where
        T: Clone,
    {
        self.0.values.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, value: T) {
        self.0.values.lock().unwrap_or_else(PoisonError::into_inner).push(value);
    }
}

impl<T: Send + 'static> Observe for Seen<T> {
    fn installed(&self, _: &Setup<'_>) -> Wants {
        match self.0.read {
            Read::Opened(_) => Wants::REQUESTS,
            Read::Closed(_) => Wants::REQUESTS | Wants::STEPS,
            Read::Event(_) => Wants::EVENTS,
        }
    }

    fn opened(&self, start: &Start<'_>) {
        if let Read::Opened(read) = &self.0.read {
            self.keep(read(start));
        }
    }

    fn closed(&self, closed: &Closed<'_>) {
        if let Read::Closed(read) = &self.0.read {
            self.keep(read(closed));
        }
    }

    fn event(&self, event: &Event<'_>) {
        if let Read::Event(read) = &self.0.read {
            self.keep(read(event));
        }
    }
}

impl<T> Clone for Seen<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: fmt::Debug> fmt::Debug for Seen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seen").field(&self.0.values).finish()
    }
}
