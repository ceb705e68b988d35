//! How `https` is spoken: rustls with ring, and the roots of the platform or
//! those of a file.

use std::{fs, path::PathBuf, sync::Arc};

use ureq::tls::{
    Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, TlsProvider, parse_pem,
};

use crate::{
    error::Error,
    plan::{ClientFiles, Route},
    settings::Named,
};

/// Reads the files that are named.
pub(super) fn config(route: &Route) -> Result<TlsConfig, Error> {
    let roots = match &route.certificate {
        Some(path) => RootCerts::new_with_certs(&certificates(path)?),
        None => RootCerts::PlatformVerifier,
    };
    let client = route.client.as_ref().map(|ClientFiles { certificate, key }| {
        Ok::<_, Error>(ClientCert::new_with_certs(&certificates(certificate)?, private_key(key)?))
    });
    let config = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(roots)
        .client_cert(client.transpose()?)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()));
    Ok(config.build())
}

fn read(file: &Named<PathBuf>) -> Result<Vec<u8>, Error> {
    fs::read(&file.value).map_err(|error| refused(file, &error.to_string()))
}

fn certificates(file: &Named<PathBuf>) -> Result<Vec<Certificate<'static>>, Error> {
    let pem = read(file)?;
    let certificates = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        Ok(_) | Err(_) => None,
    });
    let certificates: Vec<_> = certificates.collect();
    if certificates.is_empty() {
        return Err(refused(file, "there is no certificate in it"));
    }
    Ok(certificates)
}

fn private_key(file: &Named<PathBuf>) -> Result<PrivateKey<'static>, Error> {
    PrivateKey::from_pem(&read(file)?).map_err(|_| refused(file, "there is no private key in it"))
}

fn refused(file: &Named<PathBuf>, reason: &str) -> Error {
    Error::new(&file.setting, format!("{}: {reason}", file.value.display()))
}
