//! The `log` facade with `logforth`'s JSON, and with its asynchronous appender
//! if another thread writes.

use std::{
    io::Write as _,
    sync::{Mutex, PoisonError},
};

use log::{LevelFilter, debug, info};
use logforth::{
    Append, Diagnostic, Error, Layout,
    append::asynchronous::AsyncBuilder,
    layout::JsonLayout,
    record::{Level, LevelFilter as Threshold, Record},
};

use super::{
    Contestant,
    by_hand::{ByHand, Logger, Step},
};
use crate::sink::{self, Destination, Tallied};

struct Logforth {
    is_background: bool,
}

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    let lines = Lines { layout: JsonLayout::default(), out: Mutex::new(destination.open()) };
    let is_background = matches!(destination, Destination::Background(_));
    let append: Box<dyn Append> = if is_background {
        Box::new(AsyncBuilder::new("logforth").append(lines).build())
    } else {
        Box::new(lines)
    };
    logforth::core::builder()
        .dispatch(|dispatch| {
            dispatch.filter(Threshold::MoreSevereEqual(Level::Info)).append(append)
        })
        .apply();
    logforth::bridge::log::setup();
    log::set_max_level(LevelFilter::Info);
    Box::new(ByHand(Logforth { is_background }))
}

/// An appender for any sink. Those of `logforth` write to standard output, or
/// to files that they rotate.
#[derive(Debug)]
struct Lines {
    layout: JsonLayout,
    out: Mutex<Tallied>,
}

impl Append for Lines {
    fn append(
        &self,
        record: &Record<'_>,
        diagnostics: &[Box<dyn Diagnostic>],
    ) -> Result<(), Error> {
        let mut line = self.layout.format(record, diagnostics)?;
        line.push(b'\n');
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(&line).map_err(Error::from_io_error)
    }

    fn flush(&self) -> Result<(), Error> {
        Ok(())
    }
}

impl Logger for Logforth {
    fn event(&self, at: &Step, user_id: u64, path: &str) {
        info!(trace_id = at.trace(), span_id = at.span(), user_id, path; "asking the database");
    }

    fn step(&self, ended: &Step, name: &str, user_id: u64) {
        info!(trace_id = ended.trace(), span_id = ended.span(), parent_span_id = ended.parent(),
            kind = "step", name, outcome = "ok", duration_ms = ended.duration_ms(), user_id;
            "Step finished");
    }

    fn request(&self, ended: &Step, name: &str, user_id: u64) {
        info!(trace_id = ended.trace(), span_id = ended.span(), kind = "request", name,
            outcome = "ok", duration_ms = ended.duration_ms(), user_id;
            "Request processed");
    }

    fn filtered_event(&self, user_id: u64, path: &str) {
        debug!(user_id, path; "asking the database");
    }

    fn filtered_step(&self, name: &str, user_id: u64) {
        debug!(name, user_id; "Step finished");
    }

    #[rustfmt::skip]
    fn fields(&self, at: &Step, count: u32, n: u64) {
        let (trace_id, span_id) = (at.trace(), at.span());
        match count {
            0 => info!(trace_id, span_id; "asking the database"),
            1 => info!(trace_id, span_id, a = n; "asking the database"),
            4 => info!(trace_id, span_id, a = n, b = n, c = n, d = n; "asking the database"),
            8 => info!(trace_id, span_id, a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n;
                       "asking the database"),
            _ => info!(trace_id, span_id, a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n,
                       i = n, j = n, k = n, l = n, m = n, o = n, p = n, q = n; "asking the database"),
        }
    }

    fn message(&self, at: &Step, message: &str) {
        info!(trace_id = at.trace(), span_id = at.span(); "{message}");
    }

    fn settle(&self, lines: u64) {
        if self.is_background {
            sink::wait_for(lines);
        }
    }
}
