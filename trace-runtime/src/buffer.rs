//! Scratch memory: text buffers that each thread reuses.
//!
//! A thread keeps a few unused buffers, at most 64 KiB together. A buffer may
//! be returned on a different thread than it was taken on.

use std::{
    cell::{Cell, RefCell},
    ops::Deref,
};

use crate::json::cursor::Cursor;

/// The most buffers that a thread keeps: enough for the fields of nested steps.
const MOST_KEPT: usize = 8;

/// The most bytes that the kept buffers take together.
const MOST_BYTES: usize = 60 * 1024;

/// The most bytes that the one buffer takes that is kept apart from them.
const MOST_OF_ONE: usize = 4 * 1024;

thread_local! {
    /// The buffer that is taken first and returned first. Most steps need no
    /// other one, and it is reached faster.
    static ONE: Cell<Option<Box<Inner>>> = const { Cell::new(None) };

    static KEPT: RefCell<Kept> = const { RefCell::new(Kept { buffers: Vec::new(), bytes: 0 }) };
}

/// Unused buffers, and how many bytes they take together.
struct Kept {
    #[expect(clippy::vec_box, reason = "a buffer holds the box, which must not be allocated anew")]
    buffers: Vec<Box<Inner>>,
    bytes: usize,
}

impl Kept {
    fn take(&mut self) -> Option<Box<Inner>> {
        let inner = self.buffers.pop()?;
        self.bytes -= inner.text.capacity();
        Some(inner)
    }

    fn give_back(&mut self, inner: Box<Inner>) {
        let bytes = self.bytes + inner.text.capacity();
        if self.buffers.len() < MOST_KEPT && bytes <= MOST_BYTES {
            self.buffers.push(inner);
            self.bytes = bytes;
        }
    }
}

/// Text in memory that is returned to the current thread on drop.
///
/// One pointer wide, because futures keep it. Nothing is allocated while it is
/// empty.
#[derive(Debug, Default)]
pub(crate) struct Buffer(Option<Box<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    text: Cursor,
    is_cut: bool,
}

impl Buffer {
    /// Returns the text, to append to.
    #[inline]
    pub(crate) fn cursor(&mut self) -> &mut Cursor {
        &mut self.inner().text
    }

    /// Returns whether something did not fit.
    pub(crate) fn is_cut(&self) -> bool {
        self.0.as_ref().is_some_and(|inner| inner.is_cut)
    }

    /// Remembers that something did not fit.
    pub(crate) fn note(&mut self, is_cut: bool) {
        if is_cut {
            self.inner().is_cut = true;
        }
    }

    /// Takes one of the thread's buffers. Allocates a new one if all of them
    /// are in use, or if the thread is ending.
    #[inline]
    fn inner(&mut self) -> &mut Inner {
        self.0.get_or_insert_with(|| {
            let one = ONE.try_with(Cell::take).ok().flatten();
            one.or_else(one_of_others).unwrap_or_default()
        })
    }
}

#[cold]
fn one_of_others() -> Option<Box<Inner>> {
    KEPT.try_with(|kept| kept.try_borrow_mut().ok()?.take()).ok().flatten()
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], |inner| inner.text.text())
    }
}

impl Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        if let Some(inner) = self.0.take() {
            give_back(inner);
        }
    }
}

fn give_back(mut inner: Box<Inner>) {
    inner.text.truncate(0);
    inner.is_cut = false;
    // An ending thread keeps no buffers.
    let _ = ONE.try_with(|one| match one.take() {
        None if inner.text.capacity() <= MOST_OF_ONE => one.set(Some(inner)),
        kept => {
            one.set(kept);
            give_to_others(inner);
        }
    });
}

#[cold]
fn give_to_others(inner: Box<Inner>) {
    let _ = KEPT.try_with(|kept| {
        if let Ok(mut kept) = kept.try_borrow_mut() {
            kept.give_back(inner);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_empty_with_its_memory() {
        let mut first = Buffer::default();
        first.cursor().put(&[1; 1000]);
        let memory = first.as_ptr();
        drop(first);
        let mut second = Buffer::default();
        assert_eq!((second.cursor().text().as_ptr(), second.len()), (memory, 0));
    }

    #[test]
    fn what_rests_is_bounded() {
        let buffers: Vec<_> = (0..2 * MOST_KEPT)
            .map(|_| {
                let mut buffer = Buffer::default();
                buffer.cursor().put(&vec![1; MOST_BYTES / 4]);
                buffer
            })
            .collect();
        drop(buffers);
        KEPT.with_borrow(|kept| {
            let bytes: usize = kept.buffers.iter().map(|it| it.text.capacity()).sum();
            assert_eq!((kept.bytes, kept.buffers.len()), (bytes, 4));
            assert!(bytes <= MOST_BYTES, "{bytes}");
        });
        let mut large = Buffer::default();
        large.cursor().put(&vec![1; MOST_BYTES + 1]);
        drop(large);
        let mut buffers = [const { Buffer(None) }; 2 * MOST_KEPT];
        assert!(buffers.iter_mut().all(|it| it.cursor().capacity() <= MOST_BYTES));
    }
}
