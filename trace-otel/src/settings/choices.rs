//! Settings before they are put together: each may be missing.

use std::{path::PathBuf, time::Duration};

use super::headers::{Headers, check_header, set};
use crate::{error::Error, sampler::Sampler};

/// All that can be set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choices {
    pub(crate) is_disabled: Option<bool>,
    pub(crate) service_name: Option<String>,
    pub(crate) resource: Vec<(String, String)>,
    pub(crate) sampler: Option<Sampler>,
    pub(crate) general: Transport,
    pub(crate) cap: CapChoices,
    pub(crate) traces: SignalChoices,
    pub(crate) logs: SignalChoices,
    pub(crate) metrics: SignalChoices,
}

/// What can be set for one signal.
#[derive(Clone, Debug, Default)]
pub(crate) struct SignalChoices {
    pub(crate) is_exported: Option<bool>,
    pub(crate) transport: Transport,
    pub(crate) batching: Batching,
    pub(crate) cap: CapChoices,
}

/// Where requests go, and how.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transport {
    pub(crate) endpoint: Option<Named<String>>,
    pub(crate) headers: Option<Headers>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) compression: Option<Compression>,
    pub(crate) certificate: Option<Named<PathBuf>>,
    pub(crate) client_key: Option<Named<PathBuf>>,
    pub(crate) client_certificate: Option<Named<PathBuf>>,
}

/// A value that is checked later, and what it is called in an error.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub(crate) setting: String,
    pub(crate) value: T,
}

/// How a request is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
}

/// When a batch is sent, and how much waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batching {
    pub(crate) delay: Option<Duration>,
    pub(crate) give_up: Option<Duration>,
    pub(crate) queue_items: Option<usize>,
    pub(crate) batch_items: Option<usize>,
}

/// How much an item may have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CapChoices {
    pub(crate) count: Option<usize>,
    pub(crate) length: Option<usize>,
}

impl Compression {
    pub(crate) fn of(is_on: bool) -> Self {
        if is_on { Self::Gzip } else { Self::None }
    }
}

impl<T> Named<T> {
    pub(crate) fn new(setting: &str, value: impl Into<T>) -> Self {
        Self { setting: setting.to_owned(), value: value.into() }
    }
}

impl Transport {
    /// Fills what is not set here from another.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            endpoint: self.endpoint.or(other.endpoint),
            headers: self.headers.or(other.headers),
            timeout: self.timeout.or(other.timeout),
            compression: self.compression.or(other.compression),
            certificate: self.certificate.or(other.certificate),
            client_key: self.client_key.or(other.client_key),
            client_certificate: self.client_certificate.or(other.client_certificate),
        }
    }

    /// Adds a header, in the place of one of the same name.
    pub(crate) fn add_header(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let header = check_header(name, value).map_err(|reason| Error::new("header", reason))?;
        set(self.headers.get_or_insert_default(), header);
        Ok(())
    }
}
