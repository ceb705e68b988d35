//! The thresholds that a thread was given last: for targets that are known only
//! at run time, so that no callsite keeps the answer.

use std::cell::RefCell;

use super::{Threshold, Thresholds};

/// How many targets a thread remembers.
const PLACES: usize = 64;

/// The longest target that is remembered.
const MOST_TARGET: usize = 48;

thread_local! {
    static REMEMBERED: RefCell<[Answer; PLACES]> =
        const { RefCell::new([Answer::NONE; PLACES]) };
}

/// The threshold of one target, by the filter of one generation.
#[derive(Clone, Copy)]
struct Answer {
    generation: u32,
    thresholds: Thresholds,
    /// Zero where there is none.
    len: u8,
    target: [u8; MOST_TARGET],
}

impl Answer {
    const NONE: Self = Self {
        generation: 0,
        thresholds: Thresholds { written: Threshold::OFF, held: Threshold::OFF },
        len: 0,
        target: [0; MOST_TARGET],
    };

    fn is_of(&self, target: &str, generation: u32) -> bool {
        self.generation == generation
            && self.target.get(..self.len.into()) == Some(target.as_bytes())
    }
}

/// Returns what a target was given by the filter of this generation.
#[inline]
pub(crate) fn remembered(target: &str, generation: u32) -> Option<Thresholds> {
    let answer = REMEMBERED.try_with(|answers| {
        let answers = answers.try_borrow().ok()?;
        let answer = answers.get(place(target))?;
        answer.is_of(target, generation).then_some(answer.thresholds)
    });
    answer.ok().flatten()
}

/// Remembers what a target was given, in the place of another.
pub(crate) fn remember(target: &str, generation: u32, thresholds: Thresholds) {
    if target.is_empty() || target.len() > MOST_TARGET {
        return;
    }
    let Ok(len) = u8::try_from(target.len()) else { return };
    // On a thread that is ending, nothing is remembered.
    let _ = REMEMBERED.try_with(|answers| {
        let Ok(mut answers) = answers.try_borrow_mut() else { return };
        if let Some(answer) = answers.get_mut(place(target)) {
            *answer = Answer { generation, thresholds, len, target: [0; MOST_TARGET] };
            answer.target[..target.len()].copy_from_slice(target.as_bytes());
        }
    });
}

/// Returns the place of a target: by its address, which is a library's constant
/// as a rule. Two equal texts may have one each.
#[inline]
fn place(target: &str) -> usize {
    let address = target.as_ptr().addr();
    (address ^ (address >> 6) ^ target.len()) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Level;

    #[test]
    fn an_answer_is_of_one_text_and_one_generation() {
        let mut target = "shop::db".to_owned();
        let info = Thresholds::new(Threshold::from(Level::Info), None);
        remember(&target, 1, info);
        assert_eq!(remembered(&target, 1), Some(info));
        assert_eq!(remembered(&target, 2), None);
        target.replace_range(.., "shop::io");
        assert_eq!(remembered(&target, 1), None);
    }

    #[test]
    fn what_is_too_long_is_not_remembered() {
        let target = "x".repeat(MOST_TARGET + 1);
        remember(&target, 1, Thresholds::new(Threshold::OFF, None));
        assert_eq!(remembered(&target, 1), None);
    }
}
