//! Fields whose keys are known only at run time, and may be anything.
//!
//! A key that is the runtime's own, or that came before, is written as
//! `field.<key>`. Each key is compared with at most one word of the runtime's,
//! and with those before it by a number made of its letters.

use std::error::Error;

use super::{encoder::Encoder, fields::member_key, keys, reserved};
use crate::{
    callsite::LineKind,
    field::{
        causes,
        encode::{self, Fit, Room},
        value::Value,
    },
    guard,
    json::{members, string::Escaper},
    record::Named,
};

/// How many keys there is room for at once: more take an allocation.
const USUAL_KEYS: usize = 32;

/// What stands before a key that is not free.
const PREFIX: &str = "field.";

/// The keys of a line so far, each as a number.
struct Taken {
    usual: [u32; USUAL_KEYS],
    more: Vec<u32>,
    count: usize,
}

impl Taken {
    const fn new() -> Self {
        Self { usual: [0; USUAL_KEYS], more: Vec::new(), count: 0 }
    }

    fn contains(&self, number: u32) -> bool {
        let usual = self.usual.get(..self.count).unwrap_or(&self.usual);
        usual.contains(&number) || self.more.contains(&number)
    }

    fn push(&mut self, number: u32) {
        match self.usual.get_mut(self.count) {
            Some(place) => *place = number,
            None => self.more.push(number),
        }
        self.count += 1;
    }
}

/// A key as it is to be written, behind so many `field.`.
struct Name<'a> {
    prefixes: usize,
    name: &'a str,
}

impl Name<'_> {
    /// Returns it as a number, in which case does not matter (FNV-1a, 32 bits).
    fn number(&self) -> u32 {
        let prefixes = (0..self.prefixes).flat_map(|_| PREFIX.bytes());
        prefixes.chain(self.name.bytes()).fold(0x811c_9dc5, |number, byte| {
            (number ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193)
        })
    }

    fn push_to(&self, to: &mut Escaper<'_>) {
        for _ in 0..self.prefixes {
            to.push(PREFIX);
        }
        to.push(self.name);
    }

    fn text(&self) -> String {
        format!("{}{}", PREFIX.repeat(self.prefixes), self.name)
    }
}

/// A key that was written.
struct Key {
    number: u32,
    /// Whether its value is written as text, whatever its type.
    is_text: bool,
}

impl Encoder<'_> {
    pub(super) fn named(&mut self, fields: &Named<'_>) {
        let (mut taken, start) = (Taken::new(), self.to.len());
        // What sets the fields is not ours.
        let all = guard::caught(|| {
            fields(&mut |name, value| self.named_field(name, value, start, &mut taken, fields));
        });
        self.cut |= all.is_none();
    }

    fn named_field(
        &mut self,
        name: &str,
        value: &Value<'_>,
        start: usize,
        taken: &mut Taken,
        all: &Named<'_>,
    ) {
        if value.is_absent() {
            return;
        }
        let before = self.to.len();
        let Some(key) = self.free_key(name, start, taken) else {
            self.cut = true;
            return;
        };
        let room = Room { end: self.end, value: self.style.limits.value };
        let push = if key.is_text { encode::push_text } else { encode::push };
        let value_at = self.to.len();
        let fit = push(&mut self.to, b"", value, room);
        self.note(fit);
        if self.to.len() == value_at {
            return self.to.truncate(before);
        }
        taken.push(key.number);
        if let Some(first) = causes::of(value) {
            let key = self.to.text().get(before..value_at).map(causes::key);
            self.named_causes(&key.unwrap_or_default(), first, start, taken, all);
        }
    }

    /// Writes `,"name":` under the first name that is free. None if it is too
    /// long.
    fn free_key(&mut self, name: &str, start: usize, taken: &Taken) -> Option<Key> {
        let mut free = Name { prefixes: 0, name };
        if reserved::is_reserved(name, LineKind::Event) {
            free.prefixes = 1;
        }
        while self.is_taken(&free, start, taken) {
            free.prefixes += 1;
        }
        let is_text = free.prefixes == 0 && reserved::is_text(name);
        self.key(&free).then(|| Key { number: free.number(), is_text })
    }

    /// Two keys may have one number: so what was written is looked at as well.
    fn is_taken(&self, name: &Name<'_>, start: usize, taken: &Taken) -> bool {
        taken.contains(name.number())
            && member_key(&name.text()).is_some_and(|key| {
                members::contain(self.to.text().get(start..).unwrap_or_default(), &key)
            })
    }

    /// Writes `,"name":`, if there is room for it.
    fn key(&mut self, name: &Name<'_>) -> bool {
        let before = self.to.len();
        self.to.put(b",");
        let fit = encode::push_quoted(&mut self.to, keys::MOST_NAME, |to| name.push_to(to));
        self.to.put(b":");
        let fits = fit == Fit::Whole && self.to.len() + 2 <= self.end;
        if !fits {
            self.to.truncate(before);
        }
        fits
    }

    /// Writes the causes of the error under a key, unless another field has
    /// theirs.
    fn named_causes(
        &mut self,
        key: &[u8],
        first: &(dyn Error + 'static),
        start: usize,
        taken: &mut Taken,
        all: &Named<'_>,
    ) {
        let text = String::from_utf8_lossy(key.get(2..key.len().saturating_sub(2)).unwrap_or(&[]));
        let chain = Name { prefixes: 0, name: &text };
        let mut is_given = self.is_taken(&chain, start, taken);
        all(&mut |name, _| is_given |= name.eq_ignore_ascii_case(&text));
        if !is_given {
            taken.push(chain.number());
            self.causes(key, first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_in_case_alone_have_one_number() {
        let number = |prefixes, name| Name { prefixes, name }.number();
        assert_eq!(number(0, "User.Id"), number(0, "user.id"));
        assert_ne!(number(0, "user.id"), number(0, "user_id"));
        assert_eq!(number(1, "id"), number(0, "field.id"));
    }

    #[test]
    fn all_keys_are_found_again_however_many_there_are() {
        let mut taken = Taken::new();
        for number in 1..=100 {
            assert!(!taken.contains(number));
            taken.push(number);
        }
        assert!((1..=100).all(|number| taken.contains(number)) && !taken.contains(0));
    }
}
