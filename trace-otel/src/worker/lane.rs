//! The way of one signal's batches: taken, sent, tried again, settled.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{backoff::Tries, bell::Bell, client::Client};
use crate::{
    account::{Report, Reported},
    answer::{Next, Partial},
    buffer::{Batch, Queue, Settled},
    resource::Head,
};

/// How long a receiver is left alone at most, whatever it asks for.
const LONGEST_REST: Duration = Duration::from_secs(5 * 60);

/// One signal, as the worker has it.
#[derive(Debug)]
pub(crate) struct Lane {
    queue: Arc<Queue>,
    head: Arc<Head>,
    client: Client,
    report: Report,
    /// The batch in flight, or what is left of its halves.
    parts: VecDeque<Batch>,
    tries: Tries,
    /// Until when the receiver asked not to be sent anything; no flush cuts it
    /// short, nor the end of a batch.
    rest: Instant,
    /// The flushes that were seen.
    flushes: u64,
    body: Vec<u8>,
}

impl Lane {
    pub(crate) fn new(
        queue: Arc<Queue>,
        reported: Arc<Reported>,
        head: Arc<Head>,
        client: Client,
    ) -> Self {
        Self {
            queue,
            head,
            report: Report::new(client.signal(), client.shown().to_owned(), reported),
            client,
            parts: VecDeque::new(),
            tries: Tries::begin(Instant::now()),
            rest: Instant::now(),
            flushes: 0,
            body: Vec::new(),
        }
    }

    /// Sends what is due. Returns when the next try or the next batch is.
    pub(super) fn work(&mut self, bell: &Bell) -> Option<Instant> {
        loop {
            let due = self.next_due();
            self.report.lost(&self.queue.stats(), Instant::now());
            match due {
                Err(due) => return due,
                Ok(()) if bell.is_over() => return None,
                Ok(()) => self.send(),
            }
        }
    }

    /// Returns `Ok` if a part can be sent now, or else when.
    fn next_due(&mut self) -> Result<(), Option<Instant>> {
        if Instant::now() < self.rest {
            return Err(Some(self.rest));
        }
        if self.parts.is_empty() {
            let batch = self.queue.take(Instant::now())?;
            self.parts.push_back(batch);
            self.tries = Tries::begin(Instant::now());
            self.flushes = self.queue.flushes();
            return Ok(());
        }
        let flushes = self.queue.flushes();
        if flushes != self.flushes || Instant::now() >= self.tries.next {
            self.flushes = flushes;
            return Ok(());
        }
        Err(Some(self.tries.next))
    }

    fn send(&mut self) {
        let Some(part) = self.parts.pop_front() else { return };
        self.head.write(&part.bytes, &mut self.body);
        match self.client.send(&self.body) {
            Next::Taken(partial) => self.taken(part, &partial),
            Next::Refused { reason } => self.drop_part(part, reason, Settled::Refused),
            Next::Halves { reason } => self.halve(part, reason),
            Next::Again { reason, asked } => self.again(part, reason, asked.unwrap_or_default()),
        }
    }

    fn again(&mut self, part: Batch, reason: String, asked: Duration) {
        let now = Instant::now();
        self.rest = now + asked.min(LONGEST_REST);
        if !self.tries.again(now, asked, self.client.give_up()) {
            return self.drop_part(part, reason, Settled::Expired);
        }
        self.parts.push_front(part);
        self.report.failed(reason);
        self.report.waits(&self.queue.stats(), now);
    }

    fn taken(&mut self, part: Batch, partial: &Partial) {
        let rejected = partial.rejected;
        if rejected > 0 {
            self.report.failed(partial.message.clone());
        } else if !partial.message.is_empty() {
            self.report.warned(&partial.message, Instant::now());
        }
        self.settle(part, Settled::Exported { rejected });
    }

    /// One item alone that is too large is refused.
    fn halve(&mut self, part: Batch, reason: String) {
        if !part.has_halves() {
            return self.drop_part(part, reason, Settled::Refused);
        }
        self.report.failed(reason);
        let (first, second) = part.halves();
        self.parts.push_front(second);
        self.parts.push_front(first);
    }

    fn drop_part(&mut self, part: Batch, reason: String, settled: Settled) {
        self.report.failed(reason);
        self.settle(part, settled);
    }

    fn settle(&mut self, part: Batch, settled: Settled) {
        self.queue.settle(part, settled);
        self.report.lost(&self.queue.stats(), Instant::now());
        self.queue.announce();
        self.tries = Tries::begin(Instant::now());
    }
}
