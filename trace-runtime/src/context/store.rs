//! Keeps the current context, in a tokio task-local.
//!
//! The context is set for each poll and restored afterwards, even if the poll
//! panics, so a task cannot leave it behind on a thread. While it is borrowed,
//! no foreign code runs: the data that is needed is copied out first.
//!
//! On a thread whose thread-locals are being destroyed, nothing can be set any
//! more. Code then runs without a context of its own, and the process does not
//! abort.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use super::{
    captured::Captured,
    entries::Entries,
    frame::{Frame, Inside},
    handle::Context,
    owner::Owner,
    token::Token,
    totals::Around,
};
use crate::{
    clock::Moment,
    field::{
        kept::{Encoded, Kept},
        limits::Limits,
        sums::Amount,
    },
    id::SpanId,
};

tokio::task_local! {
    static CURRENT: Slot;
}

thread_local! {
    /// The kind of context in `CURRENT`. Only `enter` sets either of them.
    static PLACE: Cell<Place> = const { Cell::new(Place::Nowhere) };

    /// The slot for frames of steps where no context is set. A frame that is
    /// swapped in is swapped out when the poll or the call ends, so no task can
    /// leave one behind.
    static OUTSIDE: Slot = Slot::new(Owner::NOBODY);

    /// Whether one of `ENTERED` is current: asked before the slot is.
    static IS_ENTERED: Cell<bool> = const { Cell::new(false) };

    /// What was entered by a token, above the slot; and the sync steps inside.
    static ENTERED: RefCell<Entries<Key, Slot>> = const { RefCell::new(Entries::new()) };
}

/// What an entry is found by.
#[derive(Debug, PartialEq)]
enum Key {
    Token(Token),
    /// A sync step that began while another entry was current.
    Sync(Option<SpanId>),
}

/// The owner of the lines that are written here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The process.
    Nowhere,
    /// An output, but no trace.
    Output,
    Trace,
}

impl Place {
    fn of(owner: &Owner) -> Self {
        match owner.trace() {
            Some(_) => Self::Trace,
            None if owner.is_nobody() => Self::Nowhere,
            None => Self::Output,
        }
    }
}

/// The content of the task-local.
struct Slot {
    owner: Owner,
    span: Cell<Option<SpanId>>,
    fields: Cell<Kept>,
    is_step: Cell<bool>,
    around: Cell<Around>,
    inside: Cell<Inside>,
}

impl Slot {
    fn new(owner: Owner) -> Self {
        let Frame { span, fields, is_step, around, inside } = Frame::default();
        Self {
            owner,
            span: span.into(),
            fields: fields.into(),
            is_step: is_step.into(),
            around: around.into(),
            inside: inside.into(),
        }
    }

    fn with(owner: Owner, frame: &mut Frame) -> Self {
        let slot = Self::new(owner);
        slot.swap(frame);
        slot
    }

    #[inline]
    fn swap(&self, frame: &mut Frame) {
        frame.span = self.span.replace(frame.span);
        frame.fields = self.fields.replace(std::mem::take(&mut frame.fields));
        frame.is_step = self.is_step.replace(frame.is_step);
        frame.around = self.around.replace(frame.around);
        frame.inside = self.inside.replace(frame.inside);
    }

    fn begin(&self, at: Moment) {
        let mut inside = self.inside.get();
        inside.begin(at);
        self.inside.set(inside);
    }

    fn end(&self, at: Moment) {
        let mut inside = self.inside.get();
        inside.end(at);
        self.inside.set(inside);
    }
}

/// Calls `look` with the slot, unless the thread is ending. `look` must not run
/// foreign code.
#[inline]
fn look<R>(look: impl FnMut(&Slot) -> R) -> Option<R> {
    ending::watch();
    look_again(look)
}

/// Does the same after an earlier `look` in the same call.
#[inline]
fn look_again<R>(mut look: impl FnMut(&Slot) -> R) -> Option<R> {
    if IS_ENTERED.get()
        && let Some(found) = look_entered(&mut look)
    {
        return Some(found);
    }
    look_below(look)
}

/// Looks into what was entered last.
#[cold]
fn look_entered<R>(look: impl FnMut(&Slot) -> R) -> Option<R> {
    leave_what_was_left();
    with_entered(|entered| entered.innermost().map(look))?
}

/// Looks into the slot that is below all that was entered.
#[inline]
fn look_below<R>(mut look: impl FnMut(&Slot) -> R) -> Option<R> {
    match CURRENT.try_with(&mut look) {
        Ok(found) => Some(found),
        Err(_) => look_outside(look),
    }
}

/// Calls `look` with the slot for code without a context.
#[cold]
fn look_outside<R>(look: impl FnMut(&Slot) -> R) -> Option<R> {
    OUTSIDE.try_with(look).ok()
}

/// Returns a copy of the current context.
#[inline]
pub(crate) fn current() -> Context {
    let mut here = Context::of(Owner::NOBODY);
    look(|slot| {
        here.owner.clone_from(&slot.owner);
        here.span = slot.span.get();
        here.around = slot.around.get();
    });
    here
}

/// Returns the capture that the current context belongs to, if any.
#[inline]
pub(crate) fn captured() -> Option<Arc<Captured>> {
    look(|slot| slot.owner.captured().cloned()).flatten()
}

/// Returns the kind of the current context. A filtered-out step needs nothing
/// else, so this is kept apart ("place apart" in `docs/speed-notes.md`).
#[inline]
pub(crate) fn place() -> Place {
    PLACE.get()
}

/// Adds a field to the current step, or to the request if there is no step.
pub(crate) fn set_field(field: &Encoded<'_>, limits: &Limits) {
    look(|slot| {
        if slot.is_step.get() {
            let mut fields = slot.fields.take();
            fields.set(field, limits);
            slot.fields.set(fields);
        } else {
            set_in_trace(slot, field, limits);
        }
    });
}

/// Adds a field to the request, from anywhere below it.
pub(crate) fn set_request_field(field: &Encoded<'_>, limits: &Limits) {
    look(|slot| set_in_trace(slot, field, limits));
}

/// Adds a field to all later lines of the trace.
pub(crate) fn carry_field(field: &Encoded<'_>, _: &Limits) {
    look(|slot| {
        if let Some(trace) = slot.owner.trace() {
            trace.carried.set(field);
        }
    });
}

/// Adds to sums of the request.
pub(crate) fn count(keys: &[&'static str], amounts: &[Amount]) {
    look(|slot| {
        if let Some(trace) = slot.owner.trace() {
            trace.add(keys, amounts);
        }
    });
}

fn set_in_trace(slot: &Slot, field: &Encoded<'_>, limits: &Limits) {
    if let Some(trace) = slot.owner.trace() {
        trace.set_field(field, limits);
    }
}

/// Calls `run` with an owner and a frame current. The frame is in the slot
/// while `run` is called, and back in its place when this returns or unwinds.
/// If `begins` is set, a step begins: the scope whose frame was in the slot
/// records that.
pub(crate) fn enter<R>(
    owner: &Owner,
    frame: &mut Frame,
    begins: Option<Moment>,
    run: impl FnOnce() -> R,
) -> R {
    if swap_below(owner, frame, begins) {
        let _swapped = Swapped(frame);
        return run();
    }
    if ending::has_begun() {
        return run();
    }
    let _outer = Outer::of(Place::of(owner));
    CURRENT.sync_scope(Slot::new(owner.clone()), || {
        swap(frame);
        let _swapped = Swapped(frame);
        run()
    })
}

/// The previous place, which is restored on drop. What was entered before is
/// hidden meanwhile.
struct Outer {
    place: Place,
    hidden: Option<usize>,
}

impl Outer {
    fn of(inner: Place) -> Self {
        let hidden = if IS_ENTERED.get() { hide() } else { None };
        Self { place: PLACE.replace(inner), hidden }
    }
}

impl Drop for Outer {
    fn drop(&mut self) {
        PLACE.set(self.place);
        if IS_ENTERED.get() || self.hidden.is_some() {
            show(self.hidden);
        }
    }
}

#[cold]
fn hide() -> Option<usize> {
    IS_ENTERED.set(false);
    with_entered(Entries::hide)
}

/// Shows what was hidden. What was entered since and never left ends here: a
/// task cannot leave it behind on a thread.
#[cold]
fn show(hidden: Option<usize>) {
    let left_behind = with_entered(|entered| {
        let left_behind = entered.take_visible();
        if let Some(floor) = hidden {
            entered.show(floor);
        }
        left_behind
    });
    settled();
    // Only now: to drop one may run foreign code.
    drop(left_behind);
}

/// Notes whether an entry is current, and whose lines are written here.
fn settled() {
    IS_ENTERED.set(with_entered(|entered| entered.innermost().is_some()).unwrap_or(false));
    if let Some(place) = look_again(|slot| Place::of(&slot.owner)) {
        PLACE.set(place);
    }
}

/// Runs `run` with the entries, unless the thread is ending. It must not run
/// foreign code.
fn with_entered<R>(run: impl FnOnce(&mut Entries<Key, Slot>) -> R) -> Option<R> {
    let ran = ENTERED.try_with(|entered| Some(run(&mut *entered.try_borrow_mut().ok()?)));
    ran.ok().flatten()
}

/// Makes an owner and a frame current until [`leave`] is called with the token;
/// none on a thread that is ending.
pub(crate) fn enter_until(owner: &Owner, mut frame: Frame) -> Option<Token> {
    ending::watch();
    if ending::has_begun() {
        return None;
    }
    let (token, slot) = (Token::new(), Slot::with(owner.clone(), &mut frame));
    with_entered(|entered| entered.push(Key::Token(token), slot))?;
    IS_ENTERED.set(true);
    PLACE.set(Place::of(owner));
    Some(token)
}

/// Leaves what was entered; returns the frame, if it was not left before, and
/// this is the thread. On another, it is left there when that looks next.
pub(crate) fn leave(token: Token) -> Option<Frame> {
    if !token.is_of_this_thread() {
        token.leave_elsewhere();
        return None;
    }
    let slot = with_entered(|entered| entered.remove(&Key::Token(token)))??;
    settled();
    let mut frame = Frame::default();
    slot.swap(&mut frame);
    Some(frame)
}

/// Leaves what other threads have left for this one.
fn leave_what_was_left() {
    for token in Token::take_left() {
        let _ = leave(token);
    }
}

/// Swaps a frame with the one in the slot, if the slot belongs to the owner
/// already. That is faster than setting the task-local again.
#[inline]
fn swap_below(owner: &Owner, frame: &mut Frame, begins: Option<Moment>) -> bool {
    if IS_ENTERED.get() {
        begin_above(owner, begins);
        return false;
    }
    let swapped = look(|slot| {
        let is_current = slot.owner.is(owner);
        if is_current {
            if let Some(at) = begins {
                slot.begin(at);
            }
            slot.swap(frame);
        }
        is_current
    });
    swapped.unwrap_or(false)
}

/// Notes that a step begins in what was entered, which is not swapped out: it
/// may be left meanwhile.
#[cold]
fn begin_above(owner: &Owner, begins: Option<Moment>) {
    if let Some(at) = begins {
        look_again(|slot| {
            if slot.owner.is(owner) {
                slot.begin(at);
            }
        });
    }
}

/// Swaps a frame with the one in the slot. A second call restores both.
fn swap(frame: &mut Frame) {
    look_below(|slot| slot.swap(frame));
}

/// Begins a sync step in the scope whose frame is in the slot, and puts the
/// step's frame there.
pub(crate) fn begin_sync(frame: &mut Frame, at: Moment) {
    if IS_ENTERED.get() && begin_sync_above(frame, at).is_some() {
        return;
    }
    look_below(|slot| {
        slot.begin(at);
        slot.swap(frame);
    });
}

/// Begins a sync step inside what was entered last, as an entry above it: its
/// own frame stays, and says which it is.
#[cold]
fn begin_sync_above(frame: &mut Frame, at: Moment) -> Option<()> {
    let owner = look_entered(|slot| {
        slot.begin(at);
        slot.owner.clone()
    })?;
    let span = frame.span;
    let slot = Slot::with(owner, frame);
    frame.span = span;
    with_entered(|entered| entered.push(Key::Sync(span), slot))
}

/// Ends a sync step that began so.
#[cold]
fn end_sync_above(frame: &mut Frame, at: Moment) -> Option<()> {
    let slot = with_entered(|entered| entered.remove_visible(&Key::Sync(frame.span)))??;
    settled();
    slot.swap(frame);
    look_again(|slot| slot.end(at));
    Some(())
}

/// Ends the sync step whose frame is in the slot.
pub(crate) fn end_sync(frame: &mut Frame, at: Moment) {
    if IS_ENTERED.get() && end_sync_above(frame, at).is_some() {
        return;
    }
    look_below(|slot| {
        slot.swap(frame);
        slot.end(at);
    });
}

/// Begins a step in the scope whose frame is in the slot.
pub(crate) fn begin(at: Moment) {
    look(|slot| slot.begin(at));
}

/// Ends an async step whose parent is `parent`. If the slot holds a different
/// scope, the step's future was passed on, and the step counts as open until
/// its parent ends.
pub(crate) fn end(parent: Option<SpanId>, at: Moment) {
    if IS_ENTERED.get() && end_above(parent, at) {
        return;
    }
    look_below(|slot| {
        if slot.span.get() == parent {
            slot.end(at);
        }
    });
}

/// Ends a step whose parent was entered, and has not been left.
#[cold]
fn end_above(parent: Option<SpanId>, at: Moment) -> bool {
    let found = with_entered(|entered| {
        let parent = entered.each().find(|slot| slot.span.get() == parent);
        parent.map(|slot| slot.end(at)).is_some()
    });
    found.unwrap_or(false)
}

/// A frame in the slot, which is swapped out again on drop.
struct Swapped<'a>(&'a mut Frame);

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        swap(self.0);
    }
}

/// Detects that the thread-locals of this thread are being destroyed.
///
/// tokio's `scope` panics if its thread-local is already gone, and offers no
/// way to check. So this module creates a thread-local of its own *after*
/// tokio's. It is destroyed before tokio's, and records that.
mod ending {
    use std::cell::Cell;

    use super::CURRENT;

    thread_local! {
        static BEGUN: Cell<bool> = const { Cell::new(false) };
        static SENTINEL: Sentinel = {
            let _ = CURRENT.try_with(|_| ());
            Sentinel
        };
    }

    struct Sentinel;

    impl Drop for Sentinel {
        fn drop(&mut self) {
            BEGUN.set(true);
        }
    }

    /// Must be called each time before the slot is used: a sentinel that is
    /// created later might outlive the slot.
    #[inline]
    pub(super) fn watch() {
        let _ = SENTINEL.try_with(|_| ());
    }

    pub(super) fn has_begun() -> bool {
        BEGUN.get()
    }
}
