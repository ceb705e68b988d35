//! Where an answer goes: a terminal, through a pager; a pipe; a file.

use std::{
    env,
    io::{self, BufWriter, IsTerminal as _, Write},
    process::{Child, Command, Stdio},
};

use anstream::{AutoStream, ColorChoice};

use crate::{
    args::{Colour, Look},
    error::Error,
    source::Complaints,
    view::{Screen, is_ascii_locale, safe},
    zone::Zone,
};

impl Look {
    /// Returns the zone of times that people see.
    ///
    /// # Errors
    ///
    /// If that of this machine is wanted and not known.
    pub(super) fn zone(&self) -> Result<Zone, Error> {
        if !self.local {
            return Ok(Zone::Utc);
        }
        Zone::local().map_err(|why| Error::wrong(format!("the local time is not known: {why}")))
    }
}

/// The way of an answer.
pub(super) struct Output {
    pub(super) screen: Screen,
    to: Box<dyn Write>,
    pager: Option<Child>,
}

impl Output {
    /// Opens the way of an answer that looks so.
    ///
    /// # Errors
    ///
    /// If the local time is wanted and not known.
    pub(super) fn new(look: &Look) -> Result<Self, Error> {
        let is_terminal = io::stdout().is_terminal();
        let screen = screen(look)?;
        let pager = (is_terminal && !look.no_pager && !look.json).then(start_pager).flatten();
        let mut this = Self { screen, to: Box::new(BufWriter::new(io::stdout().lock())), pager };
        if let Some(stdin) = this.pager.as_mut().and_then(|pager| pager.stdin.take()) {
            this.to = Box::new(BufWriter::new(stdin));
        }
        Ok(this)
    }

    /// Opens the way of an answer that goes on and on.
    ///
    /// # Errors
    ///
    /// If the local time is wanted and not known.
    pub(super) fn unpaged(look: &Look) -> Result<Self, Error> {
        let to = Box::new(BufWriter::new(io::stdout().lock()));
        Ok(Self { screen: screen(look)?, to, pager: None })
    }

    /// Opens the way of an answer for another program.
    pub(super) fn plain() -> Self {
        let to = Box::new(BufWriter::new(io::stdout().lock()));
        Self { screen: Screen::PLAIN, to, pager: None }
    }

    pub(super) fn write(&mut self, text: &str) -> Result<(), Error> {
        Ok(self.to.write_all(text.as_bytes())?)
    }

    pub(super) fn flush(&mut self) -> Result<(), Error> {
        Ok(self.to.flush()?)
    }

    /// Ends the answer, and waits until its reader has seen it.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let flushed = self.to.flush();
        drop(self.to);
        if let Some(mut pager) = self.pager {
            let _ = pager.wait();
        }
        Ok(flushed?)
    }
}

fn screen(look: &Look) -> Result<Screen, Error> {
    let has_colour = match look.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
    };
    Ok(Screen {
        width: look.width.map_or_else(terminal_width, usize::from),
        is_ascii: look.ascii || is_ascii_locale(),
        has_colour: has_colour && !look.json,
        zone: look.zone()?,
        ..Screen::PLAIN
    })
}

fn terminal_width() -> usize {
    let size = terminal_size::terminal_size_of(io::stdout());
    size.map_or(Screen::PLAIN.width, |(width, _)| usize::from(width.0).clamp(60, 200))
}

/// Starts the pager, as git does.
fn start_pager() -> Option<Child> {
    let set = |name| env::var(name).ok();
    let pager =
        set("TRACE_PAGER").or_else(|| set("PAGER")).unwrap_or_else(|| "less -FRX".to_owned());
    if pager.trim().is_empty() || pager == "cat" {
        return None;
    }
    let mut command = Command::new("sh");
    // What less finds installed may not be what the terminal can show.
    command.args(["-c", &pager]).env("LESSCHARSET", "utf-8");
    if set("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    command.stdin(Stdio::piped()).spawn().ok()
}

/// Says which logs could not be read.
pub(super) fn complain(complaints: &Complaints) {
    for complaint in complaints {
        let _ = writeln!(io::stderr(), "trace: {}", safe(complaint));
    }
}
