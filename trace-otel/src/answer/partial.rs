//! What a receiver says of a batch that it has accepted: `partial_success`.

use crate::wire::{Field, first_field};

/// How many items were not accepted, and what the receiver says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partial {
    pub(crate) rejected: u64,
    pub(crate) message: String,
}

impl Partial {
    /// Reads the answer of either signal; they have the same numbers.
    pub(super) fn read(answer: &[u8]) -> Self {
        let mut partial = Self::default();
        for_each_field(answer, |number, field| {
            if let (1, Field::Bytes(inner)) = (number, field) {
                for_each_field(inner, |number, field| partial.set(number, &field));
            }
        });
        partial
    }

    fn set(&mut self, number: u64, field: &Field<'_>) {
        match (number, field) {
            // A negative number is none.
            (1, Field::Number(rejected)) => {
                self.rejected = i64::try_from(*rejected).map_or(0, i64::unsigned_abs);
            }
            (2, Field::Bytes(text)) => self.message = shortened(text),
            _ => {}
        }
    }
}

/// How much of the receiver's message is reported.
const MOST_CHARACTERS: usize = 300;

/// Returns as much of a text of the receiver's as is reported.
pub(super) fn shortened(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().chars().take(MOST_CHARACTERS).collect()
}

pub(super) fn for_each_field<'a>(mut message: &'a [u8], mut each: impl FnMut(u64, Field<'a>)) {
    while let Some((number, field, len)) = first_field(message) {
        each(number, field);
        message = &message[len..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    #[expect(clippy::cast_sign_loss, reason = "the format wants the two's complement")]
    fn answer(rejected: Option<i64>, message: &str) -> Vec<u8> {
        let mut wire = Wire::default();
        wire.nested(1, |partial| {
            if let Some(rejected) = rejected {
                partial.uint(1, rejected as u64);
            }
            partial.bytes(2, message.as_bytes());
        });
        wire.into_bytes()
    }

    #[test]
    fn the_number_and_the_message_are_read() {
        for (rejected, expected) in [(Some(3), 3), (Some(-3), 0), (None, 0)] {
            let partial = Partial::read(&answer(rejected, "too old"));
            assert_eq!(partial, Partial { rejected: expected, message: "too old".to_owned() });
        }
    }

    #[test]
    fn an_answer_that_is_empty_or_damaged_says_nothing() {
        for answer in [&b""[..], b"{}", b"<html>", &[0x0A, 200, 1], &[0xFF; 40]] {
            assert_eq!(Partial::read(answer), Partial::default(), "{answer:?}");
        }
    }
}
