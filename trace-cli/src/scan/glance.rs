//! What can be seen of a line at a glance, without taking it apart: where it
//! ends, and whether it is one whole object.
//!
//! What a line holds behind what is read of it, up to its end, is not checked.

use memchr::{memchr, memchr2, memchr3, memmem::Finder};

use crate::line::{DURATION, ENTRY_END, Head, KIND, OBJECT_BEGIN, SPAN_ID, TARGET, TRACE_ID};

/// What lines are looked at with. Each is made once: it costs more than a search.
#[derive(Debug)]
pub(super) struct Glance {
    object: Finder<'static>,
    target: Finder<'static>,
    kind: Finder<'static>,
    duration: Finder<'static>,
}

/// Whether a line holds a brace that opens beside the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Braces {
    One,
    Some,
}

impl Glance {
    pub(super) fn new() -> Self {
        Self {
            object: Finder::new(OBJECT_BEGIN),
            target: Finder::new(TARGET),
            kind: Finder::new(KIND),
            duration: Finder::new(DURATION),
        }
    }

    /// Returns the length of a line without its newline, if it ends as an object
    /// does and holds no NUL. It begins as those of the runtime do.
    #[inline]
    pub(super) fn len(text: &[u8], head: Head) -> Option<(usize, Braces)> {
        let mut len = OBJECT_BEGIN.len();
        let mut braces = Braces::Some;
        // Few lines of steps hold a brace but the first.
        if head == Head::Step {
            len += memchr3(b'\n', 0, b'{', text.get(len..)?)?;
        }
        if *text.get(len)? == b'\n' {
            braces = Braces::One;
        } else {
            len += memchr2(b'\n', 0, &text[len..])?;
        }
        (text[len] == b'\n' && ends_whole(&text[..len])).then_some((len, braces))
    }

    /// Returns whether nothing but one object stands on a line, which was read
    /// up to `from`.
    #[inline]
    pub(super) fn is_one(&self, line: &[u8], from: usize) -> bool {
        // A torn string ends with the first quote of the object behind it.
        let from = from.saturating_sub(OBJECT_BEGIN.len()).max(1);
        line.get(from..).is_none_or(|rest| self.object.find(rest).is_none())
    }

    /// Returns the length of an event of a trace without its newline. It has the
    /// keys of one, and none of other lines.
    #[inline]
    pub(super) fn event(&self, text: &[u8]) -> Option<usize> {
        let begin = OBJECT_BEGIN.len();
        let len = begin + memchr3(b'\n', 0, b'{', text.get(begin..)?)?;
        if text[len] != b'\n' || !ends_whole(&text[..len]) {
            return None;
        }
        // All keys are the object's own, since there is no other brace. With an
        // escape, one may be any.
        let line = &text[begin..len];
        let target = self.target.find(line)?;
        let is_event = has_ids(&line[..target])
            && self.kind.find(line).is_none()
            && self.duration.find(line).is_none()
            && memchr(b'\\', line).is_none();
        is_event.then_some(len)
    }
}

/// Returns whether a text ends in the ids of a trace and a span, as they stand
/// before the target.
#[inline]
fn has_ids(before: &[u8]) -> bool {
    let len = TRACE_ID.len() + 32 + SPAN_ID.len() + 16 + 2;
    before.len().checked_sub(len).is_some_and(|at| before[at..].starts_with(TRACE_ID))
}

/// Returns whether a line ends in a value and a brace. One that was cut inside a
/// route, `/users/{id}`, or behind an entry of `steps` ends in a brace, too.
#[inline]
fn ends_whole(line: &[u8]) -> bool {
    let Some(members) = line.strip_suffix(b"}") else { return false };
    if let Some(text) = members.strip_suffix(b"\"") {
        return text.last() != Some(&b'\\');
    }
    let is_number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.');
    let len = members.iter().rev().take_while(is_number).count();
    let before = &members[..members.len() - len];
    len > 0 && before.ends_with(b"\":") && !before.ends_with(ENTRY_END)
}
