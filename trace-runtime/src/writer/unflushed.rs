//! What a flush that took too long leaves.

use std::{error::Error, fmt};

/// Some lines were not written in time, or some observers have not delivered all
/// that they had. It still waits to be.
///
/// # Examples
///
/// ```
/// # use std::{io, sync::mpsc};
/// use std::time::Duration;
/// use trace_runtime::{builder, flush, info, sink::Sink, writer::Background};
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
/// info!("started");
/// info!("ready");
/// let late = flush(Duration::from_millis(10)).unwrap_err();
/// assert_eq!((late.lines, late.observers), (2, 0));
/// assert_eq!(late.to_string(), "2 lines were not written in time");
/// # drop(stuck);
/// flush(Duration::from_secs(5))?; // it takes lines again: none was lost
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unflushed {
    /// How many lines.
    pub lines: u64,
    /// How many observers.
    pub observers: usize,
}

impl fmt::Display for Unflushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.lines, self.observers) {
            (lines, 0) => write!(f, "{lines} lines were not written in time"),
            (0, observers) => write!(f, "{observers} observers have not delivered in time"),
            (lines, observers) => write!(
                f,
                "{lines} lines were not written and {observers} observers have not delivered \
                 in time"
            ),
        }
    }
}

impl Error for Unflushed {}
