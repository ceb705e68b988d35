//! Proxies: which hosts go through one, and that everything arrives once.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use test_support::otlp::Receiver;

use super::ran;

/// A proxy that connects to one address, whatever it is asked for.
struct Tunnel {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    fn to(address: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (address, noted) = (address.clone(), Arc::clone(&noted));
                thread::spawn(move || drop(tunnel(&stream, &address, &noted)));
            }
        });
        Self { port, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn tunnel(stream: &TcpStream, address: &str, heads: &Mutex<Vec<String>>) -> io::Result<()> {
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    heads.lock().unwrap().push(head.join("\n"));
    let receiver = TcpStream::connect(address)?;
    (&*stream).write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut from, mut to) = (receiver.try_clone()?, stream.try_clone()?);
    thread::spawn(move || io::copy(&mut from, &mut to));
    io::copy(&mut &*stream, &mut &receiver).map(drop)
}

/// Exports eleven spans to a host by way of the variables. Returns whether they
/// went through the proxy.
#[track_caller]
fn is_tunneled(host: &str, variable: &str, exempt: &str) -> bool {
    let receiver = Receiver::start();
    let address = receiver.address();
    let tunnel = Tunnel::to(address.clone());
    let port = address.rsplit(':').next().unwrap();
    let ran = ran(
        &["otel_lines", "10"],
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &format!("http://{host}:{port}")),
            (variable, &format!("http://127.0.0.1:{}", tunnel.port)),
            ("NO_PROXY", exempt),
            ("OTEL_LOGS_EXPORTER", "none"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "1"),
            ("RUST_LOG", "off"),
        ],
    );
    assert!(ran.status.success(), "{ran:?}");
    let heads = tunnel.heads();
    // A name that is not known is reached by no other way.
    let expected = if host.ends_with(".invalid") && heads.is_empty() { 0 } else { 11 };
    assert_eq!(receiver.spans().items.len(), expected, "{host} {variable} {exempt}");
    assert!(heads.iter().all(|head| head.starts_with(&format!("CONNECT {host}:{port} "))));
    !heads.is_empty()
}

#[test]
fn a_proxy_is_used_unless_the_host_is_exempt_and_never_for_a_loopback_address() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        assert!(is_tunneled("collector.invalid", variable, ""), "{variable}");
        assert!(!is_tunneled("localhost", variable, ""), "{variable}");
    }
    for exempt in ["*", ".invalid, 127.0.0.1", "x,collector.invalid"] {
        assert!(!is_tunneled("collector.invalid", "http_proxy", exempt), "{exempt}");
    }
    assert!(is_tunneled("collector.invalid", "http_proxy", "invalid.test, vector.invalid"));
    assert!(!is_tunneled("127.0.0.1", "http_proxy", ""));
    assert!(!is_tunneled("collector.invalid", "HTTPS_PROXY", ""), "it is for https");
}

#[test]
fn a_proxy_gets_its_own_user_decoded() {
    let receiver = Receiver::start();
    let tunnel = Tunnel::to(receiver.address());
    let ran = ran(
        &["otel_lines", "10"],
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.invalid:4318"),
            ("http_proxy", &format!("http://us%40er:p%3Aw@127.0.0.1:{}", tunnel.port)),
            ("OTEL_LOGS_EXPORTER", "none"),
        ],
    );
    assert!(ran.status.success(), "{ran:?}");
    assert_eq!(receiver.spans().items.len(), 11);
    let head = &tunnel.heads()[0];
    // `us@er:p:w`
    assert!(head.to_lowercase().contains("\nproxy-authorization: basic dxnazxi6cdp3"), "{head}");
    assert!(!ran.stdout.contains("p%3Aw"));
}
