//! How `https` is spoken: rustls with ring, and the roots of the platform or
//! those of a file.

use std::{fs, path::Path, sync::Arc};

use ureq::tls::{
    Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider, parse_pem,
};

use crate::{error::Error, plan::Route};

/// Reads the files that are named.
pub(super) fn config(route: &Route) -> Result<TlsConfig, Error> {
    let roots = match &route.certificate {
        Some(path) => RootCerts::new_with_certs(&certificates(path)?),
        None => RootCerts::PlatformVerifier,
    };
    let client = route.client.as_ref().map(|(key, chain)| {
        Ok::<_, Error>(ClientCert::new_with_certs(&certificates(chain)?, private_key(key)?))
    });
    let config = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .client_cert(client.transpose()?)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    Ok(config.build())
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| refused(path, &error.to_string()))
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, Error> {
    let pem = read(path)?;
    let certificates = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        Ok(_) | Err(_) => None,
    });
    let certificates: Vec<_> = certificates.collect();
    if certificates.is_empty() {
        return Err(refused(path, "there is no certificate in it"));
    }
    Ok(certificates)
}

fn private_key(path: &Path) -> Result<PrivateKey<'static>, Error> {
    PrivateKey::from_pem(&read(path)?).map_err(|_| refused(path, "there is no private key in it"))
}

fn refused(path: &Path, reason: &str) -> Error {
    Error::new("certificate", format!("{}: {reason}", path.display()))
}
