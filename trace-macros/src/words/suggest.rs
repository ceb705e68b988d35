//! Finds the word that a misspelt one was meant to be.

/// Returns the word of `known` that `typed` was probably meant to be.
pub(crate) fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let distance = |word: &&str| edit_distance(typed, word);
    let nearest = known.iter().copied().min_by_key(distance)?;
    // With more than one slip in three letters, it is another word.
    (distance(&nearest) <= nearest.len().div_ceil(3)).then_some(nearest)
}

/// Returns how many letters must be inserted, removed, changed, or swapped with
/// their neighbour to turn one word into the other (optimal string alignment).
fn edit_distance(from: &str, to: &str) -> usize {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, &letter) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &wanted) in to.iter().enumerate() {
            let change = rows[i][j] + usize::from(letter != wanted);
            let mut least = change.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && letter == to[j - 1] && from[i - 1] == wanted {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let options = ["name", "target", "level", "fields", "err"];
        for (typed, meant) in [
            ("levl", Some("level")),
            ("lvel", Some("level")),
            ("field", Some("fields")),
            ("nmae", Some("name")),
            ("foo", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, &options), meant, "{typed}");
        }
    }
}
