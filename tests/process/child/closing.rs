//! Sinks that misbehave while the process ends: scenarios of `faults/`.

use std::{
    io,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use trace_runtime::{
    Builder, info,
    sink::{Sink, Stdio},
    writer::Background,
};

use crate::{builder, ledger};

pub(crate) fn run(scenario: &str, _: &[&str]) -> bool {
    match scenario {
        "sink_that_refuses_at_the_end" => sink_that_refuses_at_the_end(),
        "sink_that_refuses_the_last_line" => sink_that_refuses_the_last_line(),
        "sink_that_stalls_at_the_end" => sink_that_stalls_at_the_end(),
        _ => return false,
    }
    true
}

fn write(lines: u64) {
    for n in 0..lines {
        info!(n, "line");
        ledger::acknowledge(0, n + 1);
    }
}

/// Standard output, unless something says that it refuses, or has to wait.
struct Unless<F>(Stdio, F);

impl<F: FnMut() -> io::Result<()> + Send> Sink for Unless<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.1)()?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn unless(refuses: impl FnMut() -> io::Result<()> + Send + 'static) -> Builder {
    builder().sink(Unless(Stdio::stdout().unwrap(), refuses))
}

/// It refuses until 300 ms after `main` has returned.
fn sink_that_refuses_at_the_end() {
    static END: OnceLock<Instant> = OnceLock::new();
    unless(|| {
        let takes = END.get().is_some_and(|end| end.elapsed() > Duration::from_millis(300));
        if takes { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    })
    .init()
    .unwrap();
    write(5_000);
    END.set(Instant::now()).unwrap();
}

/// Nothing is written after it.
fn sink_that_refuses_the_last_line() {
    static REFUSES: AtomicBool = AtomicBool::new(false);
    unless(|| {
        let refuses = REFUSES.load(Ordering::Relaxed);
        if refuses { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    })
    .init()
    .unwrap();
    for n in 0..2 {
        REFUSES.store(n == 1, Ordering::Relaxed);
        info!(n, "line");
        ledger::acknowledge(0, n + 1);
    }
    REFUSES.store(false, Ordering::Relaxed);
}

/// Lines are dropped, and none is logged once the sink gets on.
fn sink_that_stalls_at_the_end() {
    let start = Instant::now();
    unless(move || {
        thread::sleep(Duration::from_millis(500).saturating_sub(start.elapsed()));
        Ok(())
    })
    .writer(Background::new().capacity(1 << 16))
    .init()
    .unwrap();
    write(10_000);
}
