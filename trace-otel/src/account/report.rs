//! Lines of the exporter about itself. They show no header, no user information
//! and no query string.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use trace_runtime::{info, warn};

use super::stats::SignalStats;

/// How long a line of one kind is the only one.
const PAUSE: Duration = Duration::from_secs(60);

/// Reports the addresses in use.
pub(crate) fn start([traces, logs, metrics]: [Option<&str>; 3]) {
    info!(target: "trace_otel", traces, logs, metrics, "Export started");
}

/// Reports a setting that is not used. Its value may be a secret.
pub(crate) fn unused(variable: &str, reason: &str) {
    warn!(target: "trace_otel", variable, reason, "Setting is not used as it stands");
}

/// Reports at the end of the process what was lost and is on no line yet.
pub(crate) fn rest(signal: &'static str, url: &str, stats: &SignalStats, reported: &Reported) {
    let mut reported = reported.counts();
    for (kind, cause) in KINDS.iter().enumerate().take(CAUSES) {
        let lost = count(stats, kind) - count(&reported, kind);
        if lost > 0 {
            *count_mut(&mut reported, kind) = count(stats, kind);
            warn!(target: "trace_otel", signal, cause, lost, url, "Export lost items");
        }
    }
}

/// What stands on lines: how much was lost, by cause.
#[derive(Debug, Default)]
pub(crate) struct Reported(Mutex<SignalStats>);

impl Reported {
    fn counts(&self) -> MutexGuard<'_, SignalStats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reports what happens to one signal: each kind at most once a minute.
#[derive(Debug)]
pub(crate) struct Report {
    signal: &'static str,
    url: String,
    reported: Arc<Reported>,
    /// When each of `KINDS` was reported last.
    last: [Option<Instant>; KINDS.len()],
    /// Why the last batch was not accepted.
    reason: String,
}

/// The causes of a loss, and two states.
const KINDS: [&str; 7] =
    ["overflow", "refused", "rejected", "expired", "ended", "waiting", "warning"];
const CAUSES: usize = 5;
const WAITING: usize = 5;
const WARNING: usize = 6;

impl Report {
    pub(crate) fn new(signal: &'static str, url: String, reported: Arc<Reported>) -> Self {
        Self { signal, url, reported, last: [None; KINDS.len()], reason: String::new() }
    }

    /// Keeps the reason of a failure for the next line about a loss.
    pub(crate) fn failed(&mut self, reason: String) {
        self.reason = reason;
    }

    /// Reports that items wait because a batch could not be delivered.
    pub(crate) fn waits(&mut self, stats: &SignalStats, now: Instant) {
        if self.is_due(WAITING, now) {
            let (signal, url, reason) = (self.signal, &*self.url, &*self.reason);
            warn!(
                target: "trace_otel", signal, waiting = stats.waiting, reason, url,
                "Export fails, items wait"
            );
        }
    }

    /// Reports what a receiver says of a batch that it has accepted.
    pub(crate) fn warned(&mut self, message: &str, now: Instant) {
        if self.is_due(WARNING, now) {
            let (signal, url) = (self.signal, &*self.url);
            warn!(target: "trace_otel", signal, reason = message, url, "Receiver warns");
        }
    }

    /// Reports what was lost since the last line.
    pub(crate) fn lost(&mut self, stats: &SignalStats, now: Instant) {
        let all = Arc::clone(&self.reported);
        let mut reported = all.counts();
        for (kind, cause) in KINDS.iter().enumerate().take(CAUSES) {
            let lost = count(stats, kind).saturating_sub(count(&reported, kind));
            if lost > 0 && self.is_due(kind, now) {
                *count_mut(&mut reported, kind) = count(stats, kind);
                let (signal, url) = (self.signal, &*self.url);
                let reason = (kind != 0).then_some(&*self.reason);
                warn!(target: "trace_otel", signal, cause, lost, reason, url, "Export lost items");
            }
        }
    }

    fn is_due(&mut self, kind: usize, now: Instant) -> bool {
        let is_due = self.last[kind].is_none_or(|last| now.duration_since(last) >= PAUSE);
        if is_due {
            self.last[kind] = Some(now);
        }
        is_due
    }
}

fn count(stats: &SignalStats, kind: usize) -> u64 {
    *count_mut(&mut stats.clone(), kind)
}

fn count_mut(stats: &mut SignalStats, kind: usize) -> &mut u64 {
    match kind {
        0 => &mut stats.overflow,
        1 => &mut stats.refused,
        2 => &mut stats.rejected,
        3 => &mut stats.expired,
        _ => &mut stats.ended,
    }
}
