//! Our callsites of their spans: one for each, found again by its address.

use std::{cell::Cell, ptr};

use trace_runtime::edge::Callsite;
use tracing_core::Metadata;

use crate::level::level;

/// How many a thread remembers.
const PLACES: usize = 64;

thread_local! {
    static REMEMBERED: [Cell<Option<(usize, Callsite)>>; PLACES] =
        const { [const { Cell::new(None) }; PLACES] };
}

/// Returns our callsite of a span. Its metadata lives as long as the process, so
/// its address is never another's.
pub(crate) fn callsite(metadata: &'static Metadata<'static>) -> Callsite {
    let address = ptr::from_ref(metadata).addr();
    REMEMBERED.with(|remembered| {
        let place = remembered.get((address >> 4) % PLACES);
        match place.and_then(Cell::get) {
            Some((of, callsite)) if of == address => callsite,
            _ => {
                let callsite = named(metadata, metadata.name());
                if let Some(place) = place {
                    place.set(Some((address, callsite)));
                }
                callsite
            }
        }
    })
}

/// The same under another name.
pub(crate) fn named(metadata: &Metadata<'_>, name: &str) -> Callsite {
    let location = metadata.file().zip(metadata.line());
    Callsite::leaked(name, metadata.target(), level(*metadata.level()), location)
}
