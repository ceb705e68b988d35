//! Reads requests of HTTP/1.1.

use std::io::{self, BufRead, Read};

use flate2::read::GzDecoder;

/// A request with its whole body, uncompressed.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What follows the method.
    pub path: String,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// What was sent, uncompressed.
    pub body: Vec<u8>,
    /// How many bytes were sent.
    pub len: usize,
    /// How many requests came before.
    pub number: usize,
}

impl Request {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Reads the next request; `None` at the end of the stream.
    pub(super) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut request = Self { path, ..Self::default() };
        request.read_headers(from)?;
        let len = request.header("content-length").and_then(|len| len.parse().ok());
        request.len = len.unwrap_or_default();
        let mut body = vec![0; request.len];
        from.read_exact(&mut body)?;
        request.body = match request.header("content-encoding") {
            Some("gzip") => {
                let mut plain = Vec::new();
                GzDecoder::new(&*body).read_to_end(&mut plain)?;
                plain
            }
            _ => body,
        };
        Ok(Some(request))
    }

    fn read_headers(&mut self, from: &mut impl BufRead) -> io::Result<()> {
        loop {
            let mut line = String::new();
            from.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(()) };
            self.headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
    }
}
