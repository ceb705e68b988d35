//! Other attributes, above and below ours.
// `debug_handler` writes it, and allows it where it is a warning.
#![allow(clippy::diverging_sub_expression)]

use async_trait::async_trait;
use tokio::task::yield_now;
use trace_runtime::{timed, traced_handler};

/// A documented function.
#[inline]
#[cold]
#[timed]
#[doc = "More of it."]
#[doc(alias = "simple")]
#[cfg(not(any()))]
#[cfg_attr(all(), allow(dead_code))]
#[allow(clippy::missing_const_for_fn)]
pub async fn plain(x: u8) -> u8 {
    x
}

#[cfg_attr(all(), timed)]
#[must_use]
pub fn conditional() -> u8 {
    1
}

#[timed]
#[must_use = "it is the point"]
pub async fn needed() -> u8 {
    1
}

#[timed]
#[deprecated(note = "use `needed`")]
pub async fn old() -> u8 {
    1
}

#[timed]
#[axum::debug_handler]
async fn timed_before_debug_handler(path: axum::extract::Path<u64>) -> String {
    path.to_string()
}

#[axum::debug_handler]
#[traced_handler]
async fn traced_after_debug_handler(path: axum::extract::Path<u64>) -> String {
    yield_now().await;
    path.to_string()
}

#[traced_handler]
#[axum::debug_handler]
async fn traced_before_debug_handler(path: axum::extract::Path<u64>) -> String {
    path.to_string()
}

/// The handlers are some.
pub fn router() -> axum::Router {
    axum::Router::new()
        .route("/a/{id}", axum::routing::get(timed_before_debug_handler))
        .route("/b/{id}", axum::routing::get(traced_after_debug_handler))
        .route("/c/{id}", axum::routing::get(traced_before_debug_handler))
}

#[async_trait]
pub trait Store {
    async fn load(&self, key: &str) -> Result<usize, String>;
    async fn change(&mut self) -> u8;
    async fn take(self: Box<Self>, _name: String) -> u8;

    #[timed]
    async fn twice(&self, key: &str) -> Result<usize, String> {
        Ok(self.load(key).await? * 2)
    }
}

pub struct Memory(pub u8);

#[async_trait]
impl Store for Memory {
    #[timed(fields(key))]
    async fn load(&self, key: &str) -> Result<usize, String> {
        yield_now().await;
        if key.is_empty() {
            return Err("no key".to_owned());
        }
        Ok(key.len() + usize::from(self.0))
    }

    #[timed]
    async fn change(&mut self) -> u8 {
        self.0 += 1;
        yield_now().await;
        self.0
    }

    #[traced_handler]
    async fn take(self: Box<Self>, _name: String) -> u8 {
        self.0
    }
}

/// A trait whose functions are `async` themselves.
#[allow(async_fn_in_trait)]
pub trait Native {
    async fn load(&self, key: &str) -> usize;

    #[timed]
    async fn twice(&self, key: &str) -> usize {
        self.load(key).await * 2
    }
}

impl Native for Memory {
    #[timed]
    async fn load(&self, key: &str) -> usize {
        yield_now().await;
        key.len() + usize::from(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[timed]
    #[tokio::test]
    async fn timed_before_tokio_test() {
        assert_eq!(plain(1).await, 1);
    }

    #[tokio::test]
    #[timed]
    async fn timed_after_tokio_test() {
        assert_eq!(Store::twice(&Memory(1), "ab").await, Ok(6));
    }

    #[traced_handler]
    #[tokio::test(flavor = "multi_thread")]
    async fn traced_before_tokio_test() -> Result<(), String> {
        assert_eq!(Native::twice(&Memory(1), "ab").await, 6);
        Ok(())
    }

    #[test]
    fn either_order_with_tokio_main() {
        #[timed]
        #[tokio::main(flavor = "current_thread")]
        async fn timed_before() -> u8 {
            plain(1).await
        }
        #[tokio::main(flavor = "current_thread")]
        #[timed]
        async fn timed_after() -> u8 {
            plain(2).await
        }
        #[traced_handler]
        #[tokio::main(flavor = "current_thread")]
        async fn traced_before() -> u8 {
            plain(3).await
        }
        #[tokio::main(flavor = "current_thread")]
        #[traced_handler]
        async fn main() -> Result<u8, String> {
            Ok(plain(4).await)
        }
        assert_eq!([timed_before(), timed_after(), traced_before()], [1, 2, 3]);
        assert_eq!(main(), Ok(4));
    }

    #[test]
    fn what_main_returns_may_be_opaque() {
        #[traced_handler]
        fn main() -> impl std::fmt::Display {
            5
        }
        assert_eq!(main().to_string(), "5");
    }

    #[tokio::test]
    #[traced_handler(fields(n = 1))]
    async fn traced_after_tokio_test() {
        let trace = trace_runtime::trace_id();
        yield_now().await;
        assert!(trace.is_some());
        assert_eq!(trace, trace_runtime::trace_id());
    }

    #[test]
    #[timed]
    fn timed_after_test() {}

    #[timed]
    #[test]
    #[should_panic(expected = "as it should")]
    fn timed_before_should_panic() {
        panic!("as it should");
    }
}
