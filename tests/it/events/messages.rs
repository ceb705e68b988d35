//! The message of an event, and its level.

use test_support::{capture, values};
use trace_runtime::{Level, debug, error, event, info, trace, warn};

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
        info!("{user:?}", user = name);
        info!("{{braces}}");
        info!("");
        info!(n);
    });
    let messages: Vec<_> = values(&capture).iter().map(|line| line["message"].clone()).collect();
    let expected =
        ["constant", "Ada has   7 messages", "Ada has 0x7", "\"Ada\"", "{braces}", "", ""];
    assert_eq!(messages, expected);
}

/// As with `println!`, and the wrappers that are written around it.
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
