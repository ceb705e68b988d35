//! Sends one request, and reads what the answer means.

use std::{
    io::{self, Read as _},
    time::{Duration, Instant},
};

use ureq::{
    Agent, Body, Proxy, ProxyProtocol,
    http::{HeaderMap, Response, header},
};

use crate::{
    answer::{Answer, Next},
    error::Error,
    plan::Route,
    proxy::ProxyAddress,
};

/// How long connections are used: a name may have got another address.
const RENEWED_AFTER: Duration = Duration::from_secs(5 * 60);

/// The most that is read of an answer.
const MOST_READ: u64 = 64 * 1024;

/// The connections of one signal.
#[derive(Debug)]
pub(crate) struct Client {
    route: Route,
    agent: Agent,
    since: Instant,
}

impl Client {
    pub(crate) fn new(route: Route) -> Result<Self, Error> {
        Ok(Self { agent: agent(&route)?, route, since: Instant::now() })
    }

    pub(super) fn signal(&self) -> &'static str {
        self.route.signal
    }

    pub(super) fn shown(&self) -> &str {
        &self.route.shown
    }

    pub(super) fn give_up(&self) -> Duration {
        self.route.give_up
    }

    /// Sends a request. Whatever hinders it from being answered, it may be tried
    /// again.
    pub(super) fn send(&mut self, body: &[u8]) -> Next {
        self.renew_after(RENEWED_AFTER);
        match self.exchange(body) {
            Ok(response) => next_of(response, &self.route),
            Err(error) => {
                self.renew_after(Duration::from_secs(60));
                Next::Again { reason: error.to_string(), asked: None }
            }
        }
    }

    fn exchange(&self, body: &[u8]) -> Result<Response<Body>, ureq::Error> {
        let mut request = self.agent.post(&self.route.url);
        for (name, value) in &self.route.headers {
            request = request.header(name, value);
        }
        request = request.content_type("application/x-protobuf");
        if self.route.is_gzip {
            let body = compressed(body)?;
            request.header(header::CONTENT_ENCODING, "gzip").send(&body[..])
        } else {
            request.send(body)
        }
    }

    /// Makes new connections if these are older. Certificates are read again.
    fn renew_after(&mut self, age: Duration) {
        if self.since.elapsed() < age {
            return;
        }
        if let Ok(agent) = agent(&self.route) {
            (self.agent, self.since) = (agent, Instant::now());
        }
    }
}

fn next_of(mut response: Response<Body>, route: &Route) -> Next {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let answer = Answer {
        status,
        retry_after: text(&headers, header::RETRY_AFTER),
        content_type: text(&headers, header::CONTENT_TYPE),
    };
    // With the head of a 2xx, the batch is accepted, whatever follows.
    answer.next(|| {
        let mut body = Vec::new();
        let reader = response.body_mut().as_reader();
        let _ = reader.take(MOST_READ).read_to_end(&mut body);
        hide_secrets(&mut body, route);
        body
    })
}

/// Masks what no line may show, should the receiver repeat it. Shorter words are
/// no secret, and might be a part of what frames a message.
fn hide_secrets(body: &mut [u8], route: &Route) {
    let query = route.url.split_once('?').map_or("", |(_, query)| query);
    let values = route.headers.iter().filter_map(|(_, value)| value.to_str().ok());
    let words = values.flat_map(str::split_ascii_whitespace).chain([query]);
    for word in words.filter(|word| word.len() >= 4) {
        for at in 0..body.len() {
            if body[at..].starts_with(word.as_bytes()) {
                body[at..at + word.len()].fill(b'*');
            }
        }
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(feature = "gzip")]
fn compressed(body: &[u8]) -> io::Result<Vec<u8>> {
    use std::io::Write as _;

    let room = Vec::with_capacity(body.len() / 4);
    let mut encoder = flate2::write::GzEncoder::new(room, flate2::Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

#[cfg(not(feature = "gzip"))]
fn compressed(_: &[u8]) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// No time-out is set for all of a request, nor for looking a name up: each
/// would start one more thread for each connection.
fn agent(route: &Route) -> Result<Agent, Error> {
    let timeout = Some(route.timeout);
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("trace-otel/", env!("CARGO_PKG_VERSION")))
        .timeout_connect(timeout)
        .timeout_send_request(timeout)
        .timeout_send_body(timeout)
        .timeout_recv_response(timeout)
        .timeout_recv_body(timeout)
        .proxy(route.proxy.as_ref().map(proxy).transpose()?);
    #[cfg(feature = "tls")]
    let config = config.tls_config(super::tls::config(route)?);
    Ok(config.build().into())
}

fn proxy(address: &ProxyAddress) -> Result<Proxy, Error> {
    let protocol = if address.is_https { ProxyProtocol::Https } else { ProxyProtocol::Http };
    let mut proxy = Proxy::builder(protocol).host(&address.host).port(address.port);
    if let Some((user, password)) = &address.credentials {
        proxy = proxy.username(user).password(password);
    }
    proxy.build().map_err(|error| Error::new("proxy", error.to_string()))
}
