//! Who is who: the id of a trace, the id of a span.
//!
//! Made here, or taken from a caller by the one rule for foreign ids. Where
//! an id comes from (which header, which argument) is left to others.

use std::{fmt, num::NonZeroU64, sync::Arc};

use serde_core::{Serialize, Serializer};
use uuid::Uuid;

use crate::random;

/// The id that all lines of one request carry.
///
/// Either 16 bytes, shown as 32 lower-case hexadecimal digits (what this
/// crate generates: a random UUID, which is also a valid [W3C trace-id]), or
/// an id accepted from the caller, kept letter for letter as it came.
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

/// One id has one representation: text of 32 lower-case hexadecimal digits
/// is always `Bytes`, so that equality is that of the text.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Bytes([u8; 16]),
    Text(Arc<str>),
}

/// Why an id that came in was replaced by a new one.
///
/// Its name stands on the request line as `request_id_rejected`; the refused
/// bytes stand nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejected {
    /// It has more than 128 bytes.
    TooLong,
    /// It holds something else than `A–Z a–z 0–9 - _ . : / + = @ ~`.
    Charset,
    /// There was more than one.
    Multiple,
    /// It is empty, or the nil UUID.
    Empty,
}

impl Rejected {
    /// Returns the name: `too_long`, `charset`, `multiple` or `empty`.
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

impl TraceId {
    /// How many bytes an accepted id has at the most.
    pub const MAX_LEN: usize = 128;

    /// Makes a new id: a random UUID (version 4, [RFC 9562 §5.4]).
    ///
    /// [RFC 9562 §5.4]: https://www.rfc-editor.org/rfc/rfc9562#section-5.4
    pub fn generate() -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&random::bits().to_ne_bytes());
        bytes[8..].copy_from_slice(&random::bits().to_ne_bytes());
        Self(Repr::Bytes(uuid::Builder::from_random_bytes(bytes).into_uuid().into_bytes()))
    }

    /// Takes an id from a caller, as it is, if it is acceptable.
    ///
    /// Spaces and tabs around it are not part of it. It must then have 1 to
    /// 128 bytes, all of `A–Z a–z 0–9 - _ . : / + = @ ~`: what proxies and
    /// other tracers send, and nothing that could hurt a log or a header.
    ///
    /// # Errors
    ///
    /// Says why the id is refused. It is never shortened or mended.
    pub fn accept(id: &[u8]) -> Result<Self, Rejected> {
        let id = trim(id);
        if id.is_empty() {
            return Err(Rejected::Empty);
        }
        if id.len() > Self::MAX_LEN {
            return Err(Rejected::TooLong);
        }
        if !id.iter().all(|&byte| is_acceptable(byte)) {
            return Err(Rejected::Charset);
        }
        let text = std::str::from_utf8(id).map_err(|_| Rejected::Charset)?;
        Ok(Self(parse_hex(id).map_or_else(|| Repr::Text(text.into()), Repr::Bytes)))
    }

    /// Calls `write` with the id as text.
    pub(crate) fn with_text<R>(&self, write: impl FnOnce(&str) -> R) -> R {
        match &self.0 {
            Repr::Text(text) => write(text),
            Repr::Bytes(bytes) => {
                let mut text = [0; 32];
                // Hexadecimal digits are UTF-8.
                write(std::str::from_utf8(hex(bytes, &mut text)).unwrap_or_default())
            }
        }
    }
}

/// The UUID's 16 bytes; its text has 32 digits and no dashes.
impl From<Uuid> for TraceId {
    fn from(uuid: Uuid) -> Self {
        Self(Repr::Bytes(uuid.into_bytes()))
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

/// The id of one request or step: 64 bits, never zero, shown as 16 digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(NonZeroU64);

impl SpanId {
    /// Makes a new random id.
    pub(crate) fn generate() -> Self {
        Self(NonZeroU64::new(random::bits()).unwrap_or(NonZeroU64::MIN))
    }

    /// Calls `write` with the id as text.
    pub(crate) fn with_text<R>(self, write: impl FnOnce(&str) -> R) -> R {
        let mut text = [0; 16];
        let bytes = self.0.get().to_be_bytes();
        write(std::str::from_utf8(hex(&bytes, &mut text)).unwrap_or_default())
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl Serialize for SpanId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpanId({self})")
    }
}

/// What can become the id of a trace: the type of `trace_id = …` in
/// [`traced_handler`](macro@crate::traced_handler).
///
/// For [`TraceId`], [`Uuid`], `&str`, `String`, `&[u8]`, references to these,
/// and an `Option` of each, `None` meaning "make a new one". Whoever looks for
/// an id in several places can say `Err(Rejected::Multiple)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a trace ID",
    label = "expected `TraceId`, `Uuid`, `&str`, `String`, `&[u8]`, or an `Option` of these",
    note = "`None` makes a new id; so does an id that is not acceptable"
)]
pub trait IntoTraceId: sealed::Sealed {
    /// Returns the id, none, or why it is not acceptable.
    ///
    /// # Errors
    ///
    /// Says why the id is refused.
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected>;
}

mod sealed {
    pub trait Sealed {}
}

/// Writes the two impls that each accepted type needs.
macro_rules! into_trace_id {
    ($($type:ty: $id:ident => $result:expr,)*) => {$(
        impl sealed::Sealed for $type {}
        impl IntoTraceId for $type {
            fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
                let $id = self;
                $result
            }
        }
    )*};
}

into_trace_id! {
    TraceId: id => Ok(Some(id)),
    &TraceId: id => Ok(Some(id.clone())),
    Uuid: id => if id.is_nil() { Err(Rejected::Empty) } else { Ok(Some(id.into())) },
    &Uuid: id => (*id).into_trace_id(),
    &str: id => TraceId::accept(id.as_bytes()).map(Some),
    &&str: id => (*id).into_trace_id(),
    String: id => id.as_str().into_trace_id(),
    &String: id => id.as_str().into_trace_id(),
    &[u8]: id => TraceId::accept(id).map(Some),
    &Vec<u8>: id => id.as_slice().into_trace_id(),
}

impl<T: IntoTraceId> sealed::Sealed for Option<T> {}
impl<T: IntoTraceId> IntoTraceId for Option<T> {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.map_or(Ok(None), T::into_trace_id)
    }
}

/// For who looked for an id and refused it.
impl<T: IntoTraceId> sealed::Sealed for Result<T, Rejected> {}
impl<T: IntoTraceId> IntoTraceId for Result<T, Rejected> {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.and_then(T::into_trace_id)
    }
}

impl<'a, T> sealed::Sealed for &'a Option<T> where &'a T: IntoTraceId {}
impl<'a, T> IntoTraceId for &'a Option<T>
where
    &'a T: IntoTraceId,
{
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.as_ref().into_trace_id()
    }
}

fn trim(mut id: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = id {
        id = rest;
    }
    id
}

fn is_acceptable(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:/+=@~".contains(&byte)
}

/// Returns the bytes that 32 lower-case hexadecimal digits stand for.
fn parse_hex(digits: &[u8]) -> Option<[u8; 16]> {
    let digits: &[u8; 32] = digits.try_into().ok()?;
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// The two digits of each byte.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut at = 0;
    while at < 256 {
        pairs[at] = [digits[at >> 4], digits[at & 0xF]];
        at += 1;
    }
    pairs
};

/// Writes two digits for each byte into `text`, and returns it.
fn hex<'a>(bytes: &[u8], text: &'a mut [u8]) -> &'a [u8] {
    for (pair, &byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&HEX[usize::from(byte)]);
    }
    text
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
        let TraceId(Repr::Bytes(bytes)) = TraceId::generate() else { panic!("not bytes") };
        assert_eq!(Uuid::from_bytes(bytes).get_version_num(), 4);
        assert_ne!(TraceId::generate(), TraceId::generate());
    }

    #[test]
    fn an_option_of_anything_accepted_is_accepted() {
        let none: Option<&str> = None;
        assert_eq!(none.into_trace_id(), Ok(None));
        assert_eq!(Some("").into_trace_id(), Err(Rejected::Empty));
        assert_eq!((&Some("x".to_owned())).into_trace_id(), TraceId::accept(b"x").map(Some));
        let two: Result<&str, _> = Err(Rejected::Multiple);
        assert_eq!(two.into_trace_id(), Err(Rejected::Multiple));
        assert_eq!(Uuid::nil().into_trace_id(), Err(Rejected::Empty));
    }
}
