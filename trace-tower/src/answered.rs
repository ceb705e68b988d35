//! The reason of a failure that says nothing but its status.

use std::{error::Error, fmt};

use http::StatusCode;

/// `answered 503 Service Unavailable`: by another service, or by this one.
#[derive(Debug)]
pub(crate) struct Answered(pub(crate) StatusCode);

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered {}", self.0)
    }
}

impl Error for Answered {}
