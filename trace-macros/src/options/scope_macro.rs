//! The macros that open a scope and take options.

use std::fmt;

use crate::{field::key::Owner, words::reserved::LineKind};

/// A macro that opens a scope: one of the two attributes, or `step!`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeMacro {
    TracedHandler,
    Timed,
    Step,
}

impl ScopeMacro {
    /// The name under which it is imported.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TracedHandler => "traced_handler",
            Self::Timed => "timed",
            Self::Step => "step",
        }
    }

    /// The owner of its fields.
    pub(crate) fn owner(self) -> Owner {
        match self {
            Self::TracedHandler => Owner::Handler,
            Self::Timed => Owner::Timed,
            Self::Step => Owner::Step,
        }
    }

    /// The kind of its line.
    pub(crate) fn line_kind(self) -> LineKind {
        match self {
            Self::TracedHandler => LineKind::Request,
            Self::Timed | Self::Step => LineKind::Step,
        }
    }
}

/// As error messages write it.
impl fmt::Display for ScopeMacro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TracedHandler | Self::Timed => write!(f, "`#[{}]`", self.name()),
            Self::Step => write!(f, "`{}!`", self.name()),
        }
    }
}
