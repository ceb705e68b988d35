//! What a table of names holds: all that differs from one format to another.

use crate::{json::cursor::Padded, outcome::Outcome};

/// The names, words and units of one format. Keys are JSON with their comma and
/// colon, and mostly with the quote of a text: `,"trace.id":"`.
pub(in crate::line) struct Names {
    /// The head of a line for each level, from the time to the level. The time
    /// is written over its zeros.
    pub(super) heads: [Padded<96>; 5],
    /// Where the time begins.
    pub(super) time_at: usize,
    pub(super) message: &'static str,
    pub(super) ids: Ids,
    /// The ids on the line of a request or job.
    pub(super) ids_of_request: Ids,
    pub(super) target: &'static str,
    /// The outcome, and the key of the duration, which always follows.
    pub(super) outcomes: [Padded<96>; 4],
    pub(super) unit: Unit,
    pub(super) busy: &'static str,
    pub(super) error: &'static str,
    pub(super) http: Http,
    pub(super) steps: Steps,
    pub(super) place: Place,
    pub(super) fields: Fields,
    pub(super) statics: Statics,
}

/// How durations are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// As everywhere: with up to six decimals.
    Millis,
    /// As whole numbers.
    Nanos,
}

/// The ids of a line.
pub(super) struct Ids {
    /// Comes first, if the name of a project may follow.
    pub(super) before: &'static str,
    pub(super) text: Template,
    pub(super) flags: Flags,
    /// Whether the ids of spans are decimal numbers, in quotes.
    pub(super) is_decimal: bool,
    /// The key of a span outside any trace.
    pub(super) span_alone: &'static str,
    pub(super) parent: &'static str,
}

/// How the flags of a trace follow its ids.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flags {
    None,
    /// Two hexadecimal digits, in quotes.
    Hex,
    /// `true` if it is sampled.
    Sampled,
}

/// Constant text with zeros where the digits of a trace and of a span belong.
pub(super) struct Template {
    pub(super) text: Padded<128>,
    pub(super) trace_at: usize,
    pub(super) span_at: usize,
}

impl Template {
    /// Puts zeros for a trace behind `before`, and for a span behind `between`.
    pub(super) const fn new(before: &str, between: &str, after: &str) -> Self {
        let (trace_at, span_at) = (before.len(), before.len() + 32 + between.len());
        let mut text = Padded { bytes: [b'0'; 128], len: span_at + 16 + after.len() };
        put(&mut text.bytes, 0, before);
        put(&mut text.bytes, trace_at + 32, between);
        put(&mut text.bytes, span_at + 16, after);
        Self { text, trace_at, span_at }
    }

    /// Does the same without a place for a span, which is as long as it is.
    pub(super) const fn without_span(before: &str, after: &str) -> Self {
        let mut template = Self::new(before, after, "");
        template.text.len = template.span_at;
        template
    }
}

const fn put(to: &mut [u8; 128], at: usize, text: &str) {
    let (text, mut from) = (text.as_bytes(), 0);
    while from < text.len() {
        to[at + from] = text[from];
        from += 1;
    }
}

/// The keys of an exchange over HTTP. The method, the path, the status and the
/// latency may stand in an object of their own.
pub(super) struct Http {
    pub(super) route: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) status: &'static str,
    /// The duration as text in seconds, if it stands here.
    pub(super) latency: Option<&'static str>,
    pub(super) end: &'static str,
    pub(super) grpc_status: &'static str,
    pub(super) ttfb: &'static str,
}

/// The keys of times in an entry of `steps`.
pub(super) struct Steps {
    pub(super) total: &'static str,
    pub(super) own: &'static str,
    pub(super) max: &'static str,
}

/// The keys of the place in the code, and what follows the line's number.
pub(super) struct Place {
    pub(super) file: &'static str,
    pub(super) line: &'static str,
    pub(super) end: &'static str,
}

/// What becomes of the keys of fields.
pub(super) struct Fields {
    pub(super) keys: Keys,
    /// For each first letter, a bit for each length of the names in the tables.
    pub(super) lengths: [u64; 32],
}

/// The facts that we know of what a line is about, and their names.
pub(super) type Facts = &'static [(&'static str, &'static str)];

/// The keys of fields that are not simply written.
pub(super) struct Keys {
    /// Keys that the format has a meaning for on every line, in lower case. A
    /// field under one becomes `field.<key>`.
    pub(super) every_line: &'static [&'static str],
    /// The same for the lines of steps and requests alone.
    pub(super) scopes: &'static [&'static str],
    /// Fields that have a name in the format, on all lines.
    pub(super) known: &'static [(&'static str, &'static str)],
    /// The facts of a call to another service, which stand among its fields.
    pub(super) of_calls: Facts,
    /// The facts of a request that is still running, which stand there, too.
    pub(super) of_open: Facts,
    /// Whether other fields are labels, and not keys of their own.
    pub(super) are_labels: bool,
}

/// What stands before a key that has a meaning of the format's.
pub(super) const PREFIX: &str = "field.";

impl Fields {
    pub(super) const fn new(keys: Keys) -> Self {
        let mut lengths = [0; 32];
        add_all(&mut lengths, keys.every_line);
        add_all(&mut lengths, keys.scopes);
        let mut at = 0;
        while at < keys.known.len() {
            add(&mut lengths, keys.known[at].0);
            at += 1;
        }
        // The one field of a schema whose name has no dot.
        add(&mut lengths, "tags");
        // All names that begin like the prefix.
        lengths[(b'f' & 31) as usize] |= u64::MAX << PREFIX.len();
        Self { keys, lengths }
    }
}

const fn add_all(lengths: &mut [u64; 32], names: &[&str]) {
    let mut at = 0;
    while at < names.len() {
        add(lengths, names[at]);
        at += 1;
    }
}

const fn add(lengths: &mut [u64; 32], name: &str) {
    lengths[(name.as_bytes()[0] & 31) as usize] |= 1 << name.len();
}

/// What becomes of static fields.
pub(super) struct Statics {
    /// Static fields that have a name in the format.
    pub(super) known: &'static [(&'static str, &'static str)],
    /// Fields that a line has if the program sets none of that name.
    pub(super) added: &'static [(&'static str, &'static str)],
    /// The name of a field that follows from the service's: `<service>.log`.
    pub(super) dataset: Option<&'static str>,
}

/// Returns the heads of a format: the key of the time, then the rest for each
/// level.
macro_rules! heads {
    ($time:literal $(, $level:literal)*) => {
        [$(Padded::new(concat!(
            "{\"", $time, "\":\"0000-00-00T00:00:00.000000Z\"", $level,
        ))),*]
    };
}
pub(super) use heads;

/// Returns the item of an outcome.
#[inline]
pub(super) fn of_outcome<T>(outcomes: &[T; 4], outcome: Outcome) -> &T {
    let [ok, error, cancelled, panicked] = outcomes;
    match outcome {
        Outcome::Ok => ok,
        Outcome::Error => error,
        Outcome::Cancelled => cancelled,
        Outcome::Panicked => panicked,
    }
}

/// The outcome and the duration under this crate's own names.
pub(super) const OUTCOMES: [Padded<96>; 4] = [
    Padded::new(r#","outcome":"ok","duration_ms":"#),
    Padded::new(r#","outcome":"error","duration_ms":"#),
    Padded::new(r#","outcome":"cancelled","duration_ms":"#),
    Padded::new(r#","outcome":"panicked","duration_ms":"#),
];

/// The times of steps in milliseconds.
pub(super) const STEPS_MS: Steps =
    Steps { total: r#","total_ms":"#, own: r#","self_ms":"#, max: r#","max_ms":"# };

/// The times of steps in nanoseconds.
pub(super) const STEPS_NS: Steps =
    Steps { total: r#","total_ns":"#, own: r#","self_ns":"#, max: r#","max_ns":"# };
