use proptest::prelude::*;

use super::histogram::Histogram;

fn histogram(durations: &[i64]) -> Histogram {
    let mut histogram = Histogram::default();
    for ns in durations {
        histogram.add(*ns);
    }
    histogram
}

#[test]
fn durations_that_are_all_the_same_are_shown_as_they_are() {
    let histogram = histogram(&[30_000_000; 5]);
    assert_eq!(histogram.percentile(0.5), Some(30_000_000));
    assert_eq!(Histogram::default().percentile(0.5), None);
}

proptest! {
    #[test]
    fn percentiles_are_true_to_four_thousandths(
        mut durations in prop::collection::vec(0..20_000_000_000_i64, 1..400),
        share in 0.01..1.0,
        split in any::<prop::sample::Index>(),
    ) {
        let (left, right) = durations.split_at(split.index(durations.len()));
        let mut merged = histogram(left);
        merged.merge(&histogram(right));
        let found = merged.percentile(share).unwrap();
        durations.sort_unstable();
        let rank = (share * durations.len() as f64).ceil() as usize;
        let exact = durations[rank.max(1) - 1];
        prop_assert!((found - exact).abs() as f64 <= exact as f64 / 127.0, "{} for {}", found, exact);
        prop_assert_eq!(merged.sum_ns(), durations.iter().sum::<i64>());
        prop_assert_eq!(merged.longest_ns(), *durations.last().unwrap());
        prop_assert_eq!(merged.count(), durations.len() as u64);
    }
}
