//! What the worker does at fixed times: it has a snapshot of the metrics made.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// Is called once in each interval.
pub(crate) struct Periodic {
    interval: Duration,
    next: Instant,
    call: Box<dyn FnMut() + Send>,
}

impl Periodic {
    /// The first interval begins now. It is at least a millisecond.
    pub(crate) fn new(interval: Duration, call: impl FnMut() + Send + 'static) -> Self {
        let interval = interval.clamp(Duration::from_millis(1), MOST);
        Self { interval, next: Instant::now() + interval, call: Box::new(call) }
    }

    /// Calls it if it is due. Returns when it will be. What was missed, while the
    /// worker waited for a receiver, is not made up for.
    pub(super) fn work(&mut self, now: Instant) -> Instant {
        if now >= self.next {
            (self.call)();
            self.next += self.interval;
            if self.next <= now {
                self.next = now + self.interval;
            }
        }
        self.next
    }
}

/// The longest interval, which no clock overflows with.
const MOST: Duration = Duration::from_secs(24 * 365 * 3_600);

impl fmt::Debug for Periodic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Periodic").field("interval", &self.interval).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    #[test]
    fn it_is_called_once_an_interval_and_what_was_missed_is_left_out() {
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let mut periodic = Periodic::new(Duration::from_secs(60), move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let first = periodic.next;
        let calls_after = |periodic: &mut Periodic, seconds: u64| {
            let next = periodic.work(first + Duration::from_secs(seconds));
            (calls.load(Ordering::Relaxed), (next - first).as_secs())
        };
        assert_eq!(periodic.work(Instant::now()), first);
        assert_eq!(calls_after(&mut periodic, 0), (1, 60));
        assert_eq!(calls_after(&mut periodic, 59), (1, 60));
        assert_eq!(calls_after(&mut periodic, 500), (2, 560));
        assert_eq!(calls_after(&mut periodic, 559), (2, 560));
        assert_eq!(calls_after(&mut periodic, 560), (3, 620));
    }
}
