//! The thread that writes: takes what waits, and hands it to the sink in
//! batches of whole lines.
//!
//! What the sink refuses is kept and offered again, later and later, while
//! the queue bounds what comes meanwhile. Only where the reader has gone away
//! is it dropped: it would wait for ever, and then arrive out of date.

use std::{
    io,
    sync::{Arc, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{
    Cause, Gap,
    batch::{BATCH, Batch},
    buffered::Shared,
    direct,
    lines::Progress,
    queue::Work,
    stats::Levels,
};
use crate::{clock::Timestamp, guard};

/// How long to wait after a first error, and at the most.
const BACK_OFF: Duration = Duration::from_millis(100);
const MOST_BACK_OFF: Duration = Duration::from_secs(10);

/// How often it is tried whether a reader has come back.
const PROBE: Duration = Duration::from_secs(1);

/// How often the worker may panic before callers write themselves.
const MOST_PANICS: u8 = 3;

/// What the worker has taken, and how it fares with it.
#[derive(Default)]
pub(super) struct Hand {
    batch: Batch,
    /// How much of it is done with: bytes and lines.
    bytes: usize,
    lines: usize,
    back_off: Option<Duration>,
    /// There is no reader, and none is looked for before then.
    closed_until: Option<Instant>,
}

/// Starts the worker, which ends when the queue is closed.
pub(super) fn spawn(shared: Arc<Shared>) -> io::Result<()> {
    let run = move || {
        let has_ended = (0..MOST_PANICS).any(|_| guard::caught(|| work(&shared)).is_some());
        if !has_ended {
            give_up(&shared);
        }
    };
    thread::Builder::new().name("trace-writer".to_owned()).spawn(run).map(drop)
}

fn work(shared: &Shared) {
    let mut hand = shared.hand.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        hand.write_all(shared);
        hand.start_anew();
        if shared.queue.take(&mut hand.batch) == Work::End {
            return;
        }
    }
}

/// The worker panics again and again: whoever logs writes from now on.
fn give_up(shared: &Shared) {
    let lines = shared.queue.abandon();
    let now = Timestamp::now();
    shared.direct.counters.dropped(&Gap { cause: Cause::Sink, lines, first: now, last: now });
}

impl Hand {
    fn start_anew(&mut self) {
        self.batch.clear();
        (self.bytes, self.lines) = (0, 0);
    }

    /// Writes all that was taken, or drops it where it has to.
    fn write_all(&mut self, shared: &Shared) {
        while let Some(chunk) = self.chunk() {
            if self.closed_until.is_some_and(|until| Instant::now() < until) {
                self.drop_all(shared, Cause::Closed);
                continue;
            }
            // Only the sink may log here, and it does so inside.
            let Some(Progress { taken, result }) = shared.direct.write_lines(chunk) else {
                self.drop_all(shared, Cause::Nested);
                continue;
            };
            let lines = newlines(chunk.get(..taken).unwrap_or_default());
            self.written(shared, taken, lines);
            if taken > 0 {
                self.back_off = None; // it gets on
            }
            match result {
                Ok(()) => self.went_well(shared),
                Err(error) => self.went_wrong(shared, direct::cause(&error)),
            }
        }
        shared.direct.flush();
        shared.queue.flushed();
    }

    /// Returns the next lines: as many whole ones as make a batch, or one.
    fn chunk(&self) -> Option<&[u8]> {
        let rest = self.batch.bytes.get(self.bytes..).filter(|rest| !rest.is_empty())?;
        let Some(most) = rest.get(..BATCH) else { return Some(rest) };
        let is_newline = |byte: &u8| *byte == b'\n';
        let end = most.iter().rposition(is_newline).or_else(|| rest.iter().position(is_newline));
        end.and_then(|end| rest.get(..=end)).or(Some(rest))
    }

    fn written(&mut self, shared: &Shared, bytes: usize, lines: usize) {
        if let Some(lines) = self.advance(shared, bytes, lines) {
            shared.direct.counters.written(lines.total());
        }
    }

    fn went_well(&mut self, shared: &Shared) {
        self.closed_until = None;
        shared.direct.tell_untold();
    }

    fn went_wrong(&mut self, shared: &Shared, cause: Cause) {
        if cause == Cause::Closed {
            self.closed_until = Some(Instant::now() + PROBE);
            return self.drop_all(shared, cause);
        }
        if shared.queue.is_closing() {
            return self.drop_all(shared, cause);
        }
        let time = self.back_off.unwrap_or(BACK_OFF);
        self.back_off = Some(MOST_BACK_OFF.min(2 * time));
        shared.queue.back_off(time);
    }

    /// Drops what is left of what was taken.
    fn drop_all(&mut self, shared: &Shared, cause: Cause) {
        let bytes = self.batch.bytes.len().saturating_sub(self.bytes);
        let lines = self.batch.levels.len().saturating_sub(self.lines);
        let times = self.batch.times;
        if let Some(lines) = self.advance(shared, bytes, lines)
            && let Some((first, last)) = times
        {
            shared.direct.counters.dropped(&Gap { cause, lines, first, last });
        }
    }

    /// Moves on; returns the lines, if they are ours to count.
    fn advance(&mut self, shared: &Shared, bytes: usize, lines: usize) -> Option<Levels> {
        let levels = self.batch.levels.iter().skip(self.lines).take(lines).copied().collect();
        self.bytes += bytes;
        self.lines += lines;
        let (is_ours, gap) = shared.queue.done(bytes, &levels);
        if let Some(gap) = gap {
            shared.direct.counters.put_back(&gap);
        }
        is_ours.then_some(levels)
    }
}

/// Counted in bytes first, up to what fits into one: sixteen at a time, where
/// the machine can, and the worker has little else to do with them.
fn newlines(bytes: &[u8]) -> usize {
    let count = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(240).map(|bytes| usize::from(count(bytes))).sum()
}
