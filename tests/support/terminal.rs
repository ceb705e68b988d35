//! A terminal of any width, and a child that writes to it.

use std::{
    fs::File,
    io::{self, Read},
    os::fd::OwnedFd,
    process::{Command, Stdio},
};

use rustix::{
    ffi::CString,
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{OptionalActions, OutputModes, Winsize, tcgetattr, tcsetattr, tcsetwinsize},
};

use crate::child::{Ran, drain, ended};

/// Runs a command to its end. Both of its streams are a terminal with so many
/// columns; what it writes there comes back as standard output.
///
/// # Panics
///
/// If there can be no terminal, or it does not end in time.
#[track_caller]
pub fn run_in_terminal(command: &mut Command, columns: u16) -> Ran {
    let (ours, theirs) = terminal(columns).expect("there is a terminal");
    command.stdout(theirs.try_clone().expect("another descriptor")).stderr(theirs);
    let mut child = command.spawn().expect("spawns");
    // It ends with the last descriptor of the other side.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let shown = drain(UntilClosed(ours));
    let status = ended(&mut child);
    Ran { status, stdout: shown.join().expect("was read"), stderr: String::new() }
}

/// Returns both sides of a new terminal that shows bytes as they are.
fn terminal(columns: u16) -> io::Result<(File, File)> {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let name: CString = ptsname(&ours, Vec::new())?;
    let name = name.to_str().map_err(io::Error::other)?;
    let theirs = File::options().read(true).write(true).open(name)?;
    tcsetwinsize(&theirs, Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })?;
    let mut modes = tcgetattr(&theirs)?;
    modes.output_modes.remove(OutputModes::OPOST);
    tcsetattr(&theirs, OptionalActions::Now, &modes)?;
    Ok((OwnedFd::into(ours), theirs))
}

/// Our side, which ends with an error when the other is closed (on Linux).
struct UntilClosed(File);

impl Read for UntilClosed {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(to);
        let is_closed = |error: &io::Error| error.raw_os_error() == Some(EIO);
        if read.as_ref().is_err_and(is_closed) { Ok(0) } else { read }
    }
}

const EIO: i32 = 5;
