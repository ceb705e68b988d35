//! What is made of many measured values.

/// Returns the value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Returns how far the middle half of the values is apart, as a share of the
/// median.
pub fn spread(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let quarter = values.len() / 4;
    (values[values.len() - 1 - quarter] - values[quarter]) / values[values.len() / 2]
}

/// Keeps three digits behind the point, or none where there are three before.
pub fn rounded(value: f64) -> f64 {
    let scale = if value.abs() >= 100.0 { 1.0 } else { 1_000.0 };
    (value * scale).round() / scale
}
