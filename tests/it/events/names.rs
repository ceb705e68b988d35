//! Targets and names, given or not.

use test_support::{capture, values};
use trace_runtime::{info, timed};

#[test]
fn a_target_is_the_module_unless_it_is_given() {
    const TARGET: &str = "by::constant";
    mod inner {
        pub(super) fn write() {
            trace_runtime::info!("here");
        }
    }
    #[timed(target = "shop::db")]
    fn given() {}
    #[timed]
    fn not_given() {}
    let capture = capture();
    capture.run(|| {
        info!("a");
        inner::write();
        info!(target: "x", "b");
        info!(target: TARGET, "c");
        given();
        not_given();
    });
    let targets: Vec<_> = values(&capture).iter().map(|line| line["target"].clone()).collect();
    let expected = [
        "it::events::names",
        "it::events::names::inner",
        "x",
        "by::constant",
        "shop::db",
        "it::events::names",
    ];
    assert_eq!(targets, expected);
}

#[test]
fn a_scope_is_called_like_its_function_unless_it_is_named() {
    const NAME: &str = "by_constant";
    struct Service(u8);
    impl Service {
        #[timed]
        fn load(&self) -> u8 {
            self.0
        }
    }
    #[timed]
    fn r#match() {}
    #[timed(name = "db.load \"all\"")]
    fn named() {}
    #[timed(name = NAME)]
    fn by_constant() {}
    let capture = capture();
    capture.run(|| {
        Service(1).load();
        r#match();
        named();
        by_constant();
    });
    let names: Vec<_> = values(&capture).iter().map(|line| line["name"].clone()).collect();
    assert_eq!(names, ["load", "match", "db.load \"all\"", "by_constant"]);
}
