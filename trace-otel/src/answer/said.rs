//! What a receiver says of a request that it has not accepted.

use super::partial::{for_each_field, shortened};
use crate::wire::Field;

/// Reads the `message` of the `google.rpc.Status` that OTLP asks for.
pub(super) fn message(answer: &[u8]) -> String {
    let mut message = String::new();
    for_each_field(answer, |number, field| {
        if let (2, Field::Bytes(text)) = (number, field) {
            message = shortened(text);
        }
    });
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    #[test]
    fn the_message_of_a_status_is_read() {
        let mut wire = Wire::default();
        wire.uint(1, 16);
        wire.bytes(2, b"the key has expired\n");
        assert_eq!(message(&wire.into_bytes()), "the key has expired");
    }

    #[test]
    fn a_status_that_is_empty_or_damaged_says_nothing() {
        for answer in [&b""[..], b"{}", b"<html>", &[0x12, 200, 1], &[0xFF; 40]] {
            assert_eq!(message(answer), "", "{answer:?}");
        }
    }
}
