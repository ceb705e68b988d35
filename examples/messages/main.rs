//! The whole story: a service, a database that is locked, and one request
//! that fails while four others are fine.
//!
//! ```sh
//! cargo run --example messages                   # five users ask at once
//! cargo run --example messages -- serve [ADDR]   # serves until Ctrl-C
//! ```
//!
//! Standard output is the service's JSON lines and nothing else: pipe it into
//! `jq`; on a terminal, `serve` shows them for people. What else is meant for
//! people goes to standard error.
//!
//! Read `handler.rs` and `steps.rs` first: they are what a service looks like
//! with this crate. `demo.rs` is the other side: the users. The databases are
//! SQLite files in `messages-data` beside the program; `MESSAGES_DATA` names
//! another directory. If `OTEL_EXPORTER_OTLP_ENDPOINT` names a receiver, the
//! service exports its traces and logs to it.

mod client;
mod demo;
mod handler;
mod serve;
mod steps;
mod store;
mod summary;

use std::{env, net::SocketAddr, process::ExitCode};

use anyhow::{Context as _, bail};

use self::serve::Until;

/// Where `serve` listens without an argument.
const ADDRESS: &str = "127.0.0.1:3000";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("messages: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let args: Vec<String> =
        env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [] => demo::run().await,
        ["serve"] => serve::run(parse(ADDRESS)?, Until::CtrlC).await,
        ["serve", address] => serve::run(parse(address)?, Until::CtrlC).await,
        // How the demo starts the service.
        ["serve", address, "--until-eof"] => serve::run(parse(address)?, Until::Eof).await,
        ["serve", _, unknown, ..] | [unknown, ..] => {
            bail!("unknown argument `{unknown}`; give none, or `serve [ADDR]`")
        }
    }
}

fn parse(address: &str) -> anyhow::Result<SocketAddr> {
    let hint = || format!("`{address}` is not an address to listen on, such as {ADDRESS}");
    address.parse().ok().with_context(hint)
}
