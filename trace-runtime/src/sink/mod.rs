//! Where bytes go: standard output, standard error, a file, memory, or
//! anything else that can take them.
//!
//! A sink is handed whole lines, but may take them in parts. From which thread,
//! and what happens when it fails, is the writer's business.
//!
//! # Examples
//!
//! A sink of your own, which passes lines to another thread:
//!
//! ```
//! use std::{io, sync::mpsc};
//! use trace_runtime::{builder, info, sink::Sink};
//!
//! struct Channel(mpsc::Sender<Vec<u8>>);
//!
//! impl Sink for Channel {
//!     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
//!         self.0.send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
//!         Ok(bytes.len())
//!     }
//!     fn flush(&mut self) -> io::Result<()> {
//!         Ok(())
//!     }
//! }
//!
//! let (sender, lines) = mpsc::channel();
//! builder().sink(Channel(sender)).init()?;
//! info!(port = 8080, "listening");
//! let line: serde_json::Value = serde_json::from_slice(&lines.recv()?)?;
//! assert_eq!((&line["message"], &line["port"]), (&"listening".into(), &8080.into()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod claim;
#[cfg(unix)]
mod descriptor;
#[cfg(not(unix))]
#[path = "handle.rs"]
mod descriptor;
pub(crate) mod ends;
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
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// use trace_runtime::{builder, info, sink::{Memory, Sink}};
    ///
    /// /// Takes ten bytes at a time, as a slow device does.
    /// struct Slow(Memory);
    ///
    /// impl Sink for Slow {
    ///     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
    ///         self.0.write(&bytes[..bytes.len().min(10)])
    ///     }
    /// #   fn flush(&mut self) -> io::Result<()> {
    /// #       Ok(())
    /// #   }
    /// }
    ///
    /// let memory = Memory::default();
    /// builder().sink(Slow(memory.clone())).init()?;
    /// info!("ready");
    /// // The rest is offered again, until the line is whole.
    /// assert!(memory.text().contains(r#""message":"ready""#) && memory.text().ends_with("}\n"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Returns how many bytes of whole lines [`write`](Self::write) takes now
    /// without waiting, after it has waited `timeout` at most for there to be
    /// any. A longer line is given to it alone.
    ///
    /// Background mode asks before it writes: at the end of the process it
    /// stops here, and knows what became of each line. A sink that cannot say,
    /// such as this provided one, takes any number.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{io, sync::mpsc, time::Duration};
    /// use trace_runtime::{builder, flush, info, sink::Sink, writer::Background};
    ///
    /// /// Sends lines in datagrams, which have 512 bytes at most.
    /// struct Datagrams(mpsc::Sender<Vec<u8>>);
    ///
    /// impl Sink for Datagrams {
    ///     fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
    ///         self.0.send(lines.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
    ///         Ok(lines.len())
    ///     }
    ///     fn room(&mut self, _: Duration) -> usize {
    ///         512
    ///     }
    /// #   fn flush(&mut self) -> io::Result<()> {
    /// #       Ok(())
    /// #   }
    /// }
    ///
    /// let (sender, datagrams) = mpsc::channel();
    /// builder().sink(Datagrams(sender)).writer(Background::new()).init()?;
    /// (0..50).for_each(|n| info!(n, "logged"));
    /// flush(Duration::from_secs(5))?;
    /// let sent: Vec<Vec<u8>> = datagrams.try_iter().collect();
    /// assert!(sent.iter().all(|lines| lines.len() <= 512 && lines.ends_with(b"}\n")));
    /// # assert_eq!(sent.concat().split(|byte| *byte == b'\n').count(), 51);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{io, sync::mpsc, thread};
    /// use trace_runtime::{builder, info, sink::Sink, stats};
    ///
    /// /// Sends lines over a connection, where each call costs more than its bytes.
    /// struct Remote(mpsc::Sender<Vec<u8>>);
    ///
    /// impl Sink for Remote {
    ///     fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
    ///         self.0.send(lines.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
    ///         Ok(lines.len())
    ///     }
    ///     fn most_together(&self) -> usize {
    ///         16 * 1024
    ///     }
    /// #   fn flush(&mut self) -> io::Result<()> {
    /// #       Ok(())
    /// #   }
    /// }
    ///
    /// let (sender, calls) = mpsc::channel();
    /// builder().sink(Remote(sender)).init()?;
    /// thread::scope(|scope| {
    ///     for worker in 0..4 {
    ///         scope.spawn(move || (0..100).for_each(|n| info!(worker, n, "logged")));
    ///     }
    /// });
    /// let calls: Vec<Vec<u8>> = calls.try_iter().collect();
    /// assert!(calls.iter().all(|lines| lines.len() <= 16 * 1024 && lines.ends_with(b"}\n")));
    /// assert!(calls.len() <= 400 && stats().lines_written == 400);
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    fn most_together(&self) -> usize {
        0
    }

    /// Passes on what was taken, if it is held back anywhere. Called after each
    /// line.
    ///
    /// # Errors
    ///
    /// The lines count as written all the same: they were taken.
    ///
    /// # Examples
    ///
    /// Whatever implements [`io::Write`] becomes a sink like this:
    ///
    /// ```
    /// use std::{fs, io::{self, BufWriter, Write}};
    /// use trace_runtime::{builder, info, sink::Sink};
    ///
    /// struct Plain<W>(W);
    ///
    /// impl<W: Write + Send> Sink for Plain<W> {
    ///     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
    ///         self.0.write(bytes)
    ///     }
    ///     fn flush(&mut self) -> io::Result<()> {
    ///         self.0.flush()
    ///     }
    /// }
    ///
    /// # let path = std::env::temp_dir().join(format!("plain-{}.jsonl", std::process::id()));
    /// builder().sink(Plain(BufWriter::new(fs::File::create(&path)?))).init()?;
    /// info!("ready");
    /// assert!(fs::read_to_string(&path)?.contains("ready"), "nothing stays in the buffer");
    /// # fs::remove_file(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
