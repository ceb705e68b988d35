//! Numbers of many threads are one number, and never fall.

use std::thread;

use trace_runtime::timed;

use super::{exchange, metrics, number};

#[timed]
fn step() {}

const COUNT: &str = "trace_step_duration_seconds_count";

#[test]
fn threads_that_come_and_go_lose_nothing_and_numbers_never_fall() {
    let (metrics, capture) = metrics();
    let mut before = 0.0;
    for round in 1..=40_u32 {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    capture.run(|| {
                        (0..25).for_each(|_| step());
                        exchange("GET", Some("/"), 200);
                    });
                });
            }
            let page = metrics.render();
            if page.contains(COUNT) {
                let now = number(&page, COUNT);
                assert!(now >= before, "{now} after {before}");
                before = now;
            }
        });
        assert_eq!(number(&metrics.render(), COUNT), f64::from(round * 8 * 25));
    }
    let requests = number(&metrics.render(), "http_server_request_duration_seconds_count");
    assert_eq!(requests, 320.0);
    assert_eq!(number(&metrics.render(), "http_server_active_requests{"), 0.0);
}

#[test]
fn the_count_of_a_histogram_is_the_sum_of_its_buckets_while_threads_write() {
    let (metrics, capture) = metrics();
    thread::scope(|scope| {
        let writer = scope.spawn(|| capture.run(|| (0..200_000).for_each(|_| step())));
        while !writer.is_finished() {
            let page = metrics.render();
            let Some(last) =
                page.lines().find(|line| line.contains("name=\"step\"") && line.contains("+Inf"))
            else {
                continue;
            };
            let last: f64 = last.rsplit(' ').next().unwrap().parse().unwrap();
            assert_eq!(number(&page, COUNT), last);
        }
    });
}
