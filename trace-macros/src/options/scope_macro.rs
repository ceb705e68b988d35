//! Which macros take options?

use std::fmt;

use crate::{field::key::Owner, words::reserved::LineKind};

/// One of our two attributes, or `step!`, which takes the options of one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ScopeMacro {
    TracedHandler,
    Timed,
    Step,
}

impl ScopeMacro {
    /// The name it is imported by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TracedHandler => "traced_handler",
            Self::Timed => "timed",
            Self::Step => "step",
        }
    }

    /// What its fields stand in.
    pub(crate) fn owner(self) -> Owner {
        match self {
            Self::TracedHandler => Owner::Handler,
            Self::Timed => Owner::Timed,
            Self::Step => Owner::Step,
        }
    }

    /// What its line is about.
    pub(crate) fn line_kind(self) -> LineKind {
        match self {
            Self::TracedHandler => LineKind::Request,
            Self::Timed | Self::Step => LineKind::Step,
        }
    }
}

/// As in an error.
impl fmt::Display for ScopeMacro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TracedHandler | Self::Timed => write!(f, "`#[{}]`", self.name()),
            Self::Step => write!(f, "`{}!`", self.name()),
        }
    }
}
