//! A service that exports, over HTTP/1.1 by hand: it calls the service that
//! called it back, within the same trace. Only what `edge` and `propagation`
//! offer is used.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use trace_otel::Otel;
use trace_runtime::{
    edge::{self, Call, Outcome, Request},
    propagation::{Outgoing, extract},
};

use crate::builder;

/// Serves one connection after the other, until it is killed.
pub(crate) fn serve() {
    builder().observe(Otel::from_env().unwrap()).init().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{{\"port\":{}}}", listener.local_addr().unwrap().port());
    let mut back = None;
    for stream in listener.incoming() {
        let stream = stream.unwrap();
        let (path, headers) = head(&stream);
        if let Some(url) = path.strip_prefix("/call/http://") {
            back = Some(url.to_owned());
        } else if let Some(back) = &back {
            answer(&headers, back);
        }
        (&stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    }
}

/// Reads the head of a request: its path and its headers.
fn head(stream: &TcpStream) -> (String, Vec<(String, String)>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers = lines.take_while(|line| !line.is_empty()).filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_lowercase(), value.trim().to_owned()))
    });
    (path, headers.collect())
}

/// The request as a trace, with a call in it.
fn answer(headers: &[(String, String)], back: &str) {
    let incoming = extract(|name| {
        headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    });
    let callsite = edge::callsite!("http_request", target: "child");
    let mut request = Request::open(callsite, incoming, "GET", "/ours");
    request.set_route("/ours");
    request.enter(|| call(back));
    request.set_status(200);
    request.end(Outcome::Ok);
}

fn call(back: &str) {
    let callsite = edge::call_callsite!("http_call", target: "child");
    let mut call = Call::open(callsite, "GET", Some("127.0.0.1"));
    call.enter(|| {
        let outgoing = Outgoing::for_call().unwrap();
        let mut stream = TcpStream::connect(back).unwrap();
        let parent = outgoing.traceparent();
        write!(
            stream,
            "GET /end HTTP/1.1\r\nhost: x\r\ntraceparent: {parent}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    });
    call.set_status(200);
    call.end();
}
