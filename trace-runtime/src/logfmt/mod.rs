//! Writes a record as logfmt: `time="…" level=info msg="no stock" item=book`.
//!
//! Keys and values are read alike by `go-logfmt`, `kr/logfmt` and the readers
//! that follow them: a value has quotes where it has a blank, a quote, an
//! equals sign, a backslash or a control, and is then a JSON string. An empty
//! one is nothing at all, since lnav 0.11 reads no further than `""`. Nested
//! values are their JSON as text. Keys are those of JSON lines, except `time`
//! and `msg`.

mod key;
mod value;

use self::{
    key::Keys,
    value::{Quoted, push_value},
};
use crate::{
    json::{cursor::Cursor, members, time},
    level::Level,
    line::{Line, keys},
    output::Style,
};

/// The end of a line that was cut.
const TRUNCATED: &str = " truncated=true";

/// Writes a record into the memory of `to`: from its line, which says all there
/// is to be written.
pub(crate) fn write(to: Cursor, line: &Line, level: Level, style: &Style) -> Cursor {
    let text = line.text.text();
    let end = to.len() + style.limits.line - TRUNCATED.len() - 1;
    let mut logfmt = Logfmt { to, end, is_cut: line.is_cut() };
    let time = keys::TIMESTAMP_AT..keys::TIMESTAMP_AT + time::LEN;
    // In quotes, for lnav 0.11 reads no level behind a bare time.
    logfmt.raw(b"time=\"");
    logfmt.raw(text.get(time.clone()).unwrap_or_default());
    logfmt.raw(b"\" level=");
    logfmt.raw(level.as_str().to_ascii_lowercase().as_bytes());
    // Behind the quote of the time.
    logfmt.members(text, time.end + 1, line.parts.fields.start);
    logfmt.raw(if logfmt.is_cut { TRUNCATED.as_bytes() } else { b"" });
    logfmt.raw(b"\n");
    logfmt.to
}

/// A line that is being written.
struct Logfmt {
    to: Cursor,
    /// The length at which everything except the mark must end.
    end: usize,
    is_cut: bool,
}

impl Logfmt {
    /// Writes the members of a line from a place on. Those from `fields` on have
    /// keys that are not ours.
    fn members(&mut self, text: &[u8], mut at: usize, fields: usize) {
        let end = text.len().saturating_sub("}\n".len());
        let mut keys = Keys::of(text.get(fields..end).unwrap_or_default());
        while let Some(rest) = text.get(at..end).filter(|rest| !rest.is_empty()) {
            let (member, behind) = members::split_first(rest);
            let is_ours = at < fields;
            at += member.len();
            let (key, value) = member.split_at(members::key(member).len());
            match key {
                key if key == keys::LEVEL.as_bytes() || key == keys::TRUNCATED.as_bytes() => {}
                key if is_ours => self.own(key, value, behind.len()),
                key => self.field(key, value, behind.len(), &mut keys),
            }
        }
    }

    /// Writes a member under one of our keys.
    fn own(&mut self, key: &[u8], value: &[u8], behind: usize) {
        let key = if key == keys::MESSAGE.as_bytes() { b"msg" } else { key::text(key) };
        self.member(key, value, behind, false);
    }

    /// Writes a field, under another key if its own cannot be read.
    fn field(&mut self, key: &[u8], value: &[u8], behind: usize, keys: &mut Keys<'_>) {
        match keys.another(key) {
            Some(key) => self.member(key.as_bytes(), value, behind, true),
            None => self.member(key::text(key), value, behind, false),
        }
    }

    /// Writes a member. No text takes more room than as JSON, but nested values
    /// may, and what has a longer key: they are left out if the members behind
    /// them would have no room.
    fn member(&mut self, key: &[u8], value: &[u8], behind: usize, is_longer: bool) {
        let before = self.to.len();
        self.raw(b" ");
        self.raw(key);
        self.raw(b"=");
        let quoted = push_value(&mut self.to, value);
        let may_be_longer = is_longer || quoted == Quoted::Again;
        if may_be_longer && self.to.len() + behind > self.end {
            self.to.truncate(before);
            self.is_cut = true;
        }
    }

    fn raw(&mut self, text: &[u8]) {
        self.to.put(text);
    }
}

#[cfg(test)]
mod tests;
