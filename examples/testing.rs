//! Asserting on the lines of a request: `Capture` keeps the lines of one task
//! in memory, so that tests run side by side and need no `init`.
//!
//! ```sh
//! cargo run --example testing
//! ```
//!
//! Look for: the tree. Requests, steps and events are nested as they
//! happened, without ids and times, which makes it good to compare. An
//! assertion about a request that fails shows it, too.

use trace_runtime::{info, testing::Capture, timed, traced_handler};

#[traced_handler(fields(order_id))]
async fn ship(order_id: u32) -> Result<(), String> {
    info!("shipping");
    pack(order_id).await?;
    label(order_id)
}

#[timed]
async fn pack(order_id: u32) -> Result<(), String> {
    info!(order_id, "found a box");
    Ok(())
}

#[timed]
fn label(order_id: u32) -> Result<(), String> {
    Err(format!("order {order_id} has no address"))
}

/// In a crate of your own: a test, with `#[tokio::test]`.
#[tokio::main]
async fn main() {
    let capture = Capture::new();
    let shipped = capture.scope(ship(7)).await;
    assert!(shipped.is_err());

    // As a tree, for the story as a whole.
    let story = "\
ship error: order 7 has no address
  \"shipping\"
  pack ok
    \"found a box\"
  label error: order 7 has no address
";
    assert_eq!(capture.tree(), story);

    // One request, for what must be true of it.
    capture
        .assert_request("ship")
        .outcome("error")
        .field("order_id", 7)
        .has_step("pack")
        .has_step("label");

    // As values, for the details.
    let lines = capture.values();
    assert_eq!(lines[1]["order_id"], 7);
    assert!(lines.iter().all(|line| line["trace_id"] == lines[0]["trace_id"]));

    print!("{}", capture.tree());
}
