//! Where lines go: a stream, a file, or a sink.

use std::{io, path::PathBuf};

use crate::{
    error::{Error, Kind},
    format::Format,
    sink::{File, Printed, Sink, Stdio},
    terminal::Stream,
};

#[derive(Default)]
pub(super) enum Destination {
    #[default]
    Stdout,
    Stderr,
    File(PathBuf),
    Sink(Box<dyn Sink>),
    Printed,
}

impl Destination {
    /// Returns the format for it where none is chosen: for people, if it is a
    /// terminal.
    pub(super) fn usual_format(&self) -> Format {
        let is_terminal = self.stream().is_some_and(Stream::is_terminal);
        if is_terminal { Format::Console } else { Format::Json }
    }

    /// Returns the stream that it is.
    pub(super) fn stream(&self) -> Option<Stream> {
        match self {
            Self::Stdout => Some(Stream::Stdout),
            Self::Stderr => Some(Stream::Stderr),
            Self::File(_) | Self::Sink(_) | Self::Printed => None,
        }
    }

    /// Returns whether a line calls user code, which may panic.
    pub(super) fn is_foreign(&self) -> bool {
        matches!(self, Self::Sink(_) | Self::Printed)
    }

    pub(super) fn open(self) -> Result<Box<dyn Sink>, Error> {
        let stream = |name| move |source: io::Error| Kind::Stream { name, source };
        Ok(match self {
            Self::Stdout => Box::new(Stdio::stdout().map_err(stream("standard output"))?),
            Self::Stderr => Box::new(Stdio::stderr().map_err(stream("standard error"))?),
            Self::File(path) => {
                Box::new(File::open(&path).map_err(|source| Kind::Open { path, source })?)
            }
            Self::Sink(sink) => sink,
            Self::Printed => Box::new(Printed),
        })
    }
}
