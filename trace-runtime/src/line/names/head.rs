//! Writes the head of a line with the names of a format: time, level, message,
//! ids and target.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use super::{
    opaque,
    table::{Flags, Ids as IdNames, Names},
};
use crate::{
    callsite::LineKind,
    context::Ids,
    field::encode,
    format::Format,
    id::SpanId,
    json::{cursor::Padded, number, time},
    line::{encoder::Encoder, head::chunk_at, keys},
    record::{Foreign, Message, Origin, Record, What},
};

/// The most room that ids and the target of an event need after its message.
const AFTER_MESSAGE: usize = 1_024;

/// The most bytes of a project's name.
const MOST_PROJECT: usize = 64;

impl Encoder<'_> {
    #[inline(always)]
    pub(super) fn head_in(&mut self, names: &'static Names, record: &Record<'_>) {
        let (seconds, micros) = record.time.split();
        let head = keys::at(&names.heads, record.level);
        self.to.put_filled(&head.bytes, head.len, |text| {
            if let Some(text) = chunk_at(text, names.time_at) {
                time::write(text, seconds, micros);
            }
        });
    }

    #[inline(always)]
    pub(super) fn message_in(&mut self, names: &'static Names, record: &Record<'_>) {
        match record.what {
            What::Closing(closing, _) => {
                self.to.put_short(names.message.as_bytes());
                self.to.put_padded(finished(closing.kind()));
            }
            What::Event(Message::Constant(member)) if self.fits_in(member) => {
                self.to.put_short(names.message.as_bytes());
                self.to.put_short(text_of(member));
            }
            What::Event(message) => self.aside(move |line| line.any_message_in(names, message)),
        }
    }

    #[inline(always)]
    fn fits_in(&self, member: &str) -> bool {
        self.to.len() + member.len() + AFTER_MESSAGE <= self.end
            && member.len() <= self.style.limits.message
    }

    fn any_message_in(&mut self, names: &'static Names, message: Message<'_>) {
        self.raw(names.message);
        let room = self.end.saturating_sub(AFTER_MESSAGE).saturating_sub(self.to.len() + 2);
        let most = room.min(self.style.limits.message);
        match message {
            Message::Constant(member) => {
                let text = text_of(member);
                self.constant(std::str::from_utf8(text).unwrap_or("\"\""), most + 2);
            }
            Message::Format(arguments) => {
                let fit = encode::push_formatted(&mut self.to, most, |to| {
                    std::fmt::Write::write_fmt(to, arguments)
                });
                self.note(fit);
            }
        }
    }

    #[inline(always)]
    pub(super) fn ids_in(&mut self, names: &'static IdNames, ids: Ids<'_>, flags: u8) {
        match ids.digits.filter(|digits| **digits != [b'0'; 32]) {
            Some(digits) => self.trace_in(names, digits, ids.span, flags),
            None => self.aside(move |line| line.any_ids_in(names, ids, flags)),
        }
        if let Some(parent) = ids.parent {
            self.raw(names.parent);
            self.span_in(names, parent);
            self.raw("\"");
        }
        if let Some(id) = ids.request {
            self.aside(move |line| line.id(keys::REQUEST_ID, id));
        }
    }

    #[inline(always)]
    fn trace_in(&mut self, names: &'static IdNames, trace: &[u8; 32], span: SpanId, flags: u8) {
        if !names.before.is_empty() {
            self.raw(names.before);
            if let Format::GcpProject(project) = &self.style.format {
                self.aside(move |line| line.project(project));
            }
        }
        let ids = &names.text;
        self.to.put_filled(&ids.text.bytes, ids.text.len, |text| {
            if let Some(digits) = chunk_at(text, ids.trace_at) {
                *digits = *trace;
            }
            if let Some(digits) = chunk_at(text, ids.span_at) {
                *digits = span.digits();
            }
            let last = chunk_at(text, ids.text.len - 2).filter(|_| names.flags == Flags::Hex);
            if let Some([digit, _]) = last {
                *digit = b'0' + (flags & 3);
            }
        });
        if names.flags == Flags::Sampled {
            self.raw(if flags & 1 == 1 { "true" } else { "false" });
        }
        if names.is_decimal {
            self.span_in(names, span);
            self.raw("\"");
        }
    }

    /// Writes what makes an id of a trace the name of one.
    fn project(&mut self, project: &str) {
        self.raw("projects/");
        let mut to = crate::json::string::Escaper::new(&mut self.to, MOST_PROJECT);
        to.push(project);
        self.raw("/traces/");
    }

    /// Writes the ids of a line outside any trace, or of a trace whose id is
    /// not made of digits. The latter then stands beside them as it came.
    fn any_ids_in(&mut self, names: &'static IdNames, ids: Ids<'_>, flags: u8) {
        let Some(trace) = ids.trace else {
            self.raw(names.span_alone);
            self.span_in(names, ids.span);
            return self.raw("\"");
        };
        self.trace_in(names, &opaque::digits(trace), ids.span, flags);
        if ids.request.is_none() {
            self.id(keys::REQUEST_ID, trace);
        }
    }

    #[inline(always)]
    fn span_in(&mut self, names: &'static IdNames, span: SpanId) {
        if names.is_decimal {
            number::push_decimal(&mut self.to, u64::from_be_bytes(span.to_bytes()));
        } else {
            self.to.put_filled(&[0; 16], 16, |digits| *digits = span.digits());
        }
    }

    #[inline(always)]
    pub(super) fn origin_in(&mut self, names: &'static Names, record: &Record<'_>) {
        match record.origin {
            Origin::Callsite(callsite) => {
                let target = callsite.facts.text.target;
                self.to.put_short(names.target.as_bytes());
                self.constant(target.get(keys::TARGET.len()..).unwrap_or("\"\""), keys::MOST_NAME);
                if let What::Closing(closing, _) = record.what {
                    self.to.put_padded(keys::kind(closing.kind(), closing.is_stream()));
                    self.constant(callsite.facts.text.name, keys::MOST_MEMBER);
                }
            }
            Origin::Foreign(Foreign { target, .. }) => self.aside(move |line| {
                line.raw(names.target);
                line.text(keys::MOST_NAME, |to| to.push(target));
            }),
        }
    }
}

/// Returns the text of a constant message, with its quotes.
#[inline(always)]
fn text_of(member: &str) -> &[u8] {
    member.as_bytes().get(keys::MESSAGE.len()..).unwrap_or(b"\"\"")
}

/// Returns the message of a scope that has ended.
#[inline]
fn finished(kind: LineKind) -> &'static Padded<32> {
    static REQUEST: Padded<32> = Padded::new("\"Request processed\"");
    static JOB: Padded<32> = Padded::new("\"Job finished\"");
    static STEP: Padded<32> = Padded::new("\"Step finished\"");
    match kind {
        LineKind::Request => &REQUEST,
        LineKind::Job => &JOB,
        LineKind::Step | LineKind::Event => &STEP,
    }
}
