//! `#[rstest]` puts the attributes below it on each case, too, which has not the
//! parameters. Ours go above.

use rstest::rstest;
use trace_runtime::{testing::Capture, timed, traced_handler};

#[timed(fields(number))]
#[rstest]
#[case(1)]
#[case(2)]
fn a_case_is_timed(#[case] number: u32) {
    assert!(number > 0);
}

#[traced_handler(fields(number))]
#[rstest]
#[tokio::test]
async fn a_case_is_a_request(#[values(1, 2)] number: u32) {
    assert!(number > 0);
}

#[test]
fn each_call_is_one_step() {
    let capture = Capture::new();
    capture.run(|| a_case_is_timed(3));
    assert_eq!(capture.tree(), "a_case_is_timed ok\n");
}
