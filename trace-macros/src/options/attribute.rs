//! Which macros take options?

use std::fmt;

use crate::{field::key::Holder, words::reserved::Kind};

/// One of our two attributes, or `step!`, which takes the options of one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    TracedHandler,
    Timed,
    Step,
}

impl Attribute {
    /// The name it is imported by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TracedHandler => "traced_handler",
            Self::Timed => "timed",
            Self::Step => "step",
        }
    }

    /// What its fields stand in.
    pub(crate) fn holder(self) -> Holder {
        match self {
            Self::TracedHandler => Holder::Handler,
            Self::Timed => Holder::Timed,
            Self::Step => Holder::Step,
        }
    }

    /// What its line is about.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::TracedHandler => Kind::Request,
            Self::Timed | Self::Step => Kind::Step,
        }
    }
}

/// As in an error.
impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TracedHandler | Self::Timed => write!(f, "`#[{}]`", self.name()),
            Self::Step => write!(f, "`{}!`", self.name()),
        }
    }
}
