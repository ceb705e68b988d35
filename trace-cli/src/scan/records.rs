//! Containers' logs: what a runtime put around a line is taken off again, and
//! lines that it cut are joined.
//!
//! - CRI (containerd, CRI-O, podman): `TIME STREAM P|F TEXT`, where `P` is a
//!   part that the next record of its stream goes on with.
//! - docker's `json-file`: `{"log":"TEXT\n","stream":…,"time":…}`, where a
//!   text without its newline goes on in the next record.

use std::collections::HashMap;

use crate::line::{decode, members};

/// What a line of a file is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Record<'a> {
    /// A line of its own, or what stands behind a record's head.
    Whole(&'a [u8]),
    /// The last part of a line, which was joined.
    Joined(Vec<u8>),
    /// A part; the rest follows.
    Part,
}

/// The parts that wait for their rest, by stream.
#[derive(Debug, Default)]
pub(crate) struct Records {
    waiting: HashMap<Vec<u8>, Vec<u8>>,
}

/// More than this is not kept for a rest that may never come.
const LONGEST: usize = 1 << 20;

impl Records {
    /// Takes off what a container's runtime put around a line.
    #[inline]
    pub(crate) fn open<'a>(&mut self, line: &'a [u8]) -> Record<'a> {
        match line.first() {
            Some(b'0'..=b'9') => self.cri(line),
            Some(b'{') if is_docker(line) => self.docker(line),
            _ => Record::Whole(line),
        }
    }

    fn cri<'a>(&mut self, line: &'a [u8]) -> Record<'a> {
        let Some((stream, is_part, text)) = cri_parts(line) else { return Record::Whole(line) };
        if !is_part && !self.waiting.contains_key(stream) {
            return Record::Whole(text);
        }
        self.join(stream, text, is_part)
    }

    fn docker<'a>(&mut self, line: &'a [u8]) -> Record<'a> {
        let of = |key: &[u8]| members(line).find(|it| it.key == key).map(|it| it.value);
        let (Some(log), Some(stream)) = (of(b"log"), of(b"stream")) else {
            return Record::Whole(line);
        };
        let text = decode(crate::line::bare(log));
        let whole = text.strip_suffix('\n');
        let is_part = whole.is_none();
        self.join(stream, whole.unwrap_or(&text).as_bytes(), is_part)
    }

    fn join<'a>(&mut self, stream: &[u8], text: &[u8], is_part: bool) -> Record<'a> {
        let mut joined = self.waiting.remove(stream).unwrap_or_default();
        joined.extend_from_slice(text);
        if !is_part || joined.len() > LONGEST {
            return Record::Joined(joined);
        }
        self.waiting.insert(stream.to_vec(), joined);
        Record::Part
    }

    /// Returns what still waits at the end.
    pub(crate) fn left(&mut self) -> Vec<Vec<u8>> {
        self.waiting.drain().map(|(_, text)| text).collect()
    }
}

/// Returns whether a line is a record of docker's `json-file`.
#[inline]
pub(super) fn is_docker(line: &[u8]) -> bool {
    line.starts_with(br#"{"log":""#)
}

/// Returns the stream of a CRI record, whether it is a part, and its text.
fn cri_parts(line: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    let mut words = line.splitn(4, |byte| *byte == b' ');
    let (time, stream, tag) = (words.next()?, words.next()?, words.next()?);
    let is_cri = time.get(4) == Some(&b'-') && matches!(stream, b"stdout" | b"stderr");
    let is_part = match tag {
        b"P" => true,
        b"F" => false,
        _ => return None,
    };
    is_cri.then(|| (stream, is_part, words.next().unwrap_or_default()))
}
