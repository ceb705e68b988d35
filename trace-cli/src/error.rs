//! What can go wrong where a person asks for something.

use std::{fmt, io};

/// A sentence for a person, and nothing else to be done.
#[derive(Debug)]
pub(crate) enum Error {
    /// The question makes no sense, or a file cannot be read.
    Wrong(String),
    /// Whatever was to read the answer has gone.
    ReaderLeft,
    /// The answer cannot be written.
    Output(io::Error),
}

impl Error {
    pub(crate) fn wrong(sentence: impl Into<String>) -> Self {
        Self::Wrong(sentence.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(sentence) => f.write_str(sentence),
            Self::ReaderLeft => f.write_str("the reader of the answer has gone"),
            Self::Output(error) => write!(f, "cannot write the answer: {error}"),
        }
    }
}

/// For what is written; files are reported with their names.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderLeft,
            _ => Self::Output(error),
        }
    }
}
