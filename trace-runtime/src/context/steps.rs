//! Steps that begin and end: the scope around them records that, and the frame of
//! a sync step is swapped in and out.

use super::{
    entered,
    frame::Frame,
    store::{is_entered, look, look_below, settled},
};
use crate::{clock::Moment, id::SpanId};

/// Begins a sync step in the scope whose frame is in the slot, and puts the
/// step's frame there.
pub(crate) fn begin_sync(frame: &mut Frame, at: Moment) {
    if is_entered() {
        return entered::begin_sync(frame, at);
    }
    look_below(|slot| {
        slot.begin(at);
        slot.swap(frame);
    });
}

#[cold]
fn end_sync_above(frame: &mut Frame, at: Moment) -> Option<()> {
    entered::end_sync(frame)?;
    settled();
    look(|slot| slot.end(at));
    Some(())
}

/// Ends the sync step whose frame is in the slot.
pub(crate) fn end_sync(frame: &mut Frame, at: Moment) {
    if is_entered() && end_sync_above(frame, at).is_some() {
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
#[inline]
pub(crate) fn end(parent: Option<SpanId>, at: Moment) {
    if is_entered() && entered::end(parent, at) {
        return;
    }
    look_below(|slot| {
        if slot.span.get() == parent {
            slot.end(at);
        }
    });
}
