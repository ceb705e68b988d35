//! Lines for people: scenarios of `process/console.rs`.

use std::{error::Error, fmt};

use trace_runtime::{Format, debug, error, info, timed, traced_handler};

use crate::{builder, init, picture};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("console", []) => init().unwrap(),
        ("console", ["located"]) => builder().source_location().init().unwrap(),
        ("console", ["stderr"]) => builder().stderr().init().unwrap(),
        ("console", ["file", path]) => builder().file(*path).init().unwrap(),
        ("console", ["json"]) => builder().format(Format::Json).init().unwrap(),
        ("console", ["console"]) => builder().format(Format::Console).init().unwrap(),
        ("console_picture", []) => {
            picture::show();
            return true;
        }
        _ => return false,
    }
    story();
    true
}

/// One line of each kind.
fn story() {
    info!(address = "127.0.0.1:3000", "listening");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _ = runtime.block_on(get_messages(42));
    runtime.block_on(sweep());
    error!(error = Failed(1), note = "\u{1b}[31mred\u{1b}[0m", "no\nreader");
}

#[traced_handler(trace_id = "48a5ba2648a5ba2648a5ba2648a5ba26", fields(user_id))]
async fn get_messages(user_id: u32) -> Result<(), Failed> {
    find_user(user_id).await;
    fetch_messages("globex").await
}

#[timed]
async fn find_user(id: u32) {
    debug!(id, "looked up");
}

#[timed(fields(tenant))]
async fn fetch_messages(tenant: &str) -> Result<(), Failed> {
    info!("reading the database of {tenant}, which another connection has locked");
    Err(Failed(1))
}

#[traced_handler(trace_id = "job-7", kind = "job")]
async fn sweep() {}

/// `database timeout while fetching user messages: database is locked`
#[derive(Debug)]
struct Failed(usize);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = ["database is locked", "database timeout while fetching user messages"];
        f.write_str(texts[self.0])
    }
}

impl Error for Failed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (self.0 > 0).then_some(&Failed(0))
    }
}
