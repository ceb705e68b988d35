//! `slog` with `slog-json`, and with `slog-async` if another thread writes.

use std::{io::BufWriter, sync::Mutex};

use slog::{Drain, FnValue, Level, LevelFilter, Logger as Slog, Record, debug, info, o};
use slog_async::{Async, OverflowStrategy};
use slog_json::Json;

use super::{
    Contestant,
    by_hand::{ByHand, Logger, Step},
};
use crate::sink::{self, Destination};

struct OfSlog {
    logger: Slog,
    is_background: bool,
}

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    // It writes a line in many small pieces, so it needs a buffer.
    let json = Json::new(BufWriter::new(destination.open()))
        .set_flush(true)
        .add_default_keys()
        .add_key_value(o!("target" => FnValue(|record: &Record<'_>| record.module())))
        .build();
    let drain = LevelFilter::new(Mutex::new(json).fuse(), Level::Info).fuse();
    let is_background = matches!(destination, Destination::Background(_));
    let logger = if is_background {
        let strategy = OverflowStrategy::Block;
        let drain = Async::new(drain).chan_size(100_000).overflow_strategy(strategy).build();
        Slog::root(drain.fuse(), o!())
    } else {
        Slog::root(drain, o!())
    };
    Box::new(ByHand(OfSlog { logger, is_background }))
}

impl Logger for OfSlog {
    fn event(&self, at: &Step, user_id: u64, path: &str) {
        info!(self.logger, "asking the database";
            "trace_id" => at.trace(), "span_id" => at.span(), "user_id" => user_id, "path" => path);
    }

    fn step(&self, ended: &Step, name: &str, user_id: u64) {
        info!(self.logger, "Step finished";
            "trace_id" => ended.trace(), "span_id" => ended.span(),
            "parent_span_id" => ended.parent(), "kind" => "step", "name" => name,
            "outcome" => "ok", "duration_ms" => ended.duration_ms(), "user_id" => user_id);
    }

    fn request(&self, ended: &Step, name: &str, user_id: u64) {
        info!(self.logger, "Request processed";
            "trace_id" => ended.trace(), "span_id" => ended.span(), "kind" => "request",
            "name" => name, "outcome" => "ok", "duration_ms" => ended.duration_ms(),
            "user_id" => user_id);
    }

    fn filtered_event(&self, user_id: u64, path: &str) {
        debug!(self.logger, "asking the database"; "user_id" => user_id, "path" => path);
    }

    fn filtered_step(&self, name: &str, user_id: u64) {
        debug!(self.logger, "Step finished"; "name" => name, "user_id" => user_id);
    }

    #[rustfmt::skip]
    fn fields(&self, at: &Step, count: u32, n: u64) {
        let (trace, span) = (at.trace(), at.span());
        match count {
            0 => info!(self.logger, "asking the database"; "trace_id" => trace, "span_id" => span),
            1 => info!(self.logger, "asking the database"; "trace_id" => trace, "span_id" => span, "a" => n),
            4 => info!(self.logger, "asking the database"; "trace_id" => trace, "span_id" => span,
                       "a" => n, "b" => n, "c" => n, "d" => n),
            8 => info!(self.logger, "asking the database"; "trace_id" => trace, "span_id" => span,
                       "a" => n, "b" => n, "c" => n, "d" => n, "e" => n, "f" => n, "g" => n, "h" => n),
            _ => info!(self.logger, "asking the database"; "trace_id" => trace, "span_id" => span,
                       "a" => n, "b" => n, "c" => n, "d" => n, "e" => n, "f" => n, "g" => n, "h" => n,
                       "i" => n, "j" => n, "k" => n, "l" => n, "m" => n, "o" => n, "p" => n, "q" => n),
        }
    }

    fn message(&self, at: &Step, message: &str) {
        info!(self.logger, "{message}"; "trace_id" => at.trace(), "span_id" => at.span());
    }

    fn settle(&self, lines: u64) {
        if self.is_background {
            sink::wait_for(lines);
        }
    }
}
