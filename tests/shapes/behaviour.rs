//! What the compiler cannot see, compared with the plain function.
#![cfg(test)]

use std::{cell::RefCell, future::Future, panic::Location, pin::Pin};

use trace_runtime::{timed, traced_handler};

thread_local! {
    static SEEN: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Writes down that it is dropped.
struct Noted(&'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        note(self.0);
    }
}

fn note(what: &'static str) {
    SEEN.with(|seen| seen.borrow_mut().push(what));
}

fn seen() -> Vec<&'static str> {
    SEEN.with(RefCell::take)
}

/// A value that an attribute cannot know to be no error.
type Value = u8;

/// The same function plain and annotated, async and not.
macro_rules! shapes {
    ($($name:ident ($($parameters:tt)*) ($($argument:expr),*) $body:block)*) => {$(
        #[tokio::test]
        async fn $name() {
            async fn plain($($parameters)*) -> u8 $body
            #[timed]
            async fn step($($parameters)*) -> u8 $body
            #[traced_handler]
            async fn handler($($parameters)*) -> u8 $body
            fn plain_sync($($parameters)*) -> u8 $body
            #[timed]
            fn closure($($parameters)*) -> Value $body
            #[timed]
            fn guarded($($parameters)*) -> u8 $body

            plain($($argument),*).await;
            let wanted = seen();
            step($($argument),*).await;
            assert_eq!(seen(), wanted, "a step");
            handler($($argument),*).await;
            assert_eq!(seen(), wanted, "a handler");

            plain_sync($($argument),*);
            let wanted = seen();
            closure($($argument),*);
            assert_eq!(seen(), wanted, "a step that is a closure");
            guarded($($argument),*);
            assert_eq!(seen(), wanted, "a step with a guard");
        }
    )*};
}

shapes! {
    named_arguments_are_dropped_last_first(a: Noted, _b: Noted, c: Noted)
        (Noted("a"), Noted("b"), Noted("c")) {
        let _local = Noted("local");
        let _ = (&c, &a);
        1
    }

    a_wild_argument_is_dropped_in_its_turn(a: Noted, _: Noted, c: Noted)
        (Noted("a"), Noted("_"), Noted("c")) {
        let _ = (&c, &a);
        1
    }

    what_a_pattern_binds_is_dropped_in_its_turn((a, b): (Noted, Noted), c: Noted, _: Noted, _x: Noted)
        ((Noted("a"), Noted("b")), Noted("c"), Noted("_"), Noted("x")) {
        let _local = Noted("local");
        let _ = (&c, &a, &b);
        1
    }

    what_is_moved_is_dropped_where_it_goes(a: Noted, (b, c): (Noted, Noted), mut d: Noted)
        (Noted("a"), (Noted("b"), Noted("c")), Noted("d")) {
        let _local = Noted("local");
        d.0 = "changed";
        drop(a);
        let _ = (&b, &c);
        1
    }

    what_a_lone_pattern_leaves_is_dropped_last((a, _): (Noted, Noted))
        ((Noted("a"), Noted("_"))) {
        let _ = &a;
        1
    }
}

#[tokio::test]
async fn a_body_begins_at_the_first_poll() {
    #[timed(fields(text = noted_text()))]
    async fn with_fields() {
        note("body");
    }
    #[timed]
    async fn without_fields() {
        note("body");
    }
    #[traced_handler(trace_id = noted_text())]
    async fn handler() {
        note("body");
    }
    fn noted_text() -> &'static str {
        note("argument");
        "text"
    }

    for future in [
        Box::pin(with_fields()) as Pin<Box<dyn Future<Output = ()>>>,
        Box::pin(without_fields()),
        Box::pin(handler()),
    ] {
        assert!(seen().is_empty());
        future.await;
        assert_eq!(seen().last(), Some(&"body"));
    }
}

#[tokio::test]
async fn what_is_done_before_a_future_is_returned_is_done_at_the_call() {
    #[timed]
    fn boxed(early: bool) -> Pin<Box<dyn Future<Output = u8>>> {
        note("call");
        if early {
            return Box::pin(async { 1 });
        }
        Box::pin(async {
            note("poll");
            2
        })
    }

    let future = boxed(false);
    assert_eq!(seen(), ["call"]);
    assert_eq!(future.await, 2);
    assert_eq!(seen(), ["poll"]);
    assert_eq!(boxed(true).await, 1);
    seen();
}

#[test]
fn a_function_still_sees_its_caller() {
    type Line = u32;

    #[timed]
    #[track_caller]
    fn line() -> u32 {
        Location::caller().line()
    }

    #[timed]
    #[track_caller]
    fn line_of_unknown_type() -> Line {
        Location::caller().line()
    }

    assert_eq!(line(), line!());
    assert_eq!(line_of_unknown_type(), line!());
}
