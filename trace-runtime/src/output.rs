//! Where finished lines go and how they look: filter, limits, static fields,
//! writer and observers, set up together.
//!
//! The process has one output after `init`, and each `testing::Capture` has its
//! own. This module does not know what stands on a line.

use std::{
    env,
    sync::{
        Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    detail,
    error::{Error, Kind},
    field::limits::Limits,
    filter::{self, Asking, Filter, Finding, InForce, Thresholds, Watch},
    format::Format,
    observe::{NewObserver, Observers, Setup},
    terminal::Terminal,
    writer::{self, Stats, Unflushed, Writer},
};

/// Everything that a record needs to become a written line.
pub(crate) struct Output {
    filter: RwLock<Installed>,
    pub(crate) style: Style,
    pub(crate) writer: Writer,
    pub(crate) observers: Observers,
    /// Detail on demand, if it is wanted.
    pub(crate) detail: Option<detail::Installed>,
    /// Whether a line is all that is made of a record: it is native, and there are
    /// no observers.
    is_native: bool,
    /// Reports what is wrong with it, if that is wanted.
    report: Option<Report>,
}

/// Writes lines about the output itself. The caller passes it in, because this
/// module knows no records.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    /// Its filter lets nothing through.
    pub(crate) nothing_passes: fn(&Output, &Error),
    /// So many lines are lost with requests that have not ended.
    pub(crate) detail_lost: fn(&Output, u64),
}

/// The filter in force.
struct Installed {
    filter: Filter,
    /// Kept as long as the filter is installed.
    in_force: InForce,
    /// Set until it is known whether the filter lets anything through.
    watch: Option<Arc<Watch>>,
}

impl Installed {
    fn new(filter: Filter) -> Self {
        Self { in_force: InForce::new(&filter), filter, watch: None }
    }

    fn watched(filter: Filter) -> Self {
        match Watch::new(&filter) {
            None => Self::new(filter),
            watch => {
                Self { in_force: InForce::of_everything(), filter, watch: watch.map(Arc::new) }
            }
        }
    }

    /// Ends the watch, with `in_force` from now on. Returns false if it is over
    /// already, or if another filter has been installed. `in_force` is then the
    /// one of both that is to be dropped.
    fn end_watch(&mut self, watch: &Arc<Watch>, in_force: &mut InForce) -> bool {
        let watched = self.watch.take_if(|current| Arc::ptr_eq(current, watch));
        if watched.is_some() {
            std::mem::swap(&mut self.in_force, in_force);
        }
        watched.is_some()
    }
}

/// The settings that apply to all lines of an output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    pub(crate) format: Format,
    pub(crate) limits: Limits,
    pub(crate) static_fields: Vec<StaticField>,
    /// The same under the names of another format, if lines have one.
    pub(crate) constants: Vec<Constant>,
    /// Whether lines have `file` and `line`.
    pub(crate) location: bool,
    /// Whether the sink is user code.
    pub(crate) is_foreign: bool,
    /// A request that takes longer is slow, unless its attribute sets a limit
    /// of its own.
    pub(crate) slow_request_ns: Option<u64>,
    /// What lines for people are shown on.
    pub(crate) terminal: Terminal,
}

/// A field that every line carries, encoded once.
#[derive(Clone, Debug)]
pub(crate) struct StaticField {
    /// `service`
    pub(crate) name: String,
    /// `,"service":`
    pub(crate) key: Vec<u8>,
    /// `"shop"`
    pub(crate) value: Vec<u8>,
    /// Whether a line's own key replaces the field: on events, steps, requests.
    pub(crate) gives_way: [bool; 3],
}

/// A member that every line of a format ends with, unless the line has its key
/// itself.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    /// `,"service.name":"shop"`
    pub(crate) text: Vec<u8>,
    /// How much of it the key is.
    pub(crate) key_len: usize,
    /// The key of a line's field that is written under this key, if there is
    /// one: `,"service.name":`.
    pub(crate) rival: Vec<u8>,
    /// Whether fields of several keys may be written under this key, so that it
    /// has to be looked for on the line.
    pub(crate) is_odd: bool,
    /// As that of a [`StaticField`].
    pub(crate) gives_way: [bool; 3],
}

impl Constant {
    /// Returns `,"service.name":`.
    pub(crate) fn key(&self) -> &[u8] {
        self.text.get(..self.key_len).unwrap_or_default()
    }
}

impl StaticField {
    /// Returns how many bytes the field takes.
    pub(crate) fn len(&self) -> usize {
        self.key.len() + self.value.len()
    }
}

impl Output {
    pub(crate) fn new(filter: Filter, style: Style, writer: Writer) -> Self {
        Self::with(Installed::new(filter), style, writer, None)
    }

    /// Watches its filters, and reports a filter that lets nothing of the program
    /// through.
    pub(crate) fn watching(filter: Filter, style: Style, writer: Writer, report: Report) -> Self {
        Self::with(Installed::watched(filter), style, writer, Some(report))
    }

    fn with(filter: Installed, style: Style, writer: Writer, report: Option<Report>) -> Self {
        let (filter, observers) = (RwLock::new(filter), Observers::default());
        let is_native = style.format == Format::Json;
        Self { filter, style, writer, observers, detail: None, is_native, report }
    }

    /// Has requests hold the lines below the filter.
    pub(crate) fn holding(mut self, detail: Option<detail::Installed>) -> Self {
        self.detail = detail;
        self
    }

    /// Adds observers, in the order in which they will be called.
    pub(crate) fn observed_by(&mut self, observers: impl IntoIterator<Item = NewObserver>) {
        let fields = &self.style.static_fields;
        let fields: Vec<_> = fields.iter().map(|it| (it.name.as_str(), &*it.value)).collect();
        for observer in observers {
            observer.add_to(&mut self.observers, &Setup::of(&fields));
        }
        self.is_native &= self.observers.is_empty();
    }

    /// Returns what became of its lines, and of what its observers were offered.
    pub(crate) fn stats(&self) -> Stats {
        let mut stats = self.writer.stats();
        stats.observer_panics = self.observers.panics();
        stats.detail = self.detail.as_ref().map(detail::Installed::stats).unwrap_or_default();
        stats
    }

    /// Has lines written and observers deliver, within this time together.
    pub(crate) fn flush(&self, timeout: Duration) -> Result<(), Unflushed> {
        let start = Instant::now();
        let lines = self.writer.flush(timeout);
        let observers = self.observers.flush(timeout.saturating_sub(start.elapsed()));
        match lines {
            Ok(()) if observers == 0 => Ok(()),
            lines => Err(Unflushed { observers, ..lines.err().unwrap_or_default() }),
        }
    }

    /// Returns the thresholds for a target.
    pub(crate) fn thresholds(&self, target: &str) -> Thresholds {
        self.ask(target, Asking::Other).0
    }

    /// The same for a target that no callsite keeps the answer for: of the
    /// process's filter, the thread remembers it.
    pub(crate) fn thresholds_at_run_time(&self, target: &str) -> Thresholds {
        if !self.is_process() {
            return self.thresholds(target);
        }
        let generation = generation();
        if let Some(thresholds) = filter::remembered(target, generation) {
            return thresholds;
        }
        let (thresholds, is_final) = self.ask(target, Asking::Other);
        if is_final {
            filter::remember(target, generation, thresholds);
        }
        thresholds
    }

    /// Returns the thresholds for a target, and whether the caller may keep
    /// them. While the filter is watched, each line has to ask again.
    pub(crate) fn ask(&self, target: &str, asking: Asking) -> (Thresholds, bool) {
        let held = self.detail.as_ref().map(|detail| detail.threshold(target));
        let installed = self.installed();
        let threshold = installed.filter.threshold(target);
        let thresholds = Thresholds::new(threshold, held);
        let Some(watch) = &installed.watch else { return (thresholds, true) };
        let finding = watch.note(target, threshold, asking);
        if finding == Finding::Open {
            return (thresholds, false);
        }
        let watch = Arc::clone(watch);
        drop(installed);
        self.found(&watch, finding);
        (thresholds, true)
    }

    /// Ends the watch and reports its finding.
    fn found(&self, watch: &Arc<Watch>, finding: Finding) {
        let mut in_force = InForce::new(watch.filter());
        let is_first = self.installed_mut().end_watch(watch, &mut in_force);
        drop(in_force);
        if !is_first || finding != Finding::MatchesNothing {
            return;
        }
        if let (Some(report), Some(error)) = (self.report, watch.error()) {
            (report.nothing_passes)(self, &error);
        }
    }

    /// Reports what requests hold that have not ended, because none of it will be
    /// written.
    fn report_lost_detail(&self) {
        let held = self.stats().detail.held;
        if let Some(report) = self.report.filter(|_| held > 0) {
            (report.detail_lost)(self, held);
        }
    }

    /// Reports a filter that has let nothing through so far.
    fn found_at_end(&self) {
        let watch = self.installed().watch.clone();
        if let Some(watch) = watch {
            self.found(&watch, Finding::MatchesNothing);
        }
    }

    fn installed(&self) -> RwLockReadGuard<'_, Installed> {
        self.filter.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn installed_mut(&self) -> RwLockWriteGuard<'_, Installed> {
        self.filter.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether lines only have to pass the filter, and nothing else sees
    /// them.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.is_native && self.detail.is_none()
    }

    /// Returns whether a line is all that is made of a record. Requests may hold
    /// it.
    #[inline]
    pub(crate) fn is_native(&self) -> bool {
        self.is_native
    }

    /// Returns whether it takes no lines at all.
    pub(crate) fn is_off(&self) -> bool {
        self.installed().filter.is_off()
    }

    /// Returns whether it is the output of the process.
    pub(crate) fn is_process(&self) -> bool {
        process().is_some_and(|process| std::ptr::eq(self, process))
    }

    /// Returns whether a line calls user code: a sink or an observer.
    pub(crate) fn is_foreign(&self) -> bool {
        self.style.is_foreign || !self.observers.is_empty()
    }

    pub(crate) fn set_filter(&self, filter: Filter) {
        let new = self.report.map_or(Installed::new as fn(_) -> _, |_| Installed::watched);
        let installed = new(filter);
        let before = std::mem::replace(&mut *self.installed_mut(), installed);
        GENERATION.fetch_add(1, Ordering::Release);
        drop(before);
        filter::changed();
    }
}

static PROCESS: OnceLock<Output> = OnceLock::new();

/// Counts the filters that the process's output has had. Pairs with the
/// thresholds that callsites keep.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Returns the number of the filter that the process's output has now.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Acquire)
}

/// Returns the output of the process, once there is one.
pub(crate) fn process() -> Option<&'static Output> {
    PROCESS.get()
}

/// Returns the output of the process for a line to be written. If there is
/// none, that is reported once.
#[inline]
pub(crate) fn process_for_line() -> Option<&'static Output> {
    PROCESS.get().or_else(not_set_up)
}

/// Reports on standard error that lines go nowhere. Tests are exempt.
#[cold]
fn not_set_up() -> Option<&'static Output> {
    if filter::is_first_without_any() && !is_test() && !Filter::from_env().0.is_off() {
        writer::complain_at_last(
            "lines go nowhere before `trace_runtime::init()?` is called \
             (seen in debug builds only; `RUST_LOG=off` is silent)",
        );
    }
    None
}

/// Returns whether this is a test executable, judged by where cargo puts those.
fn is_test() -> bool {
    let path = env::current_exe().ok();
    path.is_some_and(|path| path.parent().is_some_and(|folder| folder.ends_with("deps")))
}

/// Writes what is left, because the process is about to end.
pub(crate) fn close() {
    if let Some(output) = process() {
        output.found_at_end();
        output.report_lost_detail();
        output.writer.close();
        output.observers.end(writer::CLOSE);
    }
}

/// Makes `output` the output of the process.
pub(crate) fn install(output: Output) -> Result<&'static Output, Error> {
    let mut output = Some(output);
    let installed = PROCESS.get_or_init(|| output.take().unwrap_or_else(|| unreachable!()));
    GENERATION.fetch_add(1, Ordering::Release);
    filter::changed();
    if output.is_none() { Ok(installed) } else { Err(Kind::AlreadyInitialized.into()) }
}
