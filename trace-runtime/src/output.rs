//! Where finished lines go, and how they are to look: filter, limits, static
//! fields and writer, set up together.
//!
//! The process has one output after `init`; each `testing::Capture` has its
//! own. What a line says is not known here.

use std::sync::{
    OnceLock, PoisonError, RwLock,
    atomic::{AtomicU32, Ordering},
};

use crate::{
    Limits,
    error::{Error, Kind},
    filter::{Filter, InForce, Threshold},
    writer::Writer,
};

/// Everything that a line needs once it is known what it says.
pub(crate) struct Output {
    filter: RwLock<(Filter, InForce)>,
    pub(crate) style: Style,
    pub(crate) writer: Writer,
}

/// What is the same for all lines of an output.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    pub(crate) limits: Limits,
    pub(crate) static_fields: Vec<StaticField>,
    /// Whether lines say `file` and `line`.
    pub(crate) location: bool,
    /// Whether the sink is somebody else's code.
    pub(crate) is_foreign: bool,
    /// A request that takes longer is slow, unless its attribute says more.
    pub(crate) slow_request_ns: Option<u64>,
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
    /// Whether a line has this key of its own: of events, steps, requests.
    pub(crate) gives_way: [bool; 3],
}

impl StaticField {
    /// Returns how many bytes the field takes.
    pub(crate) fn len(&self) -> usize {
        self.key.len() + self.value.len()
    }
}

impl Output {
    pub(crate) fn new(filter: Filter, style: Style, writer: Writer) -> Self {
        let in_force = InForce::new(&filter);
        Self { filter: RwLock::new((filter, in_force)), style, writer }
    }

    /// Returns the threshold for a target.
    pub(crate) fn threshold(&self, target: &str) -> Threshold {
        self.filter.read().unwrap_or_else(PoisonError::into_inner).0.threshold(target)
    }

    /// Returns whether it takes no line at all.
    pub(crate) fn is_off(&self) -> bool {
        let filter = self.filter.read().unwrap_or_else(PoisonError::into_inner);
        filter.0.lowest() == Threshold::OFF
    }

    /// Returns whether it is the output of the process.
    pub(crate) fn is_process(&self) -> bool {
        process().is_some_and(|process| std::ptr::eq(self, process))
    }

    /// Returns whether the sink is somebody else's code.
    pub(crate) fn is_foreign(&self) -> bool {
        self.style.is_foreign
    }

    pub(crate) fn set_filter(&self, filter: Filter) {
        let in_force = InForce::new(&filter);
        *self.filter.write().unwrap_or_else(PoisonError::into_inner) = (filter, in_force);
        GENERATION.fetch_add(1, Ordering::Release);
    }
}

static PROCESS: OnceLock<Output> = OnceLock::new();

/// Counts the filters that the process's output has had. Partner of the
/// thresholds that callsites keep.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Returns which filter of the process's output is in force.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Acquire)
}

/// Returns the output of the process, once there is one.
pub(crate) fn process() -> Option<&'static Output> {
    PROCESS.get()
}

/// Writes what there is, for the process is about to end.
pub(crate) fn close() {
    if let Some(output) = process() {
        output.writer.close();
    }
}

/// Makes `output` the output of the process.
pub(crate) fn install(output: Output) -> Result<&'static Output, Error> {
    let mut output = Some(output);
    let installed = PROCESS.get_or_init(|| output.take().unwrap_or_else(|| unreachable!()));
    GENERATION.fetch_add(1, Ordering::Release);
    if output.is_none() { Ok(installed) } else { Err(Kind::AlreadyInitialized.into()) }
}
