//! How callers wait: for room, and for what the worker does.

use std::time::Duration;

use super::{Mode, Queue, Room, State};
use crate::writer::{
    batch::Batch,
    exit::CLOSE,
    mode::Overflow,
    sync::{MutexGuard, wait, wait_while},
    turn::Turn,
};

/// How long a caller waits while the sink takes nothing, or little.
const STALL: Duration = Duration::from_millis(50);

/// How much of the buffer the sink takes meanwhile, if it is not stalled.
const EIGHTH: u64 = 8;

/// So often a caller waits as long again where it is worth it: half the buffer
/// is empty then.
const MOST_TURNS: u8 = 4;

impl Queue {
    /// Waits until the buffer is half empty, while the sink gets on. Returns
    /// how many bytes are kept for the batch then: all, or none.
    pub(super) fn wait_for_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        batch: &Batch<'_>,
        overflow: Overflow,
    ) -> (MutexGuard<'a, State>, usize) {
        let opening = state.openings;
        state.awaited += batch.bytes.len();
        state = match overflow {
            Overflow::Block => self.wait_for_opening(state, opening),
            _ => self.wait_while_it_gets_on(state, opening, batch),
        };
        if state.openings != opening {
            return (state, batch.bytes.len());
        }
        state.awaited = state.awaited.saturating_sub(batch.bytes.len());
        (state, 0)
    }

    fn wait_for_opening<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        opening: u64,
    ) -> MutexGuard<'a, State> {
        waiting(state, |mut state| {
            while state.is_full_since(opening) {
                state = wait(&self.progress, state);
            }
            state
        })
    }

    /// Once the sink does not get on, it is stalled, and callers wait no more.
    fn wait_while_it_gets_on<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        opening: u64,
        batch: &Batch<'_>,
    ) -> MutexGuard<'a, State> {
        let is_full =
            |state: &mut State| state.is_full_since(opening) && state.room.of(batch) == Room::Full;
        for _ in 0..MOST_TURNS {
            let before = state.done_bytes;
            state = self.wait_in_time(state, STALL, is_full);
            if !is_full(&mut state) {
                return state;
            }
            let gets_on = state.done_bytes - before >= self.capacity as u64 / EIGHTH;
            let is_starved;
            (state, is_starved) = self.is_starved(state);
            if !gets_on && !is_starved {
                break;
            }
        }
        if is_full(&mut state) {
            state.room.set(batch, Room::Stalled);
            self.progress.notify_all();
        }
        state
    }

    /// Returns whether the sink takes little because the worker has no turn on
    /// a processor, and so cannot give it more.
    fn is_starved<'a>(&'a self, state: MutexGuard<'a, State>) -> (MutexGuard<'a, State>, bool) {
        drop(state);
        let is_starved = self.turn.get().is_some_and(Turn::is_awaited);
        (self.lock(), is_starved)
    }

    /// Waits until the thread that closes the queue has done so, or given up;
    /// nothing, if it did neither.
    pub(super) fn wait_for_close<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
    ) -> Option<MutexGuard<'a, State>> {
        let is_closing = |state: &mut State| state.mode == Mode::Closing;
        let mut state = self.wait_in_time(state, 2 * CLOSE, is_closing);
        if is_closing(&mut state) { None } else { Some(state) }
    }

    /// Waits for the worker while something is so, but not longer than `most`.
    pub(super) fn wait_in_time<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        most: Duration,
        is_so: impl FnMut(&mut State) -> bool,
    ) -> MutexGuard<'a, State> {
        waiting(state, |state| wait_while((&self.state, &self.progress), state, most, is_so))
    }
}

/// Waiters are counted, because a notification costs a system call.
fn waiting<'a>(
    mut state: MutexGuard<'a, State>,
    wait: impl FnOnce(MutexGuard<'a, State>) -> MutexGuard<'a, State>,
) -> MutexGuard<'a, State> {
    state.waiters += 1;
    let mut state = wait(state);
    state.waiters -= 1;
    state
}
