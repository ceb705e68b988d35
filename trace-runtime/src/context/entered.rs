//! What was entered on this thread by a token, and the sync steps inside.
//!
//! It lies above the slot of `store`, and is left in any order. No foreign code
//! runs while it is borrowed.

use std::cell::RefCell;

use super::{
    entries::Entries,
    frame::Frame,
    place::Place,
    slot::{Lent, Slot},
    token::Token,
};
use crate::{clock::Moment, id::SpanId};

thread_local! {
    static ENTERED: RefCell<Entries<Key, Entry>> = const { RefCell::new(Entries::new()) };
}

/// What an entry is found by.
#[derive(Debug, PartialEq)]
enum Key {
    Token(Token),
    /// A sync step that began while another entry was current.
    Sync(Option<SpanId>),
}

/// A slot, and the place before it was entered, if it was by a token.
struct Entry {
    slot: Slot,
    before: Option<Place>,
}

/// Runs `run` with the entries, unless the thread is ending.
#[expect(clippy::inline_always, reason = "the slot would be copied otherwise")]
#[inline(always)]
fn with<R>(run: impl FnOnce(&mut Entries<Key, Entry>) -> R) -> Option<R> {
    let ran = ENTERED.try_with(|entered| Some(run(&mut *entered.try_borrow_mut().ok()?)));
    ran.ok().flatten()
}

/// Returns whether there is an entry that is not hidden.
pub(super) fn is_any() -> bool {
    with(|entered| entered.innermost().is_some()).unwrap_or(false)
}

/// Calls `look` with what was entered last, if that is not hidden.
#[cold]
pub(super) fn look<R>(look: impl FnOnce(&Slot) -> R) -> Option<R> {
    with(|entered| entered.innermost().map(|entry| look(&entry.slot)))?
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
        left_behind.into_iter().map(|entry| entry.slot).collect()
    });
    left_behind.unwrap_or_default()
}

/// Adds an entry, and the place before it. None on a thread that is ending. The
/// slot is made where it stays ("store forwarding" in `speed-notes.md`).
#[expect(clippy::inline_always, reason = "the slot would be copied otherwise")]
#[inline(always)]
pub(super) fn push(token: Token, before: Place, slot: impl FnOnce() -> Slot) -> Option<()> {
    with(|entered| entered.push(Key::Token(token), Entry { slot: slot(), before: Some(before) }))
}

/// Removes an entry, wherever it is. Returns what was lent to it, and the place
/// that is current now, if it is known: it is not where entries are left in
/// another order.
#[inline]
pub(super) fn remove(token: Token) -> Option<(Lent, Option<Place>)> {
    let key = Key::Token(token);
    with(|entered| match entered.pop(&key) {
        Some(Entry { slot, before }) => Some((slot.into_lent(), before)),
        None => entered.remove(&key).map(|entry| (entry.slot.into_lent(), None)),
    })?
}

/// Begins a sync step inside what was entered last, as an entry above it: its
/// own frame stays, and shows which it is.
#[cold]
pub(super) fn begin_sync(frame: &mut Frame, at: Moment) {
    let span = frame.span;
    with(|entered| {
        let Some(Entry { slot, .. }) = entered.innermost() else { return };
        slot.begin(at);
        let slot = Slot::with(slot.owner.clone(), std::mem::take(frame));
        entered.push(Key::Sync(span), Entry { slot, before: None });
    });
    frame.span = span;
}

/// Ends a sync step that began so, and returns its frame.
pub(super) fn end_sync(frame: &mut Frame) -> Option<()> {
    let entry = with(|entered| entered.remove_visible(&Key::Sync(frame.span)))??;
    entry.slot.swap(frame);
    Some(())
}

/// Ends a step whose parent was entered, and was not left. Returns whether there
/// is such a parent.
pub(super) fn end(parent: Option<SpanId>, at: Moment) -> bool {
    let found = with(|entered| {
        let parent = entered.each().find(|entry| entry.slot.span.get() == parent);
        parent.map(|entry| entry.slot.end(at)).is_some()
    });
    found.unwrap_or(false)
}
