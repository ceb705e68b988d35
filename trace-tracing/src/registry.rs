//! The spans that are open, by their ids.
//!
//! In so many parts, each under a lock of its own; a thread puts its spans into
//! one of them. That lock is the only one a span has. No code but ours runs under
//! it. An id has a generation, so that one that was closed is never taken for
//! another.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use tracing_core::span::Id;

use crate::{span::Span, thread};

/// How many parts there are.
const PARTS: usize = 32;

/// Bits of an id: the part, the place in it, the generation of the place.
const PART_BITS: u32 = 5;
const PLACE_BITS: u32 = 27;

pub(crate) struct Registry {
    /// Which of the registries of the process it is.
    pub(crate) number: u32,
    parts: [Mutex<Part>; PARTS],
}

#[derive(Default)]
struct Part {
    places: Vec<Place>,
    free: Vec<usize>,
}

#[derive(Default)]
struct Place {
    generation: u32,
    handles: usize,
    span: Option<Span>,
}

impl Registry {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { number, parts: std::array::from_fn(|_| Mutex::default()) }
    }

    /// Keeps a span; it has one handle.
    pub(crate) fn insert(&self, span: Span) -> Id {
        let number = usize::try_from(thread::number()).unwrap_or_default() % PARTS;
        let (at, generation) = self.part(number).insert(span);
        Id::from_u64(id(number, at, generation))
    }

    /// Calls `run` with a span, under the lock: no code of others may run in it.
    pub(crate) fn with<R>(&self, id: &Id, run: impl FnOnce(&mut Span) -> R) -> Option<R> {
        self.with_place(id, |place| place.span.as_mut().map(run))?
    }

    /// Adds a handle.
    pub(crate) fn clone_handle(&self, id: &Id) {
        let _ = self.with_place(id, |place| place.handles += 1);
    }

    /// Drops a handle; returns the span, if it was the last.
    pub(crate) fn drop_handle(&self, id: &Id) -> Option<Span> {
        let (number, at, generation) = taken_apart(id)?;
        self.part(number).drop_handle(at, generation)
    }

    fn with_place<R>(&self, id: &Id, run: impl FnOnce(&mut Place) -> R) -> Option<R> {
        let (number, at, generation) = taken_apart(id)?;
        let mut part = self.part(number);
        part.place(at, generation).map(run)
    }

    fn part(&self, number: usize) -> MutexGuard<'_, Part> {
        let part = &self.parts[number % PARTS];
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    fn insert(&mut self, span: Span) -> (usize, u32) {
        let at = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            self.places.len() - 1
        });
        let place = &mut self.places[at];
        // Never zero, so that no id is.
        place.generation = place.generation.wrapping_add(1).max(1);
        place.handles = 1;
        place.span = Some(span);
        (at, place.generation)
    }

    fn place(&mut self, at: usize, generation: u32) -> Option<&mut Place> {
        self.places.get_mut(at).filter(|place| place.generation == generation)
    }

    fn drop_handle(&mut self, at: usize, generation: u32) -> Option<Span> {
        let place = self.place(at, generation)?;
        place.handles = place.handles.saturating_sub(1);
        if place.handles > 0 {
            return None;
        }
        let span = place.span.take()?;
        self.free.push(at);
        Some(span)
    }
}

fn id(part: usize, place: usize, generation: u32) -> u64 {
    (u64::from(generation) << (PART_BITS + PLACE_BITS))
        | ((place as u64) << PART_BITS)
        | part as u64
}

fn taken_apart(id: &Id) -> Option<(usize, usize, u32)> {
    let id = id.into_u64();
    let part = usize::try_from(id % (1 << PART_BITS)).ok()?;
    let place = usize::try_from((id >> PART_BITS) % (1 << PLACE_BITS)).ok()?;
    let generation = u32::try_from(id >> (PART_BITS + PLACE_BITS)).ok()?;
    Some((part, place, generation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_taken_apart_as_it_was_made() {
        for parts in [(0, 0, 1), (31, 7, 2), (5, (1 << PLACE_BITS) - 1, u32::MAX - 1)] {
            let (part, place, generation) = parts;
            let id = Id::from_u64(id(part, place, generation));
            assert_eq!(taken_apart(&id), Some(parts));
        }
    }
}
