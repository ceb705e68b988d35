//! Scratch memory: byte buffers that a thread uses again and again.
//!
//! A few per thread, together at most 64 KiB while they rest. A buffer may be
//! given back on another thread than it was taken on.

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
};

/// How many buffers a thread keeps: one for a line, and a few for the fields
/// of steps that are under way.
const MOST_KEPT: usize = 8;

/// How much they may take together.
const MOST_BYTES: usize = 64 * 1024;

thread_local! {
    static KEPT: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty vector of bytes with room in it, given back when dropped.
#[derive(Debug, Default)]
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    /// Takes a buffer of this thread's, or a new one if all are in use or the
    /// thread is ending.
    pub(crate) fn take() -> Self {
        let kept = KEPT.try_with(|kept| kept.try_borrow_mut().ok()?.pop()).ok().flatten();
        Self(kept.unwrap_or_default())
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0);
        if bytes.capacity() == 0 || bytes.capacity() > MOST_BYTES {
            return;
        }
        bytes.clear();
        // On an ending thread there is nobody to keep it for.
        let _ = KEPT.try_with(|kept| {
            if let Ok(mut kept) = kept.try_borrow_mut()
                && kept.len() < MOST_KEPT
                && kept.iter().map(Vec::capacity).sum::<usize>() + bytes.capacity() <= MOST_BYTES
            {
                kept.push(bytes);
            }
        });
    }
}

impl Deref for Buffer {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_with_its_memory() {
        let mut first = Buffer::take();
        first.extend_from_slice(&[1; 1000]);
        let memory = first.as_ptr();
        drop(first);
        let second = Buffer::take();
        assert_eq!((second.as_ptr(), second.len()), (memory, 0));
    }

    #[test]
    fn a_large_buffer_is_not_kept() {
        let mut large = Buffer::take();
        large.reserve(MOST_BYTES + 1);
        drop(large);
        assert!(Buffer::take().capacity() <= MOST_BYTES);
    }
}
