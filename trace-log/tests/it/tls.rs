//! rustls, which logs through `log`: texts of several lines, in the request that
//! they work for.

use std::sync::Arc;

use rustls::{
    AlertDescription, ClientConfig, ClientConnection, Error, RootCertStore, crypto::ring,
};
use trace_runtime::{testing::Capture, timed, traced_handler};

/// A server's answer that it cannot agree: alert 40, and it is fatal.
const HANDSHAKE_FAILURE: &[u8] = b"\x15\x03\x03\x00\x02\x02\x28";

fn config() -> ClientConfig {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap();
    config.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
}

#[timed(err = off)]
async fn connect() -> Result<(), Error> {
    let mut client = ClientConnection::new(Arc::new(config()), "shop.example".try_into().unwrap())?;
    client.write_tls(&mut Vec::new()).unwrap();
    client.read_tls(&mut &*HANDSHAKE_FAILURE).unwrap();
    client.process_new_packets().map(drop)
}

#[traced_handler]
async fn handler() {
    let refused = Error::AlertReceived(AlertDescription::HandshakeFailure);
    assert_eq!(connect().await, Err(refused));
}

#[tokio::test]
async fn what_rustls_says_is_below_the_step_that_connects() {
    let _ = trace_log::init();
    let capture = Capture::new();
    capture.scope(handler()).await;
    let lines = capture.values();
    let step = lines.iter().find(|line| line["name"] == "connect").unwrap();
    let of_rustls =
        lines.iter().filter(|line| line["target"].as_str().unwrap().starts_with("rustls"));
    let of_rustls: Vec<_> = of_rustls.collect();
    assert!(of_rustls.len() > 2, "{lines:#?}");
    for line in &of_rustls {
        assert_eq!((&line["trace_id"], &line["span_id"]), (&step["trace_id"], &step["span_id"]));
    }
    let hello = of_rustls.iter().filter_map(|line| line["message"].as_str());
    assert!(hello.into_iter().any(|text| text.contains("ClientHello") && text.contains("\n  ")));
}
