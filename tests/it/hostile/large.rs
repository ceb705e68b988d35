//! Values far larger than a line.

use std::{cell::Cell, fmt::Debug};

use test_support::{capture, only, shown, values};
use trace_runtime::info;

use super::everywhere;

#[test]
fn a_value_of_a_gigabyte_is_stopped_early() {
    thread_local! {
        static WRITTEN: Cell<usize> = const { Cell::new(0) };
    }
    let endless = shown(|f| {
        for _ in 0..1 << 20 {
            WRITTEN.set(WRITTEN.get() + 1024);
            f.write_str(&"x".repeat(1024))?;
        }
        Ok(())
    });
    let lines = everywhere(&endless);
    assert!(WRITTEN.get() < 64 * 1024, "{}", WRITTEN.get());
    for line in &lines[..4] {
        assert_eq!(line["truncated"], true);
    }
    assert_eq!(lines[2]["after"], 1);
}

/// It ignores the error and goes on.
#[test]
fn a_value_that_ignores_an_error_takes_no_memory() {
    let deaf = shown(|f| {
        for _ in 0..10_000 {
            let _ = f.write_str("0123456789abcdef0123456789abcdef");
        }
        Ok(())
    });
    let lines = everywhere(&deaf);
    assert!(lines.iter().all(|line| line.to_string().len() < 8_000));
    assert_eq!(lines[0]["truncated"], true);
}

#[test]
fn a_message_of_64_mib_is_cut() {
    for len in [1 << 20, 1 << 26] {
        let capture = capture();
        let text = "x".repeat(len);
        capture.run(|| {
            info!(k = text, "{text}");
            info!("next");
        });
        let [cut, next] = values(&capture).try_into().unwrap();
        assert_eq!(cut["truncated"], true);
        assert!(cut.to_string().len() < 8_000);
        assert_eq!(next["message"], "next");
    }
}

/// Formatting stops as soon as there is no more room, so it does not go all
/// the way down.
#[test]
fn a_debug_of_ten_thousand_levels_is_cut() {
    #[derive(Debug)]
    struct Deep(Option<Box<Deep>>);
    let mut deep = Deep(None);
    for _ in 0..10_000 {
        deep = Deep(Some(Box::new(deep)));
    }
    let capture = capture();
    capture.run(|| info!(k = ?deep));
    let line = only(&capture);
    assert!(line["k"].as_str().unwrap().starts_with("Deep(Some(Deep(Some("));
    assert_eq!(line["truncated"], true);
    // Its own drop would recurse as deep.
    while let Some(inner) = deep.0.take() {
        deep = *inner;
    }
}
