//! Lines with constant text: varying parts of fixed length are written over it,
//! and parts of varying length are appended.

use std::{cell::RefCell, mem};

use crate::Wall;

/// The positions of the varying parts of a prepared line.
pub struct Template {
    text: &'static str,
    trace: usize,
    span: usize,
    parent: Option<usize>,
}

/// The time is the first member of each line.
const TIME: usize = r#"{"timestamp":""#.len();

impl Template {
    pub const fn new(text: &'static str) -> Self {
        let (Some(trace), Some(span)) =
            (after(text, r#""trace_id":""#), after(text, r#""span_id":""#))
        else {
            panic!("ids are on every line")
        };
        Self { text, trace, span, parent: after(text, r#""parent_span_id":""#) }
    }
}

/// Returns the position after `key`.
const fn after(text: &str, key: &str) -> Option<usize> {
    let (text, key) = (text.as_bytes(), key.as_bytes());
    let mut at = 0;
    while at + key.len() <= text.len() {
        let mut same = 0;
        while same < key.len() && text[at + same] == key[same] {
            same += 1;
        }
        if same == key.len() {
            return Some(at + same);
        }
        at += 1;
    }
    None
}

/// A span id as text.
pub type Span = [u8; 16];

/// The ids of a line.
#[derive(Clone, Copy)]
pub struct Ids<'a> {
    pub trace: &'a [u8; 32],
    pub span: &'a Span,
    pub parent: &'a Span,
}

/// A thread's buffer, and the text of the second that it wrote last.
pub struct Pen {
    line: Vec<u8>,
    second: u64,
    stamp: [u8; 27],
}

thread_local! {
    static PEN: RefCell<Pen> = const { RefCell::new(Pen::NEW) };
}

impl Pen {
    const NEW: Self = Self { line: Vec::new(), second: 0, stamp: *b"1970-01-01T00:00:00.000000Z" };

    /// Writes a line: the template, and then the text that `rest` appends.
    #[inline]
    pub fn write(
        template: &Template,
        (ids, at): (Ids<'_>, Wall),
        rest: impl FnOnce(&mut Vec<u8>),
        hand_over: impl FnOnce(&[u8]),
    ) {
        PEN.with_borrow_mut(|pen| {
            pen.stamp(at);
            pen.begin(template, ids);
            rest(&mut pen.line);
            pen.line.extend_from_slice(b"}\n");
            hand_over(&pen.line);
        });
    }

    #[inline]
    fn begin(&mut self, template: &Template, ids: Ids<'_>) {
        self.line.clear();
        // A buffer that has grown in many steps is a tenth slower.
        self.line.reserve(4 * 1024);
        self.line.extend_from_slice(template.text.as_bytes());
        self.line[TIME..TIME + 27].copy_from_slice(&self.stamp);
        self.line[template.trace..template.trace + 32].copy_from_slice(ids.trace);
        self.line[template.span..template.span + 16].copy_from_slice(ids.span);
        if let Some(parent) = template.parent {
            self.line[parent..parent + 16].copy_from_slice(ids.parent);
        }
    }

    #[inline]
    fn stamp(&mut self, at: Wall) {
        if mem::replace(&mut self.second, at.seconds) != at.seconds {
            self.stamp[..19].copy_from_slice(&date_and_time(at.seconds));
        }
        put(&mut self.stamp[20..26], u64::from(at.micros));
    }
}

/// Returns the text of a second, such as `2026-11-22T18:03:15`.
pub fn date_and_time(seconds: u64) -> [u8; 19] {
    // Years begin on 1 March, as in the runtime's `json/time.rs`.
    let (days, of_day) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let mut text = *b"0000-00-00T00:00:00";
    put(&mut text[0..4], era * 400 + year_of_era + u64::from(month <= 2));
    put(&mut text[5..7], month);
    put(&mut text[8..10], day);
    put(&mut text[11..13], of_day / 3_600);
    put(&mut text[14..16], of_day / 60 % 60);
    put(&mut text[17..19], of_day % 60);
    text
}

/// Writes a number in decimal over all of `text`, two digits at a time.
#[inline]
pub fn put(text: &mut [u8], mut value: u64) {
    for pair in text.rchunks_exact_mut(2) {
        pair.copy_from_slice(&DECIMAL[(value % 100) as usize]);
        value /= 100;
    }
}

/// Appends a number.
#[inline]
pub fn push_number(line: &mut Vec<u8>, value: u64) {
    line.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends nanoseconds as milliseconds, always with six decimals.
#[inline]
pub fn push_millis(line: &mut Vec<u8>, nanos: u64) {
    push_number(line, nanos / 1_000_000);
    let mut fraction = *b".000000";
    put(&mut fraction[1..], nanos % 1_000_000);
    line.extend_from_slice(&fraction);
}

/// Appends text that rarely needs escapes.
#[inline]
pub fn push_text(line: &mut Vec<u8>, text: &str) {
    if has_escapes(text.as_bytes()) {
        push_escaped(line, text);
    } else {
        line.push(b'"');
        line.extend_from_slice(text.as_bytes());
        line.push(b'"');
    }
}

#[cold]
fn push_escaped(line: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(line, text).expect("a vector takes all");
}

/// Returns whether JSON requires an escape for any byte. Checks as many bytes
/// at once as the processor can.
#[expect(clippy::needless_bitwise_bool, reason = "branches would check one byte at a time")]
#[inline]
fn has_escapes(text: &[u8]) -> bool {
    let is_escaped = |byte: &u8| (*byte < 0x20) | (*byte == b'"') | (*byte == b'\\');
    text.iter().fold(false, |any, byte| any | is_escaped(byte))
}

/// Returns an id as text.
#[inline]
pub fn hex(id: u64) -> Span {
    let mut text = [0; 16];
    for (pair, byte) in text.chunks_exact_mut(2).zip(id.to_be_bytes()) {
        pair.copy_from_slice(&HEX[usize::from(byte)]);
    }
    text
}

static HEX: [[u8; 2]; 256] = pairs(16);
static DECIMAL: [[u8; 2]; 100] = pairs(10);

/// Returns the two digits of each number below `base * base`.
const fn pairs<const LENGTH: usize>(base: usize) -> [[u8; 2]; LENGTH] {
    let digits = *b"0123456789abcdef";
    let mut pairs = [[0; 2]; LENGTH];
    let mut number = 0;
    while number < LENGTH {
        pairs[number] = [digits[number / base], digits[number % base]];
        number += 1;
    }
    pairs
}
