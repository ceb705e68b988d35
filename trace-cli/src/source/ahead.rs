//! Unpacks a log on a thread of its own, a little ahead of whatever reads it.
//!
//! A small log is unpacked where it is read: a thread costs more than it saves.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
};

/// So much is read before a thread is started.
const ALONE: usize = 1 << 18;

/// How much is handed over at once.
const PART: usize = 1 << 17;

/// How many parts wait at most.
const PARTS: usize = 4;

/// A reader whose work is done ahead.
pub(super) struct Ahead {
    from: From,
    /// How much was read without a thread.
    alone: usize,
}

enum From {
    Here(Box<dyn Read + Send>),
    Thread(Parts),
    /// While the one becomes the other.
    Nothing,
}

impl Ahead {
    pub(super) fn new(from: impl Read + Send + 'static) -> Self {
        Self { from: From::Here(Box::new(from)), alone: 0 }
    }
}

impl Read for Ahead {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.alone >= ALONE {
            self.from = match std::mem::replace(&mut self.from, From::Nothing) {
                From::Here(from) => From::Thread(Parts::start(from)?),
                other => other,
            };
        }
        match &mut self.from {
            From::Here(from) => {
                let len = from.read(buf)?;
                self.alone += len;
                Ok(len)
            }
            From::Thread(parts) => parts.read(buf),
            From::Nothing => Ok(0),
        }
    }
}

/// What the thread has read; an empty part is the end.
struct Parts {
    parts: Receiver<io::Result<Vec<u8>>>,
    /// The way back of parts that were read, whose memory is used again.
    back: Sender<Vec<u8>>,
    part: Vec<u8>,
    at: usize,
    is_over: bool,
}

impl Parts {
    fn start(from: Box<dyn Read + Send>) -> io::Result<Self> {
        let (send, parts) = sync_channel(PARTS);
        let (back, spare) = channel();
        thread::Builder::new()
            .name("unpack".to_owned())
            .spawn(move || read_all(from, &send, &spare))?;
        Ok(Self { parts, back, part: Vec::new(), at: 0, is_over: false })
    }

    fn next(&mut self) -> io::Result<()> {
        let gone = |_| io::Error::other("the thread that unpacks it has panicked");
        let next = self.parts.recv().map_err(gone)?;
        let before = std::mem::replace(&mut self.part, next?);
        // The thread may have ended.
        let _ = self.back.send(before);
        self.at = 0;
        self.is_over = self.part.is_empty();
        Ok(())
    }
}

impl Read for Parts {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at == self.part.len() && !self.is_over {
            self.next()?;
        }
        let rest = &self.part[self.at..];
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        self.at += len;
        Ok(len)
    }
}

/// Reads to the end, or until nothing waits for it any more.
fn read_all(
    mut from: Box<dyn Read + Send>,
    to: &SyncSender<io::Result<Vec<u8>>>,
    spare: &Receiver<Vec<u8>>,
) {
    loop {
        let mut part = spare.try_recv().unwrap_or_default();
        part.clear();
        let read = (&mut from).take(PART as u64).read_to_end(&mut part);
        let is_last = read.is_err() || part.is_empty();
        let has_part = !part.is_empty() || read.is_ok();
        let is_gone = has_part && to.send(Ok(part)).is_err();
        if let Err(error) = read {
            let _ = to.send(Err(error));
        }
        if is_gone || is_last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives numbers, a few at a time, and then fails or ends.
    struct Numbers {
        next: usize,
        len: usize,
        fails: bool,
    }

    impl Read for Numbers {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            if self.next == self.len && self.fails {
                return Err(io::Error::other("broken"));
            }
            let len = buf.len().min(1_000).min(self.len - self.next);
            for to in &mut buf[..len] {
                *to = (self.next % 251) as u8;
                self.next += 1;
            }
            Ok(len)
        }
    }

    #[test]
    fn what_is_read_ahead_is_the_same() {
        for len in [0, 1, ALONE - 1, ALONE, ALONE + 1, 10 * PART + 7] {
            let mut read = Vec::new();
            let numbers = Numbers { next: 0, len, fails: false };
            Ahead::new(numbers).read_to_end(&mut read).unwrap();
            assert_eq!(read.len(), len);
            assert!(read.iter().enumerate().all(|(at, it)| *it == (at % 251) as u8), "{len}");
        }
    }

    #[test]
    fn an_error_comes_behind_what_was_read_before_it() {
        for len in [10, ALONE + PART] {
            let mut ahead = Ahead::new(Numbers { next: 0, len, fails: true });
            let mut read = Vec::new();
            let error = ahead.read_to_end(&mut read).unwrap_err();
            assert_eq!((error.to_string(), read.len()), ("broken".to_owned(), len));
        }
    }

    #[test]
    fn a_reader_that_leaves_ends_the_thread() {
        let (ended, wait) = channel();
        struct Watched(Numbers, Sender<()>);
        impl Read for Watched {
            fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
                self.0.read(buf)
            }
        }
        impl Drop for Watched {
            fn drop(&mut self) {
                let _ = self.1.send(());
            }
        }
        let numbers = Numbers { next: 0, len: usize::MAX, fails: false };
        let mut ahead = Ahead::new(Watched(numbers, ended));
        ahead.read_exact(&mut vec![0; ALONE + 3 * PART]).unwrap();
        drop(ahead);
        wait.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    }
}
