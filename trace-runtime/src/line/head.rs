//! Writes the head of a line: time, level, message, ids and target.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::fmt::Write as _;

use super::{encoder::Encoder, keys};
use crate::{
    clock::Timestamp,
    context::Ids,
    field::encode,
    id::{SpanId, TraceId},
    json::{cursor::Padded, time},
    record::{Foreign, Message, Origin, Record, What},
};

/// The most room that ids and the target of an event need after its message,
/// without a request id.
const AFTER_MESSAGE: usize = 640;

/// The most room that a request id needs.
const REQUEST_ID: usize = 288;

impl Encoder<'_> {
    #[inline(always)]
    pub(super) fn head(&mut self, record: &Record<'_>) {
        match record.what {
            What::Event(_) => self.stamped(keys::event(record.level), record.time),
            What::Closing(closing, _) => {
                self.stamped(keys::closing(record.level, closing.kind()), record.time);
            }
        }
    }

    #[inline(always)]
    fn stamped<const N: usize>(&mut self, head: &Padded<N>, at: Timestamp) {
        let (seconds, micros) = at.split();
        self.to.put_filled(&head.bytes, head.len, |text| {
            if let Some(text) = chunk_at(text, keys::TIMESTAMP_AT) {
                time::write(text, seconds, micros);
            }
        });
    }

    #[inline(always)]
    pub(super) fn message(&mut self, record: &Record<'_>) {
        let What::Event(message) = record.what else { return };
        match message {
            Message::Constant(member) if self.fits(member) => self.to.put_short(member.as_bytes()),
            message => {
                let has_request_id = record.ids.is_some_and(|ids| ids.request.is_some());
                self.aside(move |line| line.any_message(message, has_request_id));
            }
        }
    }

    /// Returns whether a constant message fits, whatever follows it.
    #[inline(always)]
    fn fits(&self, member: &str) -> bool {
        self.to.len() + member.len() + AFTER_MESSAGE + REQUEST_ID <= self.end
            && member.len() <= self.style.limits.message
    }

    fn any_message(&mut self, message: Message<'_>, has_request_id: bool) {
        let after = AFTER_MESSAGE + if has_request_id { REQUEST_ID } else { 0 };
        let before = self.to.len() + keys::MESSAGE.len() + 2;
        let room = self.end.saturating_sub(after).saturating_sub(before);
        let most = room.min(self.style.limits.message);
        match message {
            Message::Constant(member) => self.constant(member, keys::MESSAGE.len() + 2 + most),
            Message::Format(arguments) => {
                self.raw(keys::MESSAGE);
                let fit = encode::push_formatted(&mut self.to, most, |to| to.write_fmt(arguments));
                self.note(fit);
            }
        }
    }

    #[inline(always)]
    pub(super) fn ids(&mut self, ids: Ids<'_>) {
        match (ids.digits, ids.parent) {
            (Some(trace), None) => {
                if let Some(text) = self.to.put_open(keys::IDS, keys::IDS.len()) {
                    fill(text, trace, ids);
                }
            }
            (Some(trace), Some(parent)) => {
                let constant = keys::IDS_AND_PARENT;
                if let Some(text) = self.to.put_open(constant, constant.len()) {
                    fill(text, trace, ids);
                    fill_span(text, keys::PARENT_AT, ids, parent);
                }
            }
            (None, _) => self.aside(move |line| line.any_ids(ids)),
        }
        if let Some(id) = ids.request {
            self.aside(move |line| line.id(keys::REQUEST_ID, id));
        }
    }

    /// Writes the ids of a line outside any trace, or of a trace whose id is
    /// not made of digits.
    fn any_ids(&mut self, ids: Ids<'_>) {
        if let Some(trace) = ids.trace {
            self.id(keys::TRACE_ID, trace);
        }
        self.span(keys::SPAN_ID, ids.span);
        if let Some(parent) = ids.parent {
            self.span(keys::PARENT_ID, parent);
        }
    }

    pub(super) fn id(&mut self, key: &str, id: &TraceId) {
        self.raw(key);
        id.with_text(|text| self.raw(text));
        self.raw("\"");
    }

    fn span(&mut self, key: &str, span: SpanId) {
        self.raw(key);
        self.to.put_filled(&[0; 16], 16, |digits| *digits = span.digits());
        self.raw("\"");
    }

    #[inline(always)]
    pub(super) fn origin(&mut self, record: &Record<'_>) {
        match (record.origin, record.what) {
            (Origin::Callsite(callsite), What::Event(_)) => {
                self.constant(callsite.facts.text.target, keys::MOST_MEMBER);
            }
            (Origin::Callsite(callsite), What::Closing(closing, _)) => {
                self.constant(callsite.facts.text.target, keys::MOST_MEMBER);
                self.to.put_padded(keys::kind(closing.kind(), closing.is_stream()));
                self.constant(callsite.facts.text.name, keys::MOST_MEMBER);
            }
            (Origin::Foreign(Foreign { target, .. }), _) => self.aside(move |line| {
                line.raw(keys::TARGET);
                line.text(keys::MOST_NAME, |to| to.push(target));
            }),
        }
    }
}

/// Writes the digits of a trace and of a span over zeros.
#[inline(always)]
fn fill(text: &mut [u8], trace: &[u8; 32], ids: Ids<'_>) {
    if let Some(digits) = chunk_at(text, keys::TRACE_AT) {
        *digits = *trace;
    }
    fill_span(text, keys::SPAN_AT, ids, ids.span);
}

#[inline(always)]
fn fill_span(text: &mut [u8], at: usize, ids: Ids<'_>, span: SpanId) {
    if let Some(digits) = chunk_at(text, at) {
        ids.write(span, digits);
    }
}

#[inline(always)]
pub(super) fn chunk_at<const N: usize>(text: &mut [u8], at: usize) -> Option<&mut [u8; N]> {
    text.get_mut(at..).and_then(<[u8]>::first_chunk_mut)
}
