//! The load: connections that send a request, wait for the answer, and repeat.
//!
//! It is part of this program, so that a new machine needs nothing else.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::process;

const CONNECTIONS: usize = 32;
/// The time at the beginning that is not measured.
const WARM_UP: Duration = Duration::from_millis(500);
const REQUEST: &[u8] = b"GET /users/42/messages HTTP/1.1\r\nhost: localhost\r\n\r\n";

pub(crate) fn run(port: &str, milliseconds: &str) {
    process::pin(1);
    let port = port.parse().expect("a port");
    let lasts = Duration::from_millis(milliseconds.parse().expect("a number"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let mut all = runtime.expect("a runtime").block_on(all(port, lasts));
    all.latencies.sort_unstable();
    let at =
        |share: f64| f64::from(all.latencies[(all.latencies.len() as f64 * share) as usize]) / 1e3;
    let answer = json!({
        "requests": all.requests,
        "requests_per_second": all.latencies.len() as f64 / lasts.as_secs_f64(),
        "p50_us": at(0.5),
        "p99_us": at(0.99),
    });
    println!("{answer}");
}

/// The results of the connections.
#[derive(Default)]
struct Seen {
    /// The number of all answers.
    requests: u64,
    /// How long each request after the warm-up took, in nanoseconds.
    latencies: Vec<u32>,
}

/// When measuring begins and ends.
struct Times {
    counts_from: Instant,
    ends: Instant,
}

async fn all(port: u16, lasts: Duration) -> Seen {
    let counts_from = Instant::now() + WARM_UP;
    let times = Arc::new(Times { counts_from, ends: counts_from + lasts });
    let connections: Vec<_> =
        (0..CONNECTIONS).map(|_| tokio::spawn(connection(port, Arc::clone(&times)))).collect();
    let mut all = Seen::default();
    for connection in connections {
        let seen = connection.await.expect("does not panic");
        all.requests += seen.requests;
        all.latencies.extend(seen.latencies);
    }
    all
}

async fn connection(port: u16, times: Arc<Times>) -> Seen {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    let (mut seen, mut answer) = (Seen::default(), [0; 4_096]);
    loop {
        let start = Instant::now();
        if start >= times.ends {
            return seen;
        }
        stream.write_all(REQUEST).await.expect("it reads");
        read_answer(&mut stream, &mut answer).await;
        seen.requests += 1;
        if start >= times.counts_from {
            seen.latencies.push(start.elapsed().as_nanos() as u32);
        }
    }
}

/// Reads one answer: its head, and as many bytes as its head states.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await.expect("it answers");
        assert!(read > 0, "closed");
        filled += read;
        if length(&buffer[..filled]).is_some_and(|length| filled >= length) {
            return;
        }
    }
}

/// Returns the length of an answer, once its head is complete.
fn length(answer: &[u8]) -> Option<usize> {
    let answer = str::from_utf8(answer).expect("text");
    let (head, _) = answer.split_once("\r\n\r\n")?;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (_, length) = head.split_once("content-length: ").expect("a length");
    let length: usize = length.lines().next()?.parse().expect("a number");
    Some(head.len() + 4 + length)
}
