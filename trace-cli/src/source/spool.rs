//! Keeps standard input in a file without a name, where it is read twice.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io, process,
    sync::Arc,
};

use super::{
    open::Opened,
    set::{Input, Set},
};

impl Set {
    /// Copies standard input, if it is among the logs, so that it can be read
    /// again. It is unpacked on the way.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or the copy not be written.
    pub(crate) fn spool(&mut self) -> io::Result<()> {
        for input in &mut self.inputs {
            if input.is_stdin() {
                let mut file = unnamed()?;
                match input.open()? {
                    Opened::Plain { file: mut from, .. } => io::copy(&mut from, &mut file)?,
                    Opened::Stream(mut from) => io::copy(&mut from, &mut file)?,
                };
                *input = Input { path: None, spooled: Some(Arc::new(file)), remote: None };
            }
        }
        Ok(())
    }
}

fn unnamed() -> io::Result<File> {
    let path = env::temp_dir().join(format!("trace-{}", process::id()));
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
    // It goes when it is closed.
    fs::remove_file(&path)?;
    Ok(file)
}
