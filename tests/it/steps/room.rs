//! More steps than a line has room for.

use serde_json::{Value, json};
use test_support::{capture, closing, handler, load};
use trace_runtime::{
    __private::{self, Callsite, Cancelled, Facts, LineKind, Text},
    Level,
    testing::Capture,
};

use super::steps;

/// Makes a place in the code at run time: a test needs thousands.
fn place(name: &str) -> &'static Callsite {
    Box::leak(Box::new(Callsite::new(Facts {
        kind: LineKind::Step,
        level: Level::Info,
        target: "it::steps",
        name: "",
        file: file!(),
        line: line!(),
        slow: None,
        cancelled: Cancelled::Unusual,
        text: Text {
            target: r#","target":"it::steps""#,
            name: Box::leak(format!(r#","name":"{name}""#).into_boxed_str()),
            message: None,
            keys: &[],
        },
    })))
}

/// Returns how many steps the entries count, and how many are left out.
#[track_caller]
fn counted(capture: &Capture) -> (u64, u64) {
    let counted = steps(capture).iter().map(|step| step["count"].as_u64().unwrap()).sum();
    let dropped = closing(capture, "handler").get("steps_dropped").map_or(0, as_count);
    (counted, dropped)
}

fn as_count(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn runs(places: &[&'static Callsite]) {
    for place in places {
        __private::run(*place, || (), __private::succeeded);
    }
}

#[tokio::test]
async fn of_10_000_places_32_have_entries_and_all_are_counted() {
    let capture = capture();
    let places: Vec<_> = (0..10_000).map(|n| place(&format!("step-{n}"))).collect();
    let body = load(async {
        runs(&places);
        runs(&places);
    });
    capture.scope(handler(body)).await;
    let steps = steps(&capture);
    assert_eq!(steps.len(), 32);
    // What holds them all ends after them all, and is not the one left out.
    assert_eq!((&steps[0]["name"], &steps[0]["count"]), (&json!("load"), &json!(1)));
    for (n, step) in steps[1..].iter().enumerate() {
        assert_eq!((&step["name"], &step["count"]), (&json!(format!("step-{n}")), &json!(2)));
    }
    assert_eq!(counted(&capture), (1 + 31 * 2, 20_001 - (1 + 31 * 2)));
}

#[tokio::test]
async fn steps_left_out_are_counted_one_by_one() {
    for (kinds, times, expected) in
        [(32, 1, (32, 0)), (32, 9, (288, 0)), (33, 1, (32, 1)), (40, 3, (96, 24))]
    {
        let capture = capture();
        let places: Vec<_> = (0..kinds).map(|n| place(&format!("s{n}"))).collect();
        let body = async { (0..times).for_each(|_| runs(&places)) };
        capture.scope(handler(body)).await;
        assert_eq!(counted(&capture), expected, "{kinds} kinds, {times} times");
    }
}

#[tokio::test]
async fn steps_take_at_most_3_584_bytes_of_the_line() {
    for length in [1, 30, 100, 200] {
        let capture = capture();
        let places: Vec<_> =
            (10..42).map(|n| place(&format!("{n}{}", "x".repeat(length)))).collect();
        capture.scope(handler(async { runs(&places) })).await;
        let line = capture.lines().pop().unwrap();
        let (_, from) = line.split_once(r#","steps":["#).unwrap();
        let taken = r#","steps":["#.len() + from.find(']').unwrap() + 1;
        assert!(taken <= 3_584, "{taken} bytes");
        let (counted, dropped) = counted(&capture);
        assert_eq!(counted + dropped, 32, "{length}");
        // No room is left for one more.
        let each = taken / usize::try_from(counted).unwrap();
        assert!(dropped == 0 || taken + each + 10 > 3_584, "{length}: {taken} bytes");
        assert!(!line.contains("truncated"), "what is left out is counted: {line}");
    }
}
