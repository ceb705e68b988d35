//! The contestants: each is set up to write to standard output, and counts the
//! lines that it dropped.

use std::io;

use test_support::Ledger;
use trace_runtime::{Builder, writer};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contestant {
    Direct,
    Background,
    /// `tracing-appender` with its default settings.
    Lossy,
    /// `tracing-appender` with `lossy(false)`.
    NotLossy,
}

impl Contestant {
    pub const ALL: [Self; 4] = [Self::Direct, Self::Background, Self::Lossy, Self::NotLossy];

    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "trace, direct",
            Self::Background => "trace, background",
            Self::Lossy => "tracing-appender",
            Self::NotLossy => "tracing-appender, lossy(false)",
        }
    }

    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.name() == name).unwrap()
    }

    /// Sets it up. The result must be kept until `main` returns.
    pub fn set_up(self) -> SetUp {
        match self {
            Self::Direct => ours(trace_runtime::builder()),
            Self::Background => ours(trace_runtime::builder().writer(writer::Background::new())),
            Self::Lossy => theirs(true),
            Self::NotLossy => theirs(false),
        }
    }
}

/// A contestant that is set up.
pub enum SetUp {
    Ours,
    Theirs { dropped: ErrorCounter, _guard: WorkerGuard },
}

fn ours(builder: Builder) -> SetUp {
    builder.init().unwrap();
    SetUp::Ours
}

fn theirs(is_lossy: bool) -> SetUp {
    // Not `io::stdout()`, whose lock and buffer would make it slower.
    let stdout = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned().unwrap();
    let (writer, guard) =
        NonBlockingBuilder::default().lossy(is_lossy).finish(std::fs::File::from(stdout));
    let dropped = writer.error_counter();
    tracing_subscriber::fmt().json().with_writer(writer).init();
    SetUp::Theirs { dropped, _guard: guard }
}

impl SetUp {
    /// Logs one line.
    pub fn log(&self, thread: usize, n: u64) {
        match self {
            Self::Ours => trace_runtime::info!(thread, n, "line"),
            Self::Theirs { .. } => tracing::info!(thread, n, "line"),
        }
    }

    /// Records how many lines were dropped and counted.
    pub fn close(&self, ledger: &Ledger) {
        let dropped = match self {
            Self::Ours => trace_runtime::stats().lines_dropped,
            Self::Theirs { dropped, .. } => dropped.dropped_lines() as u64,
        };
        ledger.close(0, 0, &[dropped, 0, 0, 0, 0]);
    }
}
