//! The process itself: start, processor time, memory, descriptors. Read from
//! `/proc`, so there are none but on Linux.

use crate::{
    names::PROCESS,
    snapshot::{FamilySnapshot, SeriesSnapshot},
};

/// Ticks a second of the times in `/proc/self/stat`: `USER_HZ`, which is 100 on
/// all processors that tokio runs on ([proc(5)]).
///
/// [proc(5)]: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
const TICKS: f64 = 100.0;

/// Returns what can be read of [`PROCESS`].
pub(crate) fn families() -> impl Iterator<Item = FamilySnapshot> {
    let text = read("/proc/self/stat");
    // The name, in parentheses, may hold anything.
    let facts: Vec<_> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| facts.get(place)?.parse::<f64>().ok();
    let cpu = ticks(11).zip(ticks(12)).map(|(user, system)| (user + system) / TICKS);
    let start = ticks(19).zip(booted()).map(|(start, booted)| booted + start / TICKS);
    let numbers = [
        cpu,
        start,
        memory("VmRSS:"),
        memory("VmSize:"),
        descriptors(),
        value(&read("/proc/self/limits"), "Max open files"),
    ];
    PROCESS.into_iter().zip(numbers).filter_map(|((name, help, kind), number)| {
        let series = vec![SeriesSnapshot::number([], number?)];
        Some(FamilySnapshot::new(name, help, kind, series))
    })
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Returns when the machine started, in seconds since 1970.
fn booted() -> Option<f64> {
    value(&read("/proc/stat"), "btime")
}

/// Returns an amount of memory, which the kernel gives in KiB.
fn memory(key: &str) -> Option<f64> {
    value(&read("/proc/self/status"), key).map(|kib| kib * 1024.0)
}

#[expect(clippy::cast_precision_loss, reason = "a number of open files")]
fn descriptors() -> Option<f64> {
    let all = std::fs::read_dir("/proc/self/fd").ok()?;
    // One of them is the folder itself.
    Some(all.count().saturating_sub(1) as f64)
}

/// Returns the number that follows a key.
fn value(text: &str, key: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(key))?;
    rest.split_whitespace().next()?.parse().ok()
}
