//! Functions that return futures and raise lints, to be compiled without an attribute and with one.

use std::pin::Pin;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[annotated]
pub fn written_by_hand(n: u8) -> impl Future<Output = u8> {
    async move { n }
}

#[annotated]
pub fn could_be_async(text: &str) -> impl Future<Output = Result<u8, std::num::ParseIntError>> + '_ {
    let text = text.trim();
    async move {
        step().await;
        let n = text.parse()?;
        Ok(n)
    }
}

/// Has docs, but no section about errors.
#[annotated]
pub fn pinned(text: &str) -> Pin<Box<dyn Future<Output = Result<u8, std::num::ParseIntError>> + Send + '_>> {
    Box::pin(async move {
        step().await;
        Ok(text.parse()?)
    })
}

pub fn under_an_alias(text: &str) -> Boxed<'_, usize> {
    Box::pin(async move { text.len() })
}

#[annotated]
pub fn unused_parameters(first: u8, second: String) -> impl Future<Output = ()> {
    let unused = 1;
    step()
}

#[annotated]
pub fn passed_by_value(text: String, list: Vec<u8>) -> impl Future<Output = usize> {
    let length = text.len() + list.len();
    async move {
        step().await;
        length
    }
}

#[annotated]
pub fn unneeded_return(n: u8) -> impl Future<Output = u8> {
    return async move {
        step().await;
        return n;
    };
}

#[must_use]
#[annotated]
pub fn already_must_use() -> impl Future<Output = ()> {
    step()
}

pub struct Pair {
    pub left: u8,
}

impl Pair {
    #[annotated]
    pub fn reads(&self) -> impl Future<Output = u8> + '_ {
        async move { self.left }
    }

    #[annotated]
    pub fn unused_self(&self) -> Pin<Box<dyn Future<Output = u8>>> {
        Box::pin(async { 1 })
    }
}

async fn step() {}
