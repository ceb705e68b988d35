//! The bars of a picture, in eighths of a cell.

use super::screen::Screen;

/// The cells that stand for the time from a begin to an end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) begin: i64,
    pub(crate) end: i64,
    pub(crate) cells: usize,
}

const EIGHTHS: [char; 8] = ['█', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

impl Axis {
    /// Returns how many eighths of a cell a time is from the begin.
    fn eighths(&self, at: i64) -> usize {
        let span = i128::from((self.end - self.begin).max(1));
        let from = i128::from(at.clamp(self.begin, self.end) - self.begin);
        (from * self.cells as i128 * 8 / span) as usize
    }

    /// Returns the cell that a time is in.
    pub(crate) fn cell(&self, at: i64) -> usize {
        (self.eighths(at) / 8).min(self.cells.saturating_sub(1))
    }

    /// Draws a bar into cells that are blank.
    pub(crate) fn draw(&self, to: &mut [char], (from, until): (i64, i64), screen: &Screen) {
        let (first, first_part) = (self.cell(from), self.eighths(from) % 8);
        let until = self.eighths(until).max(first * 8 + first_part + 1);
        let (last, last_part) = ((until - 1) / 8, until % 8);
        for (at, cell) in to.iter_mut().enumerate().take(last + 1).skip(first) {
            *cell = match () {
                () if screen.is_ascii => '=',
                () if at == first && first_part > 0 => '▐',
                () if at == last => EIGHTHS[last_part],
                () => '█',
            };
        }
    }
}
