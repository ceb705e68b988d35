//! A crate that knows the runtime under another name only.
#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

/// As the dependency is called.
pub mod renamed_dependency {
    #[renamed::timed(crate = ::renamed, fields(n))]
    pub async fn asynchronous(n: u8) -> u8 {
        renamed::info!(n, "at {n}");
        n
    }

    #[renamed::timed(crate = ::renamed)]
    pub async fn no_fields(n: u8) -> u8 {
        n
    }

    #[renamed::timed(crate = ::renamed)]
    pub fn guarded() {}

    /// # Errors
    ///
    /// None.
    #[renamed::traced_handler(crate = ::renamed, trace_id = id)]
    pub async fn handled(id: Option<&str>) -> Result<(), String> {
        Ok(())
    }
}

/// As a facade calls it.
pub mod re_exported {
    pub mod facade {
        pub use renamed as tracing;
    }

    #[facade::tracing::timed(crate = facade::tracing)]
    #[must_use]
    pub fn sync(n: u8) -> Option<u8> {
        facade::tracing::info!(n, "at {n}");
        Some(n)
    }
}
