//! Panics below an edge.

use super::*;

#[test]
fn a_panic_while_fields_are_set_is_caught_and_those_before_it_stay() {
    let lines = lines(|mut request| {
        request.record(|fields| {
            fields.set("before", 1);
            panic!("no header");
        });
        request.end(Outcome::Ok);
    });
    assert_eq!((lines.len(), &lines[0]["before"]), (1, &1.into()));
    assert_eq!(ended(&lines[0]), ("ok", "INFO"));
}

#[test]
fn a_panic_that_passes_through_closes_the_request_at_once() {
    let line_of = |run: fn(&mut Request)| {
        let lines = lines(|mut request| {
            let passed = catch_unwind(AssertUnwindSafe(|| run(&mut request)));
            assert!(passed.is_err());
        });
        assert_eq!(lines[0]["message"], "panicked: oh no");
        assert_eq!(lines[0]["trace_id"], lines[1]["trace_id"]);
        assert_eq!(lines.len(), 2);
        lines[1].clone()
    };
    let bare = line_of(|request| request.enter(|| panic!("oh no")));
    assert_eq!((ended(&bare), &bare["error"]), (("panicked", "ERROR"), &"oh no".into()));
    let handler = line_of(|request| poll(request, panics()));
    assert_eq!((&handler["name"], &handler["error"]), (&"panics".into(), &"oh no".into()));
    assert_eq!(ended(&handler), ("panicked", "ERROR"));
}

#[test]
fn a_panic_that_the_edge_caught_decides_whatever_is_answered() {
    let lines = lines(|mut request| {
        let caught = request.enter(|| catch_unwind(|| panic!("oh no")));
        request.panic_caught(caught.unwrap_err().as_ref());
        request.set_status(500);
        request.set_level(Level::Info);
        request.end(Outcome::Error);
    });
    let line = lines.last().unwrap();
    assert_eq!((ended(line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!(line["status"], 500);
}

#[test]
fn a_panic_that_a_layer_below_caught_decides_until_another_handler_answers() {
    let request = |is_tried_again: bool| {
        let lines = lines(move |mut request| {
            let caught = request.enter(|| {
                catch_unwind(|| {
                    let _ = pin!(panics()).poll(&mut Context::from_waker(Waker::noop()));
                })
            });
            assert!(caught.is_err());
            if is_tried_again {
                let _ = poll(&mut request, get_user(7, Ok(())));
            }
            request.set_status(200);
            request.end(Outcome::Ok);
        });
        lines.last().unwrap().clone()
    };
    let line = request(false);
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!((&line["name"], &line["status"]), (&"panics".into(), &200.into()));
    let line = request(true);
    assert_eq!((ended(&line), line.get("error")), (("ok", "INFO"), None));
    assert_eq!(line["name"], "get_user");
}

#[test]
fn the_message_of_a_panic_goes_before_a_reason_that_was_given() {
    let lines = lines(|mut request| {
        request.enter(|| crate::request_error(&std::io::Error::other("given")));
        let unwound = catch_unwind(AssertUnwindSafe(|| poll(&mut request, panics())));
        request.panic_caught(&*unwound.unwrap_err());
        request.end(Outcome::Error);
    });
    // The first line is that of the panic itself.
    let line = &lines[1];
    assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &"oh no".into()));
}
