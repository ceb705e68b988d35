//! Pipes: one that does not block, and readers that take their time.

use std::{
    io::{PipeReader, PipeWriter, Read as _},
    os::fd::AsFd as _,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Makes a pipe's writer get an error instead of having to wait.
pub fn set_non_blocking(writer: &PipeWriter) {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let flags = fcntl_getfl(writer.as_fd()).unwrap();
    fcntl_setfl(writer.as_fd(), flags | OFlags::NONBLOCK).unwrap();
}

/// Reads to the end, at most so many bytes a second.
pub fn read_slowly(reader: PipeReader, bytes_a_second: u64) -> JoinHandle<String> {
    read_slowly_for(reader, bytes_a_second, Duration::MAX)
}

/// Reads at most so many bytes a second for so long, then all that comes.
pub fn read_slowly_for(
    mut reader: PipeReader,
    bytes_a_second: u64,
    long: Duration,
) -> JoinHandle<String> {
    thread::spawn(move || {
        let (start, mut text, mut bytes) = (Instant::now(), Vec::new(), [0; 8_192]);
        loop {
            match reader.read(&mut bytes).unwrap() {
                0 => return String::from_utf8_lossy(&text).into_owned(),
                taken => text.extend_from_slice(&bytes[..taken]),
            }
            let due = Duration::from_micros(text.len() as u64 * 1_000_000 / bytes_a_second);
            if start.elapsed() < long {
                thread::sleep(due.saturating_sub(start.elapsed()));
            }
        }
    })
}
