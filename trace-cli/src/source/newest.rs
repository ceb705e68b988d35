//! The newest line of all logs, from which `--since 10m` counts back.

use std::fs::File;

use super::{
    open::Opened,
    set::{Input, Set},
};
use crate::{
    line::Piece,
    scan::{Blocks, Lines, Part, line_begin},
};

impl Set {
    /// Returns the time of the newest line. Of a plain file the end is read;
    /// a time more than a day ahead of all others is none.
    pub(crate) fn newest(&self) -> Option<i64> {
        const DAY: i64 = 86_400_000_000_000;
        let mut times: Vec<i64> = self.inputs.iter().flat_map(last_times).collect();
        times.sort_unstable();
        while let [.., before, last] = times[..] {
            if last - before <= DAY {
                break;
            }
            times.pop();
        }
        times.last().copied()
    }
}

/// Returns the two greatest times at the end of a log.
fn last_times(input: &Input) -> Vec<i64> {
    match input.open() {
        Ok(Opened::Plain { file, len }) => at_end(&file, len),
        Ok(Opened::Stream(stream)) if !input.is_stdin() => greatest(Blocks::new(stream)),
        _ => Vec::new(),
    }
}

fn at_end(file: &File, len: u64) -> Vec<i64> {
    const END: u64 = 1 << 20;
    let begin = match len.checked_sub(END) {
        Some(at) => line_begin(file, at, len).unwrap_or_default(),
        None => 0,
    };
    greatest(Blocks::new(Part::new(file, begin, u64::MAX)))
}

fn greatest<R: std::io::Read>(mut blocks: Blocks<R>) -> Vec<i64> {
    let (mut lines, mut times) = (Lines::default(), Vec::new());
    while let Ok(Some(block)) = blocks.next() {
        lines.block(&block, &mut |seen| {
            if let Piece::Line(line) = &seen.piece {
                times.extend(line.time_ns());
            }
        });
        times.sort_unstable();
        times.drain(..times.len().saturating_sub(2));
    }
    times
}
