//! Handlers that were dropped before they answered.

use super::*;

#[test]
fn what_is_dropped_was_cancelled_which_after_the_head_is_no_fault() {
    assert_eq!(ended(&line(drop)), ("cancelled", "WARN"));
    let after_the_head = line(|mut request| request.set_status(200));
    assert_eq!(ended(&after_the_head), ("cancelled", "INFO"));
}

#[test]
fn a_handler_that_was_cut_off_never_reads_as_ok_whatever_is_answered() {
    for (status, outcome, level) in [
        (Some(200), Some(Outcome::Ok), "WARN"),
        (Some(408), Some(Outcome::Ok), "WARN"),
        (Some(503), Some(Outcome::Error), "ERROR"),
        (None, Some(Outcome::Error), "ERROR"),
        (Some(408), None, "WARN"),
        (Some(503), None, "ERROR"),
        (None, None, "WARN"),
    ] {
        let line = line(|mut request| {
            request.set_quiet();
            cut_off(&mut request, waits(1));
            if let Some(status) = status {
                request.set_status(status);
            }
            if let Some(outcome) = outcome {
                request.end(outcome);
            }
        });
        assert_eq!(ended(&line), ("cancelled", level), "{line}");
        assert_eq!((&line["name"], &line["nth"]), (&"get_user".into(), &1.into()));
    }
}

#[test]
fn a_level_that_was_set_does_not_hide_that_a_handler_was_cut_off() {
    for (outcome, level) in [(Outcome::Ok, Level::Debug), (Outcome::Error, Level::Info)] {
        let line = line(|mut request| {
            cut_off(&mut request, waits(1));
            request.set_level(level);
            request.end(outcome);
        });
        assert_eq!(ended(&line), ("cancelled", "WARN"));
    }
}

#[test]
fn where_being_cut_off_is_usual_the_handler_says_what_it_means() {
    #[crate::traced_handler(crate = crate, cancelled = "debug")]
    async fn polls() {
        std::future::pending::<()>().await;
    }
    #[crate::traced_handler(crate = crate, cancelled = "off")]
    async fn says_nothing() {
        std::future::pending::<()>().await;
    }
    let answered = |status, outcome| {
        line(|mut request| {
            cut_off(&mut request, polls());
            request.set_status(status);
            request.end(outcome);
        })
    };
    assert_eq!(ended(&answered(204, Outcome::Ok)), ("cancelled", "DEBUG"));
    assert_eq!(ended(&answered(503, Outcome::Error)), ("cancelled", "ERROR"));
    let nothing = lines(|mut request| {
        cut_off(&mut request, says_nothing());
        request.end(Outcome::Ok);
    });
    assert!(nothing.is_empty(), "{nothing:?}");
}
