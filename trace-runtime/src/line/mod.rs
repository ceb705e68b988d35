//! From a record to one line of JSON: the only place that knows key names.
//!
//! One flat object, in the order of the table in `keys`, ended by a newline.
//! Ids, names and times always fit; text is cut, and fields are left out,
//! where the line would get too long, and the line then says so.

mod keys;

use std::{
    error::Error,
    fmt::{self, Write as _},
};

#[cfg(feature = "stream")]
pub(crate) use self::keys::ITEMS;
pub(crate) use self::keys::reserved;
use crate::{
    SpanId, TraceId, Value,
    buffer::Buffer,
    callsite::Kind,
    clock::Timestamp,
    context::Ids,
    field::{self, Fit, Room},
    fields, guard,
    json::{
        members, number,
        string::{self, Escaper},
        time,
    },
    outcome::{ErrorText, Failure},
    output::{StaticField, Style},
    record::{
        Body, Closing, Exchange, Fields, Foreign, Message, Origin, Record, RequestFacts, Told,
    },
    totals::Total,
};

/// Causes of an error that a line tells at the most.
const MOST_CAUSES: usize = 8;

/// Room that ids and the target take in an event after its message, at the
/// most.
const AFTER_MESSAGE: usize = 640;

/// Room that the rest of a scope's facts takes after its error, at the most,
/// without its steps and its path.
const AFTER_FAILURE: usize = 256;

/// How much of a request's method is told.
const MOST_METHOD: usize = 32;

/// Appends the line that says what `record` holds, its newline included.
pub(crate) fn write(buf: &mut Vec<u8>, record: &Record<'_>, style: &Style) {
    let mut line = Line::new(buf, record, style);
    line.head(record);
    if let Some(ids) = &record.ids {
        line.ids(ids, request_id_of(record));
    }
    line.origin(record);
    if let Body::Closing(closing) = &record.body {
        line.closing(closing);
    }
    line.fields(record);
    line.tail(record);
}

/// Encodes a failure that is told on a line to come.
pub(crate) fn encode_failure(failure: &Failure<'_>, style: &Style) -> fields::Fields {
    let mut buf = Buffer::default();
    let mut line = Line { buf: buf.vec(), style, end: style.limits.line, cut: false };
    line.failure(failure);
    let cut = line.cut;
    buf.note(cut);
    fields::Fields::of(buf)
}

/// A line that is being written.
struct Line<'a> {
    buf: &'a mut Vec<u8>,
    style: &'a Style,
    /// Where everything but the tail must end.
    end: usize,
    cut: bool,
}

impl<'a> Line<'a> {
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

    /// Returns how much room there is, `most` at the most.
    fn room(&self, most: usize) -> usize {
        self.end.saturating_sub(self.buf.len()).min(most)
    }

    fn head(&mut self, record: &Record<'_>) {
        self.timestamp(record.time);
        match &record.body {
            Body::Event(message) => {
                self.raw(keys::level(record.level));
                self.message(message);
            }
            Body::Closing(closing) => self.raw(keys::closing(record.level, closing.kind())),
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

    fn message(&mut self, message: &Message<'_>) {
        let before = self.buf.len() + keys::MESSAGE.len() + 2;
        let room = self.end.saturating_sub(AFTER_MESSAGE).saturating_sub(before);
        let most = room.min(self.style.limits.message);
        match message {
            Message::Constant(member) => self.constant(member, keys::MESSAGE.len() + 2 + most),
            Message::Format(arguments) => {
                self.raw(keys::MESSAGE);
                let fit = field::push_formatted(self.buf, most, |to| to.write_fmt(*arguments));
                self.note(fit);
            }
        }
    }

    fn ids(&mut self, ids: &Ids<'_>, request_id: Option<&TraceId>) {
        self.raw(keys::TRACE_ID);
        ids.trace.push_to(self.buf);
        let start = self.buf.len();
        if let Some(parent) = ids.parent {
            self.bytes(keys::SPAN_AND_PARENT);
            self.digits(start + keys::PARENT_AT, parent);
        } else {
            self.bytes(keys::SPAN);
        }
        self.digits(start + keys::SPAN_AT, ids.span);
        if let Some(id) = request_id {
            self.raw(keys::REQUEST_ID);
            id.push_to(self.buf);
            self.raw("\"");
        }
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
        if let (Body::Closing(closing), Origin::Callsite(callsite)) = (&record.body, record.origin)
        {
            self.raw(keys::kind(closing.kind()));
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

    fn closing(&mut self, closing: &Closing<'_>) {
        self.raw(keys::outcome(closing.ending));
        number::push_millis(self.buf, closing.duration_ns);
        if let Some(busy) = closing.busy_ns {
            self.raw(keys::BUSY_MS);
            number::push_millis(self.buf, busy);
        }
        let end = self.end;
        self.end = end.saturating_sub(AFTER_FAILURE);
        match closing.failure {
            None => {}
            Some(Told::Now(failure)) => self.failure(failure),
            Some(Told::Earlier(failure)) => self.earlier(failure),
        }
        if closing.slow {
            self.raw(keys::SLOW);
        }
        if let Some(request) = closing.request {
            self.request(request);
        }
        self.end = end;
    }

    fn request(&mut self, request: &RequestFacts<'_>) {
        let left_out = self.steps(request.steps);
        let dropped = request.steps_dropped.saturating_add(left_out);
        if dropped > 0 {
            self.raw(keys::STEPS_DROPPED);
            number::push_u64(self.buf, dropped);
        }
        if let Some(reason) = request.rejected {
            self.raw(keys::REQUEST_ID_REJECTED);
            self.raw(reason.as_str());
            self.raw("\"");
        }
        if let Some(exchange) = request.exchange {
            self.exchange(exchange);
        }
    }

    fn exchange(&mut self, exchange: &Exchange) {
        self.raw(keys::METHOD);
        let fit = self.text(MOST_METHOD, |to| to.push(&exchange.method));
        self.note(fit);
        if let Some(route) = &exchange.route {
            self.field(keys::ROUTE.as_bytes(), &Value::text(route));
        }
        self.field(keys::PATH.as_bytes(), &Value::text(&exchange.path));
        self.number(keys::STATUS, exchange.status.map(u64::from));
        self.number(keys::GRPC_STATUS, exchange.grpc_status.map(u64::from));
        if let Some(ttfb) = exchange.ttfb_ns {
            self.raw(keys::TTFB_MS);
            number::push_millis(self.buf, ttfb);
        }
    }

    fn number(&mut self, key: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.raw(key);
            number::push_u64(self.buf, value);
        }
    }

    /// Writes the totals of steps, as many as there is room for; returns how
    /// many steps are in those that were left out.
    fn steps(&mut self, steps: &[Total]) -> u64 {
        let end = self.buf.len() + self.room(self.style.limits.steps);
        let start = self.buf.len();
        self.raw(keys::STEPS);
        let mut written = 0;
        for step in steps {
            let before = self.buf.len();
            self.raw(if written == 0 { "" } else { "," });
            self.step(step);
            if self.buf.len() >= end {
                self.buf.truncate(before);
                break;
            }
            written += 1;
        }
        if written == 0 {
            self.buf.truncate(start);
        } else {
            self.raw("]");
        }
        steps[written..].iter().map(|step| step.count).sum()
    }

    fn step(&mut self, step: &Total) {
        // The callsite's text begins with the comma of a later member.
        let name = step.callsite.facts.text.name;
        self.raw("{");
        self.constant(name.strip_prefix(',').unwrap_or(name), keys::MOST_MEMBER);
        self.raw(keys::COUNT);
        number::push_u64(self.buf, step.count);
        self.raw(keys::TOTAL_MS);
        number::push_millis(self.buf, step.sum_ns);
        self.raw(keys::MAX_MS);
        number::push_millis(self.buf, step.max_ns);
        if step.errors > 0 {
            self.raw(keys::ERRORS);
            number::push_u64(self.buf, step.errors);
        }
        self.raw("}");
    }

    fn failure(&mut self, failure: &Failure<'_>) {
        if let Some(error) = failure.text {
            self.raw(keys::ERROR);
            let most = self.room(usize::MAX).saturating_sub(2).min(self.style.limits.error);
            let fit = field::push_formatted(self.buf, most, |to| format_error(to, error));
            self.note(fit);
        }
        if let Some(first) = failure.source {
            self.causes(first);
        }
    }

    /// Writes the causes of an error, as many as there is room for.
    fn causes(&mut self, first: &(dyn Error + 'static)) {
        let end = self.buf.len() + self.room(self.style.limits.error_chain);
        if self.buf.len() + keys::ERROR_CHAIN.len() + 4 > end {
            self.cut = true;
            return;
        }
        self.raw(keys::ERROR_CHAIN);
        let mut next = Some(first);
        for nth in 0..MOST_CAUSES {
            let Some(cause) = next else { break };
            // The bracket, the quotes and a comma have their place.
            let Some(most) = end.checked_sub(self.buf.len() + 4) else {
                self.cut = true;
                break;
            };
            self.raw(if nth == 0 { "" } else { "," });
            let fit = field::push_formatted(self.buf, most, |to| write!(to, "{cause}"));
            self.note(fit);
            next = guard::caught(|| cause.source()).flatten();
        }
        self.raw("]");
    }

    fn text(&mut self, most: usize, push: impl FnOnce(&mut Escaper<'_>)) -> Fit {
        field::push_quoted(self.buf, most, push)
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
        for (key, value) in callsite.facts.text.keys.iter().zip(values) {
            self.field(key.as_bytes(), value);
        }
    }

    fn field(&mut self, key: &[u8], value: &Value<'_>) {
        let room = Room { end: self.end, value: self.style.limits.value };
        let fit = field::push(self.buf, key, value, room);
        self.note(fit);
    }

    fn earlier(&mut self, failure: &fields::Fields) {
        self.encoded(failure.members(), failure.is_cut());
    }

    fn encoded(&mut self, members: &[u8], cut: bool) {
        self.cut |= cut;
        self.members(members);
    }

    /// Copies members that were encoded earlier, as many as there is room for.
    fn members(&mut self, mut members: &[u8]) {
        if members.len() <= self.room(usize::MAX) {
            return self.bytes(members);
        }
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
    fn named(&mut self, kind: Kind, fields: &[(&str, Value<'_>)]) {
        let mut taken = Vec::with_capacity(fields.len());
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_absent()) {
            let name = keys::free_name(kind, name, &taken);
            let mut key = b",".to_vec();
            if field::push_quoted(&mut key, keys::MOST_NAME, |to| to.push(&name)) == Fit::Cut {
                self.cut = true;
                continue;
            }
            key.push(b':');
            self.field(&key, value);
            taken.push(name);
        }
    }

    fn tail(&mut self, record: &Record<'_>) {
        let style = self.style;
        for field in &style.static_fields {
            if !is_said(record, field) {
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

fn format_error(to: &mut Escaper<'_>, error: ErrorText<'_>) -> fmt::Result {
    match error {
        ErrorText::Error(error) => write!(to, "{error}"),
        ErrorText::Display(error) => write!(to, "{error}"),
        ErrorText::Debug(error) => write!(to, "{error:?}"),
        ErrorText::Text(text) => to.write_str(text),
    }
}

fn request_id_of<'a>(record: &Record<'a>) -> Option<&'a TraceId> {
    match &record.body {
        Body::Closing(Closing { request: Some(request), .. }) => request.request_id,
        Body::Closing(_) | Body::Event(_) => None,
    }
}

fn location_of(origin: Origin<'_>) -> Option<(&str, u32)> {
    match origin {
        Origin::Callsite(callsite) => Some((callsite.facts.file, callsite.facts.line)),
        Origin::Foreign(from) => from.location,
    }
}

/// Returns whether a line says the key of a static field itself.
fn is_said(record: &Record<'_>, field: &StaticField) -> bool {
    if field.gives_way[record.kind() as usize] {
        return true;
    }
    let is_there = |(name, value): &(&str, Value<'_>)| *name == field.name && !value.is_absent();
    match (record.origin, &record.fields) {
        (_, Fields::Named(fields)) => fields.iter().any(is_there),
        (_, Fields::Encoded(members, _)) => members::contain(members, &field.key),
        (Origin::Callsite(callsite), Fields::Values(values)) => {
            let mut fields = callsite.facts.text.keys.iter().zip(*values);
            fields.any(|(key, value)| key.as_bytes() == field.key && !value.is_absent())
        }
        (Origin::Foreign(_), Fields::Values(_)) => false,
    }
}

/// Returns how much room the end of a line takes, at the most.
fn tail_room(record: &Record<'_>, style: &Style) -> usize {
    let statics: usize = style.static_fields.iter().map(StaticField::len).sum();
    let location = if style.location && location_of(record.origin).is_some() {
        keys::MOST_LOCATION
    } else {
        0
    };
    statics + location + keys::TRUNCATED_END.len()
}

#[cfg(test)]
mod tests;
