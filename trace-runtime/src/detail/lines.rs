//! The lines of one request, bounded: where there is no room, the oldest of the
//! lowest level go.
//!
//! Lines stand one after the other in one piece of memory, as they will be
//! written. To remove some from the middle moves those behind, so a quarter of
//! the memory is freed at once: a line costs the same however many were made.

use std::collections::TryReserveError;

use super::account::Account;
use crate::{clock::Timestamp, level::Level};

/// The least memory for lines, in bytes: a request that holds any holds a few.
const LEAST: usize = 2 * 1024;

/// Hardly a line is shorter, in bytes.
const LEAST_LINE: usize = 64;

/// A line to be held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// With its newline.
    pub(crate) bytes: &'a [u8],
    pub(crate) level: Level,
    pub(crate) time: Timestamp,
}

/// Whole lines, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    bytes: Vec<u8>,
    levels: Vec<Level>,
    lens: Vec<u32>,
    /// How many bytes there are of each level.
    of_levels: [usize; 5],
    /// When the first that was ever held and the last were made.
    times: Option<(Timestamp, Timestamp)>,
    /// How many bytes of lines there is memory for, by the account.
    capacity: usize,
    /// How many there were when all lines were removed.
    spare: usize,
}

impl Lines {
    /// Appends a line within `most` bytes of lines, with memory that `account`
    /// gives. Returns how many lines, of these and itself, are dropped for it.
    pub(super) fn push(&mut self, line: &Line<'_>, most: usize, account: &Account) -> u64 {
        let len = line.bytes.len();
        if len > most {
            return 1;
        }
        let mut dropped = 0;
        if !self.has_room(len) && !self.grow(len, most, account) {
            // Where it is the total that is reached, new lines of the lowest level
            // are not held; where it is this request's share, the old ones go.
            let is_full = self.next_capacity(len, most) <= self.capacity;
            let below = if is_full { line.level as usize } else { line.level as usize - 1 };
            dropped = self.evict(len, below);
        }
        if self.has_room(len) {
            self.append(line, len);
        } else {
            dropped += 1;
        }
        dropped
    }

    fn has_room(&self, len: usize) -> bool {
        self.bytes.len() + len <= self.capacity && self.lens.len() < self.capacity / LEAST_LINE
    }

    fn append(&mut self, line: &Line<'_>, len: usize) {
        self.bytes.extend_from_slice(line.bytes);
        self.levels.push(line.level);
        self.lens.push(u32::try_from(len).unwrap_or(u32::MAX));
        if let Some(bytes) = self.of_level(line.level) {
            *bytes += len;
        }
        let (first, _) = self.times.unwrap_or((line.time, line.time));
        self.times = Some((first, line.time));
    }

    /// Returns how much memory the next step gives: twice as much, but no more
    /// than `most`, and enough for the line if that is possible.
    fn next_capacity(&self, len: usize, most: usize) -> usize {
        let needed = (self.bytes.len() + len).max(LEAST).max(2 * self.capacity);
        needed.checked_next_power_of_two().unwrap_or(most).min(most)
    }

    /// Takes more memory; returns whether there is room for a line now.
    fn grow(&mut self, len: usize, most: usize, account: &Account) -> bool {
        let mut next = self.next_capacity(len, most);
        // The last pieces of what all requests may hold are smaller ones.
        while !self.pays_for(next, account) {
            next = self.capacity + next.saturating_sub(self.capacity) / 2;
            if next < self.bytes.len() + len || next <= self.capacity {
                return false;
            }
        }
        let more = cost(next) - cost(self.capacity);
        if self.reserve(next).is_err() {
            account.give_back(more);
            return false;
        }
        self.capacity = next;
        self.has_room(len)
    }

    /// Takes the memory for a larger capacity.
    fn pays_for(&self, next: usize, account: &Account) -> bool {
        next > self.capacity && account.take(cost(next) - cost(self.capacity))
    }

    fn reserve(&mut self, capacity: usize) -> Result<(), TryReserveError> {
        let lines = capacity / LEAST_LINE;
        self.bytes.try_reserve_exact(capacity.saturating_sub(self.bytes.len()))?;
        self.levels.try_reserve_exact(lines.saturating_sub(self.levels.len()))?;
        self.lens.try_reserve_exact(lines.saturating_sub(self.lens.len()))
    }

    /// Removes the oldest lines of the lowest levels, up to the one with this
    /// number, until there is room for a line and a quarter of the memory is
    /// free; none, if that would not be enough. Returns how many.
    fn evict(&mut self, len: usize, below: usize) -> u64 {
        let free = self.capacity.saturating_sub(self.bytes.len());
        let needed = len.saturating_sub(free).max(1);
        let mut quotas = self.of_levels;
        quotas.iter_mut().skip(below).for_each(|bytes| *bytes = 0);
        if len > self.capacity || quotas.iter().sum::<usize>() < needed {
            return 0;
        }
        let mut wanted = needed.max(self.capacity / 4);
        for quota in &mut quotas {
            *quota = wanted.min(*quota);
            wanted -= *quota;
        }
        self.remove(quotas)
    }

    /// Removes the oldest lines of each level until that many bytes of it are
    /// gone.
    fn remove(&mut self, mut quotas: [usize; 5]) -> u64 {
        let (mut from, mut to, mut kept) = (0, 0, 0);
        for at in 0..self.lens.len() {
            let (Some(&level), Some(&len)) = (self.levels.get(at), self.lens.get(at)) else {
                break;
            };
            let len = len as usize;
            if takes(&mut quotas, level, len) {
                if let Some(bytes) = self.of_level(level) {
                    *bytes -= len;
                }
            } else {
                self.bytes.copy_within(from..from + len, to);
                self.levels.swap(kept, at);
                self.lens.swap(kept, at);
                to += len;
                kept += 1;
            }
            from += len;
        }
        let removed = self.lens.len() - kept;
        self.bytes.truncate(to);
        self.levels.truncate(kept);
        self.lens.truncate(kept);
        removed as u64
    }

    fn of_level(&mut self, level: Level) -> Option<&mut usize> {
        self.of_levels.get_mut(level as usize - 1)
    }

    /// Appends the line of the request itself, for all to be written at once.
    /// Returns false if there is no memory for it.
    pub(crate) fn push_last(&mut self, line: &Line<'_>) -> bool {
        let len = line.bytes.len();
        let has_memory = self.bytes.try_reserve_exact(len).is_ok()
            && self.levels.try_reserve(1).is_ok()
            && self.lens.try_reserve(1).is_ok();
        if has_memory {
            self.append(line, len);
        }
        has_memory
    }

    /// Returns how many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.levels.len()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Returns when the first and the last were made, if there are any.
    pub(crate) fn times(&self) -> Option<(Timestamp, Timestamp)> {
        self.times
    }

    /// Removes all lines and gives the memory back to the account. Some of it is
    /// kept, to be taken again.
    pub(super) fn release(&mut self, account: &Account, most_kept: usize) {
        if self.capacity > 0 {
            account.give_back(cost(self.capacity));
            self.spare = self.capacity;
            self.capacity = 0;
        }
        if self.bytes.capacity() > most_kept {
            *self = Self::default();
        }
        self.bytes.clear();
        self.levels.clear();
        self.lens.clear();
        (self.of_levels, self.times) = ([0; 5], None);
    }

    /// Takes the memory from the account that was kept.
    pub(super) fn renew(&mut self, account: &Account) {
        if self.spare > 0 && account.take(cost(self.spare)) {
            self.capacity = self.spare;
        } else {
            *self = Self::default();
        }
    }
}

/// Returns whether a line goes, because there is something left of the quota of
/// its level.
fn takes(quotas: &mut [usize; 5], level: Level, len: usize) -> bool {
    let quota = quotas.get_mut(level as usize - 1).filter(|quota| **quota > 0);
    quota.map(|quota| *quota = quota.saturating_sub(len)).is_some()
}

/// Returns how much memory so many bytes of lines take, with what is noted of
/// each.
fn cost(capacity: usize) -> usize {
    capacity + capacity / LEAST_LINE * (size_of::<Level>() + size_of::<u32>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEVELS: [Level; 5] = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error];

    /// A line of a level: its length, and a number to know it by.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Pushed {
        level: Level,
        text: String,
    }

    impl Pushed {
        fn line(&self) -> Line<'_> {
            Line { bytes: self.text.as_bytes(), level: self.level, time: Timestamp::at(0, 0) }
        }
    }

    /// Lines of 70 to 900 bytes, most of them of the lowest levels.
    fn any_lines() -> impl Strategy<Value = Vec<Pushed>> {
        let level = prop_oneof![Just(0), Just(1), Just(1), Just(1), 0..LEVELS.len()];
        let shapes = prop::collection::vec((level, 70..900_usize), 0..200);
        shapes.prop_map(|shapes| {
            let line = |(number, (level, len)): (usize, (usize, usize))| {
                let text = format!("{number:-<width$}\n", width = len - 1);
                Pushed { level: LEVELS[level], text }
            };
            shapes.into_iter().enumerate().map(line).collect()
        })
    }

    fn text(lines: &[Pushed]) -> String {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    /// What `push` does, one line after the other.
    fn push_to_model(held: &mut Vec<Pushed>, line: &Pushed, most: usize) {
        let is_victim = |other: &Pushed| other.level <= line.level;
        let (len, used) = (line.text.len(), text(held).len());
        let of_victims: usize =
            held.iter().filter(|it| is_victim(it)).map(|it| it.text.len()).sum();
        if used + len > most {
            if used - of_victims + len > most {
                return;
            }
            let goal = (used + len - most).max(most / 4);
            let mut freed = 0;
            while freed < goal {
                let lowest = held.iter().filter(|it| is_victim(it)).map(|it| it.level).min();
                let Some(at) = held.iter().position(|it| Some(it.level) == lowest) else { break };
                freed += held.remove(at).text.len();
            }
        }
        held.push(line.clone());
    }

    proptest! {
        #[test]
        fn the_oldest_of_the_lowest_level_go_as_in_a_simple_model(lines in any_lines()) {
            const MOST: usize = 8 * 1024;
            let account = Account::new(1 << 20, 1);
            let (mut held, mut model, mut dropped) = (Lines::default(), Vec::new(), 0);
            for line in &lines {
                dropped += held.push(&line.line(), MOST, &account);
                push_to_model(&mut model, line, MOST);
                prop_assert!(held.bytes().len() <= MOST);
            }
            prop_assert_eq!(std::str::from_utf8(held.bytes()).unwrap(), text(&model));
            let levels: Vec<_> = model.iter().map(|line| line.level).collect();
            prop_assert_eq!(held.levels(), levels);
            prop_assert_eq!(held.len() as u64 + dropped, lines.len() as u64);
            held.release(&account, 1 << 20);
            prop_assert!(account.take(1 << 20), "all memory was given back");
            account.give_back(1 << 20);
            held.renew(&account);
            prop_assert_eq!((held.len(), held.bytes().len()), (0, 0));
            for line in lines.iter().take(8) {
                prop_assert_eq!(held.push(&line.line(), MOST, &account), 0);
            }
        }

        #[test]
        fn the_total_is_never_exceeded_and_new_lines_of_the_lowest_level_go(
            lines in any_lines(),
            total in 0..12_000_usize,
        ) {
            let account = Account::new(total, 1);
            let (mut held, mut other) = (Lines::default(), Lines::default());
            for pair in lines.chunks(2) {
                for (line, to) in pair.iter().zip([&mut held, &mut other]) {
                    let (before, refused) = (to.len() as u64, to.push(&line.line(), 1 << 16, &account));
                    prop_assert_eq!(to.len() as u64, before + 1 - refused);
                    prop_assert!(cost(to.capacity) <= total);
                }
                prop_assert!(cost(held.capacity) + cost(other.capacity) <= total);
            }
            let pushed: Vec<_> = lines.iter().step_by(2).collect();
            let mut rest = pushed.iter().map(|line| line.text.as_str());
            for line in std::str::from_utf8(held.bytes()).unwrap().split_inclusive('\n') {
                prop_assert!(rest.any(|it| it == line), "in the order in which they were made");
            }
        }
    }

    #[test]
    fn one_request_reaches_nearly_all_that_all_may_hold() {
        const TOTAL: usize = 100_000;
        let account = Account::new(TOTAL, 1);
        let mut held = Lines::default();
        let line = Pushed { level: Level::Debug, text: "a".repeat(200) };
        while held.push(&line.line(), 1 << 20, &account) == 0 {}
        assert!(cost(held.capacity) <= TOTAL);
        assert!(held.bytes().len() > TOTAL * 9 / 10, "{}", held.bytes().len());
    }

    #[test]
    fn a_line_costs_the_same_however_many_were_made() {
        let account = Account::new(1 << 20, 1);
        let (mut held, mut moves) = (Lines::default(), 0);
        for number in 0..100_000 {
            let pushed = Pushed { level: Level::Debug, text: format!("{number:-<200}\n") };
            let before = held.len();
            held.push(&pushed.line(), 1 << 16, &account);
            moves += u64::from(held.len() <= before);
        }
        // Each frees a quarter of 326 lines.
        assert!(moves < 100_000 / 80, "{moves} times");
    }

    #[test]
    fn the_last_line_has_room_beyond_the_bound() {
        let account = Account::new(1 << 20, 1);
        let mut held = Lines::default();
        let line = |text: &str| Pushed { level: Level::Debug, text: text.to_owned() };
        assert_eq!(held.push(&line(&"a".repeat(64)).line(), 64, &account), 0);
        assert!(held.push_last(&line("b").line()));
        assert_eq!((held.len(), held.bytes().len()), (2, 65));
    }
}
