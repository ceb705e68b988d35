//! How the floor's lines reach its output.

use std::cell::RefCell;

use floor::Output;

use crate::sink::{self, Tallied};

/// How lines reach the output.
pub(super) trait HandOver: Sync {
    fn line(output: &Output<Tallied>, line: &[u8]);
    /// Hands over the line of a request that has ended.
    fn last(output: &Output<Tallied>, line: &[u8]);
}

/// Each line separately.
pub(super) struct EachLine;

impl HandOver for EachLine {
    fn line(output: &Output<Tallied>, line: &[u8]) {
        output.hand_over(line);
    }

    fn last(output: &Output<Tallied>, line: &[u8]) {
        output.hand_over(line);
    }
}

/// In blocks for each thread: when a request ends, or at 4 KiB.
pub(super) struct Blocks;

#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    lines: u64,
}

thread_local! {
    static BLOCK: RefCell<Block> = RefCell::default();
}

impl Blocks {
    const FULL: usize = 4 * 1024;

    fn push(output: &Output<Tallied>, line: &[u8], is_last: bool) {
        BLOCK.with_borrow_mut(|block| {
            block.bytes.extend_from_slice(line);
            block.lines += 1;
            if is_last || block.bytes.len() >= Self::FULL {
                output.hand_over(&block.bytes);
                sink::more_lines(block.lines - 1);
                block.bytes.clear();
                block.lines = 0;
            }
        });
    }
}

impl HandOver for Blocks {
    fn line(output: &Output<Tallied>, line: &[u8]) {
        Self::push(output, line, false);
    }

    fn last(output: &Output<Tallied>, line: &[u8]) {
        Self::push(output, line, true);
    }
}
