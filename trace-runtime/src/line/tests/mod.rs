//! Lines as text, from records made by hand.

mod formats;
mod golden;
mod order;
mod random;
mod room;
mod static_fields;

use std::{collections::HashSet, error::Error, fmt, sync::LazyLock};

use proptest::prelude::*;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::*;
use crate::{
    __callsite as callsite, __event_callsite as event_callsite,
    callsite::Callsite,
    clock::{Moment, Timestamp},
    context::{Ids, totals::Totals},
    detail::Note,
    failure::ErrorText,
    field::{
        carried::Carried,
        kept::Encoded,
        limits::Limits,
        value::{ToValue as _, Value},
    },
    id::{Rejected, SpanId},
    level::Level,
    outcome::Outcome,
    output::StaticField,
    record::{
        Closing, Exchange, FailureRef, Fields, Foreign, Message, Origin, RequestSummary, Response,
        Verdict,
    },
};

/// A constant message.
const M: &str = ",\"message\":\"m\"";

const TIME: Timestamp = Timestamp::at(1_795_316_409, 143_456);

fn ids(parent: bool) -> Ids<'static> {
    static TRACE: LazyLock<TraceId> = LazyLock::new(|| TraceId::accept(b"req-1").unwrap());
    let (trace, span) = (&*TRACE, SpanId::generate());
    Ids {
        trace: Some(trace),
        digits: trace.digits(),
        span,
        parent: parent.then(SpanId::generate),
        request: None,
        root: None,
    }
}

fn event<'a>(callsite: &'static Callsite, message: Message<'a>, fields: Fields<'a>) -> Record<'a> {
    let (origin, what) = (Origin::Callsite(callsite), What::Event(message));
    Record {
        time: TIME,
        level: Level::Info,
        ids: None,
        origin,
        what,
        fields,
        carried: None,
        around: None,
    }
}

fn text(record: &Record<'_>, style: &Style) -> String {
    let line = formatted(Cursor::default(), record, None, style);
    String::from_utf8(line.text().to_vec()).unwrap()
}

/// Parses a line. Fails on duplicate keys and on anything after the newline.
fn parse(line: &str, limits: Limits) -> Map<String, Json> {
    assert!(line.len() <= limits.line, "{} bytes", line.len());
    let line = line.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'));
    let Pairs(pairs) = serde_json::from_str(line).unwrap();
    let count = pairs.len();
    let map: Map<_, _> = pairs.into_iter().collect();
    assert_eq!(map.len(), count, "a key stands twice: {line}");
    map
}

/// The members of an object in their order, with duplicates.
struct Pairs(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Pairs {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(pair) = map.next_entry()? {
            self.0.push(pair);
        }
        Ok(self)
    }
}

fn masked(line: &str, ids: &Ids<'_>) -> String {
    let parent = ids.parent.map_or_else(String::new, |id| id.to_string());
    line.replace(&ids.span.to_string(), "SPAN")
        .replace(&parent, if parent.is_empty() { "" } else { "PARENT" })
}

fn ended(nanos: u64, busy_ns: Option<u64>) -> Closing<'static> {
    let (start, end) = (Moment::of_nanos(0), Moment::of_nanos(nanos));
    let (outcome, failure, request) = (Outcome::Ok, None, None);
    Closing { outcome, failure, start, end, now: end, busy_ns, request }
}

fn closed<'a>(
    callsite: &'static Callsite,
    closing: &'a Closing<'a>,
    ids: Option<Ids<'a>>,
    members: &'a [u8],
) -> Record<'a> {
    let verdict = Verdict { level: Level::Info, is_slow: false, is_wanted: true };
    Record {
        time: TIME,
        level: Level::Info,
        ids,
        origin: Origin::Callsite(callsite),
        what: What::Closing(closing, verdict),
        fields: Fields::Encoded(members, false),
        carried: None,
        around: None,
    }
}
