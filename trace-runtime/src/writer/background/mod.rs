//! Background mode: a line is appended to the queue, and the worker writes it.
//!
//! Callers make no system call but to wake the worker. When the process ends
//! the worker writes what there is while all callers wait, at most two seconds;
//! from then on it is direct mode. It is the worker that writes, not the thread
//! that ends: a `write` to a pipe without a reader never returns, and then
//! there could be no "at most two seconds".

#[cfg(test)]
mod fuzz;
mod hand;
mod lane;
mod merge;
#[cfg(test)]
mod models;
mod queue;
mod shared;
mod worker;

use std::{io, sync::Arc, time::Duration};

use self::{
    queue::{Pushed, Queue},
    shared::Shared,
};
use super::{
    batch::Batch,
    exit::CLOSE,
    in_time::in_time,
    inside::Inside,
    mode::{Background, Overflow},
    outlet::Outlet,
    stats::{Cause, Stats},
    unflushed::Unflushed,
};

/// Takes lines for the worker.
pub(crate) struct BackgroundWriter {
    shared: Arc<Shared>,
    overflow: Overflow,
}

impl BackgroundWriter {
    /// Starts the worker.
    pub(super) fn start(outlet: Outlet, settings: Background) -> io::Result<Self> {
        let shared =
            Arc::new(Shared { queue: Queue::new(settings.capacity, settings.lanes()), outlet });
        worker::spawn(Arc::clone(&shared))?;
        Ok(Self { shared, overflow: settings.overflow })
    }

    #[inline]
    pub(super) fn write(&self, batch: &Batch<'_>) {
        if batch.has_several() {
            self.write_several(*batch);
        } else {
            self.write_together(batch);
        }
    }

    /// Hands several lines over at once, unless they would take a great part of
    /// the buffer.
    #[cold]
    fn write_several(&self, batch: Batch<'_>) {
        let (most, mut rest) = (self.shared.queue.capacity() / 4, batch);
        while !rest.bytes.is_empty() {
            let (first, behind) = rest.split_within(most);
            self.write_together(&first);
            rest = behind;
        }
    }

    fn write_together(&self, batch: &Batch<'_>) {
        let counters = &self.shared.outlet.counters;
        match self.push(batch) {
            Pushed::Queued => {}
            // The worker reports the gap that an overflow makes.
            Pushed::Dropped(Cause::Overflow) => {
                let (expendable, last) = batch.split_expendable();
                counters.count(&expendable.gap(Cause::Overflow));
                if let Some(last) = last {
                    self.write_together(&last);
                }
            }
            Pushed::Dropped(cause) => counters.dropped(&batch.gap(cause)),
            Pushed::NotMine => self.shared.outlet.write(batch),
        }
    }

    fn push(&self, batch: &Batch<'_>) -> Pushed {
        // What the sink logs, or an allocator that logs while the queue grows.
        match Inside::enter() {
            Some(_inside) => {
                let lane = lane::of_this_thread(self.shared.queue.lanes());
                self.shared.queue.push(lane, batch, self.overflow)
            }
            None => Pushed::Dropped(Cause::Nested),
        }
    }

    pub(super) fn flush(&self, timeout: Duration) -> Result<(), Unflushed> {
        let flushed = match Inside::enter() {
            Some(_inside) => self.shared.queue.flush(timeout),
            // The worker would wait for itself.
            None => Err(self.shared.queue.pending()),
        };
        flushed.map_err(|lines| Unflushed { lines, observers: 0 })
    }

    pub(super) fn close(&self) {
        let Shared { queue, outlet } = &*self.shared;
        let timeout = match Inside::enter() {
            Some(_inside) => CLOSE,
            // The worker cannot write: this thread is inside the sink.
            None => Duration::ZERO,
        };
        queue.close(timeout, &outlet.counters);
        outlet.complain_of_unreported(queue.pending());
    }

    /// Writes a line about lines, before those that wait: the worker may never
    /// come to it. Returns whether it was written in time.
    pub(super) fn write_in_time(&self, line: Vec<u8>, limit: Duration) -> bool {
        let shared = Arc::clone(&self.shared);
        let written = in_time(limit, move || shared.outlet.write_uncounted(&line).is_ok());
        written.unwrap_or(false)
    }

    pub(super) fn stats(&self) -> Stats {
        self.shared.queue.stats(&self.shared.outlet.counters)
    }

    /// Returns where the lines go.
    pub(super) fn outlet(&self) -> &Outlet {
        &self.shared.outlet
    }
}

/// An output that lost the race to be the process's leaves no thread behind.
impl Drop for BackgroundWriter {
    fn drop(&mut self) {
        self.close();
    }
}
