//! From a record to one line of JSON: the only place that knows key names.
//!
//! One flat object, in the order of the table in `keys`, ended by a newline.
//! Ids, names and times always fit; text is cut, and fields are left out,
//! where the line would get too long, and the line then says so.

mod closing;
mod keys;
mod reserved;

use std::fmt::Write as _;

#[cfg(feature = "stream")]
pub(crate) use self::keys::ITEMS;
pub(crate) use self::{
    keys::{GRPC_STATUS, HOST, METHOD, STATUS, event as event_keys},
    reserved::{is_reserved, is_text},
};
use crate::{
    buffer::Buffer,
    callsite::LineKind,
    clock::Timestamp,
    context::Ids,
    failure::Failure,
    field::{
        carried::{self, Carried},
        causes,
        encode::{self, Fit, Room},
        kept,
        value::Value,
    },
    id::{SpanId, TraceId},
    json::{
        members, number,
        string::{self, Escaper},
        time,
    },
    output::{StaticField, Style},
    record::{Closing, Fields, Foreign, Message, Origin, Record, What},
};

/// Room that ids and the target take in an event after its message, at most,
/// without a request id.
const AFTER_MESSAGE: usize = 640;

/// Room that a request id takes, at most.
const REQUEST_ID: usize = 288;

/// Appends the line that says what `record` holds, its newline included.
pub(crate) fn write(buf: &mut Vec<u8>, record: &Record<'_>, style: &Style) {
    let mut line = Encoder::new(buf, record, style);
    line.head(record);
    if let Some(ids) = &record.ids {
        line.ids(ids);
    }
    if let Some(id) = w3c_trace_id(record) {
        line.id(keys::W3C_TRACE_ID, id);
    }
    line.origin(record);
    if let What::Closing(closing, verdict) = &record.what {
        line.closing(closing, verdict.is_slow);
    }
    let fields = line.buf.len();
    line.fields(record);
    if let Some(carried) = record.carried {
        line.carried(carried, fields);
    }
    line.tail(record, fields);
}

/// Returns the key of a field whose name is known only now, `,"name":`, or
/// none if it is too long. A name of the runtime's own is another's.
pub(crate) fn key(kind: LineKind, name: &str) -> Option<Vec<u8>> {
    member_key(&reserved::free_name(kind, name, &[]))
}

fn member_key(name: &str) -> Option<Vec<u8>> {
    let mut key = b",".to_vec();
    let fit = encode::push_quoted(&mut key, keys::MOST_NAME, |to| to.push(name));
    key.push(b':');
    (fit == Fit::Whole).then_some(key)
}

/// Encodes a failure for a line to come.
pub(crate) fn encode_failure(failure: &Failure<'_>, style: &Style) -> kept::Kept {
    let mut buf = Buffer::default();
    let mut line = Encoder { buf: buf.vec(), style, end: style.limits.line, cut: false };
    line.failure(failure);
    let cut = line.cut;
    buf.note(cut);
    kept::Kept::of(buf)
}

/// A line that is being written.
struct Encoder<'a> {
    buf: &'a mut Vec<u8>,
    style: &'a Style,
    /// Where everything but the tail must end.
    end: usize,
    cut: bool,
}

impl<'a> Encoder<'a> {
    fn new(buf: &'a mut Vec<u8>, record: &Record<'_>, style: &'a Style) -> Self {
        let end = buf.len() + style.limits.line;
        let end = end.saturating_sub(tail_room(record, style));
        Self { buf, style, end, cut: false }
    }

    fn raw(&mut self, text: &str) {
        self.buf.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, text: &[u8]) {
        self.buf.extend_from_slice(text);
    }

    fn note(&mut self, fit: Fit) {
        self.cut |= fit == Fit::Cut;
    }

    /// Returns how much room there is, at most `most`.
    fn room(&self, most: usize) -> usize {
        self.end.saturating_sub(self.buf.len()).min(most)
    }

    fn head(&mut self, record: &Record<'_>) {
        self.timestamp(record.time);
        match &record.what {
            What::Event(message) => {
                self.raw(keys::level(record.level));
                self.message(message, after_message(record));
            }
            What::Closing(closing, _) => self.raw(keys::closing(record.level, closing.kind())),
        }
    }

    fn timestamp(&mut self, at: Timestamp) {
        let start = self.buf.len() + keys::TIMESTAMP_AT;
        self.bytes(keys::TIMESTAMP);
        let (seconds, micros) = at.split();
        if let Some(text) = self.buf.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
            time::write(text, seconds, micros);
        }
    }

    fn message(&mut self, message: &Message<'_>, after: usize) {
        let before = self.buf.len() + keys::MESSAGE.len() + 2;
        let room = self.end.saturating_sub(after).saturating_sub(before);
        let most = room.min(self.style.limits.message);
        match message {
            Message::Constant(member) => self.constant(member, keys::MESSAGE.len() + 2 + most),
            Message::Format(arguments) => {
                self.raw(keys::MESSAGE);
                let fit = encode::push_formatted(self.buf, most, |to| to.write_fmt(*arguments));
                self.note(fit);
            }
        }
    }

    fn ids(&mut self, ids: &Ids<'_>) {
        if let Some(trace) = ids.trace {
            self.raw(keys::TRACE_ID);
            trace.push_to(self.buf);
        } else {
            // What follows begins with the quote that ends a trace id: here it
            // is that of the message.
            self.buf.pop();
        }
        let start = self.buf.len();
        if let Some(parent) = ids.parent {
            self.bytes(keys::SPAN_AND_PARENT);
            self.digits(start + keys::PARENT_AT, parent);
        } else {
            self.bytes(keys::SPAN);
        }
        self.digits(start + keys::SPAN_AT, ids.span);
        if let Some(id) = ids.request {
            self.id(keys::REQUEST_ID, id);
        }
    }

    #[cold] // Most traces have one id.
    fn id(&mut self, key: &str, id: &TraceId) {
        self.raw(key);
        id.push_to(self.buf);
        self.raw("\"");
    }

    /// Fills in a span's digits, which takes less than to append them.
    fn digits(&mut self, at: usize, span: SpanId) {
        if let Some(text) = self.buf.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            span.write_to(text);
        }
    }

    fn origin(&mut self, record: &Record<'_>) {
        match record.origin {
            Origin::Callsite(callsite) => {
                self.constant(callsite.facts.text.target, keys::MOST_MEMBER);
            }
            Origin::Foreign(Foreign { target, .. }) => {
                self.raw(keys::TARGET);
                let fit = self.text(keys::MOST_NAME, |to| to.push(target));
                self.note(fit);
            }
        }
        if let (What::Closing(closing, _), Origin::Callsite(callsite)) =
            (&record.what, record.origin)
        {
            self.raw(if closing.is_stream() {
                keys::KIND_STREAM
            } else {
                keys::kind(closing.kind())
            });
            self.constant(callsite.facts.text.name, keys::MOST_MEMBER);
        }
    }

    /// Writes a constant member, `,"name":"…"`, cut if it is too long.
    fn constant(&mut self, member: &str, most: usize) {
        if member.len() <= most {
            return self.raw(member);
        }
        self.bytes(string::prefix(member.as_bytes(), most - 1));
        self.raw("\"");
        self.cut = true;
    }

    fn text(&mut self, most: usize, push: impl FnOnce(&mut Escaper<'_>)) -> Fit {
        encode::push_quoted(self.buf, most, push)
    }

    fn fields(&mut self, record: &Record<'_>) {
        match &record.fields {
            Fields::Values(values) => self.values(record, values),
            Fields::Encoded(members, cut) => self.encoded(members, *cut),
            Fields::Named(fields) => self.named(record.kind(), fields),
        }
    }

    fn values(&mut self, record: &Record<'_>, values: &[Value<'_>]) {
        let Origin::Callsite(callsite) = record.origin else { return };
        let keys = callsite.facts.text.keys;
        for (key, value) in keys.iter().zip(values) {
            self.field(key.as_bytes(), value);
            if let Some((key, first)) = causes::beside(key, value, keys) {
                self.causes(&key, first);
            }
        }
    }

    fn field(&mut self, key: &[u8], value: &Value<'_>) {
        let room = Room { end: self.end, value: self.style.limits.value };
        let fit = encode::push(self.buf, key, value, room);
        self.note(fit);
    }

    /// Copies members that were encoded earlier, as many as there is room for.
    #[inline]
    fn encoded(&mut self, members: &[u8], cut: bool) {
        self.cut |= cut;
        if members.len() <= self.room(usize::MAX) {
            self.bytes(members);
        } else {
            self.some_of(members);
        }
    }

    #[cold]
    fn some_of(&mut self, mut members: &[u8]) {
        self.cut = true;
        while !members.is_empty() {
            let (first, rest) = members::split_first(members);
            if first.len() <= self.room(usize::MAX) {
                self.bytes(first);
            }
            members = rest;
        }
    }

    /// Writes fields whose keys are known only now, and may be anything.
    fn named(&mut self, kind: LineKind, fields: &[(&str, Value<'_>)]) {
        let mut taken = Vec::with_capacity(fields.len());
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_absent()) {
            let name = reserved::free_name(kind, name, &taken);
            let Some(key) = member_key(&name) else {
                self.cut = true;
                continue;
            };
            let room = Room { end: self.end, value: self.style.limits.value };
            let push = if reserved::is_text(&name) { encode::push_text } else { encode::push };
            let fit = push(self.buf, &key, value, room);
            self.note(fit);
            let chain = causes::name(&name);
            taken.push(name);
            if let Some(first) = causes::of(value)
                && !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(&chain))
                && !taken.iter().any(|name| name.eq_ignore_ascii_case(&chain))
            {
                self.causes(&causes::key(&key), first);
                taken.push(chain.into());
            }
        }
    }

    /// Writes what the trace carries, but for what the line's own fields, which
    /// begin at `fields`, have already. There is room for it.
    fn carried(&mut self, carried: &Carried, fields: usize) {
        let own = fields..self.buf.len();
        carried.read(|mut members, is_cut| {
            self.cut |= is_cut;
            while !members.is_empty() {
                let (member, rest) = members::split_first(members);
                members = rest;
                let own = self.buf.get(own.clone()).unwrap_or_default();
                let key = members::key(member);
                if members::contain(own, key) {
                    members = causes::skip(rest, key);
                } else {
                    self.bytes(member);
                }
            }
        });
    }

    fn tail(&mut self, record: &Record<'_>, fields: usize) {
        let style = self.style;
        for field in &style.static_fields {
            let is_carried = record.carried.is_some()
                && self.buf.get(fields..).is_some_and(|said| members::contain(said, &field.key));
            if !is_carried && !is_said(record, field) {
                self.bytes(&field.key);
                self.bytes(&field.value);
            }
        }
        if style.location {
            self.location(record.origin);
        }
        self.raw(if self.cut { keys::TRUNCATED_END } else { "}\n" });
    }

    fn location(&mut self, origin: Origin<'_>) {
        let Some((file, line)) = location_of(origin) else { return };
        self.raw(keys::FILE);
        let fit = self.text(keys::MOST_NAME, |to| to.push(file));
        self.note(fit);
        self.raw(keys::LINE);
        number::push_u64(self.buf, line.into());
    }
}

fn w3c_trace_id<'a>(record: &'a Record<'_>) -> Option<&'a TraceId> {
    match &record.what {
        What::Closing(Closing { request: Some(request), .. }, _) => request.w3c_trace_id.as_ref(),
        What::Closing(..) | What::Event(_) => None,
    }
}

fn after_message(record: &Record<'_>) -> usize {
    let has_request_id = record.ids.is_some_and(|ids| ids.request.is_some());
    AFTER_MESSAGE + if has_request_id { REQUEST_ID } else { 0 }
}

fn location_of(origin: Origin<'_>) -> Option<(&str, u32)> {
    match origin {
        Origin::Callsite(callsite) => Some((callsite.facts.file, callsite.facts.line)),
        Origin::Foreign(from) => from.location,
    }
}

/// Returns whether a line says the key of a static field itself.
fn is_said(record: &Record<'_>, field: &StaticField) -> bool {
    let kind = match record.kind() {
        LineKind::Event => 0,
        LineKind::Step => 1,
        LineKind::Request | LineKind::Job => 2,
    };
    if field.gives_way[kind] {
        return true;
    }
    match (record.origin, &record.fields) {
        (_, Fields::Named(fields)) => fields.iter().any(|(name, value)| {
            !value.is_absent() && name.eq_ignore_ascii_case(&field.name)
                || value.caused().is_some() && causes::name(name).eq_ignore_ascii_case(&field.name)
        }),
        (_, Fields::Encoded(members, _)) => members::contain(members, &field.key),
        (Origin::Callsite(callsite), Fields::Values(values)) => {
            let mut fields = callsite.facts.text.keys.iter().zip(*values);
            fields.any(|(key, value)| {
                !value.is_absent() && key.as_bytes().eq_ignore_ascii_case(&field.key)
                    || value.caused().is_some()
                        && causes::key(key.as_bytes()).eq_ignore_ascii_case(&field.key)
            })
        }
        (Origin::Foreign(_), Fields::Values(_)) => false,
    }
}

/// Returns how much room the end of a line takes at most.
fn tail_room(record: &Record<'_>, style: &Style) -> usize {
    let statics: usize = style.static_fields.iter().map(StaticField::len).sum();
    let location = if style.location && location_of(record.origin).is_some() {
        keys::MOST_LOCATION
    } else {
        0
    };
    let carried = if record.carried.is_some() { carried::MOST } else { 0 };
    carried + statics + location + keys::TRUNCATED_END.len()
}

#[cfg(test)]
mod tests;
