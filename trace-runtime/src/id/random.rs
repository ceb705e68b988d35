//! Random bits for ids: fast, and different in every thread and process.
//!
//! Each thread has its own generator (xoshiro256++, Blackman and Vigna 2019),
//! seeded by the operating system through `uuid`, and a smaller one for spans.
//! Ids have to be distinct, not secret; a system call for each would cost more
//! than the lines that carry it.

use std::cell::Cell;

use uuid::Uuid;

thread_local! {
    // There is nothing to drop, so it can be used until the thread ends. Four
    // cells, because a single cell would be read in larger pieces than it was
    // written in ("store forwarding" in `speed-notes.md`).
    static STATE: [Cell<u64>; 4] = const { [const { Cell::new(0) }; 4] };
}

/// Returns 128 random bits, in two halves.
pub(crate) fn bits() -> [u64; 2] {
    STATE.with(|state| {
        let mut words = state.each_ref().map(Cell::get);
        if words == [0; 4] {
            words = seed();
        }
        let bits = [next(&mut words), next(&mut words)];
        state.iter().zip(words).for_each(|(cell, word)| cell.set(word));
        bits
    })
}

thread_local! {
    /// The state of the generator for spans; zero until it is seeded.
    static SPANS: Cell<u64> = const { Cell::new(0) };
}

/// Returns 64 random bits for a span, from a generator that takes a third of
/// the instructions (wyrand, Wang Yi 2019). Its state of 64 bits would be too
/// small for the trace ids of many machines, but spans have to be distinct only
/// within one trace.
#[inline]
pub(crate) fn span_bits() -> u64 {
    let seed = match SPANS.get() {
        0 => bits()[0],
        state => state,
    };
    let (state, bits) = next_of_span(seed);
    SPANS.set(state);
    bits
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the two halves of a product")]
fn next_of_span(state: u64) -> (u64, u64) {
    let state = state.wrapping_add(0x2D35_8DCC_AA6C_78A5);
    let product = u128::from(state) * u128::from(state ^ 0x8BB8_4B93_962E_ACC9);
    (state, product as u64 ^ (product >> 64) as u64)
}

fn seed() -> [u64; 4] {
    let (a, b) = Uuid::new_v4().as_u64_pair();
    let (c, d) = Uuid::new_v4().as_u64_pair();
    [a, b, c, d]
}

fn next(s: &mut [u64; 4]) -> u64 {
    let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
    let shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = s[3].rotate_left(45);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_xoshiro256_plus_plus() {
        // The state 1, 2, 3, 4 gives this in its authors' code.
        let mut state = [1, 2, 3, 4];
        let first: Vec<u64> = (0..3).map(|_| next(&mut state)).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn the_generator_of_spans_is_wyrand() {
        // The first numbers of the published code, from the state 42.
        let (state, first) = next_of_span(42);
        let (_, second) = next_of_span(state);
        assert_eq!([first, second], [14_587_678_697_106_979_209, 9_105_053_682_160_394_182]);
    }

    #[test]
    fn spans_of_all_threads_are_distinct() {
        let make = || (0..1000).map(|_| span_bits()).collect::<Vec<_>>();
        let mut all = std::thread::spawn(make).join().unwrap();
        all.extend(make());
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }

    #[test]
    fn threads_do_not_repeat_each_other() {
        let others = std::thread::spawn(|| (0..1000).flat_map(|_| bits()).collect::<Vec<_>>());
        let ours: Vec<u64> = (0..1000).flat_map(|_| bits()).collect();
        let others = others.join().unwrap();
        assert!(ours.iter().all(|bits| !others.contains(bits)));
    }
}
