//! Opens a request or a step, runs it, and closes it with exactly one line.
//!
//! `open` decides which kind of scope opens, `close` gathers the facts of its
//! end, `reason` and `verdict` decide what its line shows. Futures are in
//! `timed` and `running`, sync calls in `entered` and `called`.

mod blocking;
mod called;
mod carrying;
mod close;
pub(crate) mod detached;
mod entered;
mod open;
mod opening;
mod outside;
mod reason;
mod running;
#[cfg(feature = "stream")]
mod stream;
#[cfg(test)]
mod tests;
mod timed;
mod verdict;
mod watched;

#[cfg(feature = "stream")]
pub use self::stream::{TimedStream, time_stream};
pub use self::{
    blocking::{block, block_with},
    called::call,
    carrying::{Carrying, FieldWriter},
    entered::{Entered, enter, enter_with, run, run_by, run_with},
    opening::{Opening, Place, WithFields, WithId},
    timed::{Timed, timed, timed_by, timed_with},
};
pub(crate) use self::{open::open, opening::encoded, outside::announce_edge, running::Running};
use crate::{
    callsite::Callsite,
    clock::Moment,
    context::{Frame, OpenAt, Owner, store, totals::Number},
    id::SpanId,
    level::Level,
    record::Response,
};

/// An open request or step.
pub(crate) struct Scope {
    pub(crate) callsite: &'static Callsite,
    role: Role,
    /// The facts that an edge has set on its request.
    pub(crate) edge: Option<Box<EdgeFacts>>,
    /// The owner of its lines; none for [`Role::Here`].
    owner: Owner,
    /// Its span, if it is in a trace, and its fields, if it is a step.
    pub(crate) frame: Frame,
    parent: Option<SpanId>,
    position: Position,
    pub(crate) start: Moment,
    /// Time spent in earlier polls.
    busy_ns: u64,
    polls: Polls,
    /// Set if it began while the thread was panicking. A step that a destructor
    /// calls during a panic has not panicked itself.
    was_panicking: bool,
    has_ended: bool,
}

impl Scope {
    /// Takes an owner of its own, because it leaves the slot, or because more is
    /// needed of the owner than ids.
    fn take_owner(&mut self) {
        if self.role == Role::Here {
            self.owner = store::owner();
            self.role = Role::Step;
        }
    }

    /// Returns whether it has to be closed now. Returns false the second time,
    /// in case closing it unwinds.
    fn ends(&mut self) -> bool {
        !std::mem::replace(&mut self.has_ended, true)
    }
}

/// The position of a step among the steps that its trace counts.
#[derive(Clone, Copy)]
struct Position {
    /// The number of its callsite, if a trace counts it.
    number: Option<Number>,
    /// Whether it runs inside another step of the same callsite.
    is_inner: bool,
    /// Its place among the open ones.
    open_at: OpenAt,
    /// Whether it runs in a different task, or on a different thread, than its
    /// parent.
    is_elsewhere: bool,
}

impl Position {
    /// That of a scope that no trace counts.
    const UNCOUNTED: Self =
        Self { number: None, is_inner: false, open_at: OpenAt::NOWHERE, is_elsewhere: false };
}

/// How many polls of a future have ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Polls {
    /// None, and the enclosing scope does not know that this step is open: it will
    /// when the step's frame is first swapped in.
    Unnoted,
    None,
    One,
    More,
}

impl Polls {
    fn next(self) -> Self {
        match self {
            Self::Unnoted | Self::None => Self::One,
            Self::One | Self::More => Self::More,
        }
    }
}

/// The role of a scope in its trace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Step,
    /// A step that runs in the poll or call in which it began. Its owner is that of
    /// the slot: it needs none of its own, and to copy one takes longer than to open
    /// the step.
    Here,
    /// It writes the request line.
    Request,
    /// A handler below an edge. The edge's scope writes the request line.
    Joined,
    /// A handler beside one that has joined: a step that may answer instead.
    Beside,
}

/// The facts that an edge has set on its request.
#[derive(Default)]
pub(crate) struct EdgeFacts {
    pub(crate) response: Response,
    /// Replaces the handler's level, and ERROR for a failure.
    pub(crate) level: Option<Level>,
    /// Whether it has no line if it succeeds.
    pub(crate) is_quiet: bool,
    /// The error that happened outside any handler.
    pub(crate) error: Option<Box<str>>,
    /// The answer, shown if no error is known.
    pub(crate) answer: Option<Box<str>>,
}

/// Times a stream.
#[cfg(feature = "stream")]
#[doc(hidden)]
#[macro_export]
macro_rules! __timed_stream {
    ($opening:expr, $stream:expr) => {
        $crate::__private::time_stream($opening, $stream)
    };
}

/// Reports that a feature is missing.
#[cfg(not(feature = "stream"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __timed_stream {
    ($opening:expr, $stream:expr) => {
        ::core::compile_error!(
            "`stream = ..` needs the feature `stream` of `trace-runtime`\n\
             help: write `trace-runtime = { version = \"..\", features = [\"stream\"] }`"
        )
    };
}
