//! Opens a log: plain, gzip or zstd by its first bytes, or a pipe.

use std::{
    fs::File,
    io::{self, BufReader, Chain, Cursor, ErrorKind, IsTerminal as _, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use flate2::read::MultiGzDecoder;

use super::ahead::Ahead;

/// A log that is ready to be read.
pub(crate) enum Opened {
    /// A file: parts of it can be read alone.
    Plain { file: File, len: u64 },
    /// Anything else, from begin to end.
    Stream(Stream),
}

/// A log that can be read once.
pub(crate) struct Stream {
    from: Box<dyn Read + Send>,
    is_cut: Arc<AtomicBool>,
}

impl Stream {
    /// Returns a handle that says, at the end, whether the log ended in the
    /// middle of a compressed block.
    pub(crate) fn is_cut(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_cut)
    }
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.from.read(buf)
    }
}

type Head = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// Opens a file, or standard input if there is no path.
///
/// # Errors
///
/// If it cannot be opened or its first bytes cannot be read.
pub(crate) fn open(path: Option<&Path>) -> io::Result<Opened> {
    let Some(path) = path else {
        if io::stdin().is_terminal() {
            return Err(io::Error::other("is a terminal: give a file, or pipe a log in"));
        }
        return stream(Box::new(io::stdin()));
    };
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "is a directory"));
    }
    if !about.is_file() {
        return stream(Box::new(file));
    }
    let head = head(&mut file)?;
    if Packed::of(&head).is_none() {
        return Ok(Opened::Plain { file, len: about.len() });
    }
    unpack(Cursor::new(head).chain(Box::new(file) as Box<dyn Read + Send>))
}

pub(super) fn stream(mut from: Box<dyn Read + Send>) -> io::Result<Opened> {
    let head = head(&mut from)?;
    unpack(Cursor::new(head).chain(from))
}

/// Reads the bytes that show what a file is; fewer if it is shorter.
fn head(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    from.take(4).read_to_end(&mut head)?;
    Ok(head)
}

#[derive(Clone, Copy)]
enum Packed {
    Gzip,
    Zstd,
    /// In a form that is not read, and what to do about it.
    Unread(&'static str),
}

impl Packed {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            // A frame, or the skippable one that `pzstd` begins with.
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Self::Zstd),
            _ => unread(head).map(Self::Unread),
        }
    }
}

/// Returns what to do about a file that no line can be read of.
fn unread(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xfd, b'7', b'z', b'X'] => Some("is packed by xz: pipe what `xz -dc` prints into this"),
        [b'B', b'Z', b'h', b'1'..=b'9'] => {
            Some("is packed by bzip2: pipe what `bzip2 -dc` prints into this")
        }
        [0x04, 0x22, b'M', 0x18] => Some("is packed by lz4: pipe what `lz4 -dc` prints into this"),
        b"PK\x03\x04" => Some("is a zip: pipe what `unzip -p` prints into this"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            Some("is UTF-16: pipe what `iconv -f utf16 -t utf8` prints into this")
        }
        _ => None,
    }
}

fn unpack(from: Head) -> io::Result<Opened> {
    let is_cut = Arc::new(AtomicBool::new(false));
    let from: Box<dyn Read + Send> = match Packed::of(from.get_ref().0.get_ref()) {
        None => Box::new(from),
        Some(Packed::Gzip) => {
            let reader = MultiGzDecoder::new(BufReader::with_capacity(1 << 16, from));
            Box::new(Ahead::new(UntilCut { from: reader, is_cut: Arc::clone(&is_cut), any: false }))
        }
        Some(Packed::Zstd) => zstd(from, &is_cut)?,
        Some(Packed::Unread(advice)) => {
            return Err(io::Error::new(ErrorKind::Unsupported, advice));
        }
    };
    Ok(Opened::Stream(Stream { from, is_cut }))
}

#[cfg(feature = "zstd")]
fn zstd(from: Head, is_cut: &Arc<AtomicBool>) -> io::Result<Box<dyn Read + Send>> {
    let from = zstd::stream::read::Decoder::new(from)?;
    Ok(Box::new(Ahead::new(UntilCut { from, is_cut: Arc::clone(is_cut), any: false })))
}

#[cfg(not(feature = "zstd"))]
fn zstd(_: Head, _: &Arc<AtomicBool>) -> io::Result<Box<dyn Read + Send>> {
    Err(io::Error::new(ErrorKind::Unsupported, "is a .zst; built without the feature `zstd`"))
}

/// Ends where a compressed log is cut short or damaged, and notes it. What was
/// whole before that is used.
struct UntilCut<R> {
    from: R,
    is_cut: Arc<AtomicBool>,
    any: bool,
}

impl<R: Read> Read for UntilCut<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.from.read(buf) {
            Ok(len) => {
                self.any |= len > 0;
                Ok(len)
            }
            // `gzip` accepts zeros behind its last member; the decoder calls
            // them a header that is not valid.
            Err(error) if error.kind() == ErrorKind::InvalidInput && self.any => Ok(0),
            Err(error) if self.any && error.kind() != ErrorKind::Interrupted => {
                self.is_cut.store(true, Ordering::Relaxed);
                Ok(0)
            }
            Err(error) => Err(error),
        }
    }
}
