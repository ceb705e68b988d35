//! How large a timed future is, beside the future of the same function without
//! the attribute.
//!
//! A leaf holds 256 bytes across an `.await`; a chain hands them down through
//! five functions. The figures are in `docs/measured/compile-time.md`; to see
//! them, run
//! `cargo test -p tests --test sizes -- --nocapture`. How futures are laid out
//! changes from compiler to compiler: they are compared where
//! `rustc --version` is the one in `ui/RUSTC`.

use std::{
    future::Future,
    mem::size_of_val,
    pin::Pin,
    process::Command,
    task::{Context, Poll},
};

/// Writes the leaf and the chain with an attribute, or with none.
macro_rules! functions {
    ($module:ident $(#[$attribute:meta])*) => {
        mod $module {
            $(#[$attribute])*
            pub async fn leaf(bytes: [u8; 256]) -> u8 {
                super::Tick::default().await;
                bytes[7]
            }

            functions!(@ two leaf $(#[$attribute])*);
            functions!(@ three two $(#[$attribute])*);
            functions!(@ four three $(#[$attribute])*);
            functions!(@ chain four $(#[$attribute])*);
        }
    };
    (@ $name:ident $next:ident $(#[$attribute:meta])*) => {
        $(#[$attribute])*
        pub async fn $name(bytes: [u8; 256]) -> u8 {
            $next(bytes).await
        }
    };
}

functions!(plain);
functions!(timed #[trace_runtime::timed]);
functions!(timed_with_fields #[trace_runtime::timed(fields(n = 1))]);
functions!(handler #[trace_runtime::traced_handler]);

/// What the leaf waits for, 24 bytes of it.
#[derive(Default)]
struct Tick([u64; 3]);

impl Future for Tick {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        cx.waker().wake_by_ref();
        self.0[0] += 1;
        if self.0[0] > 1 { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// What one scope needs to know of itself from poll to poll, beyond the 24
/// bytes (callsite, start, flag) of a wrapper that carries no context: its
/// trace, its span, its parent, its fields, the time it was busy; what is around
/// it, and the time when steps inside it were open.
const CONTEXT: usize = 80;

/// A form: its name on the page, its leaf, its chain.
type Sizes = (&'static str, usize, usize);

const EXPECTED: [Sizes; 4] = [
    ("plain `async fn`", 544, 1600),
    // A function that returns a future keeps its arguments once.
    ("`#[timed]`", 320 + CONTEXT, 1504 + 5 * CONTEXT),
    // An `async fn` keeps them in itself and in the block.
    ("`#[timed(fields(..))]`", 584 + CONTEXT, 2824 + 5 * CONTEXT),
    ("`#[traced_handler]`", 584 + CONTEXT, 2824 + 5 * CONTEXT),
];

#[test]
fn a_timed_future_is_as_small_as_its_form_allows() {
    let recorded = include_str!("ui/RUSTC").trim();
    if rustc_version() != recorded {
        println!("skipped: the sizes are recorded for {recorded:?}");
        return;
    }
    let found = found();
    for sizes in &found {
        println!("{}", row(sizes));
    }
    assert_eq!(found, EXPECTED);
}

#[test]
fn the_page_has_the_sizes() {
    let page = include_str!("../docs/measured/compile-time.md");
    for sizes in &EXPECTED {
        assert!(page.contains(&row(sizes)), "not in compile-time.md: {}", row(sizes));
    }
}

fn found() -> [Sizes; 4] {
    macro_rules! sizes {
        ($module:ident) => {
            (size_of_val(&$module::leaf([0; 256])), size_of_val(&$module::chain([0; 256])))
        };
    }
    let sizes = [sizes!(plain), sizes!(timed), sizes!(timed_with_fields), sizes!(handler)];
    let mut found = EXPECTED;
    for ((_, leaf, chain), sizes) in found.iter_mut().zip(sizes) {
        (*leaf, *chain) = sizes;
    }
    found
}

/// As on the page.
fn row((name, leaf, chain): &Sizes) -> String {
    format!("| {name} | {leaf} | {chain} |")
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("rustc runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
