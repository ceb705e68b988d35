//! Parameters, receivers, return types, generics.
// About documentation, which shapes do without.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::must_use_candidate)]

use std::{
    fmt::{Debug, Display},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::Arc,
};

use futures::{
    future::{BoxFuture, LocalBoxFuture},
    stream::{self, BoxStream, Stream},
};
use tokio::{sync::OwnedSemaphorePermit, task::yield_now};
use trace_runtime::{timed, traced_handler};

#[timed]
pub async fn two_elided_lifetimes(x: &str, y: &str) -> usize {
    y.len() + x.len()
}

#[timed]
pub async fn named_lifetime<'a>(x: &'a str, _y: &str) -> &'a str {
    x
}

#[timed]
pub async fn two_named_lifetimes<'a, 'b: 'a>(x: &'a str, y: &'b str) -> &'a str {
    if x.is_empty() { y } else { x }
}

pub struct Counter(pub u8);

impl Counter {
    #[timed]
    pub async fn reborrowed(&mut self) -> &mut u8 {
        &mut self.0
    }

    #[timed]
    pub fn reborrowed_sync(&mut self) -> &mut u8 {
        &mut self.0
    }

    #[timed]
    pub async fn elided(&self, _name: &str) -> Option<&u8> {
        Some(&self.0)
    }

    #[timed]
    pub async fn by_value(self) -> u8 {
        yield_now().await;
        self.0
    }

    #[timed]
    pub async fn by_mut_value(mut self) -> Self {
        self.0 += 1;
        self
    }

    #[timed]
    #[must_use]
    pub fn by_mut_value_sync(mut self) -> Self {
        self.0 += 1;
        self
    }

    #[timed]
    pub async fn boxed(self: Box<Self>) -> u8 {
        self.0
    }

    #[timed]
    pub async fn shared(self: Arc<Self>) -> u8 {
        yield_now().await;
        self.0
    }

    #[timed]
    pub async fn pinned(mut self: Pin<&mut Self>) -> u8 {
        self.0 += 1;
        self.0
    }

    #[timed]
    #[allow(clippy::needless_arbitrary_self_type)]
    pub async fn by_typed_reference(self: &Self) -> u8 {
        self.0
    }

    #[traced_handler(fields(count = self.0))]
    pub async fn handled(&mut self) -> Result<u8, String> {
        self.0 += 1;
        yield_now().await;
        Ok(self.0)
    }
}

#[timed]
pub async fn patterns((p, q): (u8, u8), _: OwnedSemaphorePermit, [h, ..]: [u8; 2]) -> u8 {
    yield_now().await;
    p + q + h
}

#[timed]
pub fn patterns_sync((mut p, q): (u8, u8), _: String, Counter(h): Counter) -> u8 {
    p += 1;
    p + q + h
}

#[traced_handler]
pub async fn patterns_of_a_handler(
    axum::extract::Path((user, _)): axum::extract::Path<(u64, u64)>,
    _: axum::http::HeaderMap,
) -> String {
    yield_now().await;
    user.to_string()
}

#[timed]
pub async fn referenced(&a: &u8, &(b, ref c): &(u8, u8)) -> u8 {
    a + b + c
}

#[timed]
pub async fn held_to_the_end(_guard: OwnedSemaphorePermit) {
    yield_now().await;
}

#[timed]
pub async fn never() -> ! {
    loop {
        yield_now().await;
    }
}

#[timed]
pub fn never_sync() -> ! {
    loop {
        std::thread::park();
    }
}

#[traced_handler]
pub async fn never_handled(code: i32) -> ! {
    yield_now().await;
    std::process::exit(code)
}

#[timed]
pub async fn coerced_at_return(early: bool) -> Box<dyn Display> {
    if early {
        return Box::new(1);
    }
    Box::new("x")
}

#[timed]
pub fn coerced_at_return_sync(early: bool) -> Box<dyn Display> {
    if early {
        return Box::new(1);
    }
    Box::new("x")
}

#[timed]
pub async fn coerced_inside() -> Result<Box<dyn Display>, String> {
    Ok(Box::new(1))
}

#[timed]
pub async fn recursive(n: u32) -> u32 {
    if n == 0 { 0 } else { Box::pin(recursive(n - 1)).await }
}

#[timed]
pub async fn opaque() -> impl Display {
    1
}

#[timed]
pub fn opaque_sync() -> impl Display {
    1
}

#[timed]
pub async fn opaque_inside() -> Vec<impl Debug> {
    vec![1]
}

#[timed]
pub fn opaque_inside_sync() -> Result<Vec<impl Debug>, String> {
    Ok(vec![1])
}

#[timed]
#[allow(clippy::future_not_send)]
pub async fn opaque_argument(x: impl Debug, y: &impl Display) -> String {
    yield_now().await;
    format!("{x:?}{y}")
}

#[timed]
pub async fn chosen_by_cfg(#[cfg(unix)] a: u8, #[cfg(not(unix))] a: u16) -> usize {
    a.into()
}

#[timed]
pub fn const_generic<const N: usize>(_a: [u8; N]) {}

#[timed]
pub async fn bounded<T, E>(value: Result<T, E>) -> Result<T, E>
where
    T: Clone + Send,
    E: Display,
{
    yield_now().await;
    value
}

#[timed]
pub async fn function_argument<F, R>(f: F) -> R::Output
where
    F: FnOnce() -> R,
    R: Future,
{
    f().await
}

#[timed]
#[allow(clippy::future_not_send)]
pub async fn not_send(a: Rc<u8>) -> u8 {
    yield_now().await;
    *a
}

#[timed]
pub async fn nothing() {}

#[timed]
pub fn nothing_sync() {}

#[traced_handler]
pub async fn nothing_handled() {}

#[timed]
pub fn returned_future(x: &str) -> impl Future<Output = Result<usize, String>> + '_ {
    let length = x.len();
    async move { Ok(length + x.len()) }
}

#[timed]
pub fn returned_box(x: &str) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + '_>> {
    if x.is_empty() {
        return Box::pin(async { Err("empty".to_owned()) });
    }
    Box::pin(async move { Ok(x.len()) })
}

#[timed]
pub fn returned_alias(x: &u8) -> BoxFuture<'_, u8> {
    Box::pin(async move { *x })
}

#[traced_handler]
pub fn handled_alias(x: Rc<u8>) -> LocalBoxFuture<'static, u8> {
    Box::pin(async move { *x })
}

#[timed]
pub async fn awaitable_value() -> Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async { 1 })
}

#[timed(construction)]
pub fn stream() -> impl Stream<Item = u8> {
    stream::empty()
}

#[timed(construction)]
pub fn boxed_stream() -> BoxStream<'static, u8> {
    Box::pin(stream::empty())
}

/// What each of these asks for, an annotated function gives.
pub fn given() {
    fn send<T: Send + 'static>(_: T) {}
    fn handler<F, R>(_: F)
    where
        F: Fn(u32) -> R,
        R: Future<Output = u32> + Send + 'static,
    {
    }
    send(nothing());
    send(bounded::<u8, String>(Ok(1)));
    send(nothing_handled());
    handler(recursive);
    let _ = axum::Router::<()>::new()
        .route("/{user}/{order}", axum::routing::get(patterns_of_a_handler));
}
