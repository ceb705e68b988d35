//! A histogram of durations: 128 buckets for each doubling, so that each value
//! is known to ± 0.4 %. Octaves without a value take no memory.

/// How many buckets an octave has.
const BUCKETS: usize = 128;
const BITS: u32 = BUCKETS.trailing_zeros();

/// How many durations are in a bucket, and their sum in nanoseconds: so that
/// those that are all the same are shown as what they are.
type Bucket = (u64, u64);

/// Durations in nanoseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Histogram {
    octaves: Vec<Option<Box<[Bucket; BUCKETS]>>>,
    count: u64,
    sum: i128,
    longest: i64,
}

impl Histogram {
    #[inline]
    pub(crate) fn add(&mut self, ns: i64) {
        let (octave, bucket) = place(ns);
        if octave >= self.octaves.len() {
            self.octaves.resize(octave + 1, None);
        }
        let buckets = self.octaves[octave].get_or_insert_with(|| Box::new([(0, 0); BUCKETS]));
        buckets[bucket].0 += 1;
        buckets[bucket].1 = buckets[bucket].1.saturating_add(ns.max(0) as u64);
        self.count += 1;
        self.sum += i128::from(ns);
        self.longest = self.longest.max(ns);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        if other.octaves.len() > self.octaves.len() {
            self.octaves.resize(other.octaves.len(), None);
        }
        for (to, from) in self.octaves.iter_mut().zip(&other.octaves) {
            let Some(from) = from else { continue };
            let to = to.get_or_insert_with(|| Box::new([(0, 0); BUCKETS]));
            for (to, from) in to.iter_mut().zip(from.iter()) {
                *to = (to.0 + from.0, to.1.saturating_add(from.1));
            }
        }
        self.count += other.count;
        self.sum += other.sum;
        self.longest = self.longest.max(other.longest);
    }

    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn sum_ns(&self) -> i64 {
        i64::try_from(self.sum).unwrap_or(i64::MAX)
    }

    pub(crate) fn longest_ns(&self) -> i64 {
        self.longest
    }

    pub(crate) fn mean_ns(&self) -> Option<i64> {
        (self.count > 0).then(|| (self.sum / i128::from(self.count)) as i64)
    }

    /// Returns the duration that a share of all does not exceed: the smallest
    /// that at least so many are not longer than.
    pub(crate) fn percentile(&self, share: f64) -> Option<i64> {
        let rank = ((share * self.count as f64).ceil() as u64).max(1);
        let mut sum = 0;
        let (_, (count, ns)) = self.buckets().find(|bucket| {
            sum += bucket.1.0;
            sum >= rank
        })?;
        Some((ns / count) as i64)
    }

    /// Returns the buckets that hold something, the shortest first: the number
    /// of each, and what it holds.
    pub(crate) fn buckets(&self) -> impl Iterator<Item = (usize, Bucket)> {
        let octaves = self.octaves.iter().enumerate();
        octaves.flat_map(|(octave, buckets)| {
            let buckets = buckets.as_deref().map_or(&[][..], |buckets| &buckets[..]);
            let numbered = buckets.iter().enumerate().filter(|bucket| bucket.1.0 > 0);
            numbered.map(move |(bucket, it)| (octave * BUCKETS + bucket, *it))
        })
    }
}

/// Returns the octave and the bucket of a duration. Those below 128 ns are
/// exact.
#[inline]
fn place(ns: i64) -> (usize, usize) {
    let ns = ns.max(0) as u64;
    if ns < BUCKETS as u64 {
        return (0, ns as usize);
    }
    let octave = ns.ilog2() - BITS + 1;
    (octave as usize, (ns >> (octave - 1)) as usize & (BUCKETS - 1))
}
