//! The trait of observers.

use std::{sync::Arc, time::Duration};

use super::{
    closed::Closed,
    event::Event,
    setup::{Setup, Wants},
    start::Start,
};

/// Is offered what happens in a process.
///
/// The methods are called on the thread on which it happens, after the line was
/// handed over. They spend the time of the service and must not block: hand
/// work to a thread of your own, which should run in [`unobserved`](super::unobserved). If one
/// panics, that is counted ([`Stats::observer_panics`]) and reported once. Lines
/// that one logs are written, but not offered again.
///
/// An `Arc<O>` observes as its `O` does, so a service can keep a handle.
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicI64, Ordering::Relaxed}};
/// use trace_runtime::{observe::{Closed, Kind, Observe, Start}, testing::Capture, traced_handler};
///
/// /// How many requests are open.
/// #[derive(Default)]
/// struct Open(AtomicI64);
///
/// impl Observe for Open {
///     fn opened(&self, _: &Start<'_>) {
///         self.0.fetch_add(1, Relaxed);
///     }
///
///     fn closed(&self, closed: &Closed<'_>) {
///         if closed.kind() == Kind::Request {
///             self.0.fetch_sub(1, Relaxed);
///         }
///     }
/// }
///
/// #[traced_handler]
/// async fn get_order(open: &Open) -> i64 {
///     open.0.load(Relaxed)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let open = Arc::new(Open::default());
/// let capture = Capture::new().observed_by(open.clone());
/// assert_eq!(capture.scope(get_order(&open)).await, 1);
/// assert_eq!(open.0.load(Relaxed), 0);
/// # }
/// ```
///
/// [`Stats::observer_panics`]: crate::writer::Stats::observer_panics
pub trait Observe: Send + Sync + 'static {
    /// Is called once, before the output is in place, with the settings that it
    /// will have. Returns what this observer wants to be offered; if it panics,
    /// that is nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use trace_runtime::observe::{Closed, Event, Observe, Setup, Wants};
    /// use trace_runtime::{info, step, testing::Capture};
    ///
    /// static OFFERED: AtomicU64 = AtomicU64::new(0);
    ///
    /// struct Logs;
    ///
    /// impl Observe for Logs {
    ///     fn installed(&self, _: &Setup<'_>) -> Wants {
    ///         Wants::EVENTS
    ///     }
    ///
    ///     fn event(&self, _: &Event<'_>) {
    ///         OFFERED.fetch_add(1, Ordering::Relaxed);
    ///     }
    ///
    ///     fn closed(&self, closed: &Closed<'_>) {
    ///         unreachable!("{} is not wanted", closed.name());
    ///     }
    /// }
    ///
    /// let capture = Capture::new().observed_by(Logs);
    /// capture.run(|| step!("load", { info!("looking") }));
    /// assert_eq!(OFFERED.load(Ordering::Relaxed), 1);
    /// assert_eq!(capture.stats().observer_panics, 0);
    /// ```
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        let _ = setup;
        Wants::ALL
    }

    /// Is called once, when the output is in place: lines that are logged from
    /// now on are written. An observer that needs a thread starts it here.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, observe::Observe, sink::Memory};
    ///
    /// struct Exporter {
    ///     endpoint: &'static str,
    /// }
    ///
    /// impl Observe for Exporter {
    ///     fn started(&self) {
    ///         info!("exporting to {}", self.endpoint);
    ///     }
    /// }
    ///
    /// let memory = Memory::default();
    /// let exporter = Exporter { endpoint: "http://localhost:4318" };
    /// trace_runtime::builder().sink(memory.clone()).observe(exporter).init()?;
    /// assert!(memory.text().contains("exporting to http://localhost:4318"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    fn started(&self) {}

    /// Decides whether a trace that opens is sampled; `None` leaves that to the
    /// next observer. If none decides, the flag of the caller is kept, and a
    /// trace without a caller is sampled. The decision goes out in
    /// `traceparent`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{observe::{Observe, Start}, propagation::Outgoing, testing::Capture};
    /// use trace_runtime::traced_handler;
    ///
    /// /// Samples a quarter of the traces that begin here, and the same in each service.
    /// struct Quarter;
    ///
    /// impl Observe for Quarter {
    ///     fn sample(&self, start: &Start<'_>) -> Option<bool> {
    ///         let last = start.trace().id_bytes()[15];
    ///         start.parent_id().is_none().then_some(last < 64)
    ///     }
    /// }
    ///
    /// #[traced_handler(trace_id = id)]
    /// async fn is_sampled(id: &str) -> bool {
    ///     Outgoing::current().unwrap().traceparent().is_sampled()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new().observed_by(Quarter);
    /// assert!(capture.scope(is_sampled("4bf92f3577b34da6a3ce929d0e0e4736")).await);
    /// assert!(!capture.scope(is_sampled("4bf92f3577b34da6a3ce929d0e0e47ff")).await);
    /// # }
    /// ```
    fn sample(&self, start: &Start<'_>) -> Option<bool> {
        let _ = start;
        None
    }

    /// A request or a job has opened. Exactly one [`closed`](Self::closed)
    /// follows, unless its future is leaked.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    /// use trace_runtime::{observe::{Observe, Start}, testing::Capture, traced_handler};
    ///
    /// #[derive(Default)]
    /// struct Latest(Mutex<Option<&'static str>>);
    ///
    /// impl Observe for Latest {
    ///     fn opened(&self, start: &Start<'_>) {
    ///         *self.0.lock().unwrap() = Some(start.name());
    ///     }
    /// }
    ///
    /// #[traced_handler]
    /// async fn get_order(latest: Arc<Latest>) -> Option<&'static str> {
    ///     *latest.0.lock().unwrap()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let latest = Arc::new(Latest::default());
    /// let capture = Capture::new().observed_by(latest.clone());
    /// assert_eq!(capture.scope(get_order(latest)).await, Some("get_order"));
    /// # }
    /// ```
    fn opened(&self, start: &Start<'_>) {
        let _ = start;
    }

    /// A request, a job, a step or a call has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{collections::BTreeMap, sync::{Arc, Mutex}, time::Duration};
    /// use trace_runtime::{observe::{Closed, Observe}, step, testing::Capture};
    ///
    /// /// How long each step took in all.
    /// #[derive(Default)]
    /// struct Totals(Mutex<BTreeMap<&'static str, Duration>>);
    ///
    /// impl Observe for Totals {
    ///     fn closed(&self, closed: &Closed<'_>) {
    ///         *self.0.lock().unwrap().entry(closed.name()).or_default() += closed.duration();
    ///     }
    /// }
    ///
    /// let totals = Arc::new(Totals::default());
    /// Capture::new().observed_by(totals.clone()).run(|| {
    ///     step!("render", { step!("load", {}) });
    /// });
    /// let totals = totals.0.lock().unwrap();
    /// assert!(totals["render"] >= totals["load"]);
    /// ```
    fn closed(&self, closed: &Closed<'_>) {
        let _ = closed;
    }

    /// An event has passed the filter, or is [held](Event::is_held) as detail of
    /// its request.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
    /// use trace_runtime::{Level, error, info, observe::{Event, Observe}, testing::Capture};
    ///
    /// #[derive(Default)]
    /// struct Errors(AtomicU64);
    ///
    /// impl Observe for Errors {
    ///     fn event(&self, event: &Event<'_>) {
    ///         if event.level() == Level::Error {
    ///             self.0.fetch_add(1, Ordering::Relaxed);
    ///         }
    ///     }
    /// }
    ///
    /// let errors = Arc::new(Errors::default());
    /// Capture::new().observed_by(errors.clone()).run(|| {
    ///     info!("trying");
    ///     error!("no answer");
    /// });
    /// assert_eq!(errors.0.load(Ordering::Relaxed), 1);
    /// ```
    fn event(&self, event: &Event<'_>) {
        let _ = event;
    }

    /// Delivers what was offered so far, within this time. It is called by
    /// [`flush`](crate::flush), with what is left of its timeout after the
    /// observers before. Returns false if something is left.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{sync::{Arc, Mutex}, time::Duration};
    /// use trace_runtime::{info, observe::{Event, Observe}, sink::Memory};
    ///
    /// #[derive(Default)]
    /// struct Exporter {
    ///     waiting: Mutex<Vec<String>>,
    ///     delivered: Mutex<Vec<String>>,
    /// }
    ///
    /// impl Observe for Exporter {
    ///     fn event(&self, event: &Event<'_>) {
    ///         self.waiting.lock().unwrap().push(event.message().to_string());
    ///     }
    ///
    ///     fn flush(&self, _: Duration) -> bool {
    ///         self.delivered.lock().unwrap().append(&mut self.waiting.lock().unwrap());
    ///         true
    ///     }
    /// }
    ///
    /// let exporter = Arc::new(Exporter::default());
    /// trace_runtime::builder().sink(Memory::default()).observe(exporter.clone()).init()?;
    /// info!("ready");
    /// trace_runtime::flush(Duration::from_secs(1))?;
    /// assert_eq!(*exporter.delivered.lock().unwrap(), ["ready"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn flush(&self, within: Duration) -> bool {
        let _ = within;
        true
    }

    /// Delivers what it can within this time, because the process ends: two
    /// seconds, or what is left of them after the observers before. Lines are
    /// written still, but nothing is offered afterwards. Returns false if
    /// something is lost.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{sync::atomic::{AtomicU64, Ordering}, time::Duration};
    /// use trace_runtime::observe::Observe;
    ///
    /// struct Exporter {
    ///     waiting: AtomicU64,
    /// }
    ///
    /// impl Observe for Exporter {
    ///     fn end(&self, _: Duration) -> bool {
    ///         // Its peer did not answer, and there is no time to try again.
    ///         self.waiting.swap(0, Ordering::Relaxed) == 0
    ///     }
    /// }
    ///
    /// let exporter = Exporter { waiting: 3.into() };
    /// assert!(!exporter.end(Duration::from_secs(2)), "three spans are lost");
    /// assert!(exporter.end(Duration::from_secs(2)));
    /// ```
    fn end(&self, within: Duration) -> bool {
        self.flush(within)
    }
}

impl<O: Observe + ?Sized> Observe for Arc<O> {
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        (**self).installed(setup)
    }

    fn started(&self) {
        (**self).started();
    }

    fn sample(&self, start: &Start<'_>) -> Option<bool> {
        (**self).sample(start)
    }

    fn opened(&self, start: &Start<'_>) {
        (**self).opened(start);
    }

    fn closed(&self, closed: &Closed<'_>) {
        (**self).closed(closed);
    }

    fn event(&self, event: &Event<'_>) {
        (**self).event(event);
    }

    fn flush(&self, within: Duration) -> bool {
        (**self).flush(within)
    }

    fn end(&self, within: Duration) -> bool {
        (**self).end(within)
    }
}
