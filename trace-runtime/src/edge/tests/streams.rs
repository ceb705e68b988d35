//! Streams of events, which their clients end.

use super::*;

#[test]
fn a_stream_that_its_client_leaves_is_ok_unless_it_was_refused() {
    for (status, expected) in [
        (Some(200), ("ok", "INFO")),
        (Some(399), ("ok", "INFO")),
        (Some(400), ("cancelled", "INFO")),
        (None, ("cancelled", "WARN")),
    ] {
        let line = left(status);
        assert_eq!(ended(&line), expected, "{status:?}");
        assert_eq!(line["kind"], "stream");
        assert_eq!(line["message"], "Request processed");
    }
}

#[test]
fn a_stream_that_fails_is_an_error() {
    let line = line(|mut request| {
        request.set_stream();
        request.set_status(200);
        request.set_error(&"disk on fire");
        request.end(Outcome::Error);
    });
    assert_eq!((ended(&line), &line["kind"]), (("error", "ERROR"), &"stream".into()));
}

#[test]
fn a_stream_is_slow_if_its_head_was_late() {
    let late = line(|mut request| {
        poll(&mut request, always_slow());
        request.set_stream();
        request.set_status(200);
    });
    assert_eq!((ended(&late), &late["slow"]), (("ok", "WARN"), &true.into()));
    let soon = line(|mut request| {
        poll(&mut request, seldom_slow());
        request.set_stream();
        request.set_status(200);
        std::thread::sleep(Duration::from_millis(60)); // the stream goes on
    });
    assert_eq!((ended(&soon), soon.get("slow")), (("ok", "INFO"), None));
}
