//! The walk: along the keys in the order of the runtime, as far as it goes.
//!
//! A quote in a JSON string is escaped. So a constant such as `","span_id":"`
//! cannot stand inside a string, and comparing it proves where the member ends.

use memchr::{memchr, memchr3};

use super::{
    any::text_end,
    keys::{Head, Role, order},
    number,
    object::{Kind, Line},
    swar,
};

/// Where a walk has come to.
#[derive(Debug)]
pub(super) struct Walk<'w, 'a> {
    line: &'w mut Line<'a>,
    text: &'a [u8],
    /// The text from the comma before the next member on, or from the object's
    /// brace.
    rest: &'a [u8],
}

/// Says that a walk goes no further.
#[derive(Debug)]
pub(super) struct Stop;

/// How many bytes a time has, and an id.
const TIME: usize = 27;
const TRACE: usize = 32;
const SPAN: usize = 16;

impl<'w, 'a> Walk<'w, 'a> {
    #[inline]
    pub(super) fn new(line: &'w mut Line<'a>, text: &'a [u8]) -> Self {
        Self { line, text, rest: text }
    }

    /// Returns the place of what was not read.
    #[inline]
    pub(super) fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// Walks as far as it goes, given the head of the line.
    #[inline]
    pub(super) fn whole(&mut self, head: Head) -> Result<(), Stop> {
        self.up_to_duration(head)?;
        self.up_to_route(head)?;
        if head != Head::Step {
            self.may(Role::Path, order::PATH)?;
            self.integer(Role::Status, order::STATUS)?;
        }
        self.may(Role::Service, order::SERVICE)
    }

    /// Reads the members of a step up to the id of its span. What is above it
    /// comes next, which no event has.
    #[inline]
    pub(super) fn ids_of_step(&mut self, head: Head) -> Result<(), Stop> {
        let is_usual = head == Head::Step && self.usual_ids::<{ order::STEP.len() }>();
        if !is_usual || !self.is_next(order::PARENT_ID) {
            return Err(Stop);
        }
        self.line.keep_kind(Kind::Step);
        Ok(())
    }

    /// Reads the members up to the duration, given the head of the line.
    #[expect(clippy::inline_always, reason = "so that the walk is held in registers")]
    #[inline(always)]
    pub(super) fn up_to_duration(&mut self, head: Head) -> Result<(), Stop> {
        let is_usual = match head {
            Head::Step => self.usual_ids::<{ order::STEP.len() }>(),
            Head::Request => self.usual_ids::<{ order::REQUEST.len() }>(),
            Head::Native | Head::Other => false,
        };
        if !is_usual {
            self.begin()?;
        }
        if self.is_next(order::PARENT_ID) {
            self.id::<19, SPAN>(Role::Parent, order::PARENT_ID)?;
        }
        self.must(Role::Target, order::TARGET)?;
        if !self.is_next(order::KIND) {
            return Err(Stop);
        }
        if self.word(Role::Kind, order::KIND_STEP, order::KIND.len()) {
            self.line.keep_kind(Kind::Step);
        } else if self.word(Role::Kind, order::KIND_REQUEST, order::KIND.len()) {
            self.line.keep_kind(Kind::Request);
        } else {
            self.must(Role::Kind, order::KIND)?;
        }
        self.must(Role::Name, order::NAME)?;
        match self.word(Role::Outcome, order::OUTCOME_OK, order::OUTCOME.len()) {
            true => self.line.keep_ok(),
            false => self.must(Role::Outcome, order::OUTCOME)?,
        }
        self.duration()
    }

    /// Reads those behind the duration, up to the route, which no step has.
    #[expect(clippy::inline_always, reason = "so that the walk is held in registers")]
    #[inline(always)]
    pub(super) fn up_to_route(&mut self, head: Head) -> Result<(), Stop> {
        self.busy()?;
        if head == Head::Step {
            return Ok(());
        }
        if self.is_next(order::STEPS) {
            self.steps()?;
        }
        self.may(Role::Method, order::METHOD)?;
        self.may(Role::Route, order::ROUTE)
    }

    /// Reads what stands before and behind a constant of `N` bytes, the level
    /// and the message: a time and ids, all of a fixed width. If they are not,
    /// nothing is read.
    #[inline]
    fn usual_ids<const N: usize>(&mut self) -> bool {
        const LEVEL: usize = order::TIMESTAMP.len() + TIME + 1;
        let trace_key = LEVEL + N;
        let trace = trace_key + order::TRACE_ID.len();
        let span_key = trace + TRACE + 1;
        let span = span_key + order::SPAN_ID.len();
        let end = span + SPAN + 1;
        let Some((head, rest)) = self.text.split_at_checked(end) else { return false };
        let is_usual = head[trace_key..].first_chunk() == Some(order::TRACE_ID)
            && head[span_key..].first_chunk() == Some(order::SPAN_ID)
            && (head[LEVEL - 1], head[span_key - 1], head[end - 1]) == (b'"', b'"', b'"')
            && are_plain::<TIME>(&head[LEVEL - 1 - TIME..])
            && are_plain::<TRACE>(&head[trace..])
            && are_plain::<SPAN>(&head[span..]);
        if is_usual {
            const MESSAGE: usize = order::LEVEL.len() + "INFO\"".len() + order::MESSAGE.len() - 1;
            let level = LEVEL + order::LEVEL.len() - 1;
            self.line.put(Role::Time, LEVEL - TIME - 2, LEVEL);
            self.line.put(Role::Level, level, level + "\"INFO\"".len());
            self.line.put(Role::Message, LEVEL + MESSAGE, LEVEL + N);
            self.line.put(Role::Trace, trace - 1, span_key);
            self.line.put(Role::Span, span - 1, end);
            self.rest = rest;
        }
        is_usual
    }

    /// Reads the members up to the ids of the trace and the span.
    #[inline]
    fn begin(&mut self) -> Result<(), Stop> {
        self.fixed::<14, TIME>(Role::Time, order::TIMESTAMP)?;
        self.must(Role::Level, order::LEVEL)?;
        self.must(Role::Message, order::MESSAGE)?;
        if self.is_next(order::TRACE_ID) {
            self.id::<13, TRACE>(Role::Trace, order::TRACE_ID)?;
            self.id::<12, SPAN>(Role::Span, order::SPAN_ID)?;
        }
        Ok(())
    }

    #[inline]
    fn is_next<const N: usize>(&self, constant: &[u8; N]) -> bool {
        self.rest.first_chunk() == Some(constant)
    }

    /// Returns what stands behind a constant, if that is next.
    #[inline]
    fn behind<const N: usize>(&self, constant: &[u8; N]) -> Option<&'a [u8]> {
        self.rest.split_first_chunk().filter(|it| it.0 == constant).map(|it| it.1)
    }

    /// Notes a value of `len` bytes, and goes on behind it. It begins with the
    /// last of the next `before` bytes.
    #[inline]
    fn put(&mut self, role: Role, before: usize, len: usize, rest: &'a [u8]) {
        let begin = self.at() + before - 1;
        self.line.put(role, begin, begin + len);
        self.rest = rest;
    }

    /// Reads a member whose value is a string, or ends the walk.
    #[inline]
    fn must<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), Stop> {
        let inner = self.behind(constant).ok_or(Stop)?;
        self.string(role, N, inner)
    }

    /// Reads a member whose value is a string, if it is there.
    #[inline]
    fn may<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), Stop> {
        match self.behind(constant) {
            Some(inner) => self.string(role, N, inner),
            None => Ok(()),
        }
    }

    /// Reads a string behind `before` bytes.
    #[inline]
    fn string(&mut self, role: Role, before: usize, inner: &'a [u8]) -> Result<(), Stop> {
        let Some(len) = swar::short_string(inner) else {
            return self.long_string(role, before);
        };
        self.put(role, before, len + 2, &inner[len + 1..]);
        Ok(())
    }

    #[inline(never)]
    fn long_string(&mut self, role: Role, before: usize) -> Result<(), Stop> {
        let quote = before - 1;
        // Lines with NULs are counted, and so read as a whole.
        let end = text_end(self.rest, quote).ok_or(Stop)?;
        self.put(role, before, end - quote, &self.rest[end..]);
        Ok(())
    }

    /// Reads a member whose value is this word; its key has `before` bytes.
    #[inline]
    fn word<const N: usize>(&mut self, role: Role, constant: &[u8; N], before: usize) -> bool {
        let rest = self.behind(constant);
        if let Some(rest) = rest {
            self.put(role, before, N + 1 - before, rest);
        }
        rest.is_some()
    }

    /// Reads an id, which usually has `M` digits.
    #[inline]
    fn id<const N: usize, const M: usize>(
        &mut self,
        role: Role,
        constant: &[u8; N],
    ) -> Result<(), Stop> {
        match self.fixed::<N, M>(role, constant) {
            Err(Stop) => self.must(role, constant),
            done => done,
        }
    }

    /// Reads a string of `M` bytes without an escape.
    #[inline]
    fn fixed<const N: usize, const M: usize>(
        &mut self,
        role: Role,
        constant: &[u8; N],
    ) -> Result<(), Stop> {
        let inner = self.behind(constant).ok_or(Stop)?;
        let (bytes, rest) = inner.split_at_checked(M + 1).ok_or(Stop)?;
        if bytes[M] != b'"' || !are_plain::<M>(bytes) {
            return Err(Stop);
        }
        self.put(role, N, M + 2, rest);
        Ok(())
    }

    /// Reads the duration, if it is there.
    #[inline]
    fn duration(&mut self) -> Result<(), Stop> {
        let Some(number) = self.behind(order::DURATION) else { return Ok(()) };
        let (ns, len) = number::millis(number).ok_or(Stop)?;
        self.number(Role::Duration, order::DURATION.len(), number, len)?;
        self.line.keep_took(ns);
        Ok(())
    }

    /// Reads the busy time, if it is there. It is seldom asked for.
    #[inline]
    fn busy(&mut self) -> Result<(), Stop> {
        let Some(number) = self.behind(order::BUSY) else { return Ok(()) };
        let len = number::millis_len(number).ok_or(Stop)?;
        self.number(Role::Busy, order::BUSY.len(), number, len)
    }

    /// Reads a member whose value is a whole number of a few digits, if it is
    /// there.
    #[inline]
    fn integer<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), Stop> {
        let Some(number) = self.behind(constant) else { return Ok(()) };
        let len = swar::digits_len(*number.first_chunk().ok_or(Stop)?);
        self.number(role, N, number, len as usize)
    }

    /// Notes a number of `len` bytes, if a member can end there.
    #[inline]
    fn number(
        &mut self,
        role: Role,
        before: usize,
        number: &'a [u8],
        len: usize,
    ) -> Result<(), Stop> {
        let rest = number.get(len..).ok_or(Stop)?;
        if len == 0 || !matches!(rest.first(), Some(b',' | b'}')) {
            return Err(Stop);
        }
        self.put(role, before + 1, len, rest);
        Ok(())
    }

    /// Skips the list of steps: objects that hold no brace, and commas between
    /// them. A line may be torn in its list, and another follow on it.
    #[inline]
    fn steps(&mut self) -> Result<(), Stop> {
        const BEFORE: usize = order::STEPS.len() - 1;
        let list = &self.rest[BEFORE - 1..];
        let mut at = "[{".len();
        loop {
            at += memchr3(b'{', b'}', b'\n', &list[at..]).ok_or(Stop)? + 1;
            match list[at - 1..] {
                [b'}', b',', b'{', ..] => at += ",{".len(),
                // In a name, the quote would be its end, and no key follow.
                [b'}', b']', b',', b'"', b'a'..=b'z', ..] => break,
                _ => return Err(Stop),
            }
        }
        let (list, rest) = list.split_at(at + 1);
        // Lines with NULs are counted, and so read as a whole.
        if memchr(0, list).is_some() {
            return Err(Stop);
        }
        self.put(Role::Steps, BEFORE, list.len(), rest);
        Ok(())
    }
}

/// Returns whether no string ends in the first bytes of a text.
#[inline]
fn are_plain<const N: usize>(text: &[u8]) -> bool {
    text.first_chunk::<N>().is_some_and(swar::are_plain)
}
