//! Why it failed: what a line says of errors that are not of the standard kind,
//! or whose type says nothing.

use std::{error::Error, fmt::Debug, ops::Deref, pin::Pin, rc::Rc, sync::Arc};

use axum::{
    Json,
    http::StatusCode,
    response::{ErrorResponse, Html, IntoResponse as _, Response},
};
use serde_json::{Value, json};
use test_support::{ON_PURPOSE, at_once, capture, closing, only};
use trace_runtime::{record_request, request_error, spawn, step, timed, traced_handler};

use crate::errors::{Top, anyhow, eyre, top};

/// The error of axum's own example: neither a text nor a `Debug`.
struct AppError(anyhow::Error);

/// The error and the causes on the line of a step that fails.
macro_rules! told {
    ($($error:ty = $value:expr),* $(,)?) => {{
        let mut told = Vec::new();
        $({
            #[timed]
            fn step() -> Result<u8, $error> {
                Err($value)
            }
            let capture = capture();
            let _ = capture.run(step);
            told.push((stringify!($error), said(&only(&capture))));
        })*
        told
    }};
}

fn said(line: &Value) -> Value {
    assert_eq!(line["outcome"], "error");
    json!([line["error"], line["error_chain"]])
}

#[track_caller]
fn all_say(told: Vec<(&str, Value)>, expected: &Value) {
    for (error, said) in told {
        assert_eq!(said, *expected, "{error}");
    }
}

#[test]
fn what_holds_an_error_is_told_with_the_causes_of_that_error() {
    let told = told! {
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
    all_say(told, &json!(["while loading", ["disk gone"]]));
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
fn what_has_no_text_is_told_by_what_it_derefs_to() {
    let told = told! {
        Derefs<Top> = Derefs(top()),
        Derefs<anyhow::Error> = Derefs(anyhow()),
        Derefs<Box<dyn Error>> = Derefs(Box::new(top())),
    };
    all_say(told, &json!(["while loading", ["disk gone"]]));
    let told = told! { Derefs<String> = Derefs("text".into()), Derefs<u8> = Derefs(7) };
    assert_eq!(told[0].1, json!(["text", null]));
    assert_eq!(told[1].1, json!(["7", null]));
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
    assert_eq!(told! { Panics = Panics }[0].1, json!(["<panicked>", null]));
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
    assert_eq!(told! { Both = Both(anyhow()) }[0].1, json!(["its own", ["disk gone"]]));
}

#[derive(serde::Serialize)]
struct Problem {
    title: &'static str,
    detail: u8,
}

#[test]
fn a_response_in_parts_is_told_by_its_body() {
    fn problem() -> Json<Problem> {
        Json(Problem { title: "late\n", detail: 7 })
    }
    let told = told! {
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
    all_say(told, &json!(["upstream timed out", null]));
    let told = told! {
        (StatusCode, Json<Problem>) = (StatusCode::BAD_GATEWAY, problem()),
        (StatusCode, [(&'static str, &'static str); 1], Json<Problem>)
            = (StatusCode::BAD_GATEWAY, [("a", "b")], problem()),
    };
    all_say(told, &json!([r#"{"title":"late\n","detail":7}"#, null]));
    let told = told! { (u16, Top) = (502, top()), (u16, anyhow::Error) = (502, anyhow()) };
    all_say(told, &json!(["while loading", ["disk gone"]]));
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
fn plain_values_and_statuses_are_told_as_text() {
    let told = told! {
        StatusCode = StatusCode::BAD_GATEWAY,
        Vec<u8> = b"bytes".to_vec(),
        std::time::Duration = std::time::Duration::from_millis(3),
    };
    let said: Vec<_> = told.into_iter().map(|(_, said)| said[0].clone()).collect();
    assert_eq!(said, ["502 Bad Gateway", "bytes", "3.0"]);
}

/// A `Debug` text may hold a cookie, so it is not used.
#[test]
#[expect(clippy::result_large_err, reason = "axum's response is one")]
fn where_nothing_is_known_stands_the_name_of_the_type() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "only its `Debug` text could be seen")]
    struct OnlyDebug(&'static str);
    let told = told! {
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
        "<it::reasons::where_nothing_is_known_stands_the_name_of_the_type::OnlyDebug>",
        "<it::reasons::Derefs>",
        "<core::option::Option>",
        "<()>",
        "<http::response::Response>",
        "<axum_core::response::ErrorResponse>",
        "<(http::status::StatusCode, axum::response::Html)>",
    ];
    for ((error, said), expected) in told.into_iter().zip(expected) {
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

/// What `err = …` says of an error that says nothing itself.
mod err {
    use super::*;

    struct Deep {
        inner: Inner,
        maybe: Option<Top>,
    }

    struct Inner {
        source: Arc<anyhow::Error>,
    }

    fn deep(maybe: Option<Top>) -> Deep {
        Deep { inner: Inner { source: Arc::new(anyhow()) }, maybe }
    }

    fn text(error: &AppError) -> String {
        format!("text of {}", error.0)
    }

    /// Functions of every form.
    #[test]
    fn takes_a_field_and_its_causes() {
        #[timed(err = .0)]
        fn closure() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = .0)]
        async fn impl_future() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = .0, fields(id))]
        async fn async_fn(id: u8) -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[traced_handler(err = .0)]
        async fn handler() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = .inner.source)]
        fn returned() -> impl Future<Output = Result<u8, Deep>> {
            async { Err(deep(None)) }
        }
        #[timed(err = .maybe)]
        fn boxed() -> Pin<Box<dyn Future<Output = Result<u8, Deep>> + Send>> {
            Box::pin(async { Err(deep(Some(top()))) })
        }
        #[timed(err = .0)]
        fn opaque() -> Result<impl Debug, AppError> {
            Err::<u8, _>(AppError(anyhow()))
        }
        #[timed(err = .0.1)]
        fn nested() -> Result<u8, ((u8, Top), u8)> {
            Err(((1, top()), 2))
        }
        let capture = capture();
        capture.run(|| {
            let _ = (closure(), at_once(impl_future()), at_once(async_fn(7)), at_once(handler()));
            let _ = (at_once(returned()), at_once(boxed()), opaque().is_ok(), nested());
            let _ = step!("block", err = .0, { Err::<u8, _>(AppError(anyhow())) });
            drop(at_once(step!("future", err = .0, async { Err::<u8, _>(AppError(anyhow())) })));
        });
        let names =
            "closure impl_future async_fn handler returned boxed opaque nested block future";
        for name in names.split(' ') {
            let expected = json!(["while loading", ["disk gone"]]);
            assert_eq!(said(&closing(&capture, name)), expected, "{name}");
        }
    }

    #[test]
    fn takes_what_a_closure_or_a_function_says() {
        #[timed(err = |error| error.0.source())]
        fn cause() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = |AppError(inner)| inner)]
        fn pattern() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = |error| anyhow::anyhow!("disk gone").context(error.0.to_string()))]
        fn owned() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = |_| Some(7))]
        fn number() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = text)]
        fn function() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = self::text)]
        fn path() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        #[timed(err = |_| -> &str { panic!("{ON_PURPOSE}") })]
        fn panics() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        let chain = json!(["while loading", ["disk gone"]]);
        for (step, expected) in [
            (cause as fn() -> _, json!(["disk gone", null])),
            (pattern, chain.clone()),
            (owned, chain),
            (number, json!(["7", null])),
            (function, json!(["text of while loading", null])),
            (path, json!(["text of while loading", null])),
            (panics, json!(["<panicked>", null])),
        ] {
            let capture = capture();
            capture.run(|| drop(step()));
            assert_eq!(said(&only(&capture)), expected);
        }
    }

    #[test]
    fn is_asked_of_an_error_only() {
        #[timed(err = |_| -> &str { panic!("{ON_PURPOSE}") })]
        fn step() -> Result<u8, AppError> {
            Ok(7)
        }
        let capture = capture();
        capture.run(|| drop(step()));
        assert_eq!(capture.tree(), "step ok\n");
    }

    #[test]
    fn that_says_nothing_leaves_the_name_of_the_type() {
        #[timed(err = .maybe)]
        fn field() -> Result<u8, Deep> {
            Err(deep(None))
        }
        let capture = capture();
        capture.run(|| drop(field()));
        assert_eq!(only(&capture)["error"], "<it::reasons::err::Deep>");
    }

    fn failed() -> AppError {
        AppError(anyhow())
    }

    #[tokio::test]
    async fn keeps_the_future_send() {
        #[timed(err = .0)]
        async fn step() -> Result<u8, AppError> {
            Err(AppError(anyhow()))
        }
        let capture = capture();
        let joined = capture.scope(async { spawn(step()).await }).await;
        assert!(joined.is_ok_and(|result| result.is_err()));
        let spawned = async { step!("inner", err = .0, async { Err::<u8, _>(failed()) }).await };
        let joined = capture.scope(async { spawn(spawned).await }).await;
        assert!(joined.is_ok_and(|result| result.is_err()));
        let step = "error: while loading: disk gone\n";
        assert_eq!(capture.tree(), format!("step {step}inner {step}"));
    }
}

/// What `request_error` puts on the line of the request.
mod given {
    use super::*;

    #[timed]
    async fn gives(error: &(dyn Error + Send + Sync)) {
        request_error(error);
    }

    #[test]
    fn is_on_the_request_line_and_changes_no_outcome() {
        #[traced_handler]
        async fn handler() -> u16 {
            gives(&top()).await;
            502
        }
        let capture = capture();
        capture.run(|| at_once(handler()));
        assert_eq!(capture.tree(), "handler ok: while loading: disk gone\n  gives ok\n");
        assert_eq!(closing(&capture, "handler")["level"], "INFO");
    }

    #[test]
    fn goes_before_what_the_handler_returns_and_the_last_call_wins() {
        #[traced_handler]
        async fn handler() -> Result<u8, Top> {
            gives(&std::fmt::Error).await;
            gives(&*anyhow::anyhow!("the reason")).await;
            Err(top())
        }
        let capture = capture();
        capture.run(|| drop(at_once(handler())));
        assert_eq!(said(&closing(&capture, "handler")), json!(["the reason", null]));
    }

    #[tokio::test]
    async fn does_not_go_before_a_panic() {
        #[traced_handler]
        async fn handler() {
            request_error(&top());
            panic!("{ON_PURPOSE}");
        }
        let capture = capture();
        tokio::spawn(capture.scope(handler())).await.unwrap_err();
        let line = closing(&capture, "handler");
        assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &ON_PURPOSE.into()));
    }

    #[tokio::test]
    async fn may_come_from_a_spawned_task_and_stays_when_the_request_is_cancelled() {
        #[traced_handler]
        async fn handler() {
            spawn(async { request_error(&top()) }).await.unwrap();
            std::future::pending::<()>().await;
        }
        let capture = capture();
        let mut request = Box::pin(capture.scope(handler()));
        while futures::poll!(&mut request).is_pending() {
            tokio::task::yield_now().await;
            if tokio::runtime::Handle::current().metrics().num_alive_tasks() == 0 {
                break;
            }
        }
        drop(request);
        assert_eq!(capture.tree(), "handler cancelled: while loading: disk gone\n");
    }

    #[test]
    fn does_nothing_outside_a_request_and_after_it() {
        #[traced_handler]
        async fn handler() -> trace_runtime::Context {
            trace_runtime::Context::current()
        }
        let capture = capture();
        capture.run(|| {
            request_error(&top());
            at_once(handler()).run(|| request_error(&top()));
        });
        assert_eq!(capture.tree(), "handler ok\n");
    }

    #[test]
    fn is_encoded_where_its_code_may_trace() {
        #[derive(Debug)]
        struct Traces;
        impl Error for Traces {}
        impl std::fmt::Display for Traces {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                record_request!(shown = true);
                request_error(&std::fmt::Error);
                f.write_str("traces")
            }
        }
        #[traced_handler]
        async fn handler() {
            request_error(&Traces);
        }
        let capture = capture();
        capture.run(|| at_once(handler()));
        let line = only(&capture);
        assert_eq!((&line["error"], &line["shown"]), (&"traces".into(), &true.into()));
    }
}
