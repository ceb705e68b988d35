//! A file that lines are appended to. Another one takes its place when it has
//! been moved away, or has become too large.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{
    Sink,
    claim::Claim,
    descriptor::Descriptor,
    open::{Open, claimed, existing, made},
    rotation::Rotation,
    torn,
};

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
pub struct File {
    descriptor: Descriptor,
    claim: Claim,
    reopen: Reopen,
    rotation: Option<Rotation>,
    is_at_line_start: bool,
}

impl File {
    /// Opens a file, or makes it, readable by owner and group (mode 0640).
    /// Symbolic links are followed. What a process that was killed has left as
    /// half a line becomes a line of its own.
    ///
    /// Whole lines are appended by one `write(2)`, so that those of several
    /// processes neither tear nor merge. A process that is killed within a write
    /// may leave half a line; the next line of another one, which has the file
    /// open at that moment, follows on the half, and neither can be read.
    ///
    /// # Errors
    ///
    /// When the file can neither be opened nor made.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs;
    /// use trace_runtime::sink::{File, Sink as _};
    ///
    /// # let path = std::env::temp_dir().join(format!("torn-{}.jsonl", std::process::id()));
    /// fs::write(&path, r#"{"message":"cut o"#)?; // the process was killed here
    /// File::open(&path)?.write(b"{}\n")?;
    /// assert_eq!(fs::read_to_string(&path)?, "{\"message\":\"cut o\n{}\n");
    /// # fs::remove_file(path)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let (file, claim) = claimed(path, made, Claim::shared)?;
        torn::end_line(&file, path);
        let next = Next { path: path.to_owned(), is_wanted: AtomicBool::new(false) };
        Ok(Self {
            descriptor: file.into(),
            claim,
            reopen: Reopen(Arc::new(next)),
            rotation: None,
            is_at_line_start: true,
        })
    }

    /// Begins a new file when this one would become larger than `bytes`, other
    /// than by a single line, and keeps so many old ones, at least one: `log.1`
    /// is the latest, `log.2` the one before. Of a symbolic link, they stand
    /// beside the file that it leads to.
    ///
    /// Where several processes do so with one file, one of them begins the new
    /// ones, when it logs, and the others follow at their next line (on Unix);
    /// what the others write it notices a little late. While another process has
    /// the file open that does not rotate it, and would not follow, the file
    /// grows. So it does where no new one can be made, which is tried again a
    /// second later.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs;
    /// use trace_runtime::sink::{File, Sink as _};
    ///
    /// # let folder = std::env::temp_dir().join(format!("rotate-{}", std::process::id()));
    /// # fs::create_dir_all(&folder)?;
    /// # let read = |name| fs::read_to_string(folder.join(name));
    /// let mut sink = File::open(folder.join("log"))?.rotate(20, 2);
    /// for line in ["{\"n\":1}\n", "{\"n\":2}\n", "{\"n\":3}\n"] {
    ///     sink.write(line.as_bytes())?;
    /// }
    /// assert_eq!(read("log.1")?, "{\"n\":1}\n{\"n\":2}\n", "24 bytes would be too many");
    /// assert_eq!(read("log")?, "{\"n\":3}\n");
    /// # drop(sink);
    /// # fs::remove_dir_all(folder)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn rotate(mut self, bytes: u64, old_files: u32) -> Self {
        self.claim = self.descriptor.claim(Claim::alone);
        self.rotation = Some(Rotation::new(bytes, old_files, self.descriptor.size()));
        self
    }

    /// Returns what opens the file anew, for when something else moves it
    /// away, such as logrotate.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::sink::{File, Sink};
    ///
    /// let path = std::env::temp_dir().join(format!("moved-{}.jsonl", std::process::id()));
    /// let mut sink = File::open(&path)?;
    /// let reopen = sink.reopen();
    /// std::fs::rename(&path, path.with_extension("old"))?;
    /// reopen.reopen()?; // on SIGHUP, say
    /// sink.write(b"{}\n")?;
    /// assert_eq!(std::fs::read(&path)?, b"{}\n");
    /// # std::fs::remove_file(path.with_extension("old"))?;
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn reopen(&self) -> Reopen {
        self.reopen.clone()
    }

    /// Goes on with another file, if there is to be one before these lines.
    fn change_before(&mut self, lines: &[u8]) {
        if self.reopen.take() && self.go_over(made).is_err() {
            self.reopen.want();
        }
        if self.claim == Claim::Follows && !self.descriptor.is_at(self.reopen.path()) {
            // The old one goes on where there is none.
            let _ = self.go_over(existing);
        }
        if let Some(rotation) = &mut self.rotation {
            if rotation.is_to_be_looked_at() {
                rotation.begin(self.descriptor.size());
            }
            if rotation.is_due(lines) {
                self.rotate_before(lines);
            }
        }
    }

    /// Goes on with the file that is at the path now.
    fn go_over(&mut self, open: Open) -> io::Result<()> {
        open(self.reopen.path())?;
        // It may be the same file, and a file cannot be claimed twice.
        self.claim = self.descriptor.claim(Claim::give_back);
        let claim = if self.rotation.is_some() { Claim::alone } else { Claim::shared };
        let (file, claim) = claimed(self.reopen.path(), open, claim)?;
        torn::end_line(&file, self.reopen.path());
        self.begin(file, claim);
        Ok(())
    }

    fn begin(&mut self, file: fs::File, claim: Claim) {
        (self.descriptor, self.claim) = (file.into(), claim);
        let size = self.descriptor.size();
        if let Some(rotation) = &mut self.rotation {
            rotation.begin(size);
        }
    }

    /// Begins a new file, if this one is as large as it seems: something else
    /// may have emptied it, such as logrotate's `copytruncate`.
    fn rotate_before(&mut self, lines: &[u8]) {
        let size = self.descriptor.size();
        let Some(rotation) = &mut self.rotation else { return };
        rotation.begin(size);
        if !rotation.is_due(lines) {
            return;
        }
        if self.claim != Claim::Alone {
            self.claim = self.descriptor.claim(Claim::alone);
        }
        let is_ours = self.claim == Claim::Alone;
        rotation.leave_it(!is_ours);
        if !is_ours {
            return;
        }
        if !self.descriptor.is_at(self.reopen.path()) {
            // It was moved away by another process, and the next one is there.
            let _ = self.go_over(made);
        } else if let Some((file, claim)) = rotation.rotate(self.reopen.path()) {
            self.begin(file, claim);
        }
    }
}

impl Sink for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Never within a line.
        if self.is_at_line_start {
            self.change_before(bytes);
        }
        let part = self.rotation.as_ref().map_or(bytes, |rotation| rotation.part(bytes));
        let taken = self.descriptor.write(part)?;
        self.is_at_line_start = part.get(..taken).is_some_and(|taken| taken.ends_with(b"\n"));
        if let Some(rotation) = &mut self.rotation {
            rotation.grow(taken);
        }
        Ok(taken)
    }

    fn room(&mut self, timeout: Duration) -> usize {
        self.descriptor.room(timeout)
    }

    fn most_together(&self) -> usize {
        self.descriptor.most_together()
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens a [`File`] anew, from anywhere.
///
/// It is kept where the signal arrives; the builder has the [`File`] then.
///
/// # Examples
///
/// ```
/// use std::fs;
/// use trace_runtime::{builder, info, sink::File};
///
/// # let path = std::env::temp_dir().join(format!("kept-{}.jsonl", std::process::id()));
/// let file = File::open(&path)?;
/// let reopen = file.reopen();
/// builder().sink(file).init()?;
///
/// info!("before");
/// let old = path.with_extension("old");
/// fs::rename(&path, &old)?; // logrotate
/// reopen.reopen()?;
/// info!("after");
/// assert!(fs::read_to_string(&old)?.contains("before"));
/// assert!(fs::read_to_string(&path)?.contains("after"));
/// # fs::remove_file(old)?;
/// # fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reopen(Arc<Next>);

/// Whether the file at the path is to be opened anew before the next line.
///
/// The sink opens it, not the thread that asks: what that one opened might have
/// been moved away again before the sink sees it, and be deleted.
#[derive(Debug)]
struct Next {
    path: PathBuf,
    is_wanted: AtomicBool,
}

impl Reopen {
    /// Opens the file anew; the next line goes there.
    ///
    /// # Errors
    ///
    /// When it can neither be opened nor made. The old file goes on then.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::fs;
    /// use trace_runtime::sink::{File, Sink as _};
    ///
    /// # let path = std::env::temp_dir().join(format!("reopen-{}.jsonl", std::process::id()));
    /// let mut sink = File::open(&path)?;
    /// let reopen = sink.reopen();
    /// let old = path.with_extension("old");
    /// fs::rename(&path, &old)?;
    /// fs::create_dir(&path)?; // by mistake
    /// assert!(reopen.reopen().is_err());
    /// sink.write(b"{}\n")?;
    /// assert_eq!(fs::read(&old)?, b"{}\n");
    /// # fs::remove_dir(path)?;
    /// # fs::remove_file(old)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn reopen(&self) -> io::Result<()> {
        made(self.path())?;
        self.want();
        Ok(())
    }

    /// What was done to the files before is seen by the thread that takes it.
    fn want(&self) {
        self.0.is_wanted.store(true, Ordering::Release);
    }

    fn take(&self) -> bool {
        // A load first, for it is hardly ever wanted.
        self.0.is_wanted.load(Ordering::Relaxed) && self.0.is_wanted.swap(false, Ordering::Acquire)
    }

    fn path(&self) -> &Path {
        &self.0.path
    }
}
