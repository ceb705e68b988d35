//! Places in the code, each encoded once: where a span comes from is the same
//! each time.

use std::sync::OnceLock;

use trace_runtime::observe::Closed;

use super::name::Name;
use crate::wire::{Value, Wire, attribute};

/// The field of a span that holds attributes.
pub(super) const ATTRIBUTES: u32 = 9;

/// How many places are kept; others are encoded each time.
const CHUNKS: usize = 64;
const CHUNK: usize = 64;

/// The encoded attributes of places, by the number of the callsite.
#[derive(Debug)]
pub(crate) struct Places([OnceLock<Box<Chunk>>; CHUNKS]);

type Chunk = [OnceLock<Box<[u8]>>; CHUNK];

impl Default for Places {
    fn default() -> Self {
        Self([const { OnceLock::new() }; CHUNKS])
    }
}

/// The attributes of a place, as they stand in a span.
pub(super) const OF_A_PLACE: [Name; 3] = [Name::Function, Name::File, Name::Line];

impl Places {
    /// Returns the attributes of a place.
    #[inline]
    pub(super) fn of(&self, closed: &Closed<'_>, longest: Option<usize>) -> Option<&[u8]> {
        let number = closed.callsite() as usize;
        let chunk = self.0.get(number / CHUNK)?;
        let chunk = chunk.get_or_init(|| Box::new([const { OnceLock::new() }; CHUNK]));
        Some(chunk[number % CHUNK].get_or_init(|| encoded(closed, longest)))
    }
}

fn encoded(closed: &Closed<'_>, longest: Option<usize>) -> Box<[u8]> {
    let mut all = Wire::default();
    for name in OF_A_PLACE {
        let one = attribute(ATTRIBUTES, name.as_str(), &value(closed, name), longest);
        all.push(one.as_bytes());
    }
    all.into_bytes().into()
}

/// Returns the value of one of them.
pub(super) fn value<'a>(closed: &Closed<'a>, name: Name) -> Value<'a> {
    let (file, line) = closed.location();
    match name {
        Name::Function => Value::Path(closed.target(), closed.name()),
        Name::File => Value::Str(file),
        _ => Value::Int(line.into()),
    }
}
