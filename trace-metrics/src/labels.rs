//! The labels of series, and their values.

use trace_runtime::Outcome;

/// The methods that have a series of their own: those of [RFC 9110 §9] and
/// `PATCH`.
///
/// [RFC 9110 §9]: https://www.rfc-editor.org/rfc/rfc9110#section-9
pub(crate) const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", OTHER];

/// Any other method.
const OTHER: &str = "_OTHER";

/// Returns the place of a method among [`METHODS`].
#[inline]
pub(crate) fn method(method: &str) -> usize {
    METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1)
}

/// All outcomes, in the order of [`outcome`].
pub(crate) const OUTCOMES: [Outcome; 4] =
    [Outcome::Ok, Outcome::Error, Outcome::Cancelled, Outcome::Panicked];

/// Returns the place of an outcome among [`OUTCOMES`].
#[inline]
pub(crate) fn outcome(outcome: Outcome) -> usize {
    match outcome {
        Outcome::Ok => 0,
        Outcome::Error => 1,
        Outcome::Cancelled => 2,
        Outcome::Panicked => 3,
    }
}

/// The label of the series of all sets above the bound.
pub(crate) const OVERFLOW: &str = "otel_metric_overflow";

/// What distinguishes requests, or calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key<P> {
    /// The place among [`METHODS`].
    pub(crate) method: usize,
    /// The route of a request, or the host of a call.
    pub(crate) place: P,
    pub(crate) status: Option<u16>,
    pub(crate) outcome: Outcome,
}

impl Key<&str> {
    /// Returns a hash. It is computed for each request, so it is a short one;
    /// keys are compared, too.
    #[inline]
    pub(crate) fn hash(&self) -> u64 {
        let numbers = self.method << 20 | usize::from(self.status.unwrap_or(0)) << 4;
        let start = (numbers | outcome(self.outcome)) as u64;
        let words = self.place.as_bytes().chunks_exact(8);
        let mut last = [0; 8];
        last.iter_mut().zip(words.remainder()).for_each(|(to, from)| *to = *from);
        let words = words.filter_map(<[u8]>::first_chunk);
        let hash = words.fold(start, |hash, word| mix(hash, u64::from_le_bytes(*word)));
        mix(hash ^ self.place.len() as u64, u64::from_le_bytes(last))
    }

    pub(crate) fn to_boxed(self) -> Key<Box<str>> {
        let Self { method, place, status, outcome } = self;
        Key { method, place: place.into(), status, outcome }
    }
}

impl Key<Box<str>> {
    #[inline]
    pub(crate) fn is(&self, other: &Key<&str>) -> bool {
        self.method == other.method
            && self.status == other.status
            && self.outcome == other.outcome
            && *self.place == *other.place
    }
}

/// Mixes a word into a hash: the two halves of a product of 128 bits.
#[expect(clippy::cast_possible_truncation, reason = "the lower half")]
#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash ^ word ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    (product >> 64) as u64 ^ product as u64
}
