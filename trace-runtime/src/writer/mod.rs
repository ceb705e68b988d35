//! How finished lines get to the sink: by the thread that logs, or in the
//! background.
//!
//! [`Builder::writer`](crate::Builder::writer) chooses. In [`Direct`] mode, the
//! default, each line is written before the call that logs it returns. In
//! [`Background`] mode it is appended to a bounded buffer, which a thread of
//! the writer's own empties. In both, lines acknowledged are lines written and
//! lines dropped, exactly: [`Stats`] has the counts, by [`Cause`].
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//! use trace_runtime::{info, sink::Memory, writer::Background};
//!
//! let memory = Memory::default();
//! trace_runtime::builder().sink(memory.clone()).writer(Background::new()).init()?;
//! info!("ready");
//! trace_runtime::flush(Duration::from_secs(1))?;
//! assert!(memory.text().contains("ready"));
//! assert_eq!(trace_runtime::stats().lines_written, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// All is bytes here: what a line says is not looked at, but for its level,
// which comes beside it.

mod background;
mod batch;
mod complaint;
mod counters;
mod direct;
mod exit;
#[cfg(test)]
mod fuzz;
mod in_time;
mod inside;
mod missing;
mod mode;
mod outlet;
mod stats;
mod sync;
#[cfg(test)]
mod tests;
mod turn;
mod unflushed;
mod whole;

use std::{io, sync::Arc, time::Duration};

use self::{background::BackgroundWriter, direct::DirectWriter, outlet::Outlet};
pub(crate) use self::{
    batch::Batch,
    complaint::complain_at_last,
    exit::{CLOSE, at_exit},
    inside::is_inside,
    missing::counted,
    stats::{Gap, Report},
};
pub use self::{
    mode::{Background, Direct, Mode, Overflow},
    stats::{Cause, Stats},
    unflushed::Unflushed,
};
use crate::{clock::Timestamp, level::Level, sink::Sink};

/// How long the end of the process waits for a sink to take a last line.
const AT_END: Duration = Duration::from_millis(100);

/// Takes finished lines, and counts what becomes of them.
pub(crate) enum Writer {
    Direct(Arc<DirectWriter>),
    Background(BackgroundWriter),
}

impl Writer {
    /// Starts to write to a sink.
    pub(crate) fn start(mode: Mode, sink: Box<dyn Sink>, report: Report) -> io::Result<Self> {
        Ok(match mode {
            Mode::Direct(settings) => {
                let outlet = Outlet::new(sink, report);
                Self::Direct(DirectWriter::new(outlet, settings).into())
            }
            Mode::Background(settings) => {
                let outlet = Outlet::new(sink, report);
                Self::Background(BackgroundWriter::start(outlet, settings)?)
            }
        })
    }

    /// Writes each line before the caller goes on.
    pub(crate) fn direct(sink: Box<dyn Sink>, report: Report) -> Self {
        Self::Direct(DirectWriter::new(Outlet::new(sink, report), Direct::new()).into())
    }

    /// Takes whole lines.
    // Inlined: else they are copied from where they have just been written, 4 ns.
    #[inline]
    pub(crate) fn write(&self, batch: Batch<'_>) {
        match self {
            Self::Direct(direct) => direct.write(&batch),
            Self::Background(background) => background.write(&batch),
        }
    }

    /// Writes a line about lines; it is not counted itself.
    pub(crate) fn write_uncounted(&self, line: &[u8]) {
        // There will be no line about this one.
        let _ = self.outlet().write_uncounted(line);
    }

    /// Writes a line about lines as the process ends, unless the sink has no time
    /// for it. Returns whether it was written.
    pub(crate) fn write_at_end(&self, line: Vec<u8>) -> bool {
        match self {
            _ if is_inside() => false,
            Self::Direct(direct) => direct.write_in_time(line, AT_END),
            Self::Background(background) => background.write_in_time(line, AT_END),
        }
    }

    /// Counts a line that was never made.
    pub(crate) fn dropped(&self, cause: Cause, level: Level, time: Timestamp) {
        self.outlet().counters.dropped(&Gap::of(cause, level, time));
    }

    pub(crate) fn stats(&self) -> Stats {
        match self {
            Self::Direct(direct) => direct.outlet().counters.snapshot(),
            Self::Background(background) => background.stats(),
        }
    }

    /// Waits until what was logged before is written.
    pub(crate) fn flush(&self, timeout: Duration) -> Result<(), Unflushed> {
        match self {
            Self::Direct(direct) => direct.outlet().flush(),
            Self::Background(background) => return background.flush(timeout),
        }
        Ok(())
    }

    /// Writes what there is, within two seconds, and writes directly from
    /// then on. Reports on standard error what is missing and in no line.
    pub(crate) fn close(&self) {
        match self {
            Self::Direct(direct) => direct.close(),
            Self::Background(background) => background.close(),
        }
    }

    fn outlet(&self) -> &Outlet {
        match self {
            Self::Direct(direct) => direct.outlet(),
            Self::Background(background) => background.outlet(),
        }
    }
}
