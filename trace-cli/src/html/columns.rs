//! Traces as columns of numbers, which `page.js` reads in the same order.
//!
//! Numbers are LEB128; those that may be negative are zigzag. The columns are
//! deflated: what is alike stands together.

use std::io::{self, Write as _};

use flate2::{Compression, write::DeflateEncoder};

use super::kept::{Kept, KeptEvent, KeptSpan};
use crate::line::trace_key;

/// Returns the texts and traces as deflated columns.
pub(super) fn columns(meta: &str, texts: &[String], traces: &[Kept]) -> io::Result<Vec<u8>> {
    let mut to = Columns(Vec::new());
    to.text(meta);
    to.number(texts.len() as u64);
    for text in texts {
        to.text(text);
    }
    to.number(traces.len() as u64);
    to.traces(traces);
    to.spans(&traces.iter().flat_map(|trace| trace.spans.iter().copied()).collect::<Vec<_>>());
    to.events(&traces.iter().flat_map(|trace| trace.events.iter().copied()).collect::<Vec<_>>());
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&to.0)?;
    encoder.finish()
}

struct Columns(Vec<u8>);

impl Columns {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn traces(&mut self, traces: &[Kept]) {
        for trace in traces {
            // An id of any other form is a text behind a zero.
            let is_plain =
                trace.id.len() == 32 && trace.id.bytes().all(|it| it.is_ascii_hexdigit());
            self.number(u64::from(is_plain));
            match is_plain {
                true => self.0.extend_from_slice(&trace_key(&trace.id).to_be_bytes()),
                false => self.text(&crate::view::safe(&trace.id)),
            }
        }
        let mut before = 0;
        for trace in traces {
            self.signed(trace.start - before);
            before = trace.start;
        }
        for trace in traces {
            self.number(trace.status);
        }
        for trace in traces {
            self.number(trace.spans.len() as u64);
        }
        for trace in traces {
            self.number(trace.events.len() as u64);
        }
    }

    fn spans(&mut self, spans: &[KeptSpan]) {
        for it in spans {
            self.number(it.above);
        }
        for it in spans {
            self.number(it.name.into());
        }
        for it in spans {
            self.number(it.service.into());
        }
        for it in spans {
            self.signed(it.start);
        }
        for it in spans {
            self.number(it.took);
        }
        for it in spans {
            self.number(it.busy);
        }
        for it in spans {
            self.number(it.flags);
        }
        for it in spans {
            self.number(it.error.into());
        }
        for it in spans {
            self.number(it.fields.into());
        }
    }

    fn events(&mut self, events: &[KeptEvent]) {
        for it in events {
            self.number(it.span);
        }
        for it in events {
            self.signed(it.at);
        }
        for it in events {
            self.number(it.level);
        }
        for it in events {
            self.number(it.text.into());
        }
        for it in events {
            self.number(it.fields.into());
        }
    }
}
