//! Where bytes go: standard output, standard error, a file, memory, or
//! anything else that can take them.
//!
//! A sink is handed whole lines, but may take them in parts. From which thread,
//! and what happens when it fails, is the writer's business.

mod claim;
#[cfg(unix)]
mod descriptor;
#[cfg(not(unix))]
#[path = "handle.rs"]
mod descriptor;
mod file;
mod memory;
mod open;
mod printed;
mod rotation;
mod stdio;
#[cfg(test)]
mod tests;
mod torn;

use std::{io, time::Duration};

pub(crate) use self::printed::Printed;
pub use self::{
    file::{File, Reopen},
    memory::Memory,
    stdio::Stdio,
};

/// Where bytes go.
///
/// It is called under a lock: in direct mode for one line at a time by the thread
/// that logs it, unless it takes [more together](Self::most_together) or they are
/// the [detail](crate::Detail) of one request, and in background mode for many by
/// the writer. So it must not wait for another
/// thread that may log, or panic, in its turn. A line that it logs itself counts
/// as dropped, wherever it would go; if it panics, so does the line that it was
/// given.
///
/// # Examples
///
/// ```
/// use std::io;
/// use trace_runtime::sink::Sink;
///
/// /// Counts the bytes and throws them away.
/// struct Count(u64);
///
/// impl Sink for Count {
///     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
///         self.0 += bytes.len() as u64;
///         Ok(bytes.len())
///     }
///     fn flush(&mut self) -> io::Result<()> {
///         Ok(())
///     }
/// }
///
/// let mut sink = Count(0);
/// assert_eq!(sink.write(b"{}\n").unwrap(), 3);
/// ```
pub trait Sink: Send {
    /// Takes some of the bytes, from the start, and returns how many.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Interrupted`] is tried again at once. After any other
    /// error, and after `Ok(0)`, the line counts as dropped in direct mode; in
    /// background mode it is offered again later, except after
    /// [`io::ErrorKind::BrokenPipe`].
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Returns how many bytes of whole lines [`write`](Self::write) takes now
    /// without waiting, after it has waited `timeout` at most for there to be
    /// any. A longer line is given to it alone.
    ///
    /// Background mode asks before it writes: at the end of the process it
    /// stops here, and knows what became of each line. A sink that cannot say,
    /// such as this provided one, takes any number.
    fn room(&mut self, timeout: Duration) -> usize {
        let _ = timeout;
        usize::MAX
    }

    /// Returns how many bytes of whole lines it may be given by one call where
    /// several threads log at once: direct mode then writes their lines together,
    /// by one of these threads.
    ///
    /// Zero, as provided: each line is written by the thread that logs it, and the
    /// detail of a request by one call.
    fn most_together(&self) -> usize {
        0
    }

    /// Passes on what was taken, if it is held back anywhere. Called after each
    /// line.
    ///
    /// # Errors
    ///
    /// The lines count as written all the same: they were taken.
    fn flush(&mut self) -> io::Result<()>;
}

impl<S: Sink + ?Sized> Sink for Box<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (**self).write(bytes)
    }

    fn room(&mut self, timeout: Duration) -> usize {
        (**self).room(timeout)
    }

    fn most_together(&self) -> usize {
        (**self).most_together()
    }

    fn flush(&mut self) -> io::Result<()> {
        (**self).flush()
    }
}
