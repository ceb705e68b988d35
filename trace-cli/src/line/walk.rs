//! The walk: along the keys in the order of the runtime, as far as it goes.
//!
//! A quote in a JSON string is escaped. So a constant such as `","span_id":"`
//! cannot stand inside a string, and comparing it proves where the member ends.

use memchr::memmem;

use super::{
    any::string_end,
    keys::{self, Head, Role, order},
    number,
    object::Line,
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

    /// Walks as far as it goes.
    #[inline]
    pub(super) fn whole(&mut self) -> Result<(), Stop> {
        self.up_to_duration(keys::head(self.text))?;
        self.up_to_route()?;
        self.may(Role::Path, order::PATH)?;
        self.integer(Role::Status, order::STATUS)?;
        self.may(Role::Service, order::SERVICE)
    }

    /// Reads the members up to the duration, given the head of the line.
    #[inline]
    pub(super) fn up_to_duration(&mut self, head: Head) -> Result<(), Stop> {
        let is_usual = match head {
            Head::Step => self.usual_ids::<{ order::STEP.len() }>(),
            Head::Request => self.usual_ids::<{ order::REQUEST.len() }>(),
            Head::Other => false,
        };
        if !is_usual {
            self.begin()?;
        }
        if self.is_next(order::PARENT_ID) {
            self.id::<19, SPAN>(Role::Parent, order::PARENT_ID)?;
        }
        self.must(Role::Target, order::TARGET)?;
        if !self.word(Role::Kind, order::KIND_STEP, order::KIND.len()) {
            self.must(Role::Kind, order::KIND)?;
        }
        self.must(Role::Name, order::NAME)?;
        if !self.word(Role::Outcome, order::OUTCOME_OK, order::OUTCOME.len()) {
            self.must(Role::Outcome, order::OUTCOME)?;
        }
        self.millis(Role::Duration, order::DURATION, Line::keep_took)
    }

    /// Reads those behind the duration, up to the route.
    #[inline]
    pub(super) fn up_to_route(&mut self) -> Result<(), Stop> {
        self.millis(Role::Busy, order::BUSY, Line::keep_busy)?;
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
            && [LEVEL, span_key, end].into_iter().all(|end| head[end - 1] == b'"')
            && are_plain::<16>(&head[LEVEL - 28..])
            && are_plain::<16>(&head[LEVEL - 17..])
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

    /// Notes a value of `len` bytes, of which the first is the last of `before`
    /// bytes from here on, and goes on behind it.
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
        let quote = self.at() + before - 1;
        let end = string_end(self.text, quote).ok_or(Stop)?;
        self.put(role, before, end - quote, &self.text[end..]);
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
        // The last 16 bytes may overlap the first.
        if bytes[M] != b'"' || !are_plain::<16>(bytes) || !are_plain::<16>(&bytes[M - 16..]) {
            return Err(Stop);
        }
        self.put(role, N, M + 2, rest);
        Ok(())
    }

    /// Reads a member whose value is a number of milliseconds, if it is there.
    #[inline]
    fn millis<const N: usize>(
        &mut self,
        role: Role,
        constant: &[u8; N],
        keep: impl Fn(&mut Line<'a>, i64),
    ) -> Result<(), Stop> {
        let Some(number) = self.behind(constant) else { return Ok(()) };
        let (ns, len) = number::millis(number).ok_or(Stop)?;
        self.number(role, N, number, len)?;
        keep(self.line, ns);
        Ok(())
    }

    /// Reads a member whose value is a whole number of a few digits, if it is
    /// there.
    #[inline]
    fn integer<const N: usize>(&mut self, role: Role, constant: &[u8; N]) -> Result<(), Stop> {
        let Some(number) = self.behind(constant) else { return Ok(()) };
        let (len, _) = swar::digits(*number.first_chunk().ok_or(Stop)?);
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

    /// Skips the list of steps. Its end is `}]` before a comma and a quote;
    /// in a name, that would be followed by the comma of the next member.
    #[inline]
    fn steps(&mut self) -> Result<(), Stop> {
        const BEFORE: usize = order::STEPS.len() - 1;
        let list = &self.rest[BEFORE - 1..];
        let len = STEPS_END.with(|end| end.find(list)).ok_or(Stop)? + 2;
        let (list, rest) = list.split_at(len);
        // A line may be torn in its list, and another follow on it.
        let is_next = OBJECT_BEGIN.with(|begin| begin.find(list)).is_some();
        let is_beyond = is_next || memchr::memchr(b'\n', list).is_some();
        if is_beyond || rest.get(2).is_none_or(|byte| *byte == b',') {
            return Err(Stop);
        }
        self.put(Role::Steps, BEFORE, len, rest);
        Ok(())
    }
}

/// Returns whether no string ends in the first bytes of a text.
#[inline]
fn are_plain<const N: usize>(text: &[u8]) -> bool {
    text.first_chunk::<N>().is_some_and(swar::are_plain)
}

thread_local! {
    /// Made once: it costs more than a search.
    static STEPS_END: memmem::Finder<'static> = memmem::Finder::new(b"}],\"");
    static OBJECT_BEGIN: memmem::Finder<'static> = memmem::Finder::new(keys::OBJECT_BEGIN);
}
