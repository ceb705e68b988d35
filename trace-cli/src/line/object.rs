//! A line taken apart: where in its text the value of each role stands.

use std::borrow::Cow;

use super::{
    any::{Member, members},
    keys::{self, ROLES, Role},
    number::integer,
    presets::{Keys, holds_fields, users_name},
    text::{bare, decode, is_absent},
};

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Event,
    Step,
    Request,
    Job,
}

/// One object of a log.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    text: &'a [u8],
    /// The same with what stands behind the object.
    uncut: &'a [u8],
    /// Where the values stand, and a bit for each that is there.
    at: [(u32, u32); ROLES],
    present: u64,
    /// What the walk has seen: the kind, and whether all went well.
    seen_kind: Option<Kind>,
    is_ok: bool,
    kind: Kind,
    /// Whose keys its log has.
    keys: Keys,
    /// Whether its own keys are others than the runtime's.
    is_foreign: bool,
    /// The duration, where the walk has read it.
    took: Option<i64>,
}

impl<'a> Line<'a> {
    #[inline]
    pub(crate) fn new(text: &'a [u8], keys: Keys) -> Self {
        Self {
            text,
            uncut: text,
            at: [(0, 0); ROLES],
            present: 0,
            seen_kind: None,
            is_ok: false,
            kind: Kind::Event,
            keys,
            is_foreign: false,
            took: None,
        }
    }

    /// Makes it new, for another line of the same log.
    #[inline]
    pub(crate) fn renew(&mut self, text: &'a [u8]) {
        self.forget();
        (self.text, self.uncut, self.is_foreign) = (text, text, false);
    }

    #[inline]
    pub(crate) fn keys(&self) -> Keys {
        self.keys
    }

    /// Takes back all that was noted.
    pub(super) fn forget(&mut self) {
        self.present = 0;
        (self.seen_kind, self.is_ok) = (None, false);
        self.took = None;
    }

    /// The keys that were looked for are not the runtime's.
    pub(super) fn set_foreign(&mut self) {
        self.is_foreign = true;
        // Outside a trace, some write ids that are zero.
        for role in [Role::Trace, Role::Span, Role::Parent] {
            if self.bare(role).iter().all(|digit| matches!(digit, b'0' | b'x' | b'-')) {
                self.present &= !(1 << role as u8);
            }
        }
        if !self.has(Role::Outcome) && self.has(Role::RoughOutcome) {
            let (begin, end) = self.at[Role::RoughOutcome as usize];
            self.put(Role::Outcome, begin as usize, end as usize);
        }
    }

    /// Notes where the value of a role stands.
    #[inline]
    pub(super) fn put(&mut self, role: Role, begin: usize, end: usize) {
        self.at[role as usize] = (begin as u32, end as u32);
        self.present |= 1 << role as u8;
    }

    /// Notes which kind it is that was put.
    #[inline]
    pub(super) fn keep_kind(&mut self, kind: Kind) {
        self.seen_kind = Some(kind);
    }

    /// Notes that the outcome that was put says that all went well.
    #[inline]
    pub(super) fn keep_ok(&mut self) {
        self.is_ok = true;
    }

    /// Notes what the duration that was put stands for, in nanoseconds.
    #[inline]
    pub(super) fn keep_took(&mut self, ns: i64) {
        self.took = Some(ns);
    }

    /// As `put`, unless there is one before, or the value says nothing. An
    /// object is no value of ours, but for a time in parts.
    #[inline]
    pub(super) fn set(&mut self, role: Role, value: &[u8]) {
        let is_object = value.first() == Some(&b'{') && role != Role::Time;
        if !self.has(role) && !is_absent(value) && !is_object {
            let begin = self.place(value);
            self.put(role, begin, begin + value.len());
        }
    }

    /// Returns where a part of the text stands.
    #[inline]
    fn place(&self, part: &[u8]) -> usize {
        part.as_ptr().addr() - self.text.as_ptr().addr()
    }

    /// Returns whether the keys are those of the runtime.
    #[inline]
    pub(super) fn is_native(&self) -> bool {
        self.has(Role::Time) && self.has(Role::Level) && self.has(Role::Target)
    }

    /// Cuts what stands behind the object, and finds out its kind.
    #[inline]
    pub(super) fn end(&mut self, end: usize) {
        self.text = &self.text[..end];
        self.kind = self.find_kind();
        if self.kind == Kind::Event {
            self.leave_fields();
        }
    }

    /// As `end`, for a line that was read only in part.
    #[inline]
    pub(crate) fn end_short(&mut self, end: usize) {
        self.text = &self.text[..end];
        self.kind = self.find_kind();
    }

    /// On an event, texts such as `path` are the user's own.
    #[inline]
    fn leave_fields(&mut self) {
        let texts = [Role::Error, Role::Name, Role::Path, Role::Method, Role::Route, Role::Status];
        for role in texts {
            self.present &= !(1 << role as u8);
        }
    }

    #[inline]
    fn find_kind(&self) -> Kind {
        if let Some(kind) = self.seen_kind {
            return kind;
        }
        match self.bare(Role::Kind) {
            b"step" => Kind::Step,
            b"request" | b"stream" => Kind::Request,
            b"job" => Kind::Job,
            _ => self.kind_by_duration(),
        }
    }

    /// A line of another producer with a duration is the end of something.
    fn kind_by_duration(&self) -> Kind {
        let roles = [Role::Duration, Role::DurationNs, Role::Latency];
        if !roles.into_iter().any(|role| self.has(role)) {
            return Kind::Event;
        }
        match () {
            () if self.has(Role::Status) => Kind::Request,
            () if self.has(Role::Span) || self.has(Role::SpanDecimal) => Kind::Step,
            () => Kind::Event,
        }
    }

    #[inline]
    pub(crate) fn text(&self) -> &'a [u8] {
        self.text
    }

    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns whether a request or a job ended here.
    #[inline]
    pub(crate) fn is_request(&self) -> bool {
        matches!(self.kind, Kind::Request | Kind::Job)
    }

    #[inline]
    pub(crate) fn has(&self, role: Role) -> bool {
        self.present & 1 << role as u8 != 0
    }

    /// Returns the value of a role, with its quotes; empty if there is none.
    #[inline]
    pub(crate) fn raw(&self, role: Role) -> &'a [u8] {
        if !self.has(role) {
            return &[];
        }
        let (begin, end) = self.at[role as usize];
        &self.text[begin as usize..end as usize]
    }

    /// Returns the value of a role without its quotes, but with its escapes.
    #[inline]
    pub(crate) fn bare(&self, role: Role) -> &'a [u8] {
        bare(self.raw(role))
    }

    /// Returns the same with zeros behind it, and its length, if it has at most 16
    /// bytes: so that it is compared without a call.
    #[inline]
    pub(crate) fn short(&self, role: Role) -> Option<(usize, u128)> {
        let (begin, end) = self.at[role as usize];
        // Without its quotes.
        let (begin, len) = (begin as usize + 1, (end - begin).checked_sub(2)? as usize);
        let bytes = self.uncut.get(begin..)?.first_chunk()?;
        let is_string = self.uncut[begin - 1] == b'"' && (1..=16).contains(&len);
        let mask = u128::MAX >> (128 - 8 * (len as u32).clamp(1, 16));
        (is_string && self.has(role)).then(|| (len, u128::from_le_bytes(*bytes) & mask))
    }

    /// Returns what the value of a role stands for.
    pub(crate) fn string(&self, role: Role) -> Option<Cow<'a, str>> {
        self.has(role).then(|| decode(self.bare(role)))
    }

    /// Returns the duration in nanoseconds, if the walk has read it.
    #[inline]
    pub(super) fn kept_took(&self) -> Option<i64> {
        self.took
    }

    /// Returns whether the walk has seen that all went well.
    #[inline]
    pub(super) fn is_kept_ok(&self) -> bool {
        self.is_ok
    }

    /// Returns the raw value of a field, by its name. On a line with other keys
    /// than the runtime's, its names stand for the same as on its own lines.
    pub(crate) fn field(&self, name: &str) -> Option<&'a [u8]> {
        let role = keys::native(name.as_bytes()).filter(|_| self.is_foreign);
        if let Some(role) = role.filter(|role| self.has(*role)) {
            return Some(self.raw(role));
        }
        let is_it = |key: &[u8]| key == name.as_bytes() || decode(key) == name;
        let is_renamed = |key: &[u8]| users_name(&decode(key)) == name;
        let find = |is_it: &dyn Fn(&[u8]) -> bool| {
            self.fields().find(|member| is_it(member.key)).map(|member| member.value)
        };
        find(&is_it).or_else(|| self.is_foreign.then(|| find(&is_renamed))?)
    }

    /// Returns the host of a call to another service.
    pub(crate) fn host(&self) -> Option<&'a [u8]> {
        if self.has(Role::Host) { Some(self.raw(Role::Host)) } else { self.field(keys::HOST) }
    }

    /// Returns the port of such a call, if the line has it. A field of that name
    /// may be something else.
    pub(crate) fn port(&self) -> Option<&'a [u8]> {
        let has_role = self.has(Role::Port);
        let port = if has_role { Some(self.raw(Role::Port)) } else { self.field(keys::PORT) };
        port.filter(|port| integer(port).is_some_and(|port| u16::try_from(port).is_ok()))
    }

    /// Returns the members of the object. A column of a table that holds all
    /// other fields is taken apart.
    pub(crate) fn fields(&self) -> impl Iterator<Item = Member<'a>> {
        members(self.text).flat_map(|member| {
            let holds = holds_fields(member.key) || self.is_foreign && self.keys.nests(member.key);
            let inner: &[u8] = if holds { member.value } else { b"{}" };
            let own = inner.len() <= 2;
            own.then_some(member).into_iter().chain(members(inner))
        })
    }

    /// Returns whether a value of a member is, or holds, the value of a role.
    pub(crate) fn is_role(&self, value: &[u8]) -> bool {
        let begin = self.place(value);
        let is_within = |(role, at): (usize, &(u32, u32))| {
            let is_there = self.present & 1 << role != 0;
            is_there && at.0 as usize >= begin && at.1 as usize <= begin + value.len()
        };
        self.at.iter().enumerate().any(is_within)
    }
}
