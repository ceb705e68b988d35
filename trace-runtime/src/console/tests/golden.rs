//! What each kind of record looks like.

use super::*;

#[test]
fn an_event_is_one_row_with_its_fields_and_the_start_of_its_id() {
    let callsite = event_callsite! {
        level: Info, target: "messages::steps", message: "reading the tenant's database",
        keys: ["tenant", "note", "rows"]
    };
    let values = ["globex".to_value(), "two words".to_value(), 3.to_value()];
    let id = trace();
    let record =
        Record { ids: Some(ids(&id)), around: Some(inside(1)), ..event(callsite, &values) };
    assert_eq!(
        shown(&record, &columns(200)),
        "03:00:09.143 INFO      messages::steps  reading the tenant's database  \
         tenant=globex note=\"two words\" rows=3  48a5ba26\n",
    );
    assert_eq!(
        shown(&event(callsite, &[]), &columns(200)),
        "03:00:09.143 INFO  messages::steps  reading the tenant's database\n",
    );
}

#[test]
fn the_causes_of_a_fields_error_stand_below_it() {
    let callsite = event_callsite! {
        level: Warn, target: "shop", message: "trying again", keys: ["error", "attempt"]
    };
    let error = Nested(2);
    let values = [Value::error(&error), 2.to_value()];
    assert_eq!(
        shown(&event(callsite, &values), &columns(100)),
        "03:00:09.143 WARN  shop  trying again  attempt=2
                   error: database timeout
                   caused by: database is locked
                   caused by: Error code 5\n",
    );
}

#[test]
fn a_step_is_indented_by_its_depth_and_says_how_it_ended() {
    let callsite = callsite! { step, target: "messages::steps", name: "fetch_messages" }.0;
    let id = trace();
    let ok = ended(Outcome::Ok, 12_345_678);
    let record = closed(callsite, &ok, Level::Info, br#","tenant":"globex""#);
    let in_trace = Record { ids: Some(ids(&id)), ..record };
    assert_eq!(
        shown(&in_trace, &columns(100)),
        "03:00:09.143 INFO    messages::steps  fetch_messages  12.35 ms  tenant=globex  48a5ba26\n",
    );
    assert_eq!(
        shown(&Record { around: Some(inside(3)), ..in_trace }, &columns(100)),
        "03:00:09.143 INFO        messages::steps  fetch_messages  12.35 ms  tenant=globex  \
         48a5ba26\n",
    );
    assert_eq!(
        shown(&record, &columns(100)),
        "03:00:09.143 INFO  messages::steps  fetch_messages  12.35 ms  tenant=globex\n",
        "outside any request",
    );
}

#[test]
fn a_step_that_failed_has_its_causes_below() {
    let callsite = callsite! { step, target: "messages::steps", name: "fetch_messages" }.0;
    let (error, id) = (Nested(2), trace());
    let failure = Failure::of_error(&error);
    let closing = Closing {
        failure: Some(FailureRef::AtHand(&failure)),
        busy_ns: Some(2_000_000_000),
        ..ended(Outcome::Error, 2_003_250_000)
    };
    let record = closed(callsite, &closing, Level::Warn, b"");
    let verdict = Verdict { level: Level::Warn, is_slow: true, is_wanted: true };
    let what = What::Closing(&closing, verdict);
    assert_eq!(
        shown(&Record { ids: Some(ids(&id)), what, ..record }, &columns(100)),
        "03:00:09.143 WARN    messages::steps  fetch_messages  error 2.003 s slow busy 99%  48a5ba26
                     error: database timeout
                     caused by: database is locked
                     caused by: Error code 5\n",
    );
}

#[test]
fn a_request_is_a_headline_with_its_error_and_its_steps_below() {
    let handler = callsite! { request, target: "messages::handler", name: "get_messages" }.0;
    let find = callsite! { step, target: "messages::steps", name: "find_user" }.0;
    let fetch = callsite! { step, target: "messages::steps", name: "fetch_messages" }.0;
    let totals = steps(&[
        (find, 1_204_000, Outcome::Ok),
        (fetch, 1_000_100_000, Outcome::Error),
        (fetch, 1_001_000_000, Outcome::Error),
    ]);
    let (exchange, error, id) = (exchange(500), Nested(1), trace());
    let failure = Failure::of_error(&error);
    let closing = Closing {
        failure: Some(FailureRef::AtHand(&failure)),
        request: Some(&summary(LineKind::Request, &totals, Some(&exchange))),
        ..ended(Outcome::Error, 2_003_250_000)
    };
    let record = closed(handler, &closing, Level::Error, br#","user_id":42"#);
    assert_eq!(
        shown(&Record { ids: Some(ids(&id)), around: Some(inside(0)), ..record }, &columns(100)),
        "03:00:09.143 ERROR GET /users/{id}/messages  500 error 2.003 s  messages::handler get_messages
                   path=/users/42/messages  user_id=42  48a5ba2648a5ba2648a5ba2648a5ba26
                   error: database is locked
                   caused by: Error code 5
                   find_user       1x  1.204 ms
                   fetch_messages  2x   2.001 s  max 1.001 s  2 failed\n",
    );
}

#[test]
fn steps_without_a_row_are_counted_in_the_last_one() {
    let handler = callsite! { request, target: "shop", name: "greet" }.0;
    for (dropped, expected) in [(1, "1 further step\n"), (2, "2 further steps\n")] {
        let totals = Totals::of_dropped(dropped);
        let request = summary(LineKind::Request, &totals, None);
        let closing = Closing { request: Some(&request), ..ended(Outcome::Ok, 1_500_000) };
        let text = shown(&closed(handler, &closing, Level::Info, b""), &columns(100));
        assert!(text.ends_with(&format!("  {expected}")), "{text}");
    }
}

#[test]
fn a_request_without_http_and_a_job_are_called_by_their_names() {
    let handler = callsite! { request, target: "shop", name: "greet" }.0;
    let (none, id) = (Totals::default(), trace());
    for (kind, expected) in [(LineKind::Request, "greet"), (LineKind::Job, "job greet")] {
        let request = summary(kind, &none, None);
        let closing = Closing { request: Some(&request), ..ended(Outcome::Ok, 1_500_000) };
        let record = closed(handler, &closing, Level::Info, b"");
        assert_eq!(
            shown(
                &Record { ids: Some(ids(&id)), around: Some(inside(0)), ..record },
                &columns(100)
            ),
            format!(
                "03:00:09.143 INFO  {expected}  ok 1.500 ms  shop  48a5ba2648a5ba2648a5ba2648a5ba26\n"
            ),
        );
    }
}

#[test]
fn what_every_line_says_alike_is_shown_on_requests_only() {
    let field = |name: &str, value: &[u8]| crate::output::StaticField {
        name: name.to_owned(),
        key: format!(",\"{name}\":").into_bytes(),
        value: value.to_vec(),
        gives_way: [false; 3],
    };
    let style = Style { static_fields: vec![field("service", b"\"shop\"")], ..columns(100) };
    let callsite = event_callsite! { level: Info, target: "shop", message: "m", keys: [] };
    assert_eq!(shown(&event(callsite, &[]), &style), "03:00:09.143 INFO  shop  m\n");
    let handler = callsite! { request, target: "shop", name: "greet" }.0;
    let none = Totals::default();
    let request = summary(LineKind::Request, &none, None);
    let closing = Closing { request: Some(&request), ..ended(Outcome::Ok, 1_500_000) };
    assert_eq!(
        shown(
            &Record { around: Some(inside(0)), ..closed(handler, &closing, Level::Info, b"") },
            &style
        ),
        "03:00:09.143 INFO  greet  ok 1.500 ms  shop  service=shop\n",
    );
}

#[test]
fn a_panic_stands_with_its_place_below() {
    let callsite = event_callsite! {
        level: Error, target: "trace_runtime::panic", message: _, keys: ["location", "thread"]
    };
    let values = ["src/steps.rs:41:9".to_value(), "tokio-runtime-worker".to_value()];
    let what = What::Event(Message::Format(format_args!("panicked: no such user")));
    let id = trace();
    let record = Record { ids: Some(ids(&id)), ..event(callsite, &values) };
    assert_eq!(
        shown(&Record { what, ..record }, &columns(100)),
        "03:00:09.143 ERROR   panicked: no such user  48a5ba26
                     at src/steps.rs:41:9 on thread tokio-runtime-worker\n",
    );
}

#[test]
fn what_could_harm_a_terminal_stays_escaped_and_quotes_do_not() {
    let callsite = event_callsite! {
        level: Debug, target: "shop", message: ("said \"\u{1b}[31mhi\"\nand left"), keys: ["name"]
    };
    let values = ["\u{202e}eve".to_value()];
    assert_eq!(
        shown(&event(callsite, &values), &columns(100)),
        "03:00:09.143 DEBUG shop  said \"\\u001b[31mhi\"\\nand left  name=\"\\u202eeve\"\n",
    );
}

#[test]
fn colours_stand_around_words_and_end_with_their_row() {
    let callsite = event_callsite! {
        level: Error, target: "shop", message: "no stock", keys: ["item"]
    };
    let style = looking(Terminal::showing(38, Colours::Sixteen, Links::None));
    let values = ["book".to_value()];
    assert_eq!(
        shown(&event(callsite, &values), &style).replace('\x1b', "^"),
        "^[2m03:00:09.143^[0m ^[1;31mERROR^[0m ^[2mshop^[0m  ^[1mno stock^[0m
    ^[2mitem=^[0mbook\n",
    );
}

#[test]
fn a_place_is_a_link_where_the_terminal_has_links() {
    let callsite = event_callsite! { level: Info, target: "shop", message: "m", keys: [] };
    let terminal = Terminal::showing(200, Colours::Sixteen, Links::File);
    let style = Style { location: true, ..looking(terminal) };
    let text = shown(&event(callsite, &[]), &style).replace('\x1b', "^");
    let (before, link) = text.split_once("^]8;;file:///").unwrap();
    assert!(before.ends_with("shop^[0m  m  ^[2m"), "{before}");
    assert!(link.contains("console/tests/golden.rs^\\"), "{link}");
    assert!(link.ends_with("^]8;;^\\^[0m\n"), "{link}");
    let plain = Style { location: true, ..columns(200) };
    let place = format!("  {}:{}\n", callsite.facts.file, callsite.facts.line);
    assert!(shown(&event(callsite, &[]), &plain).ends_with(&place));
}
