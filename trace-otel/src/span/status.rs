//! Whether a span has failed.

use trace_runtime::{
    Outcome,
    observe::{Closed, Kind, Text},
};

use crate::wire::Wire;

const MESSAGE: u32 = 2;
const CODE: u32 = 3;
const ERROR: u64 = 2;

/// The status of a span, and the value of `error.type`.
#[derive(Debug)]
pub(super) struct Status<'a> {
    /// Set if it has failed.
    pub(super) error_type: Option<ErrorType>,
    pub(super) text: Option<Text<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ErrorType {
    Http(u16),
    Panicked,
    Other,
}

impl<'a> Status<'a> {
    /// A request that was cancelled has not failed: its status stays unset. A
    /// call that was answered with a 4xx has failed by the convention, though
    /// its line says `ok`.
    pub(super) fn of(closed: &Closed<'a>) -> Self {
        let status = closed.http().and_then(|http| http.status());
        let error_type = match (closed.outcome(), status) {
            (Outcome::Panicked, _) => Some(ErrorType::Panicked),
            (Outcome::Error, Some(status @ 400..)) => Some(ErrorType::Http(status)),
            (Outcome::Error, _) => Some(ErrorType::Other),
            (Outcome::Ok, Some(status @ 400..)) if closed.kind() == Kind::Call => {
                Some(ErrorType::Http(status))
            }
            _ => None,
        };
        Self { error_type, text: closed.error() }
    }

    pub(super) fn write(&self, wire: &mut Wire, field: u32) {
        if self.error_type.is_some() {
            wire.nested(field, |wire| {
                if let Some(text) = self.text {
                    wire.plain(MESSAGE, text);
                }
                wire.uint(CODE, ERROR);
            });
        }
    }
}
