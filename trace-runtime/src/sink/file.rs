//! A file that lines are appended to.

use std::{fs::OpenOptions, io, path::Path};

use super::{Sink, descriptor::Descriptor};

/// A file opened for appending, so that several processes may share it.
///
/// # Examples
///
/// ```
/// use trace_runtime::sink::{File, Sink};
///
/// let path = std::env::temp_dir().join(format!("sink-{}.jsonl", std::process::id()));
/// let mut sink = File::open(&path)?;
/// sink.write(b"{}\n")?;
/// assert_eq!(std::fs::read(&path)?, b"{}\n");
/// # std::fs::remove_file(path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct File(Descriptor);

impl File {
    /// Opens a file, or makes it, readable by owner and group (mode 0640).
    /// Symbolic links are followed.
    ///
    /// # Errors
    ///
    /// When the file can neither be opened nor made.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
        Ok(Self(options.open(path)?.into()))
    }
}

impl Sink for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
