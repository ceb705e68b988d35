//! What a flush that took too long leaves.

use std::{error::Error, fmt};

use super::missing::counted;

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
        let lines = counted(self.lines, "line was", "lines were");
        let observers = counted(self.observers as u64, "observer has", "observers have");
        match (self.lines, self.observers) {
            (_, 0) => write!(f, "{lines} not written in time"),
            (0, _) => write!(f, "{observers} not delivered in time"),
            _ => write!(f, "{lines} not written and {observers} not delivered in time"),
        }
    }
}

impl Error for Unflushed {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_was_not_written_and_several_were_not() {
        let said = |lines, observers| Unflushed { lines, observers }.to_string();
        assert_eq!(said(1, 0), "1 line was not written in time");
        assert_eq!(said(0, 1), "1 observer has not delivered in time");
        assert_eq!(said(0, 2), "2 observers have not delivered in time");
        assert_eq!(said(1, 1), "1 line was not written and 1 observer has not delivered in time");
        let both = "2 lines were not written and 3 observers have not delivered in time";
        assert_eq!(said(2, 3), both);
    }
}
