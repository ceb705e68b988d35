//! Lines written by hand: fields, messages, levels, and what the filter keeps
//! from being evaluated.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use serde_core::{Serialize, Serializer, ser::Error as _};
use serde_json::json;
use test_support::{ON_PURPOSE, capture, capture_at, closing, json, only, values};
use trace_runtime::{
    ForeignEvent, Json, Level, Public, Secret, ToValue as _, TraceId, debug, error, event, info,
    timed, trace, traced_handler, warn,
};
use uuid::Uuid;

/// Returns the fields of the one line that a function writes.
fn fields(write: impl FnOnce()) -> serde_json::Value {
    let capture = capture();
    capture.run(write);
    let mut line = only(&capture);
    let members = line.as_object_mut().unwrap();
    for key in ["timestamp", "level", "message", "target"] {
        members.remove(key).unwrap();
    }
    line
}

#[test]
fn each_macro_writes_its_level() {
    let capture = capture();
    capture.run(|| {
        trace!("t");
        debug!("d");
        info!("i");
        warn!("w");
        error!("e");
        for level in [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error] {
            event!(level, "x");
        }
    });
    let levels: Vec<_> = values(&capture).iter().map(|line| line["level"].clone()).collect();
    let expected = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
    assert_eq!(levels, [expected, expected].concat());
}

#[test]
fn a_message_is_formatted_like_any_other() {
    let (name, n) = ("Ada", 7);
    let capture = capture();
    capture.run(|| {
        info!("constant");
        info!("{name} has {n:>3} messages");
        info!("{} has {1:#x}", name, n);
        info!("{who:?}", who = name);
        info!("{{braces}}");
        info!("");
        info!(n);
    });
    let messages: Vec<_> = values(&capture).iter().map(|line| line["message"].clone()).collect();
    let expected =
        ["constant", "Ada has   7 messages", "Ada has 0x7", "\"Ada\"", "{braces}", "", ""];
    assert_eq!(messages, expected);
}

/// As of `println!`, and of the wrappers that people write around it.
#[test]
fn a_macro_may_stand_for_the_message() {
    macro_rules! greeting {
        () => {
            "{} greets"
        };
    }

    macro_rules! db_info {
        ($text:literal $(, $argument:expr)*) => { info!(concat!("[db] ", $text) $(, $argument)*) };
    }

    macro_rules! by_literal {
        ($text:literal $(, $argument:expr)*) => { info!($text $(, $argument)*) };
    }

    macro_rules! by_expression {
        ($text:expr $(, $argument:expr)*) => { info!($text $(, $argument)*) };
    }

    let n = 7;
    let capture = capture();
    capture.run(|| {
        info!(concat!("{} of ", 8), n);
        info!(n, std::concat!("{:>2}", "{by_name}"), n, by_name = 1);
        info!(stringify!(a + b));
        info!(env!("CARGO_PKG_NAME"));
        info!(n, greeting!(), "Ada",);
        db_info!("rows {}", 3);
        by_literal!("{n} by name, {}", 3);
        by_expression!("by expression {}", 3);
        by_expression!(concat!("nested {}"), 3);
    });
    let messages: Vec<_> = values(&capture).iter().map(|line| line["message"].clone()).collect();
    let expected = [
        "7 of 8",
        " 71",
        "a + b",
        "tests",
        "Ada greets",
        "[db] rows 3",
        "7 by name, 3",
        "by expression 3",
        "nested 3",
    ];
    assert_eq!(messages, expected);
}

#[test]
fn fields_take_every_form_of_the_page() {
    struct State;
    impl std::fmt::Debug for State {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("State")
        }
    }
    let (user_id, n, e, s, route) = (42, 3, "io error", State, "/users");
    let written = fields(|| {
        info!(target: "x", user_id, count = n, error = %e, state = ?s, http.route = route,
            "fetched {n} messages");
    });
    let expected = json!({
        "user_id": 42, "count": 3, "error": "io error", "state": "State", "http.route": "/users",
    });
    assert_eq!(written, expected);
}

#[test]
fn every_type_of_the_page_can_be_a_value() {
    let uuid = Uuid::from_u128(7);
    let written = fields(|| {
        info!(
            flag = true,
            byte = 1u8,
            negative = -1i64,
            float = 1.5,
            c = 'x',
            text = "text",
            string = String::from("string"),
            bytes = &b"b\xFFytes"[..],
            id = TraceId::accept(b"req-1").unwrap(),
            uuid,
            took = Duration::from_micros(1_500),
            some = Some(1),
            none = None::<u8>,
            reference = &&1,
            boxed = Box::new(1),
            nested = Json(vec![Some(1), None]),
            dotted.deep.key = 1,
        );
    });
    let expected = json!({
        "flag": true, "byte": 1, "negative": -1, "float": 1.5, "c": "x", "text": "text",
        "string": "string", "bytes": "b\u{FFFD}ytes", "id": "req-1", "uuid": uuid.to_string(),
        "took": 1.5, "some": 1, "reference": 1, "boxed": 1, "nested": [1, null],
        "dotted.deep.key": 1,
    });
    assert_eq!(written, expected);
}

#[test]
fn fields_stand_in_the_order_written_after_the_head() {
    let capture = capture();
    capture.run(|| info!(z = 1, a = 2, m.n = 3, "text"));
    let expected = ["timestamp", "level", "message", "target", "z", "a", "m.n"];
    assert_eq!(json::keys(&capture.lines()[0]), expected);
}

#[test]
fn an_event_may_have_keys_that_are_text_elsewhere() {
    let written = fields(|| {
        info!(error = "e", name = "n", path = "/p", method = "GET", route = "/{id}");
    });
    let expected =
        json!({ "error": "e", "name": "n", "path": "/p", "method": "GET", "route": "/{id}" });
    assert_eq!(written, expected);
}

/// A key has one type on every line: `error` is text on the lines of requests.
#[test]
fn under_a_key_that_is_text_elsewhere_any_value_is_text() {
    struct Failing;
    impl Serialize for Failing {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("no"))
        }
    }
    struct Panicking;
    impl Serialize for Panicking {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            panic!("{ON_PURPOSE}")
        }
    }
    let (uuid, id) = (Uuid::from_u128(7), TraceId::accept(b"req-1").unwrap());
    macro_rules! cases {
        ($($value:expr => $text:expr,)*) => {$(
            assert_eq!(fields(|| info!(error = $value)), json!({ "error": $text }));
            // Known only at run time, in any case.
            let event = ForeignEvent::new(Level::Info, "x");
            let write = || event.write(format_args!(""), &[("Error", $value.to_value())]);
            assert_eq!(fields(write), json!({ "Error": $text }));
        )*};
    }
    cases! {
        true => "true",
        5_u8 => "5",
        -5_i64 => "-5",
        u64::MAX => "18446744073709551615",
        u128::MAX => u128::MAX.to_string(),
        i128::MIN => i128::MIN.to_string(),
        1.5_f32 => "1.5",
        -2.0_f64 => "-2.0",
        f64::NAN => "NaN",
        f32::NEG_INFINITY => "-inf",
        'x' => "x",
        "text" => "text",
        String::from("a \"string\"") => "a \"string\"",
        b"b\xFFytes"[..] => "b\u{FFFD}ytes",
        *"unsized" => "unsized",
        id => "req-1",
        uuid => uuid.to_string(),
        Duration::from_micros(1_500) => "1.5",
        Some(5) => "5",
        &&5 => "5",
        Box::new(5) => "5",
        Secret(5) => "[redacted]",
        Public(5) => "5",
        Json([1, 2]) => "[1,2]",
        Json(json!({ "a": "b\n" })) => r#"{"a":"b\n"}"#,
        Json("a") => r#""a""#,
        Json(Failing) => "<failed: no>",
        Json(Panicking) => "<panicked>",
    }
    assert_eq!(fields(|| info!(error = None::<u8>)), json!({}));
    let error = 5;
    assert_eq!(fields(|| info!(error, Path = ?error)), json!({ "error": "5", "Path": "5" }));
}

#[test]
fn what_is_too_long_for_text_is_cut_whatever_it_was() {
    let capture = capture();
    capture.run(|| info!(error = Json(vec!["x"; 4_000]), path = Json("y".repeat(9_000)), n = 1));
    let line = only(&capture);
    assert!(line["error"].as_str().unwrap().starts_with(r#"["x","x","x""#), "{line}");
    assert!(line["path"].is_string());
    assert_eq!((&line["n"], &line["truncated"]), (&json!(1), &json!(true)));
}

#[test]
fn raw_identifiers_and_string_keys_are_keys() {
    let r#type = 1;
    let written = fields(|| info!(r#type, r#match = 2, "odd-key" = 3));
    assert_eq!(written, json!({ "type": 1, "match": 2, "odd-key": 3 }));
}

#[test]
fn a_secret_is_hidden_and_what_is_public_is_shown() {
    let password = "hunter2";
    let capture = capture();
    capture.run(|| {
        info!(password = Secret(password), token = Public("colon"), user.cookie = Some(Secret(1)));
        info!(shown = ?Secret(password), displayed = %Secret(password), "{}", Secret(password));
    });
    let [one, two] = values(&capture).try_into().unwrap();
    assert_eq!(one["password"], "[redacted]");
    assert_eq!(one["token"], "colon");
    assert_eq!(one["user.cookie"], "[redacted]");
    assert_eq!(two["shown"], "[redacted]");
    assert_eq!(two["displayed"], "[redacted]");
    assert_eq!(two["message"], "[redacted]");
    assert!(!capture.lines().concat().contains("hunter2"));
}

#[test]
fn a_step_can_have_secrets_too() {
    #[timed(fields(password = Secret(password), token = Public(user)))]
    fn sign_in(user: &str, password: &str) -> usize {
        user.len() + password.len()
    }
    let capture = capture();
    capture.run(|| sign_in("ada", "hunter2"));
    let line = only(&capture);
    assert_eq!(line["password"], "[redacted]");
    assert_eq!(line["token"], "ada");
    assert!(!capture.lines().concat().contains("hunter2"));
}

#[test]
fn arguments_that_nobody_listed_are_not_written() {
    #[timed]
    fn load(id: &str) -> usize {
        id.len()
    }
    let capture = capture();
    capture.run(|| load("private"));
    assert!(!capture.lines().concat().contains("private"));
}

#[test]
fn below_the_filter_nothing_of_an_event_is_evaluated() {
    fn evaluated() -> u8 {
        unreachable!("below the filter")
    }
    let capture = capture_at("info,it::events=error");
    capture.run(|| {
        debug!(field = evaluated(), "{}", evaluated());
        warn!(field = evaluated(), "{}", evaluated());
        event!(Level::Warn, field = evaluated());
        error!("passes");
    });
    assert_eq!(only(&capture)["message"], "passes");
}

#[test]
fn a_capture_says_nothing_of_a_filter_that_lets_nothing_through() {
    let capture = capture_at("another_crate");
    capture.run(|| (0..100).for_each(|n| info!(n)));
    assert_eq!(capture.lines(), [""; 0]);
}

#[test]
fn what_an_event_says_is_evaluated_once() {
    let calls = Cell::new(0);
    let call = || {
        calls.set(calls.get() + 1);
        calls.get()
    };
    let capture = capture();
    capture.run(|| info!(one = call(), two = call(), "{}", call()));
    only(&capture);
    assert_eq!(calls.get(), 3);
}

/// Arguments may be moved or changed before the end.
#[tokio::test]
async fn the_fields_of_a_scope_are_evaluated_at_its_entry() {
    #[timed(fields(n = *n, text = %text, len = text.len()))]
    async fn step(n: &mut u8, text: String) {
        *n = 9;
        drop(text);
        info!("inside");
    }
    #[traced_handler(fields(n, doubled = n * 2))]
    async fn handler(mut n: u8) {
        n += 1;
        step(&mut n, "text".to_owned()).await;
    }
    let capture = capture();
    capture.scope(handler(3)).await;
    let step = closing(&capture, "step");
    assert_eq!((&step["n"], &step["text"], &step["len"]), (&json!(4), &json!("text"), &json!(4)));
    let request = closing(&capture, "handler");
    assert_eq!((&request["n"], &request["doubled"]), (&json!(3), &json!(6)));
}

/// An ERROR line may be wanted although all went well, as far as one knows at
/// entry; where even that is filtered out, nothing is evaluated.
#[test]
fn the_fields_of_a_scope_are_not_evaluated_where_even_its_errors_are_off() {
    static EVALUATED: AtomicU32 = AtomicU32::new(0);
    #[timed(target = "quiet", level = "trace", fields(n = EVALUATED.fetch_add(1, Ordering::Relaxed)))]
    fn step() {}
    capture_at("info,quiet=off").run(step);
    assert_eq!(EVALUATED.load(Ordering::Relaxed), 0);
    capture_at("info").run(step);
    assert!(EVALUATED.load(Ordering::Relaxed) <= 1);
}

#[tokio::test]
async fn the_fields_of_a_request_stand_on_its_line_only() {
    #[traced_handler(fields(user_id))]
    async fn handler(user_id: u32) {
        info!("inside");
    }
    let capture = capture();
    capture.scope(handler(42)).await;
    let [event, request] = values(&capture).try_into().unwrap();
    assert!(event.get("user_id").is_none());
    assert_eq!(request["user_id"], 42);
}

#[test]
fn a_target_is_the_module_unless_it_is_given() {
    const TARGET: &str = "by::constant";
    mod inner {
        pub(super) fn write() {
            trace_runtime::info!("here");
        }
    }
    #[timed(target = "shop::db")]
    fn given() {}
    #[timed]
    fn not_given() {}
    let capture = capture();
    capture.run(|| {
        info!("a");
        inner::write();
        info!(target: "x", "b");
        info!(target: TARGET, "c");
        given();
        not_given();
    });
    let targets: Vec<_> = values(&capture).iter().map(|line| line["target"].clone()).collect();
    let expected =
        ["it::events", "it::events::inner", "x", "by::constant", "shop::db", "it::events"];
    assert_eq!(targets, expected);
}

#[test]
fn a_scope_is_called_like_its_function_unless_it_is_named() {
    const NAME: &str = "by_constant";
    struct Service(u8);
    impl Service {
        #[timed]
        fn load(&self) -> u8 {
            self.0
        }
    }
    #[timed]
    fn r#match() {}
    #[timed(name = "db.load \"all\"")]
    fn named() {}
    #[timed(name = NAME)]
    fn by_constant() {}
    let capture = capture();
    capture.run(|| {
        Service(1).load();
        r#match();
        named();
        by_constant();
    });
    let names: Vec<_> = values(&capture).iter().map(|line| line["name"].clone()).collect();
    assert_eq!(names, ["load", "match", "db.load \"all\"", "by_constant"]);
}

#[test]
fn an_event_is_a_statement_and_an_expression() {
    let capture = capture();
    capture.run(|| {
        let (): () = info!("bound");
        match 1 {
            1 => info!("arm"),
            _ => unreachable!(),
        }
        if true {
            info!("branch");
        }
    });
    assert_eq!(capture.tree(), "\"bound\"\n\"arm\"\n\"branch\"\n");
}
