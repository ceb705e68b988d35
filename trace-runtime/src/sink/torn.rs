//! Half a line at the end of a file, left by a process that was killed.
//!
//! It is distinguished from a line that another process is writing at this very
//! moment, whose first part may be in the file already: that one goes on.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::Path,
};

use super::claim::is_at;

/// So often the end is looked at; other processes write meanwhile, and may do
/// so without a pause.
const MOST_LOOKS: usize = 1_000;

/// Ends the half line at the end of a file, if there is one.
pub(super) fn end_line(file: &File, path: &Path) {
    // A file that cannot be read, or written to, is appended to as it is.
    if is_torn(file, path).unwrap_or_default() {
        let _ = (&*file).write_all(b"\n");
    }
}

/// Looks again while a line is unfinished, until it is finished, or nothing has
/// been written in between.
fn is_torn(file: &File, path: &Path) -> io::Result<bool> {
    // From a pipe nothing may be taken away.
    if !file.metadata()?.is_file() || file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut reader = File::open(path)?;
    if !is_at(file, path) {
        return Ok(false);
    }
    let mut before = None;
    for _ in 0..MOST_LOOKS {
        match unfinished(&mut reader)? {
            None => return Ok(false),
            size if size == before => return Ok(true),
            size => before = size,
        }
        wait_for_writers(file);
    }
    Ok(false)
}

/// Returns the size of a file that ends within a line.
fn unfinished(file: &mut File) -> io::Result<Option<u64>> {
    let size = file.metadata()?.len();
    let Some(last) = size.checked_sub(1) else { return Ok(None) };
    let mut byte = [b'\n'];
    file.seek(io::SeekFrom::Start(last))?;
    file.read_exact(&mut byte)?;
    Ok((byte != *b"\n").then_some(size))
}

/// Waits until a write that is under way is over. It holds the file's lock in
/// the kernel, for which setting the mode waits, too, also to what it is, and
/// where it is then refused.
fn wait_for_writers(file: &File) {
    if let Ok(metadata) = file.metadata() {
        let _ = file.set_permissions(metadata.permissions());
    }
}
