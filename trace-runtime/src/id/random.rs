//! Random bits for ids: fast, and different in every thread and process.
//!
//! Each thread has its own generator (xoshiro256++, Blackman and Vigna 2019),
//! seeded by the operating system through `uuid`. Ids have to be distinct, not
//! secret; a system call for each would cost more than the lines that carry it.

use std::cell::Cell;

use uuid::Uuid;

thread_local! {
    // There is nothing to drop, so it can be used until the thread ends. Four
    // cells, because a single cell would be read in larger pieces than it was
    // written in ("store forwarding" in `docs/speed-notes.md`).
    static STATE: [Cell<u64>; 4] = const { [const { Cell::new(0) }; 4] };
}

/// Returns 64 random bits.
pub(crate) fn bits() -> u64 {
    STATE.with(|state| {
        let mut words = state.each_ref().map(Cell::get);
        if words == [0; 4] {
            words = seed();
        }
        let bits = next(&mut words);
        state.iter().zip(words).for_each(|(cell, word)| cell.set(word));
        bits
    })
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
    fn threads_do_not_repeat_each_other() {
        let others = std::thread::spawn(|| (0..1000).map(|_| bits()).collect::<Vec<_>>());
        let ours: Vec<u64> = (0..1000).map(|_| bits()).collect();
        let others = others.join().unwrap();
        assert!(ours.iter().all(|bits| !others.contains(bits)));
    }
}
