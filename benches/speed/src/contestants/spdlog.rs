//! `spdlog-rs` with its JSON formatter, and with its thread pool if another
//! thread writes. Its time is in milliseconds since 1970, and it has no target.

use std::sync::Arc;

use spdlog::{
    Level, LevelFilter, debug,
    formatter::JsonFormatter,
    info,
    sink::{AsyncPoolSink, Sink, WriteSink},
};

use super::{
    Contestant,
    by_hand::{ByHand, Logger, Step},
};
use crate::sink::{self, Destination};

struct Spdlog {
    logger: Arc<spdlog::Logger>,
    is_background: bool,
}

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    let out = WriteSink::builder().target(destination.open()).formatter(JsonFormatter::new());
    let out = out.build_arc().expect("it has a target");
    let is_background = matches!(destination, Destination::Background(_));
    let out: Arc<dyn Sink> = if is_background {
        AsyncPoolSink::builder().sink(out).build_arc().expect("it has a sink")
    } else {
        out
    };
    let logger = spdlog::Logger::builder()
        .sink(out)
        .level_filter(LevelFilter::MoreSevereEqual(Level::Info))
        .build_arc()
        .expect("it has a sink");
    Box::new(ByHand(Spdlog { logger, is_background }))
}

impl Logger for Spdlog {
    fn event(&self, at: &Step, user_id: u64, path: &str) {
        info!(logger: self.logger, "asking the database", kv: {
            trace_id = at.trace(), span_id = at.span(), target = module_path!(), user_id, path
        });
    }

    fn step(&self, ended: &Step, name: &str, user_id: u64) {
        info!(logger: self.logger, "Step finished", kv: {
            trace_id = ended.trace(), span_id = ended.span(), parent_span_id = ended.parent(),
            target = module_path!(), kind = "step", name, outcome = "ok",
            duration_ms = ended.duration_ms(), user_id
        });
    }

    fn request(&self, ended: &Step, name: &str, user_id: u64) {
        info!(logger: self.logger, "Request processed", kv: {
            trace_id = ended.trace(), span_id = ended.span(), target = module_path!(),
            kind = "request", name, outcome = "ok", duration_ms = ended.duration_ms(), user_id
        });
    }

    fn filtered_event(&self, user_id: u64, path: &str) {
        debug!(logger: self.logger, "asking the database", kv: { user_id, path });
    }

    fn filtered_step(&self, name: &str, user_id: u64) {
        debug!(logger: self.logger, "Step finished", kv: { name, user_id });
    }

    #[rustfmt::skip]
    fn fields(&self, at: &Step, count: u32, n: u64) {
        let (trace_id, span_id, target) = (at.trace(), at.span(), module_path!());
        match count {
            0 => info!(logger: self.logger, "asking the database", kv: { trace_id, span_id, target }),
            1 => info!(logger: self.logger, "asking the database", kv: { trace_id, span_id, target, a = n }),
            4 => info!(logger: self.logger, "asking the database", kv: { trace_id, span_id, target,
                       a = n, b = n, c = n, d = n }),
            8 => info!(logger: self.logger, "asking the database", kv: { trace_id, span_id, target,
                       a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n }),
            _ => info!(logger: self.logger, "asking the database", kv: { trace_id, span_id, target,
                       a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n,
                       i = n, j = n, k = n, l = n, m = n, o = n, p = n, q = n }),
        }
    }

    fn message(&self, at: &Step, message: &str) {
        info!(logger: self.logger, "{message}", kv: {
            trace_id = at.trace(), span_id = at.span(), target = module_path!()
        });
    }

    fn settle(&self, lines: u64) {
        if self.is_background {
            sink::wait_for(lines);
        }
    }
}
