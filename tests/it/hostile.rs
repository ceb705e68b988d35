//! Values that misbehave while they are shown: the caller is not harmed, the
//! line is written whole, and the next one is as if nothing had been.

use std::{
    cell::Cell,
    error::Error,
    fmt::{self, Debug, Display},
    future::pending,
    mem,
    panic::{catch_unwind, panic_any},
    thread,
};

use futures::FutureExt as _;
use serde_json::{Value, json};
use test_support::{at_once, capture, closing, only, shown, values};
use trace_runtime::{Json, info, testing::Capture, timed, traced_handler};

/// Logs a value in each place where one can stand, and returns the lines.
fn everywhere(value: &(impl Display + Debug)) -> Vec<Value> {
    let capture = capture();
    capture.run(|| {
        info!("{value}");
        info!("{value:?}");
        info!(k = %value, after = 1);
        info!(k = ?value, after = 1);
        info!("next");
    });
    let lines = values(&capture);
    assert_eq!(lines[lines.len() - 1]["message"], "next");
    lines
}

/// Checks what stands in place of the value in lines of [`everywhere`].
fn check(lines: &[Value], mark: &str) {
    let [message, debug_message, field, debug_field, _] = lines else { panic!("{lines:#?}") };
    assert_eq!(message["message"], mark);
    assert_eq!(debug_message["message"], mark);
    for line in [field, debug_field] {
        assert_eq!((&line["k"], &line["after"]), (&json!(mark), &json!(1)), "{line}");
    }
}

#[test]
fn a_value_that_panics_is_marked() {
    // Nobody hears of the panic: `check` sees no line of the hook.
    check(&everywhere(&shown(|_| panic!("on purpose"))), "<panicked>");
    let after_some_text = shown(|f| {
        f.write_str("some text")?;
        panic!("on purpose")
    });
    check(&everywhere(&after_some_text), "<panicked>");
}

#[test]
fn a_panic_payload_that_panics_when_dropped_is_no_worse() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("on purpose, in the payload");
        }
    }
    check(&everywhere(&shown(|_| panic_any(Bomb))), "<panicked>");
}

#[test]
fn a_value_that_fails_is_marked() {
    let lines = everywhere(&shown(|f| f.write_str("part").and(Err(fmt::Error))));
    let mark = lines[0]["message"].as_str().unwrap();
    assert!(mark.starts_with("<failed: "), "{mark}");
    check(&lines, mark);
}

#[test]
fn a_value_that_logs_makes_a_line_of_its_own_first() {
    let logs = shown(|f| {
        info!(inner = 1, "from inside");
        f.write_str("shown")
    });
    let capture = capture();
    capture.run(|| info!(k = %logs, "outer {logs}"));
    assert_eq!(capture.tree(), "\"from inside\"\n\"from inside\"\n\"outer shown\"\n");
    assert_eq!(values(&capture)[2]["k"], "shown");
}

#[test]
fn a_value_that_logs_itself_ends() {
    struct Itself;
    impl Display for Itself {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            info!(k = %Self);
            f.write_str("shown")
        }
    }
    let capture = capture();
    capture.run(|| info!(k = %Itself, "outermost"));
    capture.run(|| info!("next"));
    let lines = values(&capture);
    assert!((2..=6).contains(&lines.len()), "{lines:#?}");
    assert_eq!(lines[lines.len() - 2]["message"], "outermost");
    assert_eq!(lines[lines.len() - 2]["k"], "shown");
    assert_eq!(lines[lines.len() - 1]["message"], "next");
}

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

/// It takes no notice of the error and goes on.
#[test]
fn a_value_that_does_not_stop_when_told_takes_no_memory() {
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
    // Its own drop would not be as careful.
    while let Some(inner) = deep.0.take() {
        deep = *inner;
    }
}

#[test]
fn nested_json_that_fails_or_panics_is_marked() {
    struct Fails;
    impl serde_core::Serialize for Fails {
        fn serialize<S: serde_core::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde_core::ser::Error::custom("no such \"luck\""))
        }
    }
    struct Panics;
    impl serde_core::Serialize for Panics {
        fn serialize<S: serde_core::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("on purpose")
        }
    }
    let capture = capture();
    capture.run(|| info!(fails = Json([1, 2].map(|_| Fails)), panics = Json(Panics), after = 1));
    let line = only(&capture);
    assert_eq!(line["fails"], "<failed: no such \"luck\">");
    assert_eq!(line["panics"], "<panicked>");
    assert_eq!(line["after"], 1);
}

/// Calls a step that fails with an error, inside a request.
fn failing<E: Error>(error: E) -> (Capture, Option<E>) {
    #[traced_handler]
    async fn handler<E: Error>(error: E) -> Result<(), E> {
        step(error)
    }
    #[timed]
    fn step<E: Error>(error: E) -> Result<(), E> {
        Err(error)
    }
    let capture = capture();
    let error = at_once(capture.scope(handler(error))).err();
    (capture, error)
}

#[test]
fn an_error_that_panics_while_it_is_shown_is_marked() {
    let (capture, error) = failing(shown(|_| panic!("on purpose")));
    assert!(error.is_some(), "the caller has its error");
    assert_eq!(capture.tree(), "handler error: <panicked>\n  step error: <panicked>\n");
}

#[test]
fn an_error_whose_source_panics_has_no_chain() {
    #[derive(Debug)]
    struct Panics;
    impl Display for Panics {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text")
        }
    }
    impl Error for Panics {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            panic!("on purpose")
        }
    }
    let (capture, error) = failing(Panics);
    assert!(error.is_some());
    assert_eq!(capture.tree(), "handler error: text\n  step error: text\n");
    assert!(closing(&capture, "step").get("error_chain").is_none());
}

#[test]
fn a_cause_whose_source_panics_ends_the_chain() {
    #[derive(Debug)]
    struct Causes(u32);
    impl Display for Causes {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "cause {}", self.0)
        }
    }
    impl Error for Causes {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            match self.0 {
                0 => Some(&Self(1)),
                1 => Some(&Self(2)),
                _ => panic!("on purpose"),
            }
        }
    }
    let (capture, error) = failing(Causes(0));
    assert!(error.is_some());
    for name in ["handler", "step"] {
        assert_eq!(closing(&capture, name)["error_chain"], json!(["cause 1", "cause 2"]));
    }
}

#[test]
fn an_error_that_panics_while_it_is_looked_at_is_an_error() {
    struct Hides;
    impl Display for Hides {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text")
        }
    }
    impl AsRef<dyn Error + Send + Sync> for Hides {
        fn as_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
            panic!("on purpose")
        }
    }
    #[timed]
    fn step() -> Result<(), Hides> {
        Err(Hides)
    }
    let capture = capture();
    let result = catch_unwind(|| capture.run(step));
    assert!(result.expect("the caller is not harmed").is_err());
    assert_eq!(capture.tree(), "step error: text\n");
}

#[test]
fn a_field_of_a_scope_that_panics_or_logs_is_no_worse_than_an_events() {
    #[timed(fields(panics = %panics, logs = ?logs, after = 1))]
    fn step(panics: impl Display, logs: impl Debug) {
        drop((panics, logs));
    }
    let capture = capture();
    let logs = shown(|f| {
        info!("from inside");
        f.write_str("shown")
    });
    capture.run(|| step(shown(|_| panic!("on purpose")), logs));
    assert_eq!(capture.tree(), "\"from inside\"\nstep ok\n");
    let line = closing(&capture, "step");
    assert_eq!(line["panics"], "<panicked>");
    assert_eq!((&line["logs"], &line["after"]), (&json!("shown"), &json!(1)));
}

/// User code never runs while the context is borrowed.
#[test]
fn a_value_that_opens_a_request_while_it_is_shown_works() {
    #[traced_handler(trace_id = "outer")]
    async fn outer(value: impl Display) {
        info!("shows {value}");
        sync_step(&value);
    }
    #[timed(fields(%value))]
    fn sync_step(value: &impl Display) {}
    #[timed]
    async fn step() {}
    let capture = capture();
    let opens = shown(|f| {
        at_once(step());
        f.write_str("text")
    });
    at_once(capture.scope(outer(opens)));
    // The fields of a step are evaluated before it begins.
    assert_eq!(
        capture.tree(),
        "outer ok\n  step ok\n  \"shows text\"\n  step ok\n  sync_step ok\n"
    );
}

#[test]
fn a_value_that_drops_a_request_while_it_is_shown_works() {
    #[traced_handler(trace_id = "inner")]
    async fn inner() {
        pending::<()>().await;
    }
    #[traced_handler(trace_id = "outer")]
    async fn outer(value: impl Display) {
        info!("shows {value}");
    }
    let capture = capture();
    let mut request = capture.scope(inner()).boxed_local();
    assert!(request.as_mut().now_or_never().is_none());
    let kept = Cell::new(Some(request));
    let drops = shown(|f| {
        drop(kept.take());
        f.write_str("text")
    });
    at_once(capture.scope(outer(drops)));
    assert_eq!(capture.tree(), "inner cancelled\nouter ok\n  \"shows text\"\n");
}

#[test]
fn a_value_that_catches_its_own_panic_is_shown() {
    let catches = shown(|f| {
        catch_unwind(|| panic!("on purpose")).unwrap_err();
        f.write_str("shown")
    });
    check(&everywhere(&catches), "shown");
}

#[test]
fn an_event_written_while_the_thread_unwinds_is_whole() {
    struct Logs;
    impl Drop for Logs {
        fn drop(&mut self) {
            assert!(thread::panicking());
            info!(k = %shown(|_| panic!("on purpose, too")), "on the way");
        }
    }
    let capture = capture();
    catch_unwind(|| {
        capture.run(|| {
            let _logs = Logs;
            panic!("on purpose");
        });
    })
    .unwrap_err();
    let [_, line] = values(&capture).try_into().unwrap();
    assert_eq!((&line["message"], &line["k"]), (&json!("on the way"), &json!("<panicked>")));
}

#[test]
fn a_future_that_is_forgotten_leaves_nothing_behind() {
    #[traced_handler(trace_id = "forgotten")]
    async fn forgotten() {
        pending::<()>().await;
    }
    let capture = capture();
    let mut request = Box::pin(capture.scope(forgotten()));
    assert!(request.as_mut().now_or_never().is_none());
    mem::forget(request);
    assert!(trace_runtime::trace_id().is_none());
    assert_eq!(capture.lines(), [""; 0]);
}
