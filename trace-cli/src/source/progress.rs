//! Shows how far a long answer has come, on a terminal.

use std::{
    io::{self, IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// Says on standard error, if it is a terminal, how much was read.
#[derive(Debug)]
pub(crate) struct Progress {
    begin: Instant,
    shown: Option<Instant>,
    is_terminal: bool,
    len: u64,
}

impl Default for Progress {
    fn default() -> Self {
        let is_terminal = io::stderr().is_terminal();
        Self { begin: Instant::now(), shown: None, is_terminal, len: 0 }
    }
}

impl Progress {
    /// A log of this length begins; 0 if it is not known.
    pub(crate) fn of(&mut self, len: u64) {
        self.len = len;
    }

    /// Shows the place in the log, once a second, from the second second on.
    pub(crate) fn at(&mut self, offset: u64) {
        const EVERY: Duration = Duration::from_secs(1);
        if !self.is_terminal || self.shown.unwrap_or(self.begin).elapsed() < EVERY {
            return;
        }
        self.shown = Some(Instant::now());
        let (read, all) = (offset >> 20, self.len >> 20);
        let _ = match all {
            0 => write!(io::stderr(), "\r{read} MiB read\x1b[K"),
            _ => write!(io::stderr(), "\r{read} of {all} MiB read\x1b[K"),
        };
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
