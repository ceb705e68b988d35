//! Asks a ClickHouse server, over its HTTP interface.
//!
//! Plain HTTP, without TLS: through a tunnel, or on a network that is trusted.
//! User and password come from `CLICKHOUSE_USER` and `CLICKHOUSE_PASSWORD`,
//! never from the command line, which other users can see.
//!
//! Source: RFC 9112.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write as _},
    net::TcpStream,
    time::Duration,
};

/// A question to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) url: String,
    pub(crate) query: String,
}

impl Remote {
    /// Asks, and returns the answer while it comes.
    ///
    /// # Errors
    ///
    /// If the server cannot be reached, or refuses.
    pub(super) fn ask(&self) -> io::Result<Box<dyn Read + Send>> {
        const PATIENCE: Duration = Duration::from_secs(5 * 60);
        let (host, path) = self.parts()?;
        let stream = TcpStream::connect(&host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        (&stream).write_all(self.request(&host, &path).as_bytes())?;
        let mut answer = BufReader::new(stream);
        let head = Head::read(&mut answer)?;
        let mut body: Box<dyn Read + Send> = match (head.is_chunked, head.len) {
            (true, _) => Box::new(Chunks { from: answer, left: 0, is_over: false }),
            (false, Some(len)) => Box::new(answer.take(len)),
            (false, None) => Box::new(answer),
        };
        if head.status == 200 {
            return Ok(body);
        }
        let mut said = String::new();
        (&mut body).take(4_096).read_to_string(&mut said)?;
        let first = said.lines().next().unwrap_or_default();
        Err(io::Error::other(format!("the server answered {}: {first}", head.status)))
    }

    /// Returns host and port, and the path.
    fn parts(&self) -> io::Result<(String, String)> {
        let wrong = || io::Error::other("expected http://HOST[:PORT]; https is not supported");
        let rest = self.url.strip_prefix("http://").ok_or_else(wrong)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let is_odd = |text: &str| text.contains(|c: char| c.is_control() || c == ' ' || c == '@');
        if host.is_empty() || is_odd(host) || is_odd(path) {
            return Err(wrong());
        }
        let has_port = host.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok());
        let host = if has_port { host.to_owned() } else { format!("{host}:8123") };
        Ok((host, format!("/{path}")))
    }

    fn request(&self, host: &str, path: &str) -> String {
        let header = |name: &str, variable: &str| {
            let value = env::var(variable).unwrap_or_default();
            let is_plain = !value.is_empty() && !value.contains(char::is_control);
            if is_plain { format!("{name}: {value}\r\n") } else { String::new() }
        };
        format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n{}{}\r\n{}",
            self.query.len(),
            header("X-ClickHouse-User", "CLICKHOUSE_USER"),
            header("X-ClickHouse-Key", "CLICKHOUSE_PASSWORD"),
            self.query
        )
    }
}

/// What stands before an answer.
struct Head {
    status: u16,
    len: Option<u64>,
    is_chunked: bool,
}

impl Head {
    fn read(from: &mut impl BufRead) -> io::Result<Self> {
        const LONGEST: u64 = 64 << 10;
        let mut from = from.take(LONGEST);
        let mut line = String::new();
        from.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("that is no HTTP server"))?;
        let mut head = Self { status, len: None, is_chunked: false };
        loop {
            line.clear();
            from.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(head) };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.len = value.trim().parse().ok(),
                "transfer-encoding" => head.is_chunked = value.contains("chunked"),
                _ => {}
            }
        }
    }
}

/// A body in chunks, each behind its length.
struct Chunks<R> {
    from: R,
    left: u64,
    is_over: bool,
}

impl<R: BufRead> Read for Chunks<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.left == 0 && !self.is_over {
            let mut line = String::new();
            (&mut self.from).take(64).read_line(&mut line)?;
            if line.trim().is_empty() && !line.is_empty() {
                continue;
            }
            let digits = line.trim().split(';').next().unwrap_or_default();
            let broken = |_| io::Error::from(io::ErrorKind::UnexpectedEof);
            self.left = u64::from_str_radix(digits, 16).map_err(broken)?;
            self.is_over = self.left == 0;
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        let len = self.from.read(&mut buf[..most])?;
        if len == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= len as u64;
        Ok(len)
    }
}
