//! Reads one object: along the keys in the order of the runtime as far as it
//! goes, and member by member from there.
//!
//! A quote in a JSON string is escaped. So a constant such as `","span_id":"`
//! cannot stand inside a string, and comparing it proves where the member ends.

use super::{
    any::{self, Next, string_end},
    keys::{self, Role, order},
    line::Line,
    text::decode,
};

/// Reads the object that a text begins with. Returns it, and where it ends; or
/// `None` if it is cut off or broken.
#[inline]
pub(crate) fn read(text: &[u8]) -> Option<(Line<'_>, usize)> {
    let mut line = Line::new(text);
    let (Ok(begin) | Err(begin)) = walk(&mut line, text);
    let end = rest(&mut line, text, begin)?;
    if !line.is_native() {
        others(&mut line, text, &mut Vec::new(), text.get(..end)?);
    }
    line.end(end);
    Some((line, end))
}

/// Reads the object without the walk, to compare the two.
#[cfg(test)]
pub(crate) fn read_any(text: &[u8]) -> Option<(Line<'_>, usize)> {
    let mut line = Line::new(text);
    let end = rest(&mut line, text, 0)?;
    if !line.is_native() {
        others(&mut line, text, &mut Vec::new(), &text[..end]);
    }
    line.end(end);
    Some((line, end))
}

/// Walks along the keys. Returns where the first member that was not read
/// begins: its comma, or the object's brace.
#[inline]
fn walk<'a>(line: &mut Line<'a>, text: &'a [u8]) -> Result<usize, usize> {
    const TIME: usize = 27;
    const LEVEL_AT: usize = order::TIMESTAMP.len() + TIME;
    if !text.starts_with(order::TIMESTAMP) || !follows(text, LEVEL_AT, order::LEVEL) {
        return Err(0);
    }
    let time = &text[order::TIMESTAMP.len()..LEVEL_AT];
    if time.last() != Some(&b'Z') || time.iter().any(|byte| matches!(byte, b'"' | b'\\')) {
        return Err(0);
    }
    line.put(Role::Time, order::TIMESTAMP.len() - 1, LEVEL_AT + 1);
    let mut walk = Walk { line, text, at: LEVEL_AT };
    walk.must(Role::Level, order::LEVEL)?;
    walk.must(Role::Message, order::MESSAGE)?;
    walk.may(Role::Trace, order::TRACE_ID)?;
    walk.may(Role::Span, order::SPAN_ID)?;
    walk.may(Role::Parent, order::PARENT_ID)?;
    walk.must(Role::Target, order::TARGET)?;
    walk.must(Role::Kind, order::KIND)?;
    walk.must(Role::Name, order::NAME)?;
    walk.must(Role::Outcome, order::OUTCOME)?;
    walk.number(Role::Duration, order::DURATION)?;
    walk.number(Role::Busy, order::BUSY)?;
    walk.steps()?;
    walk.may(Role::Method, order::METHOD)?;
    walk.may(Role::Route, order::ROUTE)?;
    walk.may(Role::Path, order::PATH)?;
    walk.number(Role::Status, order::STATUS)?;
    walk.may(Role::Service, order::SERVICE)?;
    Ok(walk.at)
}

#[inline]
fn follows(text: &[u8], at: usize, constant: &[u8]) -> bool {
    // `at` is where a closing quote stands.
    text.get(at) == Some(&b'"') && text[at + 1..].starts_with(constant)
}

/// Where a walk has come to.
struct Walk<'w, 'a> {
    line: &'w mut Line<'a>,
    text: &'a [u8],
    /// The comma before the next member, or the quote before it.
    at: usize,
}

impl Walk<'_, '_> {
    #[inline]
    fn is_next(&self, constant: &[u8]) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(constant))
    }

    /// Reads a member whose value is a string, or ends the walk.
    #[inline]
    fn must(&mut self, role: Role, constant: &[u8]) -> Result<(), usize> {
        // The time ends with its quote.
        if role == Role::Level {
            self.at += 1;
        }
        if self.is_next(constant) { self.string(role, constant) } else { Err(self.at) }
    }

    /// Reads a member whose value is a string, if it is there.
    #[inline]
    fn may(&mut self, role: Role, constant: &[u8]) -> Result<(), usize> {
        if self.is_next(constant) { self.string(role, constant) } else { Ok(()) }
    }

    #[inline]
    fn string(&mut self, role: Role, constant: &[u8]) -> Result<(), usize> {
        let quote = self.at + constant.len() - 1;
        let end = string_end(self.text, quote).ok_or(self.at)?;
        self.line.put(role, quote, end);
        self.at = end;
        Ok(())
    }

    /// Reads a member whose value is a number, if it is there.
    #[inline]
    fn number(&mut self, role: Role, constant: &[u8]) -> Result<(), usize> {
        if !self.is_next(constant) {
            return Ok(());
        }
        let begin = self.at + constant.len();
        let digits = self.text[begin..].iter();
        let len = digits.take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        let end = begin + len;
        if len == 0 || !matches!(self.text.get(end), Some(b',' | b'}')) {
            return Err(self.at);
        }
        self.line.put(role, begin, end);
        self.at = end;
        Ok(())
    }

    /// Skips the list of steps. Its end is `}]` before a comma and a quote;
    /// in a name, that would be followed by the comma of the next member.
    #[inline]
    fn steps(&mut self) -> Result<(), usize> {
        if !self.is_next(order::STEPS) {
            return Ok(());
        }
        let begin = self.at + order::STEPS.len() - 2;
        let found = memchr::memmem::find(&self.text[begin..], b"}],\"").ok_or(self.at)?;
        let end = begin + found + 2;
        let is_beyond = memchr::memchr(b'\n', &self.text[begin..end]).is_some();
        if is_beyond || self.text.get(end + 2).is_none_or(|byte| *byte == b',') {
            return Err(self.at);
        }
        self.line.put(Role::Steps, begin, end);
        self.at = end;
        Ok(())
    }
}

/// Reads the members from `at` on, which is where a comma or a brace stands.
/// Returns where the object ends.
#[inline]
fn rest(line: &mut Line<'_>, text: &[u8], at: usize) -> Option<usize> {
    let mut at = match text.get(at)? {
        b',' | b'{' => any::blanks(text, at + 1),
        _ => at,
    };
    loop {
        match any::next(text, at)? {
            Next::Member { key, value, after } => {
                if let Some(role) = native(&text[key.0..key.1]) {
                    line.set(role, value.0, value.1);
                }
                at = after;
            }
            Next::End(end) => return Some(end),
        }
    }
}

#[inline]
fn native(key: &[u8]) -> Option<Role> {
    if key.contains(&b'\\') {
        return keys::native(decode(key).as_bytes());
    }
    keys::native(key)
}

/// Looks for the keys of other producers, also in nested objects. `path` is
/// the key of the object that is read, with a dot behind it.
fn others(line: &mut Line<'_>, text: &[u8], path: &mut Vec<u8>, object: &[u8]) {
    const DEEPEST: usize = 64;
    for member in any::members(object) {
        let before = path.len();
        path.extend_from_slice(decode(member.key).as_bytes());
        let begin = member.value.as_ptr() as usize - text.as_ptr() as usize;
        let is_object = member.value.first() == Some(&b'{');
        if is_object && path.len() < DEEPEST && keys::holds_roles(path) {
            path.push(b'.');
            others(line, text, path, member.value);
        } else if let Some(role) = foreign(path, before) {
            line.set(role, begin, begin + member.value.len());
        }
        path.truncate(before);
    }
}

/// A key of ours inside another object is no key of ours.
fn foreign(path: &[u8], before: usize) -> Option<Role> {
    keys::foreign(path).or_else(|| keys::native(path).filter(|_| before == 0))
}
