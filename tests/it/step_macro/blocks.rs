//! Blocks as steps.

use test_support::capture;
use trace_runtime::{info, step};

use super::handler;

#[tokio::test]
async fn a_question_mark_in_a_block_ends_the_block_and_not_the_function() {
    fn body() -> u8 {
        let parsed = step!("parse", { Ok::<_, std::num::ParseIntError>("x".parse::<u8>()? + 1) });
        info!("goes on");
        let parsed = parsed.unwrap_or(3);
        let found = step!("find", { Some(None::<u8>? + 1) });
        assert_eq!(found, None);
        let early = step!("return", {
            if parsed == 3 {
                return 4;
            }
            5
        });
        early
    }
    let capture = capture();
    assert_eq!(capture.scope(handler(async { body() })).await, 4);
    assert_eq!(
        capture.tree(),
        "handler ok\n  parse error: invalid digit found in string\n  \"goes on\"\n  find ok\n  \
         return ok\n"
    );
}

#[tokio::test]
async fn a_block_borrows_and_changes_what_is_around_it() {
    let capture = capture();
    let body = async {
        let (mut list, text) = (vec![1], "text".to_owned());
        step!("push", { list.push(text.len()) });
        let moved = step!("move", { text });
        (list, moved)
    };
    assert_eq!(capture.scope(handler(body)).await, (vec![1, 4], "text".to_owned()));
}
