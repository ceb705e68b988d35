//! The thread that reports requests which are still running.
//!
//! It is a thread of its own, because it must work while all threads of a
//! runtime are blocked. It sleeps until a request is due, and a request that is
//! opened meanwhile is due only after that.

use std::{
    io,
    sync::mpsc::{self, Receiver, Sender},
    thread,
    time::Duration,
};

use super::report;
use crate::{
    clock::{self, Moment},
    context::open,
};

/// The shortest age at which a request is reported.
const LEAST: Duration = Duration::from_millis(1);

/// A thread that waits for the output of the process. It ends if this is dropped
/// before.
pub(crate) struct Watch(Sender<()>);

impl Watch {
    /// Starts it. It will report each request at `age`, and whenever its age has
    /// doubled since.
    pub(crate) fn start(age: Duration) -> io::Result<Self> {
        let (start, started) = mpsc::channel();
        let age_ns = clock::nanos(age.max(LEAST));
        let watch = move || watch(&started, age_ns);
        thread::Builder::new().name("trace-watch".to_owned()).spawn(watch)?;
        Ok(Self(start))
    }

    /// Reports from now on.
    pub(crate) fn begin(self) {
        let _ = self.0.send(()); // it waits
    }
}

fn watch(started: &Receiver<()>, age_ns: u64) {
    if started.recv().is_ok() {
        loop {
            let now = Moment::now();
            let (due, next) = open::due(now, age_ns);
            for open in &due {
                report::write(open, now);
            }
            thread::sleep(Duration::from_nanos(pause_ns(next, age_ns)));
        }
    }
}

/// Returns how long to sleep. Requests that are due one shortly after the other
/// are reported together, so that a look at many costs little.
fn pause_ns(next: Option<Moment>, age_ns: u64) -> u64 {
    let until_next = next.map_or(age_ns, |next| next.nanos_since(Moment::now()));
    until_next.clamp(age_ns / 16, age_ns).max(1_000_000)
}
