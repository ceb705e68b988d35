//! Randomness that comes out the same every time: splitmix64.

/// A generator; the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns 64 random bits.
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// Returns a number from 0 up to, but not including, `end`.
    pub const fn below(&mut self, end: usize) -> usize {
        // The remainder is taken in 64 bits, so it fits whatever `end` fits in.
        #[expect(clippy::cast_possible_truncation, reason = "less than `end`")]
        let below = (self.bits() % end as u64) as usize;
        below
    }

    /// Returns a generator of its own, for another task or thread.
    #[must_use]
    pub const fn fork(&mut self) -> Self {
        Self(self.bits())
    }
}
