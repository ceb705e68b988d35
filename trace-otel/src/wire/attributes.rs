//! The attributes of a span or a log record, and how many there may be.

use trace_runtime::observe::{FieldValue, Text};

use super::{Value, Wire, first_field};

/// The most attributes, and the most characters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cap {
    pub(crate) count: usize,
    pub(crate) length: Option<usize>,
}

impl Default for Cap {
    fn default() -> Self {
        Self { count: 128, length: None }
    }
}

/// Appends attributes to a message: the user's first, then those of the
/// convention. If there are too many, the user's last ones are left out.
#[derive(Debug)]
pub(crate) struct Attributes<'w> {
    pub(crate) wire: &'w mut Wire,
    field: u32,
    cap: Cap,
    start: usize,
    users: usize,
    ours: usize,
}

impl<'w> Attributes<'w> {
    /// Begins the attributes, which stand in this field of the message.
    pub(crate) fn begin(wire: &'w mut Wire, field: u32, cap: Cap) -> Self {
        let start = wire.len();
        Self { wire, field, cap, start, users: 0, ours: 0 }
    }

    /// Appends a field of the user.
    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    pub(crate) fn user(&mut self, key: Text<'_>, value: FieldValue<'_>) {
        self.users += 1;
        if self.cap.length.is_none() && self.wire.short_user(self.field, key, value) {
            return;
        }
        let (value, longest) = (Value::Field(value), self.cap.length);
        self.wire.nested(self.field, |pair| {
            pair.plain(1, key);
            pair.any_value(2, &value, longest);
        });
    }

    /// Appends an attribute of the convention.
    pub(crate) fn ours(&mut self, key: &str, value: &Value<'_>) {
        self.ours += 1;
        let longest = self.cap.length;
        if longest.is_none() && self.wire.short_ours(self.field, key, value) {
            return;
        }
        self.wire.nested(self.field, |pair| {
            pair.bytes(1, key.as_bytes());
            pair.any_value(2, value, longest);
        });
    }

    /// Appends so many attributes of the convention, encoded before.
    pub(crate) fn kept(&mut self, count: usize, encoded: &[u8]) {
        self.ours += count;
        self.wire.push(encoded);
    }

    /// Ends them. Returns how many were left out.
    pub(crate) fn end(self) -> u64 {
        let dropped = (self.users + self.ours).saturating_sub(self.cap.count);
        if dropped > 0 {
            self.leave_out(dropped);
        }
        dropped as u64
    }

    /// Leaves out the user's last ones, and then the last ones of ours.
    #[cold]
    fn leave_out(self, dropped: usize) {
        let (kept_users, lost_users) =
            (self.users.saturating_sub(dropped), self.users.min(dropped));
        let kept_ours = self.ours - (dropped - lost_users);
        let all = self.wire.as_bytes()[self.start..].to_vec();
        self.wire.truncate(self.start);
        let is_kept =
            |at: usize| at < kept_users || (self.users..self.users + kept_ours).contains(&at);
        let (mut rest, mut at) = (&all[..], 0);
        while let Some((_, _, len)) = first_field(rest) {
            if is_kept(at) {
                self.wire.push(&rest[..len]);
            }
            (rest, at) = (&rest[len..], at + 1);
        }
    }
}
