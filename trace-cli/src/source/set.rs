//! The logs that were asked for, in the order of time.

use std::{
    cmp::Reverse,
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    open::{Opened, open, stream},
    remote::Remote,
    window::Window,
};
use crate::{
    line::{Keys, Piece, Role, time_ns},
    scan::Lines,
};

/// One log.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// `None` is standard input.
    pub(crate) path: Option<PathBuf>,
    /// What standard input held, once it was read.
    pub(crate) spooled: Option<Arc<File>>,
    /// A question to a server.
    pub(crate) remote: Option<Remote>,
}

impl Input {
    pub(crate) fn name(&self) -> String {
        match (&self.path, &self.remote) {
            (Some(path), _) => path.to_string_lossy().into_owned(),
            (None, Some(remote)) => remote.url.clone(),
            (None, None) => "standard input".to_owned(),
        }
    }

    fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Opens the log.
    ///
    /// # Errors
    ///
    /// If it cannot be opened or read.
    pub(crate) fn open(&self) -> io::Result<Opened> {
        match (&self.spooled, &self.remote) {
            (Some(file), _) => {
                Ok(Opened::Plain { file: file.try_clone()?, len: file.metadata()?.len() })
            }
            (None, Some(remote)) => stream(remote.ask()?),
            (None, None) => open(self.path()),
        }
    }

    /// Returns whether it can be read only once.
    pub(crate) fn is_stdin(&self) -> bool {
        self.path.is_none() && self.spooled.is_none() && self.remote.is_none()
    }
}

/// Several logs, the oldest first.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) inputs: Vec<Input>,
    /// From when until when lines are wanted.
    pub(crate) window: Window,
    /// Whose keys they have, if that was said.
    pub(crate) keys: Option<Keys>,
}

impl Set {
    /// Returns the logs at these paths; standard input if there are none.
    pub(crate) fn new(paths: &[PathBuf]) -> Self {
        let is_stdin = |path: &Path| path.as_os_str() == OsStr::new("-");
        let input = |path: &PathBuf| Input {
            path: (!is_stdin(path)).then(|| path.clone()),
            spooled: None,
            remote: None,
        };
        let mut inputs: Vec<_> = paths.iter().map(input).collect();
        inputs.dedup_by(|a, b| a.path == b.path);
        if inputs.is_empty() {
            inputs.push(Input { path: None, spooled: None, remote: None });
        }
        inputs.retain(|input| !is_copy(input, paths));
        inputs.sort_by_cached_key(age);
        Self { inputs, window: Window::default(), keys: None }
    }

    /// Looks for these keys, if some are given.
    pub(crate) fn with_keys(self, keys: Option<Keys>) -> Self {
        Self { keys, ..self }
    }

    /// Returns the rows that a server answers with.
    pub(crate) fn remote(remote: Remote) -> Self {
        let input = Input { path: None, spooled: None, remote: Some(remote) };
        Self { inputs: vec![input], window: Window::default(), keys: None }
    }

    pub(crate) fn has_stdin(&self) -> bool {
        self.inputs.iter().any(Input::is_stdin)
    }
}

/// Returns whether a log is the compressed copy of one that is there, too:
/// while it is being compressed, both are.
fn is_copy(input: &Input, paths: &[PathBuf]) -> bool {
    let Some(path) = input.path() else { return false };
    let is_packed = path.extension().is_some_and(|it| it == "gz" || it == "zst");
    is_packed && paths.contains(&path.with_extension(""))
}

/// Orders logs by their first time; those without by the number of rotations.
fn age(input: &Input) -> (i64, Reverse<u64>) {
    let first = input.path().and_then(first_time);
    (first.unwrap_or(i64::MAX), Reverse(rotations(input)))
}

/// Returns the number at the end of a name such as `app.log.2.gz`.
fn rotations(input: &Input) -> u64 {
    let name = input.name();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    name.rsplit('.').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Returns the first time in a log.
fn first_time(path: &Path) -> Option<i64> {
    const HEAD: u64 = 1 << 16;
    // A pipe cannot be read twice.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    match open(Some(path)).ok()? {
        Opened::Plain { file, .. } => file.take(HEAD).read_to_end(&mut head).ok()?,
        Opened::Stream(stream) => stream.take(HEAD).read_to_end(&mut head).ok()?,
    };
    let mut first = None;
    Lines::default().text(&head, &mut |seen| {
        if let (None, Piece::Line(line)) = (first, &seen.piece) {
            first = time_ns(line.raw(Role::Time));
        }
    });
    first
}
