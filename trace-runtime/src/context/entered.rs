//! What was entered on this thread by a token, and the sync steps inside.
//!
//! It lies above the slot of `store`, and is left in any order. No foreign code
//! runs while it is borrowed.

use std::cell::RefCell;

use super::{entries::Entries, frame::Frame, slot::Slot, token::Token};
use crate::{clock::Moment, id::SpanId};

thread_local! {
    static ENTERED: RefCell<Entries<Key, Slot>> = const { RefCell::new(Entries::new()) };
}

/// What an entry is found by.
#[derive(Debug, PartialEq)]
enum Key {
    Token(Token),
    /// A sync step that began while another entry was current.
    Sync(Option<SpanId>),
}

/// Runs `run` with the entries, unless the thread is ending.
fn with<R>(run: impl FnOnce(&mut Entries<Key, Slot>) -> R) -> Option<R> {
    let ran = ENTERED.try_with(|entered| Some(run(&mut *entered.try_borrow_mut().ok()?)));
    ran.ok().flatten()
}

/// Returns whether there is an entry that is not hidden.
pub(super) fn is_any() -> bool {
    with(|entered| entered.innermost().is_some()).unwrap_or(false)
}

/// Calls `look` with what was entered last, if that is not hidden.
#[cold]
pub(super) fn look<R>(look: impl FnMut(&Slot) -> R) -> Option<R> {
    with(|entered| entered.innermost().map(look))?
}

/// Hides all entries; returns what [`show`] takes.
pub(super) fn hide() -> Option<usize> {
    with(Entries::hide)
}

/// Shows what was hidden, and returns what was entered since and never left.
pub(super) fn show(hidden: Option<usize>) -> Vec<Slot> {
    let left_behind = with(|entered| {
        let left_behind = entered.take_visible();
        if let Some(floor) = hidden {
            entered.show(floor);
        }
        left_behind
    });
    left_behind.unwrap_or_default()
}

/// Adds an entry. None on a thread that is ending.
pub(super) fn push(token: Token, slot: Slot) -> Option<()> {
    with(|entered| entered.push(Key::Token(token), slot))
}

/// Removes an entry, wherever it is.
pub(super) fn remove(token: Token) -> Option<Slot> {
    with(|entered| entered.remove(&Key::Token(token)))?
}

/// Begins a sync step inside what was entered last, as an entry above it: its
/// own frame stays, and shows which it is.
#[cold]
pub(super) fn begin_sync(frame: &mut Frame, at: Moment) {
    let span = frame.span;
    with(|entered| {
        let Some(slot) = entered.innermost() else { return };
        slot.begin(at);
        let slot = Slot::with(slot.owner.clone(), std::mem::take(frame));
        entered.push(Key::Sync(span), slot);
    });
    frame.span = span;
}

/// Ends a sync step that began so, and returns its frame.
pub(super) fn end_sync(frame: &mut Frame) -> Option<()> {
    let slot = with(|entered| entered.remove_visible(&Key::Sync(frame.span)))??;
    slot.swap(frame);
    Some(())
}

/// Ends a step whose parent was entered, and was not left. Returns whether there
/// is such a parent.
pub(super) fn end(parent: Option<SpanId>, at: Moment) -> bool {
    let found = with(|entered| {
        let parent = entered.each().find(|slot| slot.span.get() == parent);
        parent.map(|slot| slot.end(at)).is_some()
    });
    found.unwrap_or(false)
}
