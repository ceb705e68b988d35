//! Memory while a service exports: 10,000 requests a second of four spans and
//! two records each, to a receiver that is healthy, slow, or not there.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    pin::pin,
    process::{Command, Stdio},
    task::{Context, Waker},
    thread,
    time::{Duration, Instant},
};

use trace_otel::Otel;
use trace_runtime::{info, timed, traced_handler};

use crate::receiver;

const REQUESTS_A_SECOND: f64 = 10_000.0;

#[timed(level = "debug", fields(user_id))]
fn step(user_id: u64) {}

#[traced_handler(level = "debug", fields(user_id))]
async fn handler(user_id: u64) {
    step(user_id);
    info!(user_id, "fetching");
    step(user_id);
    step(user_id);
    info!(user_id, rows = 12, "fetched");
}

/// Prints a table for each receiver.
pub(crate) fn measure(seconds: &str) {
    let receivers = [
        ("healthy", receiver::start(None)),
        ("1 MB a second", receiver::start(Some(1_000_000))),
        ("not there", "http://127.0.0.1:9".to_owned()),
    ];
    for (name, url) in receivers {
        println!("{name}: second, requests, resident KiB more than before, dropped");
        let program = env::current_exe().expect("it runs");
        let mut child = Command::new(program)
            .args(["under_load", &url, seconds])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("it is a pipe")).lines();
        lines.map_while(Result::ok).for_each(|line| println!("{line}"));
        let _ = child.wait();
    }
}

/// Makes requests at their rate, and prints a line a second.
pub(crate) fn run(url: &str, seconds: u32) {
    let otel = Otel::builder().endpoint(url).build().expect("an address");
    let before = resident_kib();
    // The filter lets events through; nothing reads their lines.
    let builder = trace_runtime::builder().filter("info").sink(Discard).observe(otel.clone());
    builder.init().expect("the first one");
    let (start, mut made) = (Instant::now(), 0);
    for second in 1..=seconds {
        let end = Duration::from_secs(second.into());
        while start.elapsed() < end {
            let due = (start.elapsed().as_secs_f64() * REQUESTS_A_SECOND) as u64;
            while made < due {
                let _ = pin!(handler(made)).poll(&mut Context::from_waker(Waker::noop()));
                made += 1;
            }
            thread::sleep(Duration::from_millis(1));
        }
        let stats = otel.stats();
        let dropped = stats.traces.dropped() + stats.logs.dropped();
        println!("{second} {made} {} {dropped}", resident_kib().saturating_sub(before));
    }
    // The rest need not be delivered.
    std::process::exit(0);
}

struct Discard;

impl trace_runtime::sink::Sink for Discard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}
