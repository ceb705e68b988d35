//! Traces as columns of numbers, which `page.js` reads in the same order.
//!
//! Numbers are LEB128; those that may be negative are zigzag. The columns are
//! deflated: what is alike stands together.

use std::io::{self, Write as _};

use flate2::{Compression, write::DeflateEncoder};

use super::kept::Kept;
use crate::line::trace_key;

/// Returns the texts and traces as deflated columns.
pub(super) fn columns(meta: &str, texts: &[Box<str>], traces: &[Kept]) -> io::Result<Vec<u8>> {
    let encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let mut to = Columns { waiting: Vec::with_capacity(2 * PART), encoder };
    to.text(meta)?;
    to.number(texts.len() as u64)?;
    texts.iter().try_for_each(|text| to.text(text))?;
    to.number(traces.len() as u64)?;
    to.traces(traces)?;
    to.spans(traces)?;
    to.events(traces)?;
    to.encoder.write_all(&to.waiting)?;
    to.encoder.finish()
}

/// How much is deflated at a time.
const PART: usize = 1 << 16;

/// The columns are deflated while they are written: all of them would take
/// more memory than the traces.
struct Columns {
    waiting: Vec<u8>,
    encoder: DeflateEncoder<Vec<u8>>,
}

impl Columns {
    fn number(&mut self, mut number: u64) -> io::Result<()> {
        while number >= 0x80 {
            self.waiting.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes(&[number as u8])
    }

    fn signed(&mut self, number: i64) -> io::Result<()> {
        self.number((number << 1 ^ number >> 63) as u64)
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.number(text.len() as u64)?;
        self.bytes(text.as_bytes())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PART {
            self.encoder.write_all(&self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }

    /// Writes one number of each of some things.
    fn column<T>(
        &mut self,
        of: impl IntoIterator<Item = T>,
        number: impl Fn(T) -> u64,
    ) -> io::Result<()> {
        of.into_iter().try_for_each(|it| self.number(number(it)))
    }

    fn id(&mut self, id: &str) -> io::Result<()> {
        // An id of any other form is a text behind a zero.
        let is_plain = id.len() == 32 && id.bytes().all(|it| it.is_ascii_hexdigit());
        self.number(u64::from(is_plain))?;
        match is_plain {
            true => self.bytes(&trace_key(id).to_be_bytes()),
            false => self.text(&crate::view::safe(id)),
        }
    }

    fn traces(&mut self, traces: &[Kept]) -> io::Result<()> {
        traces.iter().try_for_each(|trace| self.id(&trace.id))?;
        let mut before = 0;
        for trace in traces {
            self.signed(trace.start - before)?;
            before = trace.start;
        }
        self.column(traces, |it| it.status.into())?;
        self.column(traces, |it| it.spans.len() as u64)?;
        self.column(traces, |it| it.events.len() as u64)
    }

    fn spans(&mut self, traces: &[Kept]) -> io::Result<()> {
        let all = || traces.iter().flat_map(|trace| trace.spans.iter());
        self.column(all(), |it| it.above.into())?;
        self.column(all(), |it| it.name.into())?;
        self.column(all(), |it| it.service.into())?;
        all().try_for_each(|it| self.signed(it.start))?;
        self.column(all(), |it| it.took)?;
        self.column(all(), |it| it.busy)?;
        self.column(all(), |it| it.flags.into())?;
        self.column(all(), |it| it.error.into())?;
        self.column(all(), |it| it.fields.into())
    }

    fn events(&mut self, traces: &[Kept]) -> io::Result<()> {
        let all = || traces.iter().flat_map(|trace| trace.events.iter());
        self.column(all(), |it| it.span.into())?;
        all().try_for_each(|it| self.signed(it.at))?;
        self.column(all(), |it| it.level.into())?;
        self.column(all(), |it| it.text.into())?;
        self.column(all(), |it| it.fields.into())
    }
}
