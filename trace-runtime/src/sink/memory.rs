//! Memory, for tests and for showing lines elsewhere.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use super::Sink;

/// Bytes kept in memory; clones share them.
///
/// # Examples
///
/// ```
/// use trace_runtime::sink::{Memory, Sink};
///
/// let memory = Memory::default();
/// memory.clone().write(b"{}\n")?;
/// assert_eq!(memory.text(), "{}\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// Returns what was written so far. Bytes that are not UTF-8 are replaced
    /// by U+FFFD; the lines of this crate are UTF-8.
    ///
    /// # Examples
    ///
    /// ```
    /// use serde_json::Value;
    /// use trace_runtime::{builder, sink::Memory, warn};
    ///
    /// let memory = Memory::default();
    /// builder().sink(memory.clone()).init()?;
    /// warn!(free_mb = 12, "disk almost full");
    ///
    /// let text = memory.text();
    /// let line: Value = serde_json::from_str(text.lines().next().unwrap())?;
    /// assert_eq!((&line["level"], &line["free_mb"]), (&"WARN".into(), &12.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Sink for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
