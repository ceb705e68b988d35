//! Names that a user may have taken already, or may use.
// About documentation, which shapes do without.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::must_use_candidate)]

/// A user's own items, called like everything an expansion might need.
pub mod shadowed {
    use trace_runtime::{carry, count_request, info, timed, traced_handler};

    pub mod std {}
    pub mod core {}
    pub mod alloc {}
    pub mod tokio {}

    pub struct Result;
    pub struct Option;
    pub struct Box;
    pub struct String;
    pub struct Ok;
    pub struct Err;
    pub struct Some;
    pub struct None;
    pub struct Vec;
    pub struct Future;
    pub trait Send {}
    pub trait Fn {}

    #[allow(unused_macros)]
    macro_rules! format_args {
        ($($tokens:tt)*) => {
            compile_error!("a user's macro was called")
        };
    }
    #[allow(unused_macros)]
    macro_rules! module_path {
        ($($tokens:tt)*) => {
            compile_error!("a user's macro was called")
        };
    }

    #[timed(fields(n, %n_text, token = trace_runtime::Secret(n)))]
    pub async fn asynchronous(n: u8, n_text: &str) -> u8 {
        info!(n, "at {n}");
        n
    }

    #[timed]
    pub async fn no_fields(n: u8) -> ::std::result::Result<u8, u8> {
        if n == 0 {
            return ::std::result::Result::Err(n);
        }
        ::std::result::Result::Ok(n)
    }

    #[timed]
    pub fn sync(n: u8) -> ::std::result::Result<u8, u8> {
        ::std::result::Result::Ok(n)
    }

    #[timed]
    pub fn guarded(n: u8) {
        info!("constant");
        info!(n, path = n);
    }

    #[traced_handler(fields(n), carry(n, %n_text), err = debug)]
    pub async fn handled(n: u8, n_text: &str) -> ::std::result::Result<u8, u8> {
        carry!(n, ?n_text);
        count_request!(calls, bytes += n);
        ::std::result::Result::Ok(n)
    }

    #[timed]
    pub fn boxed(
        n: u8,
    ) -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = u8>>> {
        ::std::boxed::Box::pin(async move { n })
    }

    #[timed]
    pub async fn never() -> ! {
        loop {
            ::tokio::task::yield_now().await;
        }
    }
}

/// A user's module of our name: `::trace_runtime` is still the crate.
pub mod our_name_taken {
    pub mod trace_runtime {}

    #[::trace_runtime::timed]
    pub async fn asynchronous(n: u8) -> u8 {
        ::trace_runtime::info!(n, "found");
        n
    }
}

/// Locals and statements called like those of an expansion.
#[allow(
    clippy::just_underscores_and_digits,
    clippy::used_underscore_binding,
    reason = "the names of an expansion"
)]
pub mod our_locals_taken {
    use trace_runtime::timed;

    #[timed(fields(__))]
    pub async fn asynchronous(__: u8, _: u8) -> u8 {
        let ___ = 1;
        let _0 = 2;
        let __ = 3 + __;
        trace_runtime::info!(__, "{__}");
        __ + ___ + _0
    }
}

#[no_implicit_prelude]
pub mod no_prelude {
    #[::trace_runtime::timed(fields(n, state = ?n))]
    pub async fn asynchronous(n: u8) -> u8 {
        ::trace_runtime::info!(n, "at {n}");
        n
    }

    #[::trace_runtime::timed]
    pub async fn no_fields() -> ::std::result::Result<u8, u8> {
        ::std::result::Result::Ok(1)
    }

    #[::trace_runtime::timed]
    pub fn sync() -> ::std::result::Result<u8, u8> {
        ::std::result::Result::Ok(1)
    }

    #[::trace_runtime::timed]
    pub fn guarded() {}

    #[::trace_runtime::traced_handler]
    pub async fn handled() -> u8 {
        1
    }

    #[::trace_runtime::timed]
    pub async fn never() -> ! {
        loop {
            ::tokio::task::yield_now().await;
        }
    }
}

/// Keywords as names.
pub mod raw {
    use trace_runtime::{info, timed};

    #[timed(fields(r#match, r#type = 1))]
    pub async fn r#type(r#match: u8) -> u8 {
        info!(r#match);
        r#match
    }

    #[timed]
    pub async fn r#mod(r#fn: u8) -> u8 {
        r#fn
    }
}

/// An attribute under another name.
pub mod attribute_renamed {
    use trace_runtime::timed as t;

    #[t]
    pub fn sync() -> u8 {
        1
    }
}
