//! When a batch is tried again.

use std::time::{Duration, Instant};

use uuid::Uuid;

const FIRST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(30);

/// The tries of one batch.
#[derive(Debug)]
pub(super) struct Tries {
    /// When the first one began.
    since: Instant,
    count: u32,
    /// When the next one may begin.
    pub(super) next: Instant,
}

impl Tries {
    pub(super) fn begin(now: Instant) -> Self {
        Self { since: now, count: 0, next: now }
    }

    /// Notes a try that failed. Returns false if there is no other: the time is
    /// up, or the receiver asks for a wait beyond it.
    ///
    /// After a freeze there has been one more try by then, whatever the clock
    /// says.
    pub(super) fn again(&mut self, now: Instant, asked: Duration, give_up: Duration) -> bool {
        let left = (self.since + give_up).saturating_duration_since(now);
        if left.is_zero() || asked > left {
            return false;
        }
        let backoff = pause(self.count, jitter()).min(left);
        self.count += 1;
        self.next = now + backoff.max(asked);
        true
    }
}

/// Doubles from one try to the next, up to a bound. `jitter` is from 0.8 to 1.2.
fn pause(count: u32, jitter: f64) -> Duration {
    let pause = FIRST.saturating_mul(1 << count.min(10)).min(MOST);
    pause.mul_f64(jitter)
}

#[expect(clippy::cast_precision_loss, reason = "it need not be precise")]
fn jitter() -> f64 {
    let random = Uuid::new_v4().as_u64_pair().1 >> 8 & 0xFFFF;
    0.8 + 0.4 * (random as f64 / 65_536.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let pauses: Vec<_> = (0..8).map(|count| pause(count, 1.0).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
        for _ in 0..1000 {
            assert!((0.8..=1.2).contains(&jitter()));
        }
    }

    #[test]
    fn a_wait_that_was_asked_for_is_the_least_one() {
        let now = Instant::now();
        let mut tries = Tries::begin(now);
        assert!(tries.again(now, Duration::from_secs(9), Duration::from_secs(60)));
        assert_eq!(tries.next, now + Duration::from_secs(9));
        assert!(tries.again(now, Duration::ZERO, Duration::from_secs(60)));
        assert!(tries.next >= now + Duration::from_millis(1600));
    }

    #[test]
    fn there_is_no_other_try_once_the_time_is_up_or_would_be() {
        let (now, minute) = (Instant::now(), Duration::from_secs(60));
        let mut tries = Tries::begin(now);
        assert!(!tries.again(now, Duration::from_secs(3_600), minute));
        assert!(!tries.again(now, Duration::from_secs(u64::MAX), minute));
        assert!(!tries.again(now + minute, Duration::ZERO, minute));
        // The last wait ends with the time.
        tries.count = 7;
        assert!(tries.again(now + Duration::from_secs(50), Duration::ZERO, minute));
        assert!(tries.next <= now + minute);
    }
}
