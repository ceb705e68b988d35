//! Writes the head of a line: time, level, message, ids and target.

use super::{encoder::Encoder, keys};
use crate::{
    clock::Timestamp,
    context::Ids,
    field::encode,
    id::{SpanId, TraceId},
    json::time,
    record::{Foreign, Message, Origin, Record, What},
};
use std::fmt::Write as _;

/// The most room that ids and the target of an event need after its message,
/// without a request id.
const AFTER_MESSAGE: usize = 640;

/// The most room that a request id needs.
const REQUEST_ID: usize = 288;

impl Encoder<'_> {
    pub(super) fn head(&mut self, record: &Record<'_>) {
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

    pub(super) fn ids(&mut self, ids: &Ids<'_>) {
        if let Some(trace) = ids.trace {
            self.raw(keys::TRACE_ID);
            trace.push_to(self.buf);
        } else {
            // The next text begins with the quote that ends a trace id. Without
            // a trace, it ends the message instead.
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
    pub(super) fn id(&mut self, key: &str, id: &TraceId) {
        self.raw(key);
        id.push_to(self.buf);
        self.raw("\"");
    }

    /// Writes a span's digits over zeros, which is faster than appending them.
    fn digits(&mut self, at: usize, span: SpanId) {
        if let Some(text) = self.buf.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            span.write_to(text);
        }
    }

    pub(super) fn origin(&mut self, record: &Record<'_>) {
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
}

fn after_message(record: &Record<'_>) -> usize {
    let has_request_id = record.ids.is_some_and(|ids| ids.request.is_some());
    AFTER_MESSAGE + if has_request_id { REQUEST_ID } else { 0 }
}
