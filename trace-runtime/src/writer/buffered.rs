//! Background mode: a line is appended to the queue, and the worker writes it.
//!
//! Callers make no system call but to wake the worker. When the process ends
//! the worker writes what there is while all callers wait, at most two seconds;
//! from then on it is direct mode. It is the worker that writes, not the thread
//! that ends: a `write` to a pipe without a reader never returns, and then
//! there could be no "at most two seconds".

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    Background, CLOSE, Cause, Gap, Line, Overflow, Stats, Unflushed,
    direct::{Direct, Inside},
    queue::{Pushed, Queue},
    worker::{self, Hand},
};

/// Takes lines for the worker.
pub(crate) struct Buffered {
    shared: Arc<Shared>,
    overflow: Overflow,
}

/// What callers and the worker share.
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) direct: Direct,
    /// What the worker has taken; here, so that a panic does not lose it.
    pub(super) hand: Mutex<Hand>,
}

impl Buffered {
    /// Starts the worker.
    pub(super) fn start(direct: Direct, settings: Background) -> io::Result<Self> {
        let queue = Queue::new(settings.capacity);
        let shared = Arc::new(Shared { queue, direct, hand: Mutex::default() });
        worker::spawn(Arc::clone(&shared))?;
        Ok(Self { shared, overflow: settings.overflow })
    }

    pub(super) fn write(&self, line: Line<'_>) {
        match self.push(&line) {
            Pushed::Queued => {}
            // The worker reports the gap that an overflow makes.
            Pushed::Dropped(Cause::Overflow) => {
                self.shared.direct.counters.count(&Gap::of(Cause::Overflow, line.level, line.time));
            }
            Pushed::Dropped(cause) => self.shared.direct.dropped(cause, line.level, line.time),
            Pushed::NotMine => self.shared.direct.write(line),
        }
    }

    fn push(&self, line: &Line<'_>) -> Pushed {
        // What the sink logs, or an allocator that logs while the queue grows.
        match Inside::enter() {
            Some(_inside) => self.shared.queue.push(line, self.overflow),
            None => Pushed::Dropped(Cause::Nested),
        }
    }

    pub(super) fn write_uncounted(&self, line: &[u8]) {
        let _ = self.shared.direct.write_uncounted(line);
    }

    pub(super) fn flush(&self, timeout: Duration) -> Result<(), Unflushed> {
        let flushed = match Inside::enter() {
            Some(_inside) => self.shared.queue.flush(timeout),
            // The worker would wait for itself.
            None => Err(self.shared.queue.pending()),
        };
        flushed.map_err(|lines| Unflushed { lines })
    }

    pub(super) fn close(&self) {
        let Shared { queue, direct, .. } = &*self.shared;
        let timeout = match Inside::enter() {
            Some(_inside) => CLOSE,
            // The worker cannot write: this thread is inside the sink.
            None => Duration::ZERO,
        };
        queue.close(timeout, &direct.counters);
        direct.complain_of_unreported(queue.pending());
    }

    pub(super) fn stats(&self) -> Stats {
        self.shared.queue.stats(&self.shared.direct.counters)
    }

    pub(super) fn as_direct(&self) -> &Direct {
        &self.shared.direct
    }
}

/// An output that lost the race to be the process's leaves no thread behind.
impl Drop for Buffered {
    fn drop(&mut self) {
        self.close();
    }
}
