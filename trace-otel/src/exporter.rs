//! The observer: encodes what it is offered, and hands it to the worker.

use std::{
    cell::Cell,
    fmt, process,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use trace_runtime::{
    Outcome,
    observe::{Closed, Event, Kind, Observe, Setup, Start, Wants},
};

use crate::{
    account::{self, Reported, Stats},
    buffer::Queue,
    error::Error,
    extras::Extras,
    plan::{Plan, SignalPlan},
    record,
    resource::Head,
    settings::Unused,
    span::{self, Places},
    wire::{Cap, Wire},
    worker::{self, Bell, Client, Lane, Periodic},
};

/// Exports traces, logs and metrics over OTLP.
///
/// It is an observer: `builder().observe(Otel::from_env()?)`. A clone is a
/// handle to the same exporter. Its thread starts with `init`, and ends with the
/// last handle.
///
/// # Examples
///
/// In those of the methods, `collector` gets two spans and one log record of a
/// request, as in the examples of [`Builder`](crate::Builder).
///
/// ```
/// use trace_otel::Otel;
///
/// let otel = Otel::builder().endpoint("http://localhost:4318").service_name("shop").build()?;
/// trace_runtime::builder().observe(otel.clone()).init()?;
/// assert_eq!(otel.stats().traces.offered, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Otel(pub(crate) Arc<Exporter>);

pub(crate) struct Exporter {
    pub(crate) plan: Plan,
    extras: Extras,
    traces: Option<Signal>,
    logs: Option<Signal>,
    /// Empty until there are metrics to be exported.
    pub(crate) metrics: OnceLock<(Signal, Offer)>,
    /// What else cannot be used, reported as that of the plan is.
    unused: Mutex<Vec<Unused>>,
    bell: Arc<Bell>,
    places: Places,
    /// Known once it is installed.
    head: OnceLock<Arc<Head>>,
    /// The process whose thread delivers: a fork has no thread.
    process: AtomicU32,
}

/// Makes a snapshot and appends it. Returns whether all of it has room.
pub(crate) type Offer = Arc<dyn Fn() -> bool + Send + Sync>;

/// What callers need of one signal.
pub(crate) struct Signal {
    pub(crate) queue: Arc<Queue>,
    reported: Arc<Reported>,
    cap: Cap,
}

impl Signal {
    pub(crate) fn new(plan: &SignalPlan) -> Self {
        let queue = Arc::new(Queue::new(plan.bounds));
        Self { queue, reported: Arc::default(), cap: plan.cap }
    }
}

impl Otel {
    pub(crate) fn new(plan: Plan, extras: Extras) -> Result<Self, Error> {
        let routes = [&plan.traces, &plan.logs, &plan.metrics].into_iter().flatten();
        // A certificate that cannot be read is an error here.
        routes.map(|plan| Client::new(plan.route.clone())).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(Arc::new(Exporter {
            traces: plan.traces.as_ref().map(Signal::new),
            logs: plan.logs.as_ref().map(Signal::new),
            metrics: OnceLock::new(),
            unused: Mutex::default(),
            plan,
            extras,
            bell: Arc::default(),
            places: Places::default(),
            head: OnceLock::new(),
            process: AtomicU32::new(0),
        })))
    }

    /// Returns what became of what was offered so far.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).build()?;
    /// # export_request(&otel);
    /// // A request with one step and one event was delivered:
    /// let stats = otel.stats();
    /// assert_eq!((stats.traces.exported, stats.logs.exported), (2, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn stats(&self) -> Stats {
        let stats = |signal: Option<&Signal>| signal.map(|it| it.queue.stats());
        Stats {
            traces: stats(self.0.traces.as_ref()).unwrap_or_default(),
            logs: stats(self.0.logs.as_ref()).unwrap_or_default(),
            metrics: stats(self.0.measured()).unwrap_or_default(),
        }
    }

    /// Delivers what it can within this time, and nothing from then on. Returns
    /// false if something is lost, which is also reported in a line. The end of
    /// the process does the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).build()?;
    /// # run_request(&otel, "info", "");
    /// assert!(otel.shutdown(Duration::from_secs(60)));
    /// assert_eq!(otel.stats().traces.exported, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn shutdown(&self, within: Duration) -> bool {
        self.end(within)
    }
}

impl Exporter {
    fn lanes(&self) -> Result<Vec<Lane>, Error> {
        let Some(head) = self.head.get() else { return Ok(Vec::new()) };
        let lane = |(plan, signal): (&SignalPlan, &Signal)| {
            let client = Client::new(plan.route.clone())?;
            let (queue, reported) = (Arc::clone(&signal.queue), Arc::clone(&signal.reported));
            Ok(Lane::new(queue, reported, Arc::clone(head), client))
        };
        self.signals().map(lane).collect()
    }

    fn signals(&self) -> impl Iterator<Item = (&SignalPlan, &Signal)> {
        let plans = [&self.plan.traces, &self.plan.logs, &self.plan.metrics];
        let signals = [self.traces.as_ref(), self.logs.as_ref(), self.measured()];
        plans.into_iter().zip(signals).filter_map(|(plan, signal)| plan.as_ref().zip(signal))
    }

    fn measured(&self) -> Option<&Signal> {
        self.metrics.get().map(|(signal, _)| signal)
    }

    /// Offers a snapshot, but for the time after the last one.
    fn offer_metrics(&self) -> bool {
        match self.metrics.get() {
            Some((_, offer)) if !self.bell.is_over() => offer(),
            Some(_) | None => true,
        }
    }

    fn periodic(&self) -> Option<Periodic> {
        let offer = Arc::clone(&self.metrics.get()?.1);
        let call = move || {
            offer();
        };
        Some(Periodic::new(self.plan.interval, call))
    }

    /// Reports that something cannot be used, or keeps it until there are lines.
    #[cfg(feature = "metrics")]
    pub(crate) fn refuse(&self, variable: &str, reason: &str) {
        if self.is_at_work() {
            return account::unused(variable, reason);
        }
        let unused = Unused { variable: variable.to_owned(), reason: reason.to_owned() };
        self.unused.lock().unwrap_or_else(PoisonError::into_inner).push(unused);
    }

    fn report_unused(&self) {
        let more = self.unused.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for unused in self.plan.unused.iter().chain(&more) {
            account::unused(&unused.variable, &unused.reason);
        }
    }

    fn report_start(&self) {
        let shown = |name: &str| {
            let mut routes = self.signals().map(|(plan, _)| &plan.route);
            routes.find(|route| route.signal == name).map(|route| &*route.shown)
        };
        account::start(["traces", "logs", "metrics"].map(shown));
    }

    /// Returns whether the thread that delivers is one of this process.
    pub(crate) fn is_at_work(&self) -> bool {
        self.process.load(Ordering::Relaxed) == process::id()
    }

    /// Encodes an item in memory of the thread, and appends it.
    fn push(&self, signal: &Signal, write: impl FnOnce(&mut Wire, Cap)) {
        // An ending thread has none.
        let memory = MEMORY.try_with(Cell::take).unwrap_or_default();
        let mut wire = Wire::reusing(memory);
        write(&mut wire, signal.cap);
        if signal.queue.push(wire.as_bytes()) {
            self.bell.ring();
        }
        let memory = wire.into_bytes();
        if memory.capacity() <= MOST_KEPT {
            let _ = MEMORY.try_with(|kept| kept.set(memory));
        }
    }
}

thread_local! {
    /// The memory of the next item.
    static MEMORY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The most memory that a thread keeps for its next item.
const MOST_KEPT: usize = 64 * 1024;

impl Observe for Otel {
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        let head = Head::new(&self.0.plan.service, setup);
        let _ = self.0.head.set(Arc::new(head));
        let scopes = Wants::REQUESTS | Wants::STEPS;
        match (&self.0.traces, &self.0.logs) {
            (None, None) if self.0.metrics.get().is_none() => Wants::NONE,
            // An observer that wants nothing is not flushed.
            (None, None) => Wants::REQUESTS,
            (Some(_), None) => scopes,
            (None, Some(_)) if !self.0.extras.closings_as_logs => Wants::EVENTS,
            (_, Some(_)) => Wants::ALL,
        }
    }

    fn started(&self) {
        if self.0.is_at_work() {
            return; // for another output
        }
        self.0.report_unused();
        let (bell, periodic) = (Arc::clone(&self.0.bell), self.0.periodic());
        match self.0.lanes().map(|lanes| worker::start(bell, lanes, periodic)) {
            Ok(Ok(())) => self.0.process.store(process::id(), Ordering::Relaxed),
            Ok(Err(error)) => account::unused("thread", &error.to_string()),
            Err(error) => account::unused("exporter", &error.to_string()),
        }
        self.0.report_start();
    }

    fn sample(&self, start: &Start<'_>) -> Option<bool> {
        match &self.0.traces {
            Some(_) => Some(self.0.plan.sampler.sample(start)),
            // Without spans nothing is sampled here.
            None => Some(start.parent_is_sampled().unwrap_or(false)),
        }
    }

    fn closed(&self, closed: &Closed<'_>) {
        let (exporter, extras) = (&self.0, &self.0.extras);
        // A quiet request that has a line is worth a span, too.
        let is_shown = !closed.is_quiet()
            || closed.is_slow()
            || has_failed(closed)
            || (closed.kind() == Kind::Request && closed.is_written());
        let is_wanted = is_shown && (closed.is_written() || !extras.only_written);
        let trace = closed.trace().filter(|trace| is_wanted && trace.is_sampled());
        if let (Some(signal), Some(trace)) = (&exporter.traces, trace) {
            exporter.push(signal, |wire, cap| {
                span::write(wire, (closed, &trace), cap, &exporter.places);
            });
        }
        let is_log = extras.closings_as_logs && closed.is_written();
        if let Some(signal) = exporter.logs.as_ref().filter(|_| is_log) {
            exporter.push(signal, |wire, cap| record::write_closed(wire, closed, cap));
        }
    }

    /// What is held as detail of a request is no record: most of it will be
    /// discarded.
    fn event(&self, event: &Event<'_>) {
        if let Some(signal) = self.0.logs.as_ref().filter(|_| !event.is_held()) {
            self.0.push(signal, |wire, cap| record::write_event(wire, event, cap));
        }
    }

    fn flush(&self, within: Duration) -> bool {
        if !self.0.is_at_work() {
            return true;
        }
        let deadline = Instant::now() + within;
        let has_room = self.0.offer_metrics();
        let wanted: Vec<_> =
            self.0.signals().map(|(_, signal)| (signal, signal.queue.want_all())).collect();
        self.0.bell.ring();
        wanted.iter().fold(has_room, |is_done, (signal, wanted)| {
            signal.queue.wait(wanted, deadline) && is_done
        })
    }

    fn end(&self, within: Duration) -> bool {
        if !self.0.is_at_work() {
            return true;
        }
        let is_done = self.flush(within);
        self.0.bell.end();
        for (plan, signal) in self.0.signals() {
            signal.queue.close();
            let (route, stats) = (&plan.route, signal.queue.stats());
            account::rest(route.signal, &route.shown, &stats, &signal.reported);
        }
        is_done
    }
}

fn has_failed(closed: &Closed<'_>) -> bool {
    matches!(closed.outcome(), Outcome::Error | Outcome::Panicked)
}

impl Drop for Exporter {
    fn drop(&mut self) {
        self.bell.end();
    }
}

impl fmt::Debug for Otel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Otel").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
