//! Keeps the current context, in a tokio task-local.
//!
//! The context is set for each poll and restored afterwards, even if the poll
//! panics, so a task cannot leave it behind on a thread. While it is borrowed,
//! no foreign code runs: the data that is needed is copied out first.
//!
//! On a thread whose thread-locals are being destroyed, nothing can be set any
//! more. Code then runs without a context of its own, and the process does not
//! abort.

use std::cell::Cell;

use super::{
    ending, entered,
    frame::Frame,
    handle::Context,
    owner::Owner,
    place::Place,
    slot::{CURRENT, Lent, Slot},
    token::Token,
    totals::ByNumber,
    trace::Trace,
};
use crate::{
    callsite::Callsite,
    clock::Moment,
    field::{kept::Encoded, limits::Limits, sums::Amount},
    filter::Thresholds,
    output::{self, Output},
};

thread_local! {
    /// The kind of the current context. It is set with each change of that.
    static PLACE: Cell<Place> = const { Cell::new(Place::NOWHERE) };

    /// The slot for frames of steps where no context is set. A frame that is
    /// swapped in is swapped out when the poll or the call ends, so no task can
    /// leave one behind.
    static OUTSIDE: Slot = Slot::new(Owner::NONE, false);
}

/// Calls `look` with the slot, unless the thread is ending. `look` must not run
/// foreign code.
#[inline]
pub(super) fn look<R>(look: impl FnMut(&Slot) -> R) -> Option<R> {
    if place().is_plain() { look_below(look) } else { look_slowly(look) }
}

/// Does the same for the first look on a thread, and if something was entered.
#[cold]
fn look_slowly<R>(mut look: impl FnMut(&Slot) -> R) -> Option<R> {
    let mut found = None;
    look_anywhere(&mut |slot| found = Some(look(slot)));
    found
}

fn look_anywhere(look: &mut dyn FnMut(&Slot)) {
    ending::watch();
    PLACE.set(place().and_watched());
    let _ = if is_entered() { entered::look(look) } else { look_below(look) };
}

/// Returns whether something is current that was entered by a token.
#[inline]
pub(super) fn is_entered() -> bool {
    place().is_entered() && is_still_entered()
}

/// Returns the same, after what other threads have left was left here.
#[cold]
fn is_still_entered() -> bool {
    for token in Token::take_left() {
        let _ = leave(token);
    }
    entered::is_any()
}

/// Looks into the slot that is below all that was entered.
#[inline]
pub(super) fn look_below<R>(mut look: impl FnMut(&Slot) -> R) -> Option<R> {
    match CURRENT.try_with(&mut look) {
        Ok(found) => Some(found),
        Err(_) => look_outside(look),
    }
}

/// Calls `look` with the slot of the task-local, if that is set.
#[expect(clippy::inline_always, reason = "what it returns would be copied otherwise")]
#[inline(always)]
pub(super) fn look_at_current<R>(look: impl FnOnce(&Slot) -> R) -> Option<R> {
    CURRENT.try_with(look).ok()
}

/// Calls `look` with the slot for code without a context.
#[cold]
fn look_outside<R>(look: impl FnMut(&Slot) -> R) -> Option<R> {
    OUTSIDE.try_with(look).ok()
}

/// Returns a copy of the current context.
#[inline]
pub(crate) fn current() -> Context {
    // Filled in its place, because it would be copied otherwise.
    let mut here = Context::of(Owner::NONE);
    look(|slot| {
        here.owner = slot.owner.clone();
        (here.span, here.around) = (slot.span.get(), slot.around.get());
    });
    here
}

/// Calls `ask` with the output of the current context, if there is one.
#[inline]
pub(crate) fn with_output<R>(ask: impl FnOnce(&Output) -> R) -> Option<R> {
    if place().is_captured() { with_captured(ask) } else { output::process_for_line().map(ask) }
}

#[cold]
fn with_captured<R>(ask: impl FnOnce(&Output) -> R) -> Option<R> {
    // Kept alive, because `ask` may run foreign code.
    let captured = look(|slot| slot.owner.captured().cloned()).flatten()?;
    Some(ask(&captured.output))
}

/// Returns the least severe levels that the current output takes from a callsite,
/// if there is an output.
#[inline]
pub(crate) fn thresholds(callsite: &Callsite) -> Option<Thresholds> {
    if place().is_captured() {
        return with_captured(|output| callsite.thresholds(output));
    }
    output::process_for_line().map(|process| callsite.thresholds_of_process(process))
}

/// Returns whether the current trace would hold or write a line of detail.
#[cold]
pub(crate) fn takes_detail() -> bool {
    let takes = |slot: &Slot| slot.owner.trace().is_some_and(Trace::takes_detail);
    place().has_trace() && look(takes).unwrap_or(false)
}

/// Notes that the detail of the current trace is wanted.
pub(crate) fn want_detail() {
    look(|slot| {
        if let Some(trace) = slot.owner.trace() {
            trace.detail.want();
        }
    });
}

/// Returns the kind of the current context. A filtered-out step needs nothing
/// else, nor does the filter of an event, so this is kept apart ("place apart"
/// in `speed-notes.md`).
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
#[inline]
pub(crate) fn enter<R>(
    owner: &Owner,
    frame: &mut Frame,
    begins: Option<Moment>,
    run: impl FnOnce() -> R,
) -> R {
    if swap_below(owner, frame, begins) {
        let _swapped = Swapped { frame, totals: None };
        return run();
    }
    enter_anew(owner, frame, None, run)
}

/// Calls `run` with a request itself current, which only one thread polls at a
/// time. The steps that end meanwhile are added up in `totals`, which is empty,
/// unless they are counted alone.
#[inline]
pub(crate) fn enter_request<R>(
    owner: &Owner,
    frame: &mut Frame,
    totals: &mut ByNumber,
    run: impl FnOnce() -> R,
) -> R {
    if swap_below(owner, frame, None) {
        let _swapped = Swapped { frame, totals: None };
        return run();
    }
    enter_anew(owner, frame, Some(totals), run)
}

/// Calls `run` with a step current that has just begun in the current context.
#[inline]
pub(crate) fn enter_here<R>(frame: &mut Frame, begins: Moment, run: impl FnOnce() -> R) -> R {
    look_below(|slot| {
        slot.begin(begins);
        slot.swap(frame);
    });
    let _swapped = Swapped { frame, totals: None };
    run()
}

/// Sets the task-local for an owner, and calls `run` with a frame in it. For a
/// request itself, `totals` is given.
#[inline(never)]
fn enter_anew<R>(
    owner: &Owner,
    frame: &mut Frame,
    totals: Option<&mut ByNumber>,
    run: impl FnOnce() -> R,
) -> R {
    if ending::has_begun() {
        return run();
    }
    let _outer = Outer::of(Place::of(owner));
    CURRENT.sync_scope(Slot::new(owner.clone(), totals.is_some()), || {
        swap(frame);
        let _swapped = Swapped { frame, totals };
        run()
    })
}

/// Returns the owner of the slot.
pub(crate) fn owner() -> Owner {
    look_below(|slot| slot.owner.clone()).unwrap_or(Owner::NONE)
}

/// The previous place, which is restored on drop. What was entered before is
/// hidden meanwhile.
struct Outer {
    place: Place,
    hidden: Option<usize>,
}

impl Outer {
    fn of(inner: Place) -> Self {
        let place = PLACE.replace(inner);
        let hidden = if place.is_entered() { entered::hide() } else { None };
        Self { place, hidden }
    }
}

impl Drop for Outer {
    fn drop(&mut self) {
        if self.hidden.is_some() || place().is_entered() {
            show(self.hidden);
        } else {
            PLACE.set(self.place);
        }
    }
}

/// Shows what was hidden. What was entered since and never left ends here: a
/// task cannot leave it behind on a thread.
#[cold]
fn show(hidden: Option<usize>) {
    let left_behind = entered::show(hidden);
    settled();
    // Only now: to drop one may run foreign code.
    drop(left_behind);
}

/// Sets the place anew after an entry was left.
pub(super) fn settled() {
    let of = |slot: &Slot| Place::of(&slot.owner);
    let place = match entered::look(of) {
        Some(above) => Some(above.and_entered()),
        None => look_below(of),
    };
    if let Some(place) = place {
        PLACE.set(place);
    }
}

/// Makes what `lend` returns current until [`leave`] is called with the token: not
/// on a thread that is ending. Its place is `inner`.
#[expect(clippy::inline_always, reason = "the slot would be copied otherwise")]
#[inline(always)]
pub(crate) fn enter_until(token: Token, inner: Place, lend: impl FnOnce() -> (Owner, Frame)) {
    ending::watch();
    if ending::has_begun() {
        return;
    }
    let slot = || {
        let (owner, frame) = lend();
        Slot::with(owner, frame)
    };
    if entered::push(token, place(), slot).is_some() {
        PLACE.set(inner.and_entered());
    }
}

/// Leaves what was entered; returns what was lent to it, if it was not left
/// before, and this is the thread. On another, it is left there when that looks
/// next.
#[inline]
pub(crate) fn leave(token: Token) -> Option<Lent> {
    if !token.is_of_this_thread() {
        token.leave_elsewhere();
        return None;
    }
    let (lent, before) = entered::remove(token)?;
    match before {
        Some(before) => PLACE.set(before.and_watched()),
        None => settled(),
    }
    Some(lent)
}

/// Swaps a frame with the one in the slot, if the slot belongs to the owner
/// already. That is faster than setting the task-local again.
#[inline]
fn swap_below(owner: &Owner, frame: &mut Frame, begins: Option<Moment>) -> bool {
    if place().is_plain() {
        look_below(|slot| swap_in(slot, owner, frame, begins)).unwrap_or(false)
    } else {
        swap_slowly(owner, frame, begins)
    }
}

/// Does the same for the first look on a thread, and if something was entered.
#[cold]
fn swap_slowly(owner: &Owner, frame: &mut Frame, begins: Option<Moment>) -> bool {
    if is_entered() {
        begin_above(owner, begins);
        return false;
    }
    look(|slot| swap_in(slot, owner, frame, begins)).unwrap_or(false)
}

#[inline]
fn swap_in(slot: &Slot, owner: &Owner, frame: &mut Frame, begins: Option<Moment>) -> bool {
    let is_current = slot.owner.is(owner);
    if is_current {
        if let Some(at) = begins {
            slot.begin(at);
        }
        slot.swap(frame);
    }
    is_current
}

/// Notes that a step begins in what was entered, which is not swapped out: it
/// may be left meanwhile.
fn begin_above(owner: &Owner, begins: Option<Moment>) {
    if let Some(at) = begins {
        look(|slot| {
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

/// A frame in the slot, which is swapped out again on drop. So are the totals of a
/// request.
struct Swapped<'a> {
    frame: &'a mut Frame,
    totals: Option<&'a mut ByNumber>,
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        look_below(|slot| {
            slot.swap(self.frame);
            if let Some(totals) = &mut self.totals {
                slot.swap_totals(totals);
            }
        });
    }
}
