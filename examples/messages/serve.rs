//! Runs the service until it is asked to stop, with one tenant's database
//! locked.

use std::{env, future, net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use tokio::{io, net::TcpListener};
use trace_metrics::Metrics;
use trace_otel::Otel;
use trace_runtime::info;

use crate::{handler, store::Store};

/// The tenant of user 42, whose database another connection has locked.
const LOCKED: &str = "globex";

/// When the service stops.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    CtrlC,
    /// When standard input ends, as it does with the process at its other end.
    Eof,
}

pub(crate) async fn run(address: SocketAddr, until: Until) -> anyhow::Result<()> {
    let metrics = Metrics::new();
    trace_runtime::builder()
        .field("service", "messages")
        .observe(metrics.clone())
        .observe(exporter()?)
        .init()?;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr()?;
    let store = Store::open(&directory(until)?)?;
    let _lock = store.lock(LOCKED)?;

    // The demo reads from this line where to ask.
    info!(address = %address, "listening");
    if matches!(until, Until::CtrlC) {
        hint(address);
    }
    // Outside the layer: scraping makes no lines.
    let app = handler::router(store).route_service("/metrics", metrics.service());
    axum::serve(listener, app).with_graceful_shutdown(stop(until)).await?;
    Ok(())
}

/// Exports traces and logs to the OTLP receiver that
/// `OTEL_EXPORTER_OTLP_ENDPOINT` names. Without it, this example sends nothing;
/// a service of yours says `Otel::from_env()?` and exports to this machine.
fn exporter() -> Result<Otel, trace_otel::Error> {
    match env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT") {
        Some(_) => Otel::from_env(),
        None => Otel::builder().disabled(true).build(),
    }
}

/// Returns where the databases are: `messages-data` beside the program, hence
/// below `target`, or where `MESSAGES_DATA` says. Each way of running has its
/// own, so that the demo can run beside a service.
fn directory(until: Until) -> anyhow::Result<PathBuf> {
    let directory = match env::var_os("MESSAGES_DATA") {
        Some(directory) => directory.into(),
        None => env::current_exe()
            .context("cannot find out where this program is")?
            .with_file_name("messages-data"),
    };
    Ok(directory.join(match until {
        Until::CtrlC => "serve",
        Until::Eof => "demo",
    }))
}

fn hint(address: SocketAddr) {
    eprintln!(
        "Serving until Ctrl-C. Two requests to try, one that is answered and one that fails; \
         then the numbers of both:"
    );
    eprintln!("  curl -i -H 'X-Request-ID: my-own-id' http://{address}/users/41/messages");
    eprintln!("  curl -i http://{address}/users/42/messages");
    eprintln!("  curl http://{address}/metrics");
}

async fn stop(until: Until) {
    match until {
        Until::CtrlC => {
            if tokio::signal::ctrl_c().await.is_err() {
                // Where it cannot be waited for, it ends the process.
                future::pending::<()>().await;
            }
        }
        Until::Eof => {
            let _ = io::copy(&mut io::stdin(), &mut io::sink()).await;
        }
    }
}
