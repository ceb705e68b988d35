//! What callers and the worker share: the queue between them, and the sink.

use std::time::Duration;

use super::queue::Queue;
use crate::writer::outlet::Outlet;

/// How long to wait for a sink that takes nothing, before the queue is asked
/// whether to go on.
const LOOK: Duration = Duration::from_millis(100);

/// The two ends of the queue.
pub(super) struct Shared {
    pub(super) queue: Queue,
    pub(super) outlet: Outlet,
}

impl Shared {
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
