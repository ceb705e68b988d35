//! Files that are gone when the test is over.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// The path of a file that no other test uses; removed when this is dropped.
#[derive(Debug)]
pub struct TemporaryFile(PathBuf);

impl TemporaryFile {
    /// Chooses a path; no file is made.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(env::temp_dir().join(format!("trace-tests-{}-{number}.jsonl", process::id())))
    }

    /// Returns the path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the path as text, to be an argument.
    pub fn as_str(&self) -> &str {
        self.0.to_str().expect("a temporary path is text")
    }

    /// Returns what is in the file.
    #[track_caller]
    pub fn text(&self) -> String {
        fs::read_to_string(&self.0).expect("the file can be read")
    }
}

impl Default for TemporaryFile {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // There may be none, if the test failed early.
        let _ = fs::remove_file(&self.0);
    }
}
