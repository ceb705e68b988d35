//! Handlers that join, one or several.

use super::*;

#[test]
fn a_handler_joins_and_gives_name_target_fields_and_error() {
    let line = line(|mut request| {
        let _ = poll(&mut request, get_user(7, Err("no such user")));
        request.set_route("/users/{id}");
        request.set_status(404);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(&line), ("ok", "INFO"), "the status decides");
    assert_eq!((&line["name"], &line["target"]), (&"get_user".into(), &"shop::http".into()));
    assert_eq!((&line["user_id"], &line["error"]), (&7.into(), &"no such user".into()));
    assert_eq!(line["route"], "/users/{id}");
}

#[test]
fn a_nested_and_a_second_handler_are_steps() {
    let lines = lines(|mut request| {
        let _ = poll(&mut request, outer());
        let _ = poll(&mut request, get_user(8, Ok(())));
        request.set_status(500);
        request.end(Outcome::Error);
    });
    let kinds: Vec<_> = lines.iter().map(|line| (&line["kind"], &line["name"])).collect();
    let (step, request) = (Value::from("step"), Value::from("request"));
    let (get_user, outer) = (Value::from("get_user"), Value::from("outer"));
    assert_eq!(kinds, [(&step, &get_user), (&step, &get_user), (&request, &outer)]);
    assert_eq!((ended(&lines[2]), &lines[2]["error"]), (("error", "ERROR"), &"outer".into()));
    assert_eq!(lines[0]["parent_span_id"], lines[2]["span_id"]);
    assert!(lines.iter().all(|line| line["trace_id"] == lines[0]["trace_id"]));
}

#[test]
fn steps_below_a_handler_that_joined_belong_to_the_request() {
    let mut steps = Vec::new();
    let lines = lines(|mut request| {
        poll(&mut request, load());
        steps = request.steps();
        request.set_status(200);
        request.end(Outcome::Ok);
    });
    assert_eq!(lines[0]["parent_span_id"], lines[1]["span_id"]);
    assert_eq!(lines[1]["steps"][0]["name"], "load");
    assert_eq!(steps[0].0, "load");
}

#[test]
fn of_a_handler_that_is_tried_again_the_last_answer_counts() {
    let again = line(|mut request| {
        cut_off(&mut request, waits(1));
        let _ = poll(&mut request, get_user(7, Err("busy")));
        request.set_status(429);
        request.end(Outcome::Ok);
    });
    assert_eq!((ended(&again), &again["error"]), (("ok", "INFO"), &"busy".into()));
    assert_eq!((&again["user_id"], &again["nth"]), (&7.into(), &1.into()));
    let in_vain = lines(|mut request| {
        let _ = poll(&mut request, get_user(7, Err("busy")));
        cut_off(&mut request, waits(2));
        request.set_status(408);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(in_vain.last().unwrap()), ("cancelled", "WARN"));
}

#[test]
fn of_handlers_tried_beside_each_other_one_answer_is_enough() {
    let lines = lines(|mut request| {
        let (mut first, mut cx) = (Box::pin(waits(1)), Context::from_waker(Waker::noop()));
        assert!(request.enter(|| first.as_mut().poll(&mut cx)).is_pending());
        let _ = poll(&mut request, get_user(7, Ok(())));
        request.enter(|| drop(first));
        request.set_status(200);
        request.end(Outcome::Ok);
    });
    assert_eq!(ended(lines.last().unwrap()), ("ok", "INFO"));
}

/// Neither the handler that it called, nor one in a task that it spawned.
#[test]
fn what_a_handler_called_does_not_answer_for_it() {
    #[crate::traced_handler(crate = crate)]
    async fn waits_after(spawned: bool) {
        let here = crate::Context::current();
        let inner = get_user(7, Ok(()));
        if spawned {
            let mut inner = Box::pin(here.scope(inner));
            let run = || inner.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
            assert!(crate::Context::none().run(run));
        } else {
            let _ = inner.await;
        }
        std::future::pending::<()>().await;
    }
    for spawned in [false, true] {
        let lines = lines(|mut request| {
            cut_off(&mut request, waits_after(spawned));
            request.set_status(200);
            request.end(Outcome::Ok);
        });
        assert_eq!(ended(lines.last().unwrap()), ("cancelled", "WARN"));
    }
}

#[test]
fn a_job_below_an_edge_is_a_job() {
    #[crate::traced_handler(crate = crate, kind = "job")]
    async fn sweep() {}
    let line = line(|mut request| {
        poll(&mut request, sweep());
        request.set_status(202);
        request.end(Outcome::Ok);
    });
    assert_eq!((&line["kind"], &line["message"]), (&"job".into(), &"Job finished".into()));
    assert_eq!(line["status"], 202);
}

#[test]
fn a_request_that_is_over_takes_no_further_handler() {
    let lines = lines(|mut request| {
        let here = request.enter(crate::Context::current);
        request.set_status(200);
        request.end(Outcome::Ok);
        let mut cx = Context::from_waker(Waker::noop());
        let _ = here.run(|| pin!(get_user(7, Ok(()))).poll(&mut cx));
    });
    let kinds: Vec<_> = lines.iter().map(|line| &line["kind"]).collect();
    assert_eq!(kinds, ["request", "request"]);
    assert_eq!(lines[1]["trace_id"], lines[0]["trace_id"]);
    assert_eq!(lines[1]["parent_span_id"], lines[0]["span_id"]);
}
