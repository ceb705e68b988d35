//! The id of a trace: generated here, or accepted from a caller by one rule.
//!
//! This module does not know which header or argument an id comes from.

use std::{fmt, sync::Arc};

use serde_core::{Serialize, Serializer};
use uuid::Uuid;

use super::{
    hex::{digits, halves, parse_hex},
    random,
};

/// The id that all lines of one request carry.
///
/// Either 16 bytes, shown as 32 lower-case hexadecimal digits, or an id
/// accepted from the caller, kept exactly as it came. This crate generates
/// random UUIDs, which are also valid [W3C trace-id]s.
///
/// # Examples
///
/// ```
/// use trace_runtime::TraceId;
///
/// let made = TraceId::generate();
/// assert_eq!(made.to_string().len(), 32);
///
/// let taken = TraceId::accept(b"req-7/eu:1").unwrap();
/// assert_eq!(taken.to_string(), "req-7/eu:1");
/// ```
///
/// [W3C trace-id]: https://www.w3.org/TR/trace-context-2/#trace-id
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TraceId(Repr);

/// The id as text, ready to be copied into a line.
///
/// Each id has one representation: 32 lower-case hexadecimal digits are always
/// `Digits`, so two ids are equal exactly if their texts are.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Digits([u8; 32]),
    Text(Arc<str>),
}

/// The reason why an incoming id was replaced by a new one.
///
/// Its name stands on the request line as `request_id_rejected`. The refused
/// bytes are not written anywhere.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Rejected, TraceId};
///
/// let rejected = TraceId::accept(b"two words").unwrap_err();
/// assert_eq!(rejected, Rejected::Charset);
/// assert_eq!(rejected.as_str(), "charset");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejected {
    /// It is longer than 128 bytes, or than the limit that was set.
    TooLong,
    /// It contains a character other than `A–Z a–z 0–9 - _ . : / + = @ ~`.
    Charset,
    /// There was more than one.
    Multiple,
    /// It is empty, or the nil UUID.
    Empty,
}

impl Rejected {
    /// Returns the name: `too_long`, `charset`, `multiple` or `empty`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Rejected, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = id)]
    /// async fn get_order(id: &str) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(get_order("two words")).await;
    /// assert_eq!(capture.values()[0]["request_id_rejected"], Rejected::Charset.as_str());
    /// # }
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Charset => "charset",
            Self::Multiple => "multiple",
            Self::Empty => "empty",
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Rejected {}

/// Writes the digits of a new random id.
#[inline]
fn write_new(text: &mut [u8; 32]) {
    let [first, second] = random::bits();
    // The bits that say version and variant. `uuid` sets them in bytes, and to
    // read those as numbers again takes longer than all the rest.
    let (first, second) = (first & !0xF000 | 0x4000, second & !(3 << 62) | 2 << 62);
    let halves = [first, second].map(halves);
    for (text, half) in text.chunks_exact_mut(8).zip(halves.as_flattened()) {
        text.copy_from_slice(half);
    }
}

impl TraceId {
    /// Stands where an id is still to be set.
    pub(crate) const ZERO: Self = Self(Repr::Digits([b'0'; 32]));

    /// The most bytes that an accepted id may have.
    pub const MAX_LEN: usize = 128;

    /// Makes a new id: a random UUID (version 4, [RFC 9562 §5.4]).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::TraceId;
    ///
    /// let (first, second) = (TraceId::generate(), TraceId::generate());
    /// assert_ne!(first, second);
    /// assert_eq!(first.to_bytes()[6] >> 4, 4, "the version of the UUID");
    /// assert_eq!(first.to_bytes()[8] >> 6, 0b10, "the variant of RFC 9562");
    /// ```
    ///
    /// [RFC 9562 §5.4]: https://www.rfc-editor.org/rfc/rfc9562#section-5.4
    pub fn generate() -> Self {
        let mut text = [0; 32];
        write_new(&mut text);
        Self(Repr::Digits(text))
    }

    /// Becomes a new random id, which is written where it stays.
    #[inline]
    pub(crate) fn set_generated(&mut self) {
        match &mut self.0 {
            Repr::Digits(text) => write_new(text),
            Repr::Text(_) => *self = Self::generate(),
        }
    }

    /// Makes an id from its 16 bytes.
    pub(crate) fn from_bytes(bytes: [u8; 16]) -> Self {
        let mut text = [0; 32];
        let quarters = bytes.chunks_exact(4).filter_map(<[u8]>::first_chunk);
        for (text, quarter) in text.chunks_exact_mut(8).zip(quarters) {
            text.copy_from_slice(&digits(*quarter));
        }
        Self(Repr::Digits(text))
    }

    /// Accepts an id from a caller, unchanged, if it is acceptable.
    ///
    /// Spaces and tabs around it are removed. It must then have 1 to 128 bytes,
    /// all of them `A–Z a–z 0–9 - _ . : / + = @ ~`. Proxies and other tracers
    /// send only these characters, and none of them can damage a log or a
    /// header.
    ///
    /// # Errors
    ///
    /// Returns the reason why the id is refused. An id is never shortened or
    /// repaired.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Rejected, TraceId};
    ///
    /// let id = TraceId::accept(b" Root=1-67891233-abcdef012345678912345678\t").unwrap();
    /// assert_eq!(id.to_string(), "Root=1-67891233-abcdef012345678912345678");
    /// assert_eq!(TraceId::accept(b""), Err(Rejected::Empty));
    /// assert_eq!(TraceId::accept(&[b'x'; TraceId::MAX_LEN + 1]), Err(Rejected::TooLong));
    /// assert_eq!(TraceId::accept("é".as_bytes()), Err(Rejected::Charset));
    /// ```
    pub fn accept(id: &[u8]) -> Result<Self, Rejected> {
        Self::accept_up_to(Self::MAX_LEN, id)
    }

    /// Accepts an id of up to `most` bytes.
    pub(crate) fn accept_up_to(most: usize, id: &[u8]) -> Result<Self, Rejected> {
        let id = trim(id);
        if id.is_empty() {
            return Err(Rejected::Empty);
        }
        if id.len() > most {
            return Err(Rejected::TooLong);
        }
        if !id.iter().all(|&byte| is_acceptable(byte)) {
            return Err(Rejected::Charset);
        }
        let text = std::str::from_utf8(id).map_err(|_| Rejected::Charset)?;
        let bytes = parse_hex::<16>(id);
        Ok(bytes.map_or_else(|| Self(Repr::Text(text.into())), Self::from_bytes))
    }

    /// Returns 16 bytes that represent the id where text is not allowed: in a
    /// `traceparent` and in exported traces. They are never all zero.
    ///
    /// | the id | its bytes |
    /// |---|---|
    /// | 32 hexadecimal digits, or a UUID | those digits |
    /// | 16 hexadecimal digits | those digits, after 16 zeros |
    /// | `Root=1-` 8 digits `-` 24 digits | those digits |
    /// | anything else, and all zeros | the version 5 UUID ([RFC 9562 §5.5]) of the id's text in [`NAMESPACE`](Self::NAMESPACE) |
    ///
    /// The same id has the same bytes in every service and language.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::TraceId;
    ///
    /// let id = TraceId::accept(b"00f067aa0ba902b7").unwrap();
    /// assert_eq!(id.to_bytes()[8..], [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]);
    /// ```
    ///
    /// [RFC 9562 §5.5]: https://www.rfc-editor.org/rfc/rfc9562#section-5.5
    pub fn to_bytes(&self) -> [u8; 16] {
        let digits = match &self.0 {
            Repr::Digits(digits) => parse_hex(digits),
            Repr::Text(text) => digits_in(text).and_then(|digits| parse_hex(&digits)),
        };
        let bytes = digits.filter(|bytes| *bytes != [0; 16]);
        bytes.unwrap_or_else(|| self.with_text(hashed))
    }

    /// Returns the id in the form of `traceparent` and of exporters: the digits
    /// of [`to_bytes`](Self::to_bytes).
    pub(crate) fn to_w3c(&self) -> Self {
        self.w3c_if_other().unwrap_or_else(|| self.clone())
    }

    /// Returns the id in the form of `traceparent`, if that differs from its
    /// text.
    pub(crate) fn w3c_if_other(&self) -> Option<Self> {
        match &self.0 {
            Repr::Digits(digits) if *digits != [b'0'; 32] => None,
            Repr::Digits(_) | Repr::Text(_) => Some(Self::from_bytes(self.to_bytes())),
        }
    }

    /// The namespace of the UUIDs that [`to_bytes`](Self::to_bytes) makes. It
    /// is itself the version 5 UUID of `urn:trace-runtime:opaque-id` in the URL
    /// namespace.
    pub const NAMESPACE: Uuid = Uuid::from_u128(0x00f5_0c25_358d_54d3_8d99_b1ac_9a55_b600);

    /// Calls `write` with the id as text.
    pub(crate) fn with_text<R>(&self, write: impl FnOnce(&str) -> R) -> R {
        match &self.0 {
            Repr::Text(text) => write(text),
            // Hexadecimal digits are UTF-8.
            Repr::Digits(digits) => write(std::str::from_utf8(digits).unwrap_or_default()),
        }
    }

    /// Returns the 32 hexadecimal digits, if the id consists of them.
    #[inline]
    pub(crate) fn digits(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            Repr::Digits(digits) => Some(digits),
            Repr::Text(_) => None,
        }
    }
}

/// Takes the UUID's 16 bytes. The id's text has 32 digits and no dashes.
impl From<Uuid> for TraceId {
    fn from(uuid: Uuid) -> Self {
        Self::from_bytes(uuid.into_bytes())
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl Serialize for TraceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| write!(f, "TraceId({text})"))
    }
}

/// Removes spaces and tabs at both ends.
pub(crate) fn trim(mut id: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = id {
        id = rest;
    }
    id
}

fn is_acceptable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:/+=@~".contains(&byte)
}

/// Returns the 16 or 32 digits in an id of another tracing system.
fn digits_in(id: &str) -> Option<Vec<u8>> {
    let (digits, widths): (&str, &[usize]) = match id.strip_prefix("Root=1-") {
        Some(rest) => (rest, &[8, 24]),
        None if id.len() == 36 => (id, &[8, 4, 4, 4, 12]),
        None => (id, &[id.len()]),
    };
    let parts = digits.split('-');
    if !parts.clone().map(str::len).eq(widths.iter().copied()) {
        return None;
    }
    let digits = parts.collect::<String>().to_ascii_lowercase();
    match digits.len() {
        16 => Some([b"0000000000000000", digits.as_bytes()].concat()),
        _ => Some(digits.into_bytes()),
    }
}

fn hashed(id: &str) -> [u8; 16] {
    Uuid::new_v5(&TraceId::NAMESPACE, id.as_bytes()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_proxies_send_are_accepted_as_they_come() {
        let uuid = "a3bb189e-8bf9-9888-9912-ace4e6543002";
        let hex = "4bf92f3577b34da6a3ce929d0e0e4736";
        for id in [hex, uuid, "Root=1-67891233-abcdef012345678912345678", "0A:b_c/d+e=f@g~h."] {
            assert_eq!(TraceId::accept(id.as_bytes()).unwrap().to_string(), id);
        }
        assert_eq!(TraceId::accept(b" \tx\t ").unwrap().to_string(), "x");
        assert_eq!(TraceId::accept(&[b'x'; 128]).unwrap().to_string().len(), 128);
    }

    #[test]
    fn what_is_not_acceptable_is_refused_with_its_reason() {
        let cases: [(&[u8], Rejected); 8] = [
            (b"", Rejected::Empty),
            (b" \t ", Rejected::Empty),
            (&[b'x'; 129], Rejected::TooLong),
            (b"a b", Rejected::Charset),
            (b"a\r\nb", Rejected::Charset),
            (b"\x1b[31m", Rejected::Charset),
            (b"\"", Rejected::Charset),
            (b"\xFF", Rejected::Charset),
        ];
        for (id, reason) in cases {
            assert_eq!(TraceId::accept(id), Err(reason));
        }
    }

    #[test]
    fn hex_text_and_the_bytes_it_stands_for_are_one_id() {
        let uuid = Uuid::from_u128(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        let text = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(TraceId::from(uuid), TraceId::accept(text.as_bytes()).unwrap());
        assert_eq!(TraceId::from(uuid).to_string(), text);
        let upper = TraceId::accept(text.to_uppercase().as_bytes()).unwrap();
        assert_eq!(upper.to_string(), text.to_uppercase());
    }

    #[test]
    fn generated_ids_are_random_uuids_of_version_4() {
        let bytes = TraceId::generate().to_bytes();
        assert_eq!(Uuid::from_bytes(bytes).get_version_num(), 4);
        assert_ne!(TraceId::generate(), TraceId::generate());
    }

    fn bytes_of(id: &str) -> String {
        let bytes = TraceId::accept(id.as_bytes()).unwrap().to_bytes();
        TraceId::from_bytes(bytes).to_string()
    }

    #[test]
    fn the_digits_of_known_forms_are_the_bytes_of_an_id() {
        let cases = [
            ("4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e4736"),
            ("A3bb189e-8bf9-9888-9912-ace4e6543002", "a3bb189e8bf998889912ace4e6543002"),
            ("Root=1-67891233-abcdef012345678912345678", "67891233abcdef012345678912345678"),
            ("00f067aa0ba902b7", "000000000000000000f067aa0ba902b7"),
        ];
        for (id, bytes) in cases {
            assert_eq!(bytes_of(id), bytes, "{id}");
        }
    }

    #[test]
    fn only_an_id_that_is_not_its_own_32_digits_has_another_form() {
        let other = |id: &str| TraceId::accept(id.as_bytes()).unwrap().w3c_if_other();
        assert_eq!(other("4bf92f3577b34da6a3ce929d0e0e4736"), None);
        let zeros = "0".repeat(32);
        for id in ["req-7", "4BF92F3577B34DA6A3CE929D0E0E4736", "00f067aa0ba902b7", &zeros] {
            assert_eq!(other(id).unwrap().to_string(), bytes_of(id), "{id}");
        }
    }

    #[test]
    fn any_other_id_is_hashed_and_so_is_one_of_zeros() {
        let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:trace-runtime:opaque-id");
        assert_eq!(TraceId::NAMESPACE, namespace);
        // The result of Python's `uuid.uuid5`.
        assert_eq!(bytes_of("req-7"), "17d2b948ef605a07916a0d9aba3ee2c7");
        let zeros = "0".repeat(32);
        let nil = "00000000-0000-0000-0000-000000000000";
        let others = ["x", "0", "a3bb189e-8bf9-9888-9912-ace4e654300g", "Root=1-6789123-3abc"];
        for id in others.into_iter().chain([zeros.as_str(), &zeros[..16], nil]) {
            let expected = Uuid::new_v5(&namespace, id.as_bytes());
            assert_eq!(bytes_of(id), expected.simple().to_string(), "{id}");
        }
    }
}
