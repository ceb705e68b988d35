//! Values for which a line has no room.

use serde_json::json;
use test_support::{capture, closing, handler, only, parse};
use trace_runtime::{Json, record};

#[tokio::test]
async fn a_value_too_long_is_cut_and_the_line_says_so() {
    let capture = capture();
    let body = async {
        parse(|| record!(text = "x".repeat(10_000), after = 1));
        record!(list = Json(vec![0; 10_000]), after = 2);
    };
    capture.scope(handler(body)).await;
    let (step, request) = (closing(&capture, "parse"), closing(&capture, "handler"));
    assert_eq!((&step["after"], &step["truncated"]), (&json!(1), &json!(true)));
    let length = step["text"].as_str().unwrap().len();
    assert!((4_000..4_096).contains(&length), "{length}");
    assert!(request.get("list").is_none(), "what cannot be cut is left out: {request}");
    assert_eq!((&request["after"], &request["truncated"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn more_than_fits_is_left_out_and_the_line_says_so() {
    let capture = capture();
    let body = async {
        let text = "x".repeat(3_000);
        record!(a = text, b = text, c = text, small = 1);
        for n in 0..10_000 {
            record!(last = n);
        }
    };
    capture.scope(handler(body)).await;
    let line = only(&capture);
    assert!(capture.lines()[0].len() < 8_000);
    assert_eq!((&line["small"], &line["last"]), (&json!(1), &json!(9_999)));
    assert_eq!(line["a"].as_str().map(str::len), Some(3_000));
    assert!(line.get("c").is_none() && line["truncated"] == true);
}

#[tokio::test]
async fn a_value_that_does_not_fit_does_not_leave_the_one_before() {
    let capture = capture();
    let body = async {
        record!(a = "x".repeat(3_900), b = "x".repeat(3_900), state = 1);
        record!(state = "y".repeat(3_900));
    };
    capture.scope(handler(body)).await;
    let line = only(&capture);
    assert!(line.get("state").is_none(), "an old value is a wrong one");
    assert_eq!(line["truncated"], true);
}
