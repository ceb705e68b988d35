//! What an error says by its type.

use std::{error::Error, fmt::Debug, ops::Deref, rc::Rc, sync::Arc};

use axum::{
    Json,
    http::StatusCode,
    response::{ErrorResponse, Html, IntoResponse as _, Response},
};
use serde_json::{Value, json};
use test_support::{ON_PURPOSE, capture, only};
use trace_runtime::timed;

use super::{AppError, said};
use crate::errors::{Top, anyhow, eyre, top};

/// The error and the causes on the line of a step that fails.
macro_rules! reasons {
    ($($error:ty = $value:expr),* $(,)?) => {{
        let mut reasons = Vec::new();
        $({
            #[timed]
            fn step() -> Result<u8, $error> {
                Err($value)
            }
            let capture = capture();
            let _ = capture.run(step);
            reasons.push((stringify!($error), said(&only(&capture))));
        })*
        reasons
    }};
}

#[track_caller]
fn all_say(reasons: Vec<(&str, Value)>, expected: &Value) {
    for (error, said) in reasons {
        assert_eq!(said, *expected, "{error}");
    }
}

#[test]
fn the_line_of_what_holds_an_error_has_the_causes_of_that_error() {
    let reasons = reasons! {
        Top = top(),
        anyhow::Error = anyhow(),
        eyre::Report = eyre(),
        &'static anyhow::Error = Box::leak(Box::new(anyhow())),
        Box<anyhow::Error> = Box::new(anyhow()),
        Arc<anyhow::Error> = Arc::new(anyhow()),
        Arc<eyre::Report> = Arc::new(eyre()),
        Arc<Arc<eyre::Report>> = Arc::new(Arc::new(eyre())),
        &'static Arc<anyhow::Error> = Box::leak(Box::new(Arc::new(anyhow()))),
        Arc<Top> = Arc::new(top()),
        Rc<Top> = Rc::new(top()),
        Rc<Rc<Top>> = Rc::new(Rc::new(top())),
        Rc<Arc<Top>> = Rc::new(Arc::new(top())),
        Arc<dyn Error + Send + Sync> = Arc::new(top()),
        Rc<dyn Error> = Rc::new(top()),
        Rc<Box<dyn Error>> = Rc::new(Box::new(top())),
        Box<Box<dyn Error + Send>> = Box::new(Box::new(top())),
        Arc<Box<dyn Error + Send + Sync>> = Arc::new(Box::new(top())),
        Rc<Rc<Box<dyn Error>>> = Rc::new(Rc::new(Box::new(top()))),
    };
    all_say(reasons, &json!(["while loading", ["disk gone"]]));
}

/// A newtype with a `Deref` and nothing else.
struct Derefs<T>(T);

impl<T> Deref for Derefs<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[test]
fn what_has_no_text_has_the_text_of_what_it_derefs_to() {
    let reasons = reasons! {
        Derefs<Top> = Derefs(top()),
        Derefs<anyhow::Error> = Derefs(anyhow()),
        Derefs<Box<dyn Error>> = Derefs(Box::new(top())),
    };
    all_say(reasons, &json!(["while loading", ["disk gone"]]));
    let reasons = reasons! { Derefs<String> = Derefs("text".into()), Derefs<u8> = Derefs(7) };
    assert_eq!(reasons[0].1, json!(["text", null]));
    assert_eq!(reasons[1].1, json!(["7", null]));
}

#[test]
fn a_deref_that_panics_leaves_a_mark() {
    struct Panics;
    impl Deref for Panics {
        type Target = String;
        fn deref(&self) -> &String {
            panic!("{ON_PURPOSE}")
        }
    }
    assert_eq!(reasons! { Panics = Panics }[0].1, json!(["<panicked>", null]));
}

/// Its own text is what its author wants to be read.
#[test]
fn a_text_goes_before_what_it_derefs_to() {
    #[derive(Debug)]
    struct Both(anyhow::Error);
    impl std::fmt::Display for Both {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("its own")
        }
    }
    impl Deref for Both {
        type Target = anyhow::Error;
        fn deref(&self) -> &anyhow::Error {
            &self.0
        }
    }
    assert_eq!(reasons! { Both = Both(anyhow()) }[0].1, json!(["its own", ["disk gone"]]));
}

#[derive(serde::Serialize)]
struct Problem {
    title: &'static str,
    detail: u8,
}

#[test]
fn the_text_of_a_response_in_parts_is_its_body() {
    fn problem() -> Json<Problem> {
        Json(Problem { title: "late\n", detail: 7 })
    }
    let reasons = reasons! {
        (StatusCode, String) = (StatusCode::BAD_GATEWAY, "upstream timed out".into()),
        (StatusCode, &'static str) = (StatusCode::BAD_GATEWAY, "upstream timed out"),
        (StatusCode, [(&'static str, &'static str); 1], String)
            = (StatusCode::BAD_GATEWAY, [("a", "b")], "upstream timed out".into()),
        (StatusCode, u8, u8, u8, String)
            = (StatusCode::BAD_GATEWAY, 1, 2, 3, "upstream timed out".into()),
        (StatusCode, u8, u8, u8, u8, u8, u8, String)
            = (StatusCode::BAD_GATEWAY, 1, 2, 3, 4, 5, 6, "upstream timed out".into()),
        (StatusCode, Json<String>) = (StatusCode::BAD_GATEWAY, Json("upstream timed out".into())),
    };
    all_say(reasons, &json!(["upstream timed out", null]));
    let reasons = reasons! {
        (StatusCode, Json<Problem>) = (StatusCode::BAD_GATEWAY, problem()),
        (StatusCode, [(&'static str, &'static str); 1], Json<Problem>)
            = (StatusCode::BAD_GATEWAY, [("a", "b")], problem()),
    };
    all_say(reasons, &json!([r#"{"title":"late\n","detail":7}"#, null]));
    let reasons = reasons! { (u16, Top) = (502, top()), (u16, anyhow::Error) = (502, anyhow()) };
    all_say(reasons, &json!(["while loading", ["disk gone"]]));
}

#[test]
fn the_json_of_a_body_is_cut_like_any_text() {
    #[timed]
    fn step() -> Result<u8, (StatusCode, Json<Vec<String>>)> {
        Err((StatusCode::BAD_GATEWAY, Json(vec!["\"x\"".repeat(100); 100])))
    }
    let capture = capture();
    capture.run(|| drop(step()));
    let line = only(&capture);
    let text = line["error"].as_str().unwrap();
    assert!(text.starts_with(r#"["\"x\""#) && text.len() > 1_000, "{text}");
    assert!(capture.lines()[0].len() < 2_500);
    assert_eq!(line["truncated"], true);
}

#[test]
fn plain_values_and_statuses_are_text() {
    let reasons = reasons! {
        StatusCode = StatusCode::BAD_GATEWAY,
        Vec<u8> = b"bytes".to_vec(),
        std::time::Duration = std::time::Duration::from_millis(3),
    };
    let said: Vec<_> = reasons.into_iter().map(|(_, said)| said[0].clone()).collect();
    assert_eq!(said, ["502 Bad Gateway", "bytes", "3.0"]);
}

/// A `Debug` text may hold a cookie, so it is not used.
#[test]
#[expect(clippy::result_large_err, reason = "axum's response is one")]
fn where_nothing_is_known_stands_the_name_of_the_type() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "only its `Debug` text could be seen")]
    struct OnlyDebug(&'static str);
    let reasons = reasons! {
        AppError = AppError(anyhow()),
        Arc<AppError> = Arc::new(AppError(anyhow())),
        OnlyDebug = OnlyDebug("s3cret"),
        Derefs<OnlyDebug> = Derefs(OnlyDebug("s3cret")),
        Option<u8> = None,
        () = (),
        Response = StatusCode::BAD_GATEWAY.into_response(),
        ErrorResponse = ErrorResponse::from(StatusCode::BAD_GATEWAY),
        (StatusCode, Html<&'static str>) = (StatusCode::BAD_GATEWAY, Html("<p>")),
    };
    let expected = [
        "<it::reasons::AppError>",
        "<it::reasons::AppError>",
        "<it::reasons::types::where_nothing_is_known_stands_the_name_of_the_type::OnlyDebug>",
        "<it::reasons::types::Derefs>",
        "<core::option::Option>",
        "<()>",
        "<http::response::Response>",
        "<axum_core::response::ErrorResponse>",
        "<(http::status::StatusCode, axum::response::Html)>",
    ];
    for ((error, said), expected) in reasons.into_iter().zip(expected) {
        assert_eq!(said, json!([expected, null]), "{error}");
    }
}

#[test]
fn what_is_no_result_is_no_error() {
    #[timed]
    fn flow() -> std::ops::ControlFlow<Top> {
        std::ops::ControlFlow::Break(top())
    }
    #[timed]
    fn poll() -> std::task::Poll<Result<u8, Top>> {
        std::task::Poll::Ready(Err(top()))
    }
    let capture = capture();
    capture.run(|| (flow().is_break(), poll().is_ready()));
    assert_eq!(capture.tree(), "flow ok\npoll ok\n");
}

#[test]
fn the_error_of_a_thread_is_what_it_panicked_with() {
    type Payload = Box<dyn std::any::Any + Send>;
    let texts = reasons! {
        Payload = Box::new("out of cheese"),
        Box<dyn std::any::Any + Send> = Box::new("out of cheese".to_owned()),
    };
    all_say(texts, &json!(["out of cheese", null]));
    let others = reasons! { Payload = Box::new(7) };
    all_say(others, &json!(["<dyn core::any::Any + core::marker::Send>", null]));
}
