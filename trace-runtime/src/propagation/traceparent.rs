//! The header `traceparent`: the trace that a request belongs to, and the span
//! that made the call.
//!
//! [W3C Trace Context, level 2][spec]:
//!
//! ```text
//! 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03
//! version   trace-id, not all zero     parent-id, not  flags: 01 sampled,
//!                                      all zero        02 random
//! ```
//!
//! All digits are lower case, and all widths are fixed. Version `ff` is
//! invalid. A version above `00` may have more after another `-`, which is
//! ignored. Only version `00` is written.
//!
//! [spec]: https://www.w3.org/TR/trace-context-2/#traceparent-header

use std::{fmt, str::FromStr};

use crate::{
    error::{Error, Kind},
    id::{
        SpanId, TraceId,
        inherited::{RANDOM, SAMPLED},
        parse_hex,
    },
};

/// The length of a header of version `00`.
const LEN: usize = 55;

/// A valid `traceparent`.
///
/// # Examples
///
/// ```
/// use trace_runtime::propagation::TraceParent;
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";
/// let parent: TraceParent = header.parse()?;
/// assert_eq!(parent.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(parent.parent_id().to_string(), "00f067aa0ba902b7");
/// assert!(parent.is_sampled() && parent.is_random());
/// assert_eq!(parent.to_string(), header);
/// # Ok::<(), trace_runtime::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraceParent {
    pub(super) trace_id: TraceId,
    pub(super) parent_id: SpanId,
    /// Contains only [`SAMPLED`] and [`RANDOM`].
    pub(super) flags: u8,
}

impl TraceParent {
    /// Returns the id of the trace: [`trace-id`][it], never all zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceParent;
    ///
    /// let parent: TraceParent = "00-0000000000000000a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?;
    /// // A tracer with ids of 64 bits has sent it: the digits that it shows are the last.
    /// assert!(parent.trace_id().to_bytes().starts_with(&[0; 8]));
    /// assert!(parent.trace_id().to_string().ends_with("a3ce929d0e0e4736"));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    ///
    /// [it]: https://www.w3.org/TR/trace-context-2/#trace-id
    pub fn trace_id(&self) -> &TraceId {
        &self.trace_id
    }

    /// Returns the span that made the call: [`parent-id`][it], never all zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceParent;
    ///
    /// let parent: TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?;
    /// let span = parent.parent_id();
    /// assert_eq!(span.to_string(), "00f067aa0ba902b7");
    /// assert_eq!(span.to_bytes(), [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7]);
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    ///
    /// [it]: https://www.w3.org/TR/trace-context-2/#parent-id
    pub fn parent_id(&self) -> SpanId {
        self.parent_id
    }

    /// Returns whether the caller may have recorded the trace: the flag
    /// [`sampled`][it].
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceParent;
    ///
    /// let sampled = |flags: &str| {
    ///     let header = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}");
    ///     header.parse().map(|parent: TraceParent| parent.is_sampled())
    /// };
    /// // The flag is one bit of eight.
    /// assert!(sampled("01")? && sampled("03")? && sampled("ff")?);
    /// assert!(!sampled("00")? && !sampled("02")?);
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    ///
    /// [it]: https://www.w3.org/TR/trace-context-2/#sampled-flag
    pub fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Returns whether the last seven bytes of the trace's id are random: the
    /// flag [`random`][it].
    ///
    /// # Examples
    ///
    /// Then they can decide which traces are kept, in all services alike:
    ///
    /// ```
    /// use trace_runtime::propagation::TraceParent;
    ///
    /// /// Returns whether a trace belongs to the quarter that is kept.
    /// fn is_kept(parent: &TraceParent) -> bool {
    ///     let [.., last] = parent.trace_id().to_bytes();
    ///     parent.is_random() && last < 64
    /// }
    ///
    /// assert!(is_kept(&"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-02".parse()?));
    /// assert!(!is_kept(&"00-4bf92f3577b34da6a3ce929d0e0e4747-00f067aa0ba902b7-02".parse()?));
    /// assert!(!is_kept(&"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    ///
    /// [it]: https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
    pub fn is_random(&self) -> bool {
        self.flags & RANDOM != 0
    }

    /// Parses a header without spaces around it. The error is the mistake.
    pub(super) fn parse(header: &[u8]) -> Result<Self, &'static str> {
        let Some((header, rest)) = header.split_at_checked(LEN) else {
            return Err("fewer than 55 bytes");
        };
        let parts = Parts::of(header).ok_or("dashes are not where they must be")?;
        let [version] = parse_hex(parts.version).ok_or("the version is not two digits")?;
        match (version, rest) {
            (0xFF, _) => return Err("version ff is not allowed"),
            (0, [_, ..]) => return Err("more than 55 bytes"),
            (_, [first, ..]) if *first != b'-' => return Err("more than a later version allows"),
            _ => {}
        }
        Ok(Self {
            trace_id: trace_id(parts.trace_id)?,
            parent_id: parent_id(parts.parent_id)?,
            flags: flags(parts.flags)?,
        })
    }
}

/// The parts of a header between its dashes.
struct Parts<'a> {
    version: &'a [u8],
    trace_id: &'a [u8],
    parent_id: &'a [u8],
    flags: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(header: &'a [u8]) -> Option<Self> {
        let mut parts = header.split(|&byte| byte == b'-');
        let (version, trace_id) = (parts.next()?, parts.next()?);
        let (parent_id, flags) = (parts.next()?, parts.next()?);
        parts.next().is_none().then_some(Self { version, trace_id, parent_id, flags })
    }
}

fn trace_id(digits: &[u8]) -> Result<TraceId, &'static str> {
    match parse_hex(digits) {
        None => Err("the trace id is not 32 lower-case hexadecimal digits"),
        Some(bytes) if bytes == [0; 16] => Err("the trace id is all zero"),
        Some(bytes) => Ok(TraceId::from_bytes(bytes)),
    }
}

fn parent_id(digits: &[u8]) -> Result<SpanId, &'static str> {
    let bytes = parse_hex(digits);
    let bytes = bytes.ok_or("the parent id is not 16 lower-case hexadecimal digits")?;
    SpanId::from_bytes(bytes).ok_or("the parent id is all zero")
}

fn flags(digits: &[u8]) -> Result<u8, &'static str> {
    let [flags] = parse_hex(digits).ok_or("the flags are not two lower-case hexadecimal digits")?;
    Ok(flags & (SAMPLED | RANDOM))
}

/// Parses a header. The error names what is wrong, but never contains the
/// header's value.
impl FromStr for TraceParent {
    type Err = Error;

    fn from_str(header: &str) -> Result<Self, Error> {
        Self::parse(header.as_bytes()).map_err(|reason| Kind::TraceParent(reason).into())
    }
}

/// Writes the header, in version `00`.
impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id, self.parent_id, self.flags)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALID: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    /// Replaces one part by other text.
    fn with(nth: usize, part: &str) -> String {
        let mut parts: Vec<_> = VALID.split('-').collect();
        parts[nth] = part;
        parts.join("-")
    }

    fn error(header: &str) -> String {
        header.parse::<TraceParent>().unwrap_err().to_string()
    }

    #[test]
    fn later_versions_are_continued_as_version_00() {
        let later = ["cc", "01", "fe"].map(|version| with(0, version));
        let longer = [
            format!("{}-", with(0, "cc")),
            format!("{}-what-the-future-will-be-like", with(0, "cc")),
            format!("{}-\u{1b}", with(0, "01")),
        ];
        for header in later.iter().chain(&longer) {
            assert_eq!(header.parse::<TraceParent>().unwrap().to_string(), VALID);
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_repeating_it() {
        let cases = [
            (String::new(), "fewer than 55 bytes"),
            (VALID[1..].to_owned(), "fewer than 55 bytes"),
            (VALID[..54].to_owned(), "fewer than 55 bytes"),
            (format!("{VALID}-"), "more than 55 bytes"),
            (format!("{VALID}."), "more than 55 bytes"),
            (format!("{}.x", with(0, "cc")), "more than a later version allows"),
            (with(0, "ff"), "version ff is not allowed"),
            (with(0, "FE"), "the version is not two digits"),
            (with(0, "+1"), "the version is not two digits"),
            (with(1, &"0".repeat(32)), "the trace id is all zero"),
            (with(2, &"0".repeat(16)), "the parent id is all zero"),
            (VALID.replace('-', "_"), "dashes are not where they must be"),
            (VALID.replacen("-4", "4-", 1), "the version is not two digits"),
            (with(3, "0-"), "dashes are not where they must be"),
            (with(3, "0A"), "the flags are not two lower-case hexadecimal digits"),
            (with(3, ".0"), "the flags are not two lower-case hexadecimal digits"),
            (
                with(1, "4BF92F3577B34DA6A3CE929D0E0E4736"),
                "the trace id is not 32 lower-case hexadecimal digits",
            ),
            (with(2, "00F067AA0BA902B7"), "the parent id is not 16 lower-case hexadecimal digits"),
        ];
        for (header, reason) in cases {
            assert_eq!(error(&header), format!("traceparent: {reason}"), "{header}");
        }
    }

    #[test]
    fn flags_that_are_not_known_are_dropped() {
        for (flags, kept) in [("00", "00"), ("01", "01"), ("02", "02"), ("ff", "03"), ("fc", "00")]
        {
            let parent: TraceParent = with(3, flags).parse().unwrap();
            assert_eq!(parent.to_string(), with(3, kept));
        }
    }

    fn near_valid() -> impl Strategy<Value = Vec<u8>> {
        let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
        (edits, prop::collection::vec(any::<u8>(), 0..3)).prop_map(|(edits, tail)| {
            let mut bytes = VALID.as_bytes().to_vec();
            for (at, byte) in edits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes.extend(tail);
            bytes
        })
    }

    proptest! {
        #[test]
        fn what_was_read_reads_back(
            trace in "[0-9a-f]{31}[1-9a-f]", parent in "[1-9a-f][0-9a-f]{15}", flags in "0[0-3]",
        ) {
            let header = format!("00-{trace}-{parent}-{flags}");
            let read: TraceParent = header.parse().unwrap();
            prop_assert_eq!(read.to_string(), header);
        }

        #[test]
        fn what_is_accepted_obeys_the_grammar(bytes in near_valid()) {
            if let Ok(parent) = TraceParent::parse(&bytes) {
                prop_assert!(bytes.len() >= LEN && !bytes.starts_with(b"ff"));
                prop_assert!(bytes.len() == LEN || (bytes[LEN] == b'-' && !bytes.starts_with(b"00")));
                let lower_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                for (at, &byte) in bytes[..LEN].iter().enumerate() {
                    let is_dash = matches!(at, 2 | 35 | 52);
                    prop_assert_eq!((byte == b'-', lower_hex(byte)), (is_dash, !is_dash));
                }
                prop_assert_eq!(parent.to_string().parse::<TraceParent>().unwrap(), parent);
            }
        }
    }
}
