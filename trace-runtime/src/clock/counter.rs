//! The processor's counter of time stamps, in nanoseconds.
//!
//! Read in 10 ns, where the kernel's clock takes 23. What `quanta` asks the
//! processor is whether its counter is steady. That those of two processors
//! agree is for the kernel to know: where its own clock does not trust the
//! counter when the process starts, nor do we. Should the kernel give it up
//! later, as when a virtual machine is moved to another processor, durations
//! may be wrong until the process starts anew. Timestamps are not: they are
//! taken from the wall clock again every 50 ms.

use std::{fs, sync::LazyLock};

use quanta::Clock;

/// None where the counter is not trusted.
static CLOCK: LazyLock<Option<Clock>> = LazyLock::new(|| is_trusted().then(Clock::new));

/// Returns the nanoseconds since some fixed moment, by the counter; none where
/// it is not trusted. Which of the two does not change.
#[inline]
pub(super) fn nanos() -> Option<u64> {
    CLOCK.as_ref().map(|clock| clock.delta_as_nanos(0, clock.raw()))
}

fn is_trusted() -> bool {
    const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    let source = fs::read_to_string(SOURCE).unwrap_or_default();
    matches!(source.trim(), "tsc" | "arch_sys_counter")
}
