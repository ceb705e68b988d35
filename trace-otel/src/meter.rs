//! The metrics of an exporter: it offers snapshots, and has its account on their
//! page.

use std::{
    cell::Cell,
    sync::{Arc, Mutex, PoisonError},
};

use trace_metrics::{Error, Family, Metrics, Samples};

use crate::{
    account::{SignalStats, Stats},
    buffer::Queue,
    series,
};

/// Where snapshots come from, and where they go.
#[derive(Debug)]
pub(crate) struct Meter {
    metrics: Metrics,
    queue: Arc<Queue>,
    /// The most points of a request.
    most: usize,
    /// Held while a snapshot is made and appended: a counter never falls from one
    /// snapshot to the next.
    turn: Mutex<()>,
}

thread_local! {
    /// Whether this thread makes a snapshot.
    static IS_MAKING: Cell<bool> = const { Cell::new(false) };
}

impl Meter {
    pub(crate) fn new(metrics: Metrics, queue: Arc<Queue>, most: usize) -> Self {
        Self { metrics, queue, most, turn: Mutex::default() }
    }

    /// Makes a snapshot and appends it. Returns whether all of it has room. What
    /// reads a number for it may flush, which makes no other snapshot.
    pub(crate) fn offer(&self) -> bool {
        if IS_MAKING.replace(true) {
            return true;
        }
        let has_room = self.append();
        IS_MAKING.set(false);
        has_room
    }

    fn append(&self) -> bool {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut has_room = true;
        series::write(&self.metrics.snapshot(), self.most, &mut |metric, points| {
            has_room &= self.queue.push_group(metric, points);
        });
        self.queue.complete();
        drop(turn);
        has_room
    }
}

/// Puts the account of an exporter on the page: `None` once it is gone.
///
/// # Errors
///
/// Fails if there is one already, such as that of another exporter.
pub(crate) fn show_account(
    metrics: &Metrics,
    account: impl Fn() -> Option<Stats> + Send + Sync + 'static,
) -> Result<(), Error> {
    let help = "Items that were offered for export, by what became of them.";
    let family = Family::counter("trace_export_items", help).labels(["signal", "result"]);
    metrics.add(family, move |samples| {
        let Some(stats) = account() else { return };
        show(samples, "traces", &stats.traces);
        show(samples, "logs", &stats.logs);
        show(samples, "metrics", &stats.metrics);
    })
}

#[expect(clippy::cast_precision_loss, reason = "exact up to nine thousand million million")]
fn show(samples: &mut Samples<'_>, signal: &str, stats: &SignalStats) {
    let results = [
        ("exported", stats.exported),
        ("overflow", stats.overflow),
        ("refused", stats.refused),
        ("rejected", stats.rejected),
        ("expired", stats.expired),
        ("ended", stats.ended),
    ];
    for (result, count) in results {
        samples.push(&[signal, result], count as f64);
    }
}
