//! The facts about one place in the code that are known at compile time.
//!
//! Each event, step and request has one static. It holds the level, the target,
//! and the constant parts of the line as JSON text. Only `line` knows how those
//! parts are spelt.

mod fragment;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use crate::{
    filter::{Asking, Threshold, Thresholds},
    level::Level,
    output::{self, Output},
};

/// The kind of line that a callsite writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Written by hand.
    Event,
    /// A timed call.
    Step,
    /// The outermost scope of a request.
    Request,
    /// The outermost scope of work that serves no request.
    Job,
}

impl LineKind {
    /// Returns whether it is the kind of a handler.
    #[inline]
    pub(crate) const fn is_outermost(self) -> bool {
        matches!(self, Self::Request | Self::Job)
    }
}

/// How to report a scope that is dropped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It was cut off: the line is a warning.
    Unusual,
    /// It is normal here: the line has this level, or there is none.
    Usual(Option<Level>),
}

/// The facts of a callsite.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// What kind of line it writes.
    pub kind: LineKind,
    /// Its level. For a scope, the level if it succeeds.
    pub level: Level,
    /// Its module, or the target that replaces it.
    pub target: &'static str,
    /// Its name, if it is a request or step.
    pub name: &'static str,
    /// The file it is in.
    pub file: &'static str,
    /// The line in that file.
    pub line: u32,
    /// Whether it is a call to another service.
    pub is_call: bool,
    /// A scope that takes longer than this, in nanoseconds, is slow.
    pub slow: Option<u64>,
    /// How to report that it was dropped before its end.
    pub cancelled: Cancelled,
    /// The constant parts of its line.
    pub text: Text,
}

/// The constant parts of a line, as JSON text.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// `,"target":"shop::db"`
    pub target: &'static str,
    /// `,"name":"load"`; empty for events.
    pub name: &'static str,
    /// `,"message":"rows fetched"`, if that is constant.
    pub message: Option<&'static str>,
    /// `,"rows":` for each field.
    pub keys: &'static [&'static str],
}

/// The static of one place in the code.
#[derive(Debug)]
pub struct Callsite {
    pub(crate) facts: Facts,
    /// The thresholds that the process's output has for the target, and the
    /// generation of its filter: `generation << 6 | thresholds`.
    cache: AtomicU32,
    /// Its number plus one, or zero while it has none.
    number: AtomicU32,
}

/// How many bits the thresholds take in `Callsite::cache`.
const BITS: u32 = 6;

/// The callsites that have a number, in the order of those.
static NUMBERED: Mutex<Vec<&'static Callsite>> = Mutex::new(Vec::new());

impl Callsite {
    /// Makes a callsite from its facts.
    pub const fn new(facts: Facts) -> Self {
        Self { facts, cache: AtomicU32::new(u32::MAX), number: AtomicU32::new(0) }
    }

    /// Returns whether `output` writes a line of this callsite at `level` at
    /// once, for an event or a scope that has ended.
    pub(crate) fn passes(&self, output: &Output, level: Level) -> bool {
        self.thresholds_at_end(output).written.passes(level)
    }

    /// Returns the thresholds of `output` for a line of this callsite: for a
    /// request, it is the last one.
    pub(crate) fn thresholds_at_end(&self, output: &Output) -> Thresholds {
        let is_request = self.facts.kind.is_outermost();
        self.asked(output, if is_request { Asking::EndOfRequest } else { Asking::Other })
    }

    /// Returns its number. Numbers are dense, and given when first asked for.
    #[inline]
    pub(crate) fn number(&'static self) -> u32 {
        match self.number.load(Ordering::Relaxed) {
            0 => self.numbered(),
            number => number - 1,
        }
    }

    #[cold]
    fn numbered(&'static self) -> u32 {
        let mut numbered = NUMBERED.lock().unwrap_or_else(PoisonError::into_inner);
        if self.number.load(Ordering::Relaxed) == 0 {
            numbered.push(self);
            self.number.store(u32::try_from(numbered.len()).unwrap_or(u32::MAX), Ordering::Relaxed);
        }
        self.number.load(Ordering::Relaxed) - 1
    }

    /// Returns the callsite with a number.
    pub(crate) fn with_number(number: u32) -> Option<&'static Self> {
        let numbered = NUMBERED.lock().unwrap_or_else(PoisonError::into_inner);
        numbered.get(number as usize).copied()
    }

    /// Returns the least severe level that `output` writes at once from this
    /// callsite.
    pub(crate) fn threshold(&self, output: &Output) -> Threshold {
        self.thresholds(output).written
    }

    /// Returns the least severe levels that `output` takes from this callsite.
    pub(crate) fn thresholds(&self, output: &Output) -> Thresholds {
        self.asked(output, Asking::Other)
    }

    /// Does the same for the output of the process.
    #[inline]
    pub(crate) fn thresholds_of_process(&self, process: &Output) -> Thresholds {
        self.asked_of_process(process, Asking::Other)
    }

    #[inline]
    fn asked(&self, output: &Output, asking: Asking) -> Thresholds {
        if output.is_process() {
            self.asked_of_process(output, asking)
        } else {
            output.thresholds(self.facts.target)
        }
    }

    #[inline]
    fn asked_of_process(&self, output: &Output, asking: Asking) -> Thresholds {
        // The generation is read before the filter is asked. If the filter
        // changes in between, the cached thresholds have an old generation and
        // are replaced.
        let generation = output::generation() << BITS;
        let kept = self.cache.load(Ordering::Relaxed);
        if kept >> BITS << BITS == generation {
            return Thresholds::from_bits(kept);
        }
        let (thresholds, is_final) = output.ask(self.facts.target, asking);
        if is_final {
            self.cache.store(generation | thresholds.to_bits(), Ordering::Relaxed);
        }
        thresholds
    }
}

/// Writes the functions that make the callsites of scopes, one for each kind.
///
/// Each takes plain arguments; rare settings have methods of their own. rustc
/// spends as much time on each name in a static as on a word of the user's
/// code.
macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        pub const fn $name(
            target: &'static str,
            target_text: &'static str,
            name: &'static str,
            name_text: &'static str,
            file: &'static str,
            line: u32,
        ) -> Callsite {
            let text = Text { target: target_text, name: name_text, message: None, keys: &[] };
            let (kind, level) = (LineKind::$kind, Level::Info);
            let (slow, cancelled) = (None, Cancelled::Unusual);
            let is_call = false;
            Callsite::new(Facts {
                kind, level, target, name, file, line, is_call, slow, cancelled, text,
            })
        }
    )*};
}

scopes! {
    /// Makes the callsite of a step from its target and its name, each plain
    /// and as JSON text, and its place in the code.
    step => Step;
    /// Makes the callsite of a request, as [`step`] does.
    request => Request;
    /// Makes the callsite of a job, as [`step`] does.
    job => Job;
}

/// Makes the callsite of a call to another service, as [`step`] does.
pub const fn service_call(
    target: &'static str,
    target_text: &'static str,
    name: &'static str,
    name_text: &'static str,
    file: &'static str,
    line: u32,
) -> Callsite {
    let mut facts = step(target, target_text, name, name_text, file, line).facts;
    facts.is_call = true;
    Callsite::new(facts)
}

/// Makes the callsite of an event, as [`step`] does.
pub const fn written(
    target: &'static str,
    target_text: &'static str,
    message: Option<&'static str>,
    file: &'static str,
    line: u32,
) -> Callsite {
    let mut facts = step(target, target_text, "", "", file, line).facts;
    facts.kind = LineKind::Event;
    facts.text.message = message;
    Callsite::new(facts)
}

impl Callsite {
    /// Sets the level.
    #[must_use]
    pub const fn level(self, level: Level) -> Self {
        Self::new(Facts { level, ..self.facts })
    }

    /// Sets the keys of its fields.
    #[must_use]
    pub const fn keys(self, keys: &'static [&'static str]) -> Self {
        let text = Text { keys, ..self.facts.text };
        Self::new(Facts { text, ..self.facts })
    }

    /// Sets the duration, in nanoseconds, beyond which it is slow.
    #[must_use]
    pub const fn slow(self, slow: u64) -> Self {
        Self::new(Facts { slow: Some(slow), ..self.facts })
    }

    /// Sets the level of its line if it is dropped before its end, or `None`
    /// for no line. Being dropped is normal here.
    #[must_use]
    pub const fn cancelled(self, level: Option<Level>) -> Self {
        Self::new(Facts { cancelled: Cancelled::Usual(level), ..self.facts })
    }
}

/// Makes the static of a request or step, and returns its place.
///
/// For `target`, `name`, `message` and each key, a bare literal is text that
/// needs no escape. Any other expression stands in parentheses.
#[doc(hidden)]
#[macro_export]
macro_rules! __callsite {
    (
        $kind:ident, target: $target:tt, name: $name:tt $(, level: $level:ident)?
        $(, keys: [$($key:tt),+])? $(, slow: $slow:expr)? $(, cancelled: $cancelled:ident)?
    ) => {{
        static __TR_CALLSITE: $crate::__private::Callsite = $crate::__private::$kind(
            $crate::__private::fragment!(plain $target),
            $crate::__private::fragment!(target $target),
            $crate::__private::fragment!(plain $name),
            $crate::__private::fragment!(name $name),
            $crate::__private::file!(),
            $crate::__private::line!(),
        )
        $(.level($crate::__private::Level::$level))?
        $(.keys(&[$($crate::__private::fragment!(key $key)),+]))?
        $(.slow($slow))?
        $(.cancelled($crate::__cancelled!($cancelled)))?;
        $crate::__private::Place(&__TR_CALLSITE)
    }};
}

/// The level of a line, or `Off`.
#[doc(hidden)]
#[macro_export]
macro_rules! __cancelled {
    (Off) => {
        $crate::__private::None
    };
    ($level:ident) => {
        $crate::__private::Some($crate::__private::Level::$level)
    };
}

/// Makes the static of an event, and returns a reference to it.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_callsite {
    (
        level: $level:ident, target: $target:tt, message: $message:tt, keys: [$($key:tt),*]
    ) => {{
        static __TR_CALLSITE: $crate::__private::Callsite = $crate::__private::written(
            $crate::__private::fragment!(plain $target),
            $crate::__private::fragment!(target $target),
            $crate::__private::fragment!(message $message),
            $crate::__private::file!(),
            $crate::__private::line!(),
        )
        .level($crate::__private::Level::$level)
        .keys(&[$($crate::__private::fragment!(key $key)),*]);
        &__TR_CALLSITE
    }};
}
