//! Answers every request with 200.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
    time::Duration,
};

/// Starts it, and returns its address. It reads at most so many bytes a second.
pub(crate) fn start(most: Option<u64>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("has one"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(&stream, most));
        }
    });
    url
}

fn serve(stream: &TcpStream, most: Option<u64>) -> io::Result<()> {
    let (mut from, mut line) = (BufReader::new(stream), String::new());
    loop {
        let mut len = 0;
        loop {
            line.clear();
            if from.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                len = value.trim().parse().unwrap_or_default();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        io::copy(&mut (&mut from).take(len), &mut io::sink())?;
        if let Some(most) = most {
            thread::sleep(Duration::from_secs_f64(len as f64 / most as f64));
        }
        let mut to = stream;
        to.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}
