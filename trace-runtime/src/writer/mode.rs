//! Which thread writes, and how that is set up.

use std::{num::NonZeroUsize, thread};

use crate::error::{Error, Kind};

/// How lines get to the sink, for [`Builder::writer`](crate::Builder::writer).
///
/// # Examples
///
/// ```
/// use trace_runtime::{builder, info, stats, writer::{Background, Direct, Mode}};
///
/// fn mode(lines_per_second: u32) -> Mode {
///     if lines_per_second < 10_000 { Direct::new().into() } else { Background::new().into() }
/// }
///
/// assert_eq!(mode(100), Mode::default());
/// builder().writer(mode(1_000_000)).init()?;
/// info!("ready");
/// let stats = stats();
/// assert_eq!(stats.lines_written + stats.lines_waiting, 1);
/// # Ok::<(), trace_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// By the thread that logs.
    Direct(Direct),
    /// By a thread of the writer's own.
    Background(Background),
}

impl Default for Mode {
    /// [`Direct`].
    fn default() -> Self {
        Direct::new().into()
    }
}

impl From<Direct> for Mode {
    fn from(settings: Direct) -> Self {
        Self::Direct(settings)
    }
}

impl From<Background> for Mode {
    fn from(settings: Background) -> Self {
        Self::Background(settings)
    }
}

/// Writes each line before the call that logs it returns: the default.
///
/// What was logged is with the operating system then, and not lost however the
/// process ends. A caller waits for a slow sink.
///
/// # Examples
///
/// ```
/// use trace_runtime::writer::{Direct, Mode};
///
/// assert_eq!(Mode::default(), Direct::new().into());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Direct {
    is_grouped: bool,
}

impl Direct {
    /// Returns the settings. There is nothing to set yet.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info, sink::Memory, writer::Direct};
    ///
    /// let memory = Memory::default();
    /// builder().writer(Direct::new()).sink(memory.clone()).init()?;
    /// info!("ready");
    /// assert!(memory.text().contains("ready"), "without `flush`");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn new() -> Self {
        Self { is_grouped: false }
    }

    /// Has threads write for each other, for tests on machines of few processors.
    #[doc(hidden)]
    pub const fn grouped(mut self) -> Self {
        self.is_grouped = true;
        self
    }

    /// Returns whether threads write for each other. Where two can run at once,
    /// a lock costs less.
    pub(super) fn is_grouped(self) -> bool {
        self.is_grouped || processors() > 2
    }
}

/// Writes lines from a thread of its own: the caller does not wait for the
/// sink, and what was logged is written soon after.
///
/// The end of the process waits for the rest, at most two seconds, whether
/// `main` returns, panics, or `process::exit` is called. An abort or a signal
/// that kills loses what is in the buffer. A process that forks without exec
/// sets up after it.
///
/// # Examples
///
/// ```
/// use trace_runtime::writer::{Background, Overflow};
///
/// let settings = Background::new().capacity(1 << 20).overflow(Overflow::Block);
/// assert_ne!(settings, Background::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Background {
    pub(super) capacity: usize,
    pub(super) overflow: Overflow,
    lanes: Option<NonZeroUsize>,
}

/// What becomes of a line when the buffer is full.
///
/// Nothing that was taken is ever thrown away to make room: the first lines
/// of an incident matter most. The last quarter of the buffer is kept for
/// WARN, ERROR and request lines.
///
/// # Examples
///
/// ```
/// use trace_runtime::writer::Overflow;
///
/// assert_eq!(Overflow::default(), Overflow::BlockThenDrop);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Waits until the buffer is half empty, as long as the sink takes an eighth
    /// of it every 50 ms: at most 200 ms. Where the sink takes less it is stalled:
    /// that costs a caller 50 ms once, and then new lines are dropped at once, and
    /// counted, until the buffer is half empty. (Where the writer itself has no
    /// turn on a busy machine, the sink is not stalled; Linux reports which.)
    #[default]
    BlockThenDrop,
    /// Waits until the buffer is half empty, however long.
    Block,
    /// Drops new lines at once, and counts them, until the buffer is half
    /// empty again.
    DropNew,
}

impl Default for Background {
    /// A buffer of 4 MiB, and [`Overflow::BlockThenDrop`].
    fn default() -> Self {
        Self::new()
    }
}

impl Background {
    /// More than that is a mistake in the unit.
    const MOST: usize = 1 << 30;

    /// More would hold back too much memory.
    const MOST_LANES: usize = 64;

    /// Returns the settings that [`Background::default`] names.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::{io, sync::mpsc};
    /// use std::time::Duration;
    /// use trace_runtime::{builder, flush, info, sink::Sink, stats, writer::Background};
    ///
    /// # struct Stuck(mpsc::Receiver<()>);
    /// # impl Sink for Stuck {
    /// #     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
    /// #         let _ = self.0.recv();
    /// #         Ok(bytes.len())
    /// #     }
    /// #     fn flush(&mut self) -> io::Result<()> {
    /// #         Ok(())
    /// #     }
    /// # }
    /// # let (stuck, until_dropped) = mpsc::channel();
    /// # let sink = Stuck(until_dropped);
    /// builder().sink(sink).writer(Background::new()).init()?; // a sink that takes nothing now
    /// info!("ready"); // does not wait for it
    /// assert_eq!((stats().lines_written, stats().lines_waiting), (0, 1));
    /// # drop(stuck);
    ///
    /// flush(Duration::from_secs(5))?; // it takes lines again
    /// assert_eq!((stats().lines_written, stats().lines_waiting), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn new() -> Self {
        Self { capacity: 4 << 20, overflow: Overflow::BlockThenDrop, lanes: None }
    }

    /// Bounds the bytes of all lines that wait or are being written: at least
    /// 64 KiB and eight times the longest line, at most 1 GiB.
    ///
    /// [`Builder::init`](crate::Builder::init) refuses any other number.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, builder, writer::Background};
    ///
    /// let small = Background::new().capacity(64 * 1024);
    /// let refused = builder().writer(small).limits(Limits::new().line(16_000)).init().unwrap_err();
    /// assert_eq!(refused.to_string(), "limit `capacity` must be from 128000 to 1073741824 bytes");
    /// builder().writer(small).init()?;
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes;
        self
    }

    /// Sets what becomes of a line when the buffer is full.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::{io, sync::mpsc};
    /// use trace_runtime::{builder, info, sink::Sink, stats, writer::{Background, Cause, Overflow}};
    ///
    /// # struct Stuck(mpsc::Receiver<()>);
    /// # impl Sink for Stuck {
    /// #     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
    /// #         let _ = self.0.recv();
    /// #         Ok(bytes.len())
    /// #     }
    /// #     fn flush(&mut self) -> io::Result<()> {
    /// #         Ok(())
    /// #     }
    /// # }
    /// # let (stuck, until_dropped) = mpsc::channel();
    /// # let sink = Stuck(until_dropped);
    /// let settings = Background::new().capacity(64 * 1024).overflow(Overflow::DropNew);
    /// builder().sink(sink).writer(settings).init()?; // a sink that takes nothing now
    /// (0..1_000).for_each(|n| info!(n, "no call waits"));
    /// let (waiting, dropped) = (stats().lines_waiting, stats().dropped_by(Cause::Overflow));
    /// assert!(waiting > 0 && dropped > 0 && waiting + dropped == 1_000);
    /// # drop(stuck);
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Sets in how many lanes threads append, for tests on machines of few
    /// processors.
    #[doc(hidden)]
    pub const fn with_lanes(mut self, lanes: NonZeroUsize) -> Self {
        self.lanes = Some(lanes);
        self
    }

    /// Returns in how many lanes threads append: one where they hardly meet, else
    /// twice as many as can run at once, so that they share few.
    pub(super) fn lanes(self) -> usize {
        let by_default = || match processors() {
            1 | 2 => 1,
            more => Self::MOST_LANES.min(2 * more),
        };
        self.lanes.map_or_else(by_default, NonZeroUsize::get)
    }

    fn check(self, longest_line: usize) -> Result<(), Error> {
        let least = longest_line.saturating_mul(8).max(64 * 1024);
        if (least..=Self::MOST).contains(&self.capacity) {
            return Ok(());
        }
        Err(Kind::Limit { name: "capacity", least, most: Self::MOST }.into())
    }
}

/// Returns how many threads can run at once.
pub(super) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

impl Mode {
    /// Refuses a buffer into which not even a few lines would fit.
    pub(crate) fn check(self, longest_line: usize) -> Result<(), Error> {
        match self {
            Self::Direct(_) => Ok(()),
            Self::Background(settings) => settings.check(longest_line),
        }
    }
}
