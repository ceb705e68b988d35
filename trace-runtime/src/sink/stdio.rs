//! Standard output and standard error.
//!
//! Never through `std`'s `Stdout`: it has a buffer and a lock of its own, and
//! the printing macros panic on a closed pipe.

use std::{io, time::Duration};

use super::{Sink, descriptor::Descriptor};

/// Standard output or standard error, by a descriptor of its own.
///
/// Several processes may share a pipe. Lines of up to 4,096 bytes stay whole
/// there (on Linux), longer ones may tear: where several processes write to one
/// pipe, limit lines by [`Limits::line`](crate::Limits::line).
///
/// # Examples
///
/// [`Builder::stdout`](crate::Builder::stdout) writes for people if that is a
/// terminal. With a sink, it is JSON there, too:
///
/// ```
/// use trace_runtime::{builder, info, sink::Stdio, stats};
///
/// builder().sink(Stdio::stdout()?).init()?;
/// info!("ready");
/// assert_eq!((stats().lines_written, stats().lines_dropped), (1, 0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Stdio(Descriptor);

impl Stdio {
    /// Takes standard output as it is now.
    ///
    /// # Errors
    ///
    /// When the descriptor cannot be duplicated.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::sink::{Sink as _, Stdio};
    ///
    /// let mut lines = Stdio::stdout()?;
    /// assert_eq!(lines.write(b"{}\n")?, 3, "without the buffer of `std`");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn stdout() -> io::Result<Self> {
        Descriptor::duplicate(io::stdout()).map(Self)
    }

    /// Takes standard error as it is now.
    ///
    /// # Errors
    ///
    /// When the descriptor cannot be duplicated.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info, sink::{File, Sink, Stdio}, stats};
    ///
    /// let sink: Box<dyn Sink> = match File::open("no/such/folder/log") {
    ///     Ok(file) => Box::new(file),
    ///     Err(_) => Box::new(Stdio::stderr()?),
    /// };
    /// builder().sink(sink).init()?;
    /// info!("ready");
    /// assert_eq!((stats().lines_written, stats().lines_dropped), (1, 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stderr() -> io::Result<Self> {
        Descriptor::duplicate(io::stderr()).map(Self)
    }
}

impl Sink for Stdio {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn room(&mut self, timeout: Duration) -> usize {
        self.0.room(timeout)
    }

    fn most_together(&self) -> usize {
        self.0.most_together()
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
