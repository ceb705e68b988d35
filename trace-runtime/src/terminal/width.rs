//! Asks a terminal how wide it is.

use super::stream::Stream;

/// Returns the width of a stream, if it is a terminal that knows it.
#[cfg(unix)]
pub(super) fn of(stream: Stream) -> Option<usize> {
    use std::io;

    use rustix::termios::tcgetwinsize;

    let size = match stream {
        Stream::Stdout => tcgetwinsize(io::stdout()),
        Stream::Stderr => tcgetwinsize(io::stderr()),
    };
    // Zero means that the terminal does not know it.
    size.ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// Here it is not known.
#[cfg(not(unix))]
pub(super) fn of(_: Stream) -> Option<usize> {
    None
}
