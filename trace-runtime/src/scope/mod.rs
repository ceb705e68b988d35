//! A request or a step: opened, run, and closed with exactly one line.
//!
//! What is common to all: `open` decides which opens, `close` gathers the facts of
//! its end, `reason` and `verdict` judge them.
//! Futures are in `timed` and `running`, sync calls in `entered` and `called`.

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
    carrying::Carrying,
    entered::{Entered, enter, enter_with, run, run_by, run_with},
    opening::{FieldWriter, Opening, WithFields, WithId},
    timed::{Timed, timed, timed_by, timed_with},
};
pub(crate) use self::{open::open, outside::announce_edge, running::Running};
use crate::{
    callsite::Callsite,
    clock::Moment,
    context::{Frame, Owner, totals::Number},
    id::SpanId,
    level::Level,
    record::Exchange,
};

/// A request or step that is open.
pub(crate) struct Scope {
    pub(crate) callsite: &'static Callsite,
    role: Role,
    /// What an edge says of a request that it holds.
    pub(crate) edge: Option<Box<EdgeFacts>>,
    /// Whose lines these are.
    owner: Owner,
    /// Its span, if it is in a trace, and its fields, if it is a step.
    pub(crate) frame: Frame,
    parent: Option<SpanId>,
    position: Position,
    pub(crate) start: Moment,
    /// Time inside earlier polls.
    busy_ns: u64,
    polls: Polls,
    noted: Noted,
    /// A step that a destructor calls during a panic has not panicked itself.
    was_panicking: bool,
    has_ended: bool,
}

impl Scope {
    /// Returns whether it is to be closed now: it is not, for the second time,
    /// should closing it unwind.
    fn ends(&mut self) -> bool {
        !std::mem::replace(&mut self.has_ended, true)
    }
}

/// Where a step is among those that its trace counts.
#[derive(Clone, Copy, Default)]
struct Position {
    /// That of its callsite, if a trace counts it.
    number: Option<Number>,
    /// Whether it is in another step of its callsite.
    is_inner: bool,
    /// Whether it runs in another task than its parent, or on another thread.
    is_elsewhere: bool,
}

/// Whether the scope around knows that this is open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Noted {
    /// It is to be, when the frame of this is first swapped in.
    NotYet,
    /// It does, or need not: this is no step.
    Already,
}

/// How many polls of a future have ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Polls {
    None,
    One,
    More,
}

impl Polls {
    fn next(self) -> Self {
        match self {
            Self::None => Self::One,
            Self::One | Self::More => Self::More,
        }
    }
}

/// What a scope is to its trace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Step,
    /// Owns the request line.
    Request,
    /// A handler below an edge, which owns the request line.
    Joined,
    /// A handler beside one that joined: a step, whose answer may be the one.
    Beside,
}

/// What an edge says of a request that it holds.
pub(crate) struct EdgeFacts {
    pub(crate) exchange: Exchange,
    /// Instead of the handler's level, and of ERROR for a failure.
    pub(crate) level: Option<Level>,
    /// Whether there is no line when all went well.
    pub(crate) is_quiet: bool,
    /// What went wrong outside any handler.
    pub(crate) error: Option<Box<str>>,
    /// How it was answered, where nothing else says what went wrong.
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

/// Says what is missing.
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
