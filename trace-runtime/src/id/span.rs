//! The id of a span: of a request, or of one of its steps.

use std::{fmt, num::NonZeroU64};

use serde_core::{Serialize, Serializer};

use super::{hex::halves, random};

/// The id of one request or step: 64 bits, never zero, shown as 16 lower-case
/// hexadecimal digits.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Context, traced_handler};
///
/// #[traced_handler]
/// async fn handler() -> usize {
///     let span_id = Context::current().span_id().expect("a request has one");
///     span_id.to_string().len()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(handler().await, 16);
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId(NonZeroU64);

impl SpanId {
    /// Stands where an id is still to be set.
    pub(crate) const ONE: Self = Self(NonZeroU64::MIN);

    /// Takes the bytes of a caller's span. Zero is not an id.
    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Option<Self> {
        NonZeroU64::new(u64::from_be_bytes(bytes)).map(Self)
    }

    /// Returns the bytes that `traceparent` and OTLP spell: the eight that the
    /// 16 digits stand for.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     let span_id = Context::current().span_id().expect("a request has one");
    ///     let digits = span_id.to_bytes().map(|byte| format!("{byte:02x}")).concat();
    ///     assert_eq!(digits, span_id.to_string());
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() { handler().await }
    /// ```
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.get().to_be_bytes()
    }

    /// Makes a new random id.
    #[inline]
    pub(crate) fn generate() -> Self {
        Self(NonZeroU64::new(random::span_bits()).unwrap_or(NonZeroU64::MIN))
    }

    /// Returns the id as text.
    #[expect(clippy::inline_always, reason = "a call would take as long as the code")]
    #[inline(always)]
    pub(crate) fn digits(self) -> [u8; 16] {
        let mut text = [0; 16];
        for (text, half) in text.chunks_exact_mut(8).zip(halves(self.0.get())) {
            text.copy_from_slice(&half);
        }
        text
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(halves(self.0.get()).as_flattened()).unwrap_or_default())
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
