//! Fields that a trace carries: once set, they stand on every line of the
//! trace.
//!
//! They are encoded once and take at most [`MOST`] bytes together, so a line
//! only copies them and always has room for them. The lock is held during that
//! copy, never while foreign code runs. If nothing is carried, a line needs one
//! atomic load.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use crate::field::{
    kept::{Encoded, Kept},
    limits::Limits,
};

/// The most bytes of a line that all carried fields together may take.
pub(crate) const MOST: usize = 256;

const LIMITS: Limits = Limits { line: MOST, ..Limits::new() };

/// The fields that a trace carries.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    /// Whether anything is carried. Starting a task or thread synchronizes, so
    /// fields set before that are seen there although the ordering is relaxed.
    is_any: AtomicBool,
    fields: Mutex<Kept>,
}

impl Carried {
    /// Returns it, if anything is carried.
    #[inline]
    pub(crate) fn if_any(&self) -> Option<&Self> {
        self.is_any.load(Ordering::Relaxed).then_some(self)
    }

    /// Carries a field from now on; the last value of a key wins.
    pub(crate) fn set(&self, field: &Encoded<'_>) {
        self.fields().set(field, &LIMITS);
        self.is_any.store(true, Ordering::Relaxed);
    }

    /// Carries all of these fields, as [`set`](Self::set) does.
    pub(crate) fn extend(&self, fields: &Kept) {
        if !fields.is_empty() || fields.is_cut() {
            self.fields().extend(fields, &LIMITS);
            self.is_any.store(true, Ordering::Relaxed);
        }
    }

    /// Gives another trace the fields that this one carries.
    pub(crate) fn copy_to(&self, other: &Self) {
        if self.if_any().is_some() {
            other.extend(&self.fields());
        }
    }

    /// Calls `read` with the members, and whether something did not fit. `read`
    /// runs under the lock and must not call foreign code.
    pub(crate) fn read(&self, read: impl FnOnce(&[u8], bool)) {
        let fields = self.fields();
        read(fields.members(), fields.is_cut());
    }

    fn fields(&self) -> MutexGuard<'_, Kept> {
        self.fields.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the limits for carried fields, given those of a line.
pub(crate) fn limits(of_line: Limits) -> Limits {
    Limits { line: MOST, value: of_line.value.min(MOST), ..of_line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::value::{ToValue as _, Value};

    fn set(carried: &Carried, key: &'static [u8], value: Value<'_>) {
        carried.set(&Encoded::new(key, &value, &limits(Limits::new())));
    }

    #[track_caller]
    fn check(carried: &Carried, expected: &str, is_cut: bool) {
        carried.read(|members, cut| {
            assert_eq!((members, cut), (expected.as_bytes(), is_cut));
        });
    }

    #[test]
    fn the_last_value_of_a_key_is_carried_and_none_ends_it() {
        let carried = Carried::default();
        assert!(carried.if_any().is_none());
        set(&carried, br#","a":"#, 1.to_value());
        set(&carried, br#","b":"#, 2.to_value());
        set(&carried, br#","a":"#, 3.to_value());
        check(&carried, r#","b":2,"a":3"#, false);
        set(&carried, br#","b":"#, None::<u8>.to_value());
        check(carried.if_any().unwrap(), r#","a":3"#, false);
    }

    #[test]
    fn what_does_not_fit_is_cut_or_left_out_and_said_to_be() {
        let carried = Carried::default();
        let long = "x".repeat(1_000);
        set(&carried, br#","a":"#, long.to_value());
        let cut = format!(r#","a":"{}""#, &long[..MOST - 7]);
        assert_eq!(cut.len(), MOST);
        check(&carried, &cut, true);
        set(&carried, br#","b":"#, 1.to_value());
        check(&carried, &cut, true);
    }
}
