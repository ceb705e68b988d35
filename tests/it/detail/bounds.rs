//! How much is held and written, and what is said of the rest.

use trace_runtime::{Detail, debug, error, info, testing::Capture, trace, traced_handler};

use super::{account, capture, words};

/// Logs numbered lines, and fails if it is to.
#[traced_handler]
async fn handler(lines: usize, fails: bool) -> Result<(), &'static str> {
    for number in 0..lines {
        debug!(number, "line");
    }
    if fails { Err("no") } else { Ok(()) }
}

/// Returns the numbers of the lines, and how many are missing.
fn numbers(capture: &Capture) -> (Vec<u64>, u64) {
    let values = test_support::values(capture);
    let numbers = values.iter().filter_map(|line| line["number"].as_u64()).collect();
    (numbers, values.last().unwrap()["detail_dropped"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn a_request_keeps_its_newest_lines_and_says_how_many_are_missing() {
    let capture = capture(Detail::when_failed().per_request(4_096));
    let _ = capture.scope(handler(1_000, true)).await;
    let (numbers, dropped) = numbers(&capture);
    assert_eq!(numbers, (dropped..1_000).collect::<Vec<_>>());
    let bytes: usize = capture.lines().iter().rev().skip(1).map(|line| line.len() + 1).sum();
    assert!((3_000..=4_096).contains(&bytes), "{bytes}");
    assert_eq!(account(&capture), [0, 1_000 - dropped, 0, dropped]);
}

#[tokio::test]
async fn the_lines_of_the_lowest_level_go_first() {
    #[traced_handler]
    async fn mixed() -> Result<(), ()> {
        for number in 0..20 {
            info!(number, "kept");
            (0..20).for_each(|_| trace!("noise"));
        }
        Err(())
    }
    let detail = Detail::when_failed().filter("trace").per_request(16 * 1024);
    let capture = Capture::with_detail("error", detail);
    let _ = capture.scope(mixed()).await;
    let (numbers, dropped) = numbers(&capture);
    assert_eq!(numbers, (0..20).collect::<Vec<_>>());
    assert_eq!(account(&capture), [0, 420 - dropped, 0, dropped]);
}

#[tokio::test]
async fn a_line_that_is_longer_than_all_that_may_be_held_is_missing() {
    #[traced_handler]
    async fn long() -> Result<(), ()> {
        debug!("short");
        debug!(text = "x".repeat(2_000), "long");
        Err(())
    }
    let capture = capture(Detail::when_failed().per_request(1_000));
    let _ = capture.scope(long()).await;
    assert_eq!(words(&capture), ["short", "long -1"]);
    assert_eq!(account(&capture), [0, 1, 0, 1]);
}

#[tokio::test]
async fn beyond_the_memory_of_all_requests_new_lines_are_missing() {
    #[traced_handler]
    async fn outer(capture: Capture) -> Result<(), ()> {
        debug!("of the first");
        let _ = tokio::spawn(async move { capture.scope(handler(3, true)).await }).await;
        Err(())
    }
    // As much as one request takes for its first few lines.
    let capture = capture(Detail::when_failed().total(2_400));
    let _ = capture.scope(outer(capture.clone())).await;
    assert_eq!(words(&capture), ["handler -3", "of the first", "outer"]);
    assert_eq!(account(&capture), [0, 1, 0, 3]);
    let _ = capture.scope(handler(1, true)).await;
    assert_eq!(account(&capture), [0, 2, 0, 3], "the memory is free again");
}

#[tokio::test]
async fn beyond_what_may_be_written_in_a_second_a_request_has_its_line_alone() {
    let capture = capture(Detail::when_failed().output(10_000));
    for _ in 0..20 {
        let _ = capture.scope(handler(10, true)).await;
    }
    let words = words(&capture);
    let whole = words.iter().filter(|word| *word == "handler").count();
    let alone = words.iter().filter(|word| *word == "handler dropped -10").count();
    assert_eq!(whole + alone, 20);
    assert!((1..20).contains(&whole), "{whole}");
    assert_eq!(words.len(), 20 + 10 * whole);
    assert_eq!(account(&capture), [0, 10 * whole as u64, 0, 10 * alone as u64]);
}

#[tokio::test]
async fn what_is_discarded_does_not_count_as_written_in_a_second() {
    let capture = capture(Detail::when_failed().output(10_000));
    for _ in 0..20 {
        let _ = capture.scope(handler(10, false)).await;
    }
    let _ = capture.scope(handler(10, true)).await;
    assert_eq!(account(&capture), [0, 10, 200, 0]);
}

#[tokio::test]
async fn what_is_written_at_once_is_not_bounded_by_any_of_it() {
    #[traced_handler]
    async fn loud() -> Result<(), ()> {
        (0..100).for_each(|_| error!("loud"));
        Err(())
    }
    let capture = capture(Detail::when_failed().per_request(100).total(100).output(100));
    let _ = capture.scope(loud()).await;
    assert_eq!(capture.lines().len(), 101);
    assert_eq!(account(&capture), [0; 4]);
}
