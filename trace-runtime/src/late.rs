//! Fields that are known only later: what `record!` and `record_request!`
//! call.
//!
//! A value is encoded first, where foreign code may run, and then put into
//! its place as bytes.

use std::{fmt, sync::Once};

use crate::{
    Limits, Value,
    context::{Context, store},
    fields::Encoded,
    filter,
    writer::complaint::complain_at_last,
};

/// Returns where fields of the innermost step or request go, if there is one.
#[inline]
pub fn record() -> Option<Late> {
    if filter::is_anything_on() { Late::new(store::set_field) } else { None }
}

/// Returns where fields of the request go, if there is one.
#[inline]
pub fn record_request() -> Option<Late> {
    if filter::is_anything_on() { Late::new(store::set_request_field) } else { None }
}

/// Where fields go that are known only now.
pub struct Late {
    set: fn(&Encoded<'_>, &Limits),
    limits: Limits,
}

impl Late {
    /// None outside any trace, and once its request line is written.
    fn new(set: fn(&Encoded<'_>, &Limits)) -> Option<Self> {
        let here = Context::current();
        if !here.is_in_open_trace() {
            if here.owner.trace().is_some() {
                too_late();
            }
            return None;
        }
        let output = here.output()?;
        Some(Self { set, limits: output.style.limits })
    }

    /// Puts each value under its key; the last value of a key wins.
    pub fn write(self, keys: &[&str], values: &[Value<'_>]) {
        for (key, value) in keys.iter().zip(values) {
            (self.set)(&Encoded::new(key.as_bytes(), value, &self.limits), &self.limits);
        }
    }
}

/// Says once on standard error that fields are lost, while one may still mend
/// it: in debug builds.
#[cold]
fn too_late() {
    static SAID: Once = Once::new();
    if cfg!(debug_assertions) {
        SAID.call_once(|| {
            complain_at_last(
                "fields were recorded after their request had ended, and are on no line \
                 (said once, in debug builds)",
            );
        });
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late").finish_non_exhaustive()
    }
}
