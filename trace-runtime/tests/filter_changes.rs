//! What waits for changes of the filter hears of each.
//!
//! A process of its own: it has one filter, and nothing else may change it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use trace_runtime::{
    Level, builder, enabled, max_level, on_filter_change, set_filter, sink::Memory,
    testing::Capture,
};

#[test]
fn each_change_is_heard_of_and_the_last_one_is_seen() {
    let heard = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&heard);
    on_filter_change(move || {
        // Asking is allowed, and so is a change that changes nothing more.
        let _ = (enabled(Level::Info, "x"), max_level());
        count.fetch_add(1, Ordering::Relaxed);
    });
    on_filter_change(|| std::panic::resume_unwind(Box::new("that ends here")));
    let after = |change: &dyn Fn()| {
        let before = heard.load(Ordering::Relaxed);
        change();
        heard.load(Ordering::Relaxed) - before
    };
    assert_eq!(max_level(), None);
    let init = || builder().filter("info").sink(Memory::default()).init().expect("the first");
    assert!(after(&init) > 0);
    assert_eq!(max_level(), Some(Level::Info));
    assert!(after(&|| set_filter("info,a=debug").expect("a filter")) > 0);
    assert!(enabled(Level::Debug, "a::b") && !enabled(Level::Debug, "b"));
    assert!(after(&|| set_filter("info,b=debug").expect("a filter")) > 0);
    assert!(!enabled(Level::Debug, "a::b") && enabled(Level::Debug, "b"));
    assert_eq!(after(&|| drop(Capture::with_filter("warn"))), 0);
    assert_eq!(after(&|| drop(Capture::new())), 2);
    assert_eq!(max_level(), Some(Level::Debug));
    set_filter("off").expect("a filter");
    assert_eq!(max_level(), None);
}
