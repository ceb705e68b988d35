//! What durations are grouped by.

use crate::{
    line::{Depth, Line, Role, bare, decode},
    scan::Tally,
    source::Complaints,
    stat::Groups,
    trace::{Name, Names},
};

/// A name by which durations are grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    Route,
    Step,
    Service,
    Name,
    /// A field of the request line.
    Field(String),
}

impl By {
    pub(super) const MOST: usize = 4;

    pub(super) fn new(name: &str) -> Self {
        match name {
            "route" => Self::Route,
            "step" => Self::Step,
            "service" => Self::Service,
            "name" => Self::Name,
            field => Self::Field(field.to_owned()),
        }
    }

    pub(super) fn word(&self) -> &str {
        match self {
            Self::Route => "route",
            Self::Step => "step",
            Self::Service => "service",
            Self::Name => "name",
            Self::Field(field) => field,
        }
    }

    /// Returns how far a line is read to know the name.
    pub(super) fn depth(&self) -> Depth {
        match self {
            Self::Step | Self::Name => Depth::Duration,
            Self::Route => Depth::Route,
            Self::Service | Self::Field(_) => Depth::Whole,
        }
    }

    /// Returns the name that a line has.
    #[inline]
    pub(super) fn of(&self, line: &Line<'_>, names: &mut Names, buf: &mut Vec<u8>) -> Name {
        match self {
            Self::Route => route(line, names, buf),
            Self::Step | Self::Name => some(line, Role::Name, names),
            Self::Service => some(line, Role::Service, names),
            Self::Field(field) => {
                let value = line.field(field).map(|value| decode(bare(value)));
                names.of_text(value.as_deref().filter(|text| !text.is_empty()).unwrap_or("(none)"))
            }
        }
    }
}

#[inline]
fn some(line: &Line<'_>, role: Role, names: &mut Names) -> Name {
    match names.of_role(line, role) {
        Name::NONE => names.of_text("(none)"),
        name => name,
    }
}

#[inline]
fn route(line: &Line<'_>, names: &mut Names, buf: &mut Vec<u8>) -> Name {
    let (method, route) = (line.bare(Role::Method), line.bare(Role::Route));
    buf.clear();
    match (method, route) {
        (b"", b"") => {
            buf.extend_from_slice(b"job ");
            buf.extend_from_slice(line.bare(Role::Name));
            let is_job = line.kind() == crate::line::Kind::Job;
            return names.of(if is_job { buf } else { line.bare(Role::Name) });
        }
        (_, b"") => buf.extend_from_slice(b"(no route)"),
        (b"", route) => buf.extend_from_slice(route),
        (method, route) => {
            buf.extend_from_slice(method);
            buf.push(b' ');
            buf.extend_from_slice(route);
        }
    }
    names.of(buf)
}

/// What `stats` has found.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) groups: Groups,
    pub(super) tally: Tally,
    pub(super) complaints: Complaints,
    /// How long all requests took that were chosen.
    pub(super) requests_ns: i64,
    pub(super) dropped: u64,
    /// Dropped lines by their causes.
    pub(super) causes: Vec<(String, u64)>,
    /// Of a sample of span ids, how many were there, and how many twice.
    pub(super) sample: (u64, u64),
    /// Whether what was there twice was left out.
    pub(super) is_deduped: bool,
}
