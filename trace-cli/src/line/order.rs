//! Reads one object: along the keys in the order of the runtime as far as it
//! goes, and member by member from there.
//!
//! A quote in a JSON string is escaped. So a constant such as `","span_id":"`
//! cannot stand inside a string, and comparing it proves where the member ends.

use memchr::memmem;

use super::{
    any::{self, Next, string_end},
    keys::{self, Role, order},
    object::Line,
    presets::Keys,
    swar,
    text::decode,
};

/// Reads the object that a text begins with. Returns it, and where it ends; or
/// `None` if it is cut off or broken.
pub(crate) fn read(text: &[u8], keys: Keys) -> Option<(Line<'_>, usize)> {
    let mut line = Line::new(text, keys);
    let end = read_to(&mut line, text)?;
    Some((line, end))
}

/// Reads the object that a text begins with into `line`, which is new.
#[inline]
pub(crate) fn read_to<'a>(line: &mut Line<'a>, text: &'a [u8]) -> Option<usize> {
    let (Ok(begin) | Err(begin)) = walk(line, text);
    let end = rest(line, text, begin)?;
    if !line.is_native() {
        foreign(line, text.get(..end)?);
    }
    line.end(end);
    Some(end)
}

/// Reads the line of a step up to its duration, and no further. Returns `None`
/// where the walk does not lead there.
#[inline]
pub(crate) fn read_step<'a>(line: &mut Line<'a>, text: &'a [u8]) -> Option<usize> {
    let mut walk = Walk { line, text, at: 0 };
    walk.head_of_step().ok()?;
    walk.line.has(Role::Duration).then_some(walk.at)
}

/// Reads the object without the walk, to compare the two.
#[cfg(test)]
pub(crate) fn read_any(text: &[u8]) -> Option<(Line<'_>, usize)> {
    let mut line = Line::new(text, Keys::Any);
    let end = rest(&mut line, text, 0)?;
    if !line.is_native() {
        foreign(&mut line, &text[..end]);
    }
    line.end(end);
    Some((line, end))
}

/// Walks along the keys. Returns where the first member that was not read
/// begins: its comma, or the object's brace.
#[inline]
fn walk<'a>(line: &mut Line<'a>, text: &'a [u8]) -> Result<usize, usize> {
    const TIME: usize = 27;
    let mut walk = Walk { line, text, at: 0 };
    walk.fixed::<14, TIME>(Role::Time, order::TIMESTAMP)?;
    let is_usual = walk.head(order::STEP) || walk.head(order::REQUEST);
    if !is_usual {
        walk.must(Role::Level, order::LEVEL)?;
        walk.must(Role::Message, order::MESSAGE)?;
    }
    if walk.is_next(order::TRACE_ID) {
        walk.id::<13, 32>(Role::Trace, order::TRACE_ID)?;
        walk.id::<12, 16>(Role::Span, order::SPAN_ID)?;
        if walk.is_next(order::PARENT_ID) {
            walk.id::<19, 16>(Role::Parent, order::PARENT_ID)?;
        }
    }
    walk.must(Role::Target, order::TARGET)?;
    if !walk.word(Role::Kind, order::KIND_STEP, order::KIND.len()) {
        walk.must(Role::Kind, order::KIND)?;
    }
    walk.must(Role::Name, order::NAME)?;
    if !walk.word(Role::Outcome, order::OUTCOME_OK, order::OUTCOME.len()) {
        walk.must(Role::Outcome, order::OUTCOME)?;
    }
    walk.number(Role::Duration, order::DURATION)?;
    walk.number(Role::Busy, order::BUSY)?;
    if walk.is_next(order::STEPS) {
        walk.steps()?;
    }
    if walk.is_next(order::METHOD) {
        walk.must(Role::Method, order::METHOD)?;
        walk.may(Role::Route, order::ROUTE)?;
        walk.may(Role::Path, order::PATH)?;
        walk.number(Role::Status, order::STATUS)?;
    }
    walk.may(Role::Service, order::SERVICE)?;
    Ok(walk.at)
}

/// Where a walk has come to.
struct Walk<'w, 'a> {
    line: &'w mut Line<'a>,
    text: &'a [u8],
    /// The comma before the next member, or the object's brace.
    at: usize,
}

impl Walk<'_, '_> {
    /// Reads the members that the line of each step begins with.
    #[inline]
    fn head_of_step(&mut self) -> Result<(), usize> {
        const TIME: usize = 27;
        self.fixed::<14, TIME>(Role::Time, order::TIMESTAMP)?;
        if !self.head(order::STEP) {
            return Err(self.at);
        }
        self.id::<13, 32>(Role::Trace, order::TRACE_ID)?;
        self.id::<12, 16>(Role::Span, order::SPAN_ID)?;
        if self.is_next(order::PARENT_ID) {
            self.id::<19, 16>(Role::Parent, order::PARENT_ID)?;
        }
        self.must(Role::Target, order::TARGET)?;
        if !self.word(Role::Kind, order::KIND_STEP, order::KIND.len()) {
            return Err(self.at);
        }
        self.must(Role::Name, order::NAME)?;
        if !self.word(Role::Outcome, order::OUTCOME_OK, order::OUTCOME.len()) {
            self.must(Role::Outcome, order::OUTCOME)?;
        }
        self.number(Role::Duration, order::DURATION)
    }

    #[inline]
    fn is_next<const N: usize>(&self, constant: &[u8; N]) -> bool {
        self.text.get(self.at..).and_then(<[u8]>::first_chunk) == Some(constant)
    }

    /// Reads a member whose value is a string, or ends the walk.
    #[inline]
    fn must<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), usize> {
        if self.is_next(constant) { self.string::<N>(role) } else { Err(self.at) }
    }

    /// Reads a member whose value is a string, if it is there.
    #[inline]
    fn may<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), usize> {
        if self.is_next(constant) { self.string::<N>(role) } else { Ok(()) }
    }

    /// Reads a string behind a constant of `N` bytes.
    #[inline]
    fn string<const N: usize>(&mut self, role: Role) -> Result<(), usize> {
        let quote = self.at + N - 1;
        let end = string_end(self.text, quote).ok_or(self.at)?;
        self.line.put(role, quote, end);
        self.at = end;
        Ok(())
    }

    /// Reads level and message, if they are these.
    #[inline]
    fn head<const N: usize>(&mut self, constant: &[u8; N]) -> bool {
        const LEVEL: usize = order::LEVEL.len() - 1;
        const MESSAGE: usize = order::LEVEL.len() + "INFO\"".len() + order::MESSAGE.len() - 1;
        let is_next = self.is_next(constant);
        if is_next {
            self.line.put(Role::Level, self.at + LEVEL, self.at + LEVEL + "\"INFO\"".len());
            self.line.put(Role::Message, self.at + MESSAGE, self.at + N);
            self.at += N;
        }
        is_next
    }

    /// Reads a member whose value is this word; its key has `before` bytes.
    #[inline]
    fn word<const N: usize>(&mut self, role: Role, constant: &[u8; N], before: usize) -> bool {
        let is_next = self.is_next(constant);
        if is_next {
            self.line.put(role, self.at + before - 1, self.at + N);
            self.at += N;
        }
        is_next
    }

    /// Reads an id, which usually has `M` digits.
    #[inline]
    fn id<const N: usize, const M: usize>(
        &mut self,
        role: Role,
        constant: &[u8; N],
    ) -> Result<(), usize> {
        match self.fixed::<N, M>(role, constant) {
            Err(_) => self.must(role, constant),
            done => done,
        }
    }

    /// Reads a string of `M` bytes without an escape.
    #[inline]
    fn fixed<const N: usize, const M: usize>(
        &mut self,
        role: Role,
        constant: &[u8; N],
    ) -> Result<(), usize> {
        if !self.is_next(constant) {
            return Err(self.at);
        }
        let begin = self.at + N;
        let bytes = self.text.get(begin..).and_then(<[u8]>::first_chunk::<M>).ok_or(self.at)?;
        let end = begin + M;
        if self.text.get(end) != Some(&b'"') || !swar::are_plain(bytes) {
            return Err(self.at);
        }
        self.line.put(role, begin - 1, end + 1);
        self.at = end + 1;
        Ok(())
    }

    /// Reads a member whose value is a number, if it is there.
    #[inline]
    fn number<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), usize> {
        if !self.is_next(constant) {
            return Ok(());
        }
        let begin = self.at + N;
        if !self.text.get(begin).is_some_and(u8::is_ascii_digit) {
            return Err(self.at);
        }
        let end = swar::first::<b',', b'}', b'\n'>(self.text, begin).ok_or(self.at)?;
        if self.text[end] == b'\n' {
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
        let begin = self.at + order::STEPS.len() - 2;
        let found = STEPS_END.with(|end| end.find(&self.text[begin..])).ok_or(self.at)?;
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

thread_local! {
    /// Made once: it costs more than a search.
    static STEPS_END: memmem::Finder<'static> = memmem::Finder::new(b"}],\"");
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

/// Reads an object anew that has not the keys of the runtime: by those of its
/// log, or else by any that are known.
fn foreign<'a>(line: &mut Line<'a>, object: &'a [u8]) {
    let is_read = match line.keys() {
        Keys::Native => return,
        Keys::Any => false,
        keys => {
            line.forget();
            others(line, keys, object, &mut Vec::new(), object);
            line.has(Role::Time)
        }
    };
    if !is_read {
        line.forget();
        rest(line, object, 0);
        others(line, Keys::Any, object, &mut Vec::new(), object);
    }
    line.set_foreign();
}

/// Looks for the keys of other producers, also in nested objects. `path` is
/// the key of the object that is read, with a dot behind it.
fn others(line: &mut Line<'_>, keys: Keys, text: &[u8], path: &mut Vec<u8>, object: &[u8]) {
    const DEEPEST: usize = 64;
    for member in any::members(object) {
        let before = path.len();
        path.extend_from_slice(decode(member.key).as_bytes());
        let begin = member.value.as_ptr() as usize - text.as_ptr() as usize;
        let is_object = member.value.first() == Some(&b'{');
        if is_object && path.len() < DEEPEST && keys.holds_roles(path) {
            path.push(b'.');
            others(line, keys, text, path, member.value);
        } else if let Some(role) = keys.role(path) {
            line.set(role, begin, begin + member.value.len());
        }
        path.truncate(before);
    }
}
