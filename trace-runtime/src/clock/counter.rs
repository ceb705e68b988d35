//! The processor's counter of time stamps, in nanoseconds.
//!
//! Read in 10 ns, where the kernel's clock takes 23. What `quanta` asks the
//! processor is whether its counter is steady. That those of two processors
//! agree, and that the machine is not moved to another while it runs, is for
//! the kernel to know: where its own clock does not trust the counter, nor do
//! we.

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
