//! Scratch memory: byte buffers that a thread uses again and again.
//!
//! A few per thread, together at most 64 KiB while they rest. A buffer may be
//! given back on another thread than it was taken on.

use std::{cell::RefCell, ops::Deref};

/// How many buffers a thread keeps: one for a line, and a few for the fields
/// of steps that are under way.
const MOST_KEPT: usize = 8;

/// How much they may take together.
const MOST_BYTES: usize = 64 * 1024;

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept { vectors: Vec::new(), bytes: 0 }) };
}

/// Vectors that rest, and how many bytes they take together.
struct Kept {
    vectors: Vec<Boxed>,
    bytes: usize,
}

/// A vector behind one pointer, which is all that a future has to hold.
#[expect(clippy::box_collection, reason = "the box is kept as the vector's memory is")]
type Boxed = Box<Vec<u8>>;

impl Kept {
    fn take(&mut self) -> Option<Boxed> {
        let vector = self.vectors.pop()?;
        self.bytes -= vector.capacity();
        Some(vector)
    }

    fn give_back(&mut self, mut vector: Boxed) {
        let bytes = self.bytes + vector.capacity();
        if self.vectors.len() < MOST_KEPT && bytes <= MOST_BYTES {
            vector.clear();
            self.vectors.push(vector);
            self.bytes = bytes;
        }
    }
}

/// Bytes whose memory is this thread's, and given back when they are dropped.
#[derive(Debug, Default)]
pub(crate) struct Buffer(Option<Boxed>);

impl Buffer {
    /// Returns the bytes, to be added to. The memory comes with the first call:
    /// new, if all that the thread keeps is in use or the thread is ending.
    pub(crate) fn vec(&mut self) -> &mut Vec<u8> {
        self.0.get_or_insert_with(|| {
            let kept = KEPT.try_with(|kept| kept.try_borrow_mut().ok()?.take());
            kept.ok().flatten().unwrap_or_default()
        })
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let Some(vector) = self.0.take() else { return };
        // On an ending thread there is nobody to keep it for.
        let _ = KEPT.try_with(|kept| {
            if let Ok(mut kept) = kept.try_borrow_mut() {
                kept.give_back(vector);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_with_its_memory() {
        let mut first = Buffer::default();
        first.vec().extend_from_slice(&[1; 1000]);
        let memory = first.as_ptr();
        drop(first);
        let mut second = Buffer::default();
        assert_eq!((second.vec().as_ptr(), second.len()), (memory, 0));
    }

    #[test]
    fn what_rests_is_bounded() {
        let buffers: Vec<_> = (0..2 * MOST_KEPT)
            .map(|_| {
                let mut buffer = Buffer::default();
                buffer.vec().reserve(MOST_BYTES / 4);
                buffer
            })
            .collect();
        drop(buffers);
        KEPT.with_borrow(|kept| {
            let bytes: usize = kept.vectors.iter().map(|it| it.capacity()).sum();
            assert_eq!((kept.bytes, kept.vectors.len()), (bytes, 4));
            assert!(bytes <= MOST_BYTES, "{bytes}");
        });
        let mut large = Buffer::default();
        large.vec().reserve(MOST_BYTES + 1);
        drop(large);
        assert!(Buffer::default().vec().capacity() <= MOST_BYTES);
    }
}
