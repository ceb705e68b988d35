//! Lines into a sink that does whatever it likes. `tests/it/fuzz/mod.rs` says
//! how to try a million cases.

#![cfg(not(trace_loom))]

use super::*;
use crate::sink::Memory;

/// The same bits for the same seed: splitmix64.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % end
    }

    pub(super) fn length(&mut self, end: u64) -> usize {
        usize::try_from(self.below(end)).unwrap()
    }

    pub(super) fn level(&mut self) -> Level {
        [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error][self.length(5)]
    }
}

/// Calls `case` with one seed after the other.
pub(super) fn fuzz(short: u64, case: impl Fn(&mut Random)) {
    let cases = std::env::var("FUZZ_CASES").map_or(short, |cases| cases.parse().unwrap());
    (0..cases).for_each(|seed| case(&mut Random(seed)));
}

pub(super) fn line<'a>(text: &'a str, level: &'a Level) -> Batch<'a> {
    Batch::line(text.as_bytes(), level, Timestamp::at(0, 0), *level >= Level::Warn)
}

/// Takes some, takes nothing, fails, is interrupted, or panics.
struct Whimsical(Memory, Random);

impl Sink for Whimsical {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.1.below(12) {
            0 => Ok(0),
            1 => Err(io::ErrorKind::Interrupted.into()),
            2 => Err(io::ErrorKind::StorageFull.into()),
            3 => Err(io::ErrorKind::BrokenPipe.into()),
            4 => panic!("on purpose"),
            5..9 => self.0.write(&bytes[..=self.1.length(bytes.len() as u64)]),
            _ => self.0.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.1.below(5) == 0 { Err(io::ErrorKind::Other.into()) } else { Ok(()) }
    }
}

#[test]
fn lines_into_a_sink_of_any_kind() {
    // Its panics are meant.
    crate::panic::install_hook();
    fuzz(3_000, lines);
}

/// What comes out is whole lines in their order, as many as were counted, and
/// beginnings of others that stand alone.
fn lines(random: &mut Random) {
    let memory = Memory::default();
    let sink = Whimsical(memory.clone(), Random(random.below(u64::MAX)));
    let report = |_: &Gap, buf: &mut Vec<u8>| buf.extend_from_slice(b"# missing\n");
    let writer = Writer::direct(Box::new(sink), Box::new(report));
    let lines: Vec<_> =
        (0..random.below(20)).map(|n| format!("<{n}{}>", "x".repeat(random.length(60)))).collect();
    for text in &lines {
        writer.write(self::line(&format!("{text}\n"), &random.level()));
    }
    let text = memory.text();
    let mut rest = lines.iter();
    let mut whole = 0;
    for there in text.lines().filter(|there| !"# missing".starts_with(there)) {
        let begins = rest.find(|line| line.starts_with(there));
        assert!(begins.is_some(), "{there:?} is none of {lines:?}");
        whole += u64::from(begins.is_some_and(|line| line == there));
    }
    let stats = writer.stats();
    assert_eq!(stats.lines_written, whole, "{text}");
    assert_eq!(stats.lines_written + stats.lines_dropped, lines.len() as u64);
}
