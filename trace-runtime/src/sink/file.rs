//! A file that lines are appended to; opened anew when somebody has moved it
//! away, or when it has become too large.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::{Sink, descriptor::Descriptor, rotation::Rotation};

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
    reopen: Reopen,
    rotation: Option<Rotation>,
    is_at_line_start: bool,
}

impl File {
    /// Opens a file, or makes it, readable by owner and group (mode 0640).
    /// Symbolic links are followed. What another process has left as half a line
    /// becomes a line of its own.
    ///
    /// # Errors
    ///
    /// When the file can neither be opened nor made.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let descriptor = open(path)?.into();
        let reopen = Reopen(Arc::new(Next {
            path: path.to_owned(),
            is_there: AtomicBool::new(false),
            file: Mutex::new(None),
        }));
        Ok(Self { descriptor, reopen, rotation: None, is_at_line_start: true })
    }

    /// Begins a new file when this one would become larger than `bytes`, and
    /// keeps so many old ones, at least one: `log.1` is the latest, `log.2`
    /// the one before.
    ///
    /// For a file of one process: another one would go on writing to the old
    /// file. If a new one cannot be begun, the old one goes on, and it is
    /// tried again a second later.
    #[must_use]
    pub fn rotate(mut self, bytes: u64, old_files: u32) -> Self {
        let size = fs::metadata(&self.reopen.0.path).map_or(0, |metadata| metadata.len());
        self.rotation = Some(Rotation::new(bytes, old_files, size));
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

    /// Goes on with another file, if there is to be one before so many bytes.
    fn change_before(&mut self, bytes: usize) {
        if let Some(file) = self.reopen.take() {
            self.change(file);
        }
        // After that: it is the file at the path that is moved away.
        let path = &self.reopen.0.path;
        if let Some(file) = self.rotation.as_mut().and_then(|it| it.rotate(path, bytes)) {
            self.change(file);
        }
    }

    fn change(&mut self, file: fs::File) {
        if let Some(rotation) = &mut self.rotation {
            rotation.begin(file.metadata().map_or(0, |metadata| metadata.len()));
        }
        self.descriptor = file.into();
    }
}

impl Sink for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Never within a line.
        if self.is_at_line_start {
            self.change_before(bytes.len());
        }
        let taken = self.descriptor.write(bytes)?;
        self.is_at_line_start = bytes.get(..taken).is_some_and(|taken| taken.ends_with(b"\n"));
        if let Some(rotation) = &mut self.rotation {
            rotation.grow(taken);
        }
        Ok(taken)
    }

    fn room(&mut self, timeout: Duration) -> usize {
        self.descriptor.room(timeout)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens a [`File`] anew, from anywhere.
#[derive(Clone, Debug)]
pub struct Reopen(Arc<Next>);

/// A file that is to be written from the next line on.
#[derive(Debug)]
struct Next {
    path: PathBuf,
    /// Whether there is one. It is set after `file` is, and only saves
    /// looking: relaxed order suffices.
    is_there: AtomicBool,
    file: Mutex<Option<fs::File>>,
}

impl Reopen {
    /// Opens the file anew; the next line goes there.
    ///
    /// # Errors
    ///
    /// When it can neither be opened nor made. The old file goes on then.
    pub fn reopen(&self) -> io::Result<()> {
        let file = open(&self.0.path)?;
        *self.0.file.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        self.0.is_there.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn take(&self) -> Option<fs::File> {
        if !self.0.is_there.load(Ordering::Relaxed) {
            return None;
        }
        self.0.is_there.store(false, Ordering::Relaxed);
        self.0.file.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Opens a file for appending, or makes it.
pub(super) fn open(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    let mut file = options.open(path)?;
    if ends_within_a_line(path, &file).unwrap_or_default() {
        file.write_all(b"\n")?;
    }
    Ok(file)
}

/// Returns whether somebody was killed within a line.
fn ends_within_a_line(path: &Path, file: &fs::File) -> io::Result<bool> {
    let metadata = file.metadata()?;
    // From a pipe nothing may be taken away.
    if !metadata.is_file() || metadata.len() == 0 {
        return Ok(false);
    }
    let (mut file, mut last) = (fs::File::open(path)?, [b'\n']);
    file.seek(io::SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a test's own.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("trace-{}-{name}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn log(&self) -> PathBuf {
            self.0.join("log")
        }

        fn text(&self, name: &str) -> Option<String> {
            fs::read_to_string(self.0.join(name)).ok()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_that_becomes_too_large_makes_room_for_a_new_one() {
        let folder = Folder::new("rotates");
        let mut sink = File::open(folder.log()).unwrap().rotate(10, 2);
        for line in ["one...\n", "two\n", "three\n", "four\n", "five...\n"] {
            assert_eq!(sink.write(line.as_bytes()).unwrap(), line.len());
        }
        let texts = ["log", "log.1", "log.2", "log.3"].map(|name| folder.text(name));
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(texts, [text("five...\n"), text("four\n"), text("two\nthree\n"), None]);
    }

    #[test]
    fn a_line_is_not_split_by_a_new_file() {
        let folder = Folder::new("whole");
        let mut sink = File::open(folder.log()).unwrap().rotate(10, 1);
        for part in ["begun, ", "and ended\n", "next\n"] {
            sink.write(part.as_bytes()).unwrap();
        }
        assert_eq!(folder.text("log.1").unwrap(), "begun, and ended\n");
        assert_eq!(folder.text("log").unwrap(), "next\n");
    }

    #[test]
    fn half_a_line_that_was_left_behind_is_ended() {
        let folder = Folder::new("torn");
        for (left, expected) in [("{}\n{\"a", "{}\n{\"a\n{}\n"), ("{}\n", "{}\n{}\n"), ("", "{}\n")]
        {
            fs::write(folder.log(), left).unwrap();
            File::open(folder.log()).unwrap().write(b"{}\n").unwrap();
            assert_eq!(folder.text("log").unwrap(), expected);
        }
    }

    #[test]
    fn what_was_there_before_counts() {
        let folder = Folder::new("before");
        fs::write(folder.log(), "before\n").unwrap();
        let mut sink = File::open(folder.log()).unwrap().rotate(10, 1);
        sink.write(b"after\n").unwrap();
        assert_eq!(folder.text("log.1").unwrap(), "before\n");
    }

    #[test]
    fn a_file_opened_anew_is_as_large_as_it_is() {
        let folder = Folder::new("anew");
        let mut sink = File::open(folder.log()).unwrap().rotate(10, 2);
        sink.write(b"one...\n").unwrap();
        // Nobody has moved it away, and it is full.
        sink.reopen().reopen().unwrap();
        for line in ["two...\n", "3\n", "four...\n"] {
            sink.write(line.as_bytes()).unwrap();
        }
        assert_eq!(folder.text("log.2").unwrap(), "one...\n");
        assert_eq!(folder.text("log.1").unwrap(), "two...\n3\n");
        assert_eq!(folder.text("log").unwrap(), "four...\n");
    }

    #[cfg(unix)]
    #[test]
    fn the_old_file_goes_on_where_no_new_one_can_be_made() {
        let folder = Folder::new("refused");
        let mut sink = File::open(folder.log()).unwrap().rotate(10, 1);
        sink.write(b"one...\n").unwrap();
        // Nobody, not even root, opens a folder for writing.
        fs::create_dir(folder.0.join("log.new")).unwrap();
        let reopen = sink.reopen();
        sink.write(b"two...\n").unwrap();
        assert_eq!(folder.text("log").unwrap(), "one...\ntwo...\n");
        fs::rename(folder.log(), folder.0.join("moved")).unwrap();
        fs::create_dir(folder.log()).unwrap();
        assert!(reopen.reopen().is_err());
        sink.write(b"three\n").unwrap();
        assert_eq!(folder.text("moved").unwrap(), "one...\ntwo...\nthree\n");
    }
}
