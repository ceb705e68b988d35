//! `https`: certificates that are right, wrong, expired, for another name, or
//! of an authority that is not known.

#![expect(clippy::unwrap_used, reason = "the way a test says that it failed")]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use test_support::LONG;
use trace_otel::{Endpoint, Otel, Signal};
use trace_runtime::{info, observe::Observe as _, testing::Capture};

/// An authority that signs certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let (mut params, key) = (CertificateParams::default(), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// Returns a certificate for a name, and its key. It is valid until the end
    /// of that year.
    fn signs(&self, name: &str, until: i32) -> (String, String) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 12, 31);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
    }
}

/// A receiver behind TLS, which counts the requests it has answered.
struct Secure {
    port: u16,
    answered: Arc<Mutex<usize>>,
}

impl Secure {
    /// Starts it with a certificate and a key. It asks clients for one if an
    /// authority for those is given.
    fn start((certificate, key): (String, String), clients: Option<&Authority>) -> Self {
        let config = Arc::new(server_config(&certificate, &key, clients));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answered = Arc::<Mutex<usize>>::default();
        let counted = Arc::clone(&answered);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = BufReader::new(StreamOwned::new(connection, stream.unwrap()));
                while answer(&mut stream).is_some() {
                    *counted.lock().unwrap() += 1;
                }
            }
        });
        Self { port, answered }
    }

    fn answered(&self) -> usize {
        *self.answered.lock().unwrap()
    }
}

fn server_config(certificate: &str, key: &str, clients: Option<&Authority>) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = match clients {
        Some(authority) => {
            let mut roots = rustls::RootCertStore::empty();
            roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
        None => builder.with_no_client_auth(),
    };
    let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
    builder.with_single_cert(chain, key).unwrap()
}

/// Reads a request, and answers it.
fn answer<S: std::io::Read + std::io::Write>(stream: &mut BufReader<S>) -> Option<()> {
    let mut len = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("content-length", value)) => len = value.parse().unwrap(),
            None if line.trim().is_empty() => break,
            Some(_) | None => {}
        }
    }
    stream.read_exact(&mut vec![0; len]).ok()?;
    let to = stream.get_mut();
    to.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    to.flush().ok()
}

/// A file of this test process.
fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("trace-otel-{}-{name}", std::process::id()));
    fs::write(&path, text).unwrap();
    path
}

/// Exports a record, and returns whether it was taken.
fn is_taken(url: &str, set: impl FnOnce(Endpoint) -> Endpoint) -> bool {
    let once = Signal::new().export_timeout(Duration::from_millis(1));
    let builder = Otel::builder().endpoint(set(Endpoint::new(url)));
    let otel = builder.traces(Signal::off()).logs(once).build().unwrap();
    let capture = Capture::new().observed_by(otel.clone());
    capture.run(|| info!("a record"));
    otel.flush(LONG)
}

#[test]
fn an_authority_of_ones_own_is_trusted_if_it_is_named_and_not_otherwise() {
    let authority = Authority::new();
    let receiver = Secure::start(authority.signs("localhost", 4000), None);
    let url = format!("https://localhost:{}", receiver.port);
    let (own, other) = (file("own", &authority.pem), file("other", &Authority::new().pem));
    assert!(is_taken(&url, |it| it.certificate(&own)));
    assert_eq!(receiver.answered(), 1);
    assert!(!is_taken(&url, |it| it.certificate(&other)));
    assert!(!is_taken(&url, |it| it));
    assert_eq!(receiver.answered(), 1);
}

#[test]
fn a_certificate_that_has_expired_or_is_for_another_name_is_refused() {
    let authority = Authority::new();
    let own = file("mine", &authority.pem);
    for (name, until) in [("localhost", 2001), ("collector.test", 4000)] {
        let receiver = Secure::start(authority.signs(name, until), None);
        let url = format!("https://localhost:{}", receiver.port);
        assert!(!is_taken(&url, |it| it.certificate(&own)), "{name} {until}");
        assert_eq!(receiver.answered(), 0);
    }
}

#[test]
fn a_client_shows_its_certificate_where_it_is_asked_for_it() {
    let authority = Authority::new();
    let receiver = Secure::start(authority.signs("localhost", 4000), Some(&authority));
    let url = format!("https://localhost:{}", receiver.port);
    let own = file("roots", &authority.pem);
    assert!(!is_taken(&url, |it| it.certificate(&own)));
    let (certificate, key) = authority.signs("client", 4000);
    let (certificate, key) = (file("certificate", &certificate), file("key", &key));
    assert!(is_taken(&url, |it| it.certificate(&own).client_certificate(&certificate, &key)));
    assert_eq!(receiver.answered(), 1);
}

#[test]
fn nothing_is_sent_as_plain_text_to_a_port_that_does_not_speak_tls() {
    let receiver = test_support::otlp::Receiver::start();
    let url = receiver.url().replace("http://", "https://");
    assert!(!is_taken(&url, |it| it));
    assert_eq!(receiver.requests().len(), 0);
}

#[test]
fn files_that_cannot_be_read_or_hold_something_else_are_errors_that_name_them() {
    let (empty, missing) = (file("empty", "nothing"), PathBuf::from("/does/not/exist"));
    let refused = |set: &dyn Fn(Endpoint) -> Endpoint| {
        let endpoint = set(Endpoint::new("https://localhost:1"));
        Otel::builder().endpoint(endpoint).build().unwrap_err().to_string()
    };
    let nothing = format!("certificate: {}: there is no certificate in it", empty.display());
    assert_eq!(refused(&|it| it.certificate(&empty)), nothing);
    let error = refused(&|it| it.certificate(&missing));
    assert!(error.starts_with("certificate: /does/not/exist: No such file"), "{error}");
    let own = file("of_client", &Authority::new().pem);
    let nothing = format!("client_certificate: {}: there is no private key in it", empty.display());
    assert_eq!(refused(&|it| it.client_certificate(&own, &empty)), nothing);
    let error = refused(&|it| it.client_certificate(&missing, &own));
    assert!(error.starts_with("client_certificate: /does/not/exist: No such file"), "{error}");
}
