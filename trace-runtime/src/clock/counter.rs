//! Reads the processor's time stamp counter, in nanoseconds.
//!
//! This takes less than half the time of the kernel's clock ("processor
//! counter" in `speed-notes.md`). `quanta` checks that the processor's
//! counter is steady. Only the kernel knows whether the counters of all
//! processors agree: if its own clock does not use the counter when the process
//! starts, neither does this module. The kernel may stop using the counter
//! later, for example when a virtual machine moves to another host. Durations
//! may then be wrong until the process restarts. Timestamps stay right, because
//! they are taken from the wall clock again every 50 ms.

use std::{fs, sync::LazyLock};

use quanta::Clock;

/// `None` if the counter is not trusted.
static COUNTER: LazyLock<Option<Counter>> =
    LazyLock::new(|| is_trusted().then(Counter::new).filter(Counter::is_exact));

struct Counter {
    clock: Clock,
    /// The nanoseconds of 2^53 ticks.
    scale: u64,
}

/// The shift is constant, so that a conversion is two instructions. `quanta` shifts
/// by less than that, so nothing is lost.
const SHIFT: u32 = 53;

impl Counter {
    fn new() -> Self {
        let clock = Clock::new();
        let scale = clock.delta_as_nanos(0, 1 << SHIFT);
        Self { clock, scale }
    }

    /// Returns whether the scale fits: a counter below 500 kHz has none.
    fn is_exact(&self) -> bool {
        [1 << 20, 1 << 40]
            .iter()
            .all(|&ticks| self.of(ticks) == self.clock.delta_as_nanos(0, ticks))
    }

    #[inline]
    fn nanos(&self) -> u64 {
        self.of(self.clock.raw())
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "after 584 years")]
    fn of(&self, ticks: u64) -> u64 {
        ((u128::from(ticks) * u128::from(self.scale)) >> SHIFT) as u64
    }
}

/// Returns the counter's nanoseconds since a fixed moment, or `None` if the
/// counter is not trusted. That does not change while the process runs.
#[inline]
pub(super) fn nanos() -> Option<u64> {
    COUNTER.as_ref().map(Counter::nanos)
}

fn is_trusted() -> bool {
    const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    let source = fs::read_to_string(SOURCE).unwrap_or_default();
    matches!(source.trim(), "tsc" | "arch_sys_counter")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ticks_are_as_many_nanoseconds_as_quanta_says(bits: u64, shift in 2..64_u32) {
            let (counter, ticks) = (Counter::new(), bits >> shift);
            prop_assert!(counter.is_exact());
            prop_assert_eq!(counter.of(ticks), counter.clock.delta_as_nanos(0, ticks));
        }
    }
}
