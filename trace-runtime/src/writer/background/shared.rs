//! What callers and the worker share: the queue between them, and the sink.

use std::time::Duration;

use super::queue::Queue;
use crate::writer::{batch::BATCH, outlet::Outlet};

/// How long to wait for a sink that takes nothing, before the queue is asked
/// whether to go on.
const LOOK: Duration = Duration::from_millis(100);

/// The two ends of the queue.
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) outlet: Outlet,
}

impl Shared {
    /// Returns how much the sink is given at once: less than what callers that
    /// wait for room see as progress.
    pub(super) fn most_at_once(&self) -> usize {
        let most = (self.queue.capacity() / 32).max(BATCH);
        self.outlet.most_together().clamp(BATCH, most)
    }

    /// Waits until the sink takes something, and returns how much; nothing, once
    /// there is no more time.
    pub(super) fn room(&self) -> Option<usize> {
        while self.queue.is_in_use() {
            // Only the sink itself could call from inside the sink; it takes
            // nothing there.
            let room = self.outlet.room(LOOK).unwrap_or(usize::MAX);
            if room > 0 {
                return Some(room);
            }
        }
        None
    }
}
