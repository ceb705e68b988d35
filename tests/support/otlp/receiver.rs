//! The receiver: a thread for each connection, and a script that says how each
//! request is answered.

use std::{
    io::{self, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{
    decoded::{Items, Logs, Metrics, Spans},
    http::Request,
};
use crate::wait_until;

/// What the receiver does with a request that it has read.
#[derive(Clone, Debug)]
pub enum Reaction {
    /// Answers with this status, these lines of the head, and this body.
    Answer(u16, Vec<String>, Vec<u8>),
    /// Answers with 200 after this time.
    Late(Duration),
    /// Writes this, and closes the connection.
    Raw(Vec<u8>),
    /// Closes the connection without a byte.
    Close,
    /// Never answers, and keeps the connection open.
    Stall,
}

impl Reaction {
    /// Accepts the batch.
    pub fn ok() -> Self {
        Self::status(200)
    }

    /// Answers with a status alone.
    pub fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), Vec::new())
    }

    /// Answers with a status and `Retry-After`.
    pub fn retry_after(status: u16, after: &str) -> Self {
        Self::Answer(status, vec![format!("Retry-After: {after}")], Vec::new())
    }

    fn is_accepting(&self) -> bool {
        matches!(self, Self::Answer(200..300, ..) | Self::Late(_))
    }
}

/// Receives on a port of this machine until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepts: Option<JoinHandle<()>>,
}

type Script = dyn FnMut(&Request) -> Reaction + Send;

struct Shared {
    script: Mutex<Box<Script>>,
    all: Mutex<Vec<(Request, Reaction)>>,
    connections: Mutex<usize>,
    is_over: AtomicBool,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Receiver {
    /// Starts a receiver that accepts everything.
    pub fn start() -> Self {
        Self::with(|_| Reaction::ok())
    }

    /// Starts a receiver that does what the script says.
    pub fn with(script: impl FnMut(&Request) -> Reaction + Send + 'static) -> Self {
        Self::at("127.0.0.1:0", script)
    }

    /// Does the same at an address that was in use before.
    pub fn at(address: &str, script: impl FnMut(&Request) -> Reaction + Send + 'static) -> Self {
        let listener = TcpListener::bind(address).expect("a port is free");
        let address = listener.local_addr().expect("has an address");
        let shared = Arc::new(Shared {
            script: Mutex::new(Box::new(script)),
            all: Mutex::default(),
            connections: Mutex::default(),
            is_over: AtomicBool::new(false),
        });
        let of_thread = Arc::clone(&shared);
        let accepts = Some(thread::spawn(move || of_thread.accept(&listener)));
        Self { address, shared, accepts }
    }

    /// Returns the base of its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns its address.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Returns all requests so far, and what was done with them.
    pub fn requests(&self) -> Vec<(Request, Reaction)> {
        self.shared.all.lock().unwrap().clone()
    }

    /// Returns how many connections there were.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    /// Returns the bodies that were accepted on this path.
    fn accepted<I: Items>(&self) -> Vec<I> {
        let all = self.shared.all.lock().unwrap();
        let accepted = all.iter().filter(|(_, reaction)| reaction.is_accepting());
        accepted
            .filter(|(request, _)| request.path.ends_with(I::PATH))
            .map(|(request, _)| I::decode(&request.body))
            .collect()
    }

    /// Returns the spans that were accepted.
    pub fn spans(&self) -> Spans {
        Spans::all(self.accepted())
    }

    /// Returns the log records that were accepted.
    pub fn logs(&self) -> Logs {
        Logs::all(self.accepted())
    }

    /// Returns the metrics that were accepted.
    pub fn metrics(&self) -> Metrics {
        Metrics::all(self.accepted())
    }

    /// Waits until so many spans were accepted, and returns them.
    #[track_caller]
    pub fn wait_for_spans(&self, count: usize) -> Spans {
        wait_until("the spans have arrived", || self.spans().items.len() >= count);
        self.spans()
    }

    /// Waits until so many log records were accepted, and returns them.
    #[track_caller]
    pub fn wait_for_logs(&self, count: usize) -> Logs {
        wait_until("the records have arrived", || self.logs().items.len() >= count);
        self.logs()
    }
}

impl Drop for Receiver {
    /// Frees the port: a connection wakes the thread that accepts.
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        let _ = self.accepts.take().map(JoinHandle::join);
    }
}

impl Shared {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.is_over.load(Ordering::SeqCst) {
                return;
            }
            *self.connections.lock().unwrap() += 1;
            let shared = Arc::clone(self);
            thread::spawn(move || drop(shared.serve(&stream.expect("a connection"))));
        }
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        let mut from = BufReader::new(stream);
        while let Some(mut request) = Request::read(&mut from)? {
            if self.is_over.load(Ordering::SeqCst) {
                return Ok(());
            }
            request.number = self.all.lock().unwrap().len();
            let reaction = (self.script.lock().unwrap())(&request);
            self.all.lock().unwrap().push((request, reaction.clone()));
            if !react(stream, reaction)? {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Returns whether the connection goes on.
fn react(mut stream: &TcpStream, reaction: Reaction) -> io::Result<bool> {
    match reaction {
        Reaction::Answer(status, head, body) => answer(stream, status, &head, &body)?,
        Reaction::Late(time) => {
            thread::sleep(time);
            answer(stream, 200, &[], &[])?;
        }
        Reaction::Raw(bytes) => {
            stream.write_all(&bytes)?;
            return Ok(false);
        }
        Reaction::Close => return Ok(false),
        Reaction::Stall => loop {
            thread::park();
        },
    }
    Ok(true)
}

fn answer(mut stream: &TcpStream, status: u16, head: &[String], body: &[u8]) -> io::Result<()> {
    let mut lines =
        vec![format!("HTTP/1.1 {status} Said"), format!("Content-Length: {}", body.len())];
    if !head.iter().any(|line| line.to_lowercase().starts_with("content-type")) {
        lines.push("Content-Type: application/x-protobuf".to_owned());
    }
    lines.extend_from_slice(head);
    let text = lines.join("\r\n") + "\r\n\r\n";
    stream.write_all(&[text.as_bytes(), body].concat())
}
