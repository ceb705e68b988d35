//! `mockall` copies the attributes of what it mocks to expressions, where no macro
//! may stand. A trait is mocked as it is, and what implements it is timed.

use mockall::automock;
use trace_runtime::{testing::Capture, timed};

#[automock]
trait Store {
    fn load(&self, id: u32) -> Result<u32, String>;
}

struct Database;

impl Store for Database {
    #[timed(fields(id))]
    fn load(&self, id: u32) -> Result<u32, String> {
        Ok(id)
    }
}

#[timed]
fn find(store: &impl Store) -> Result<u32, String> {
    store.load(7)
}

#[test]
fn each_call_of_the_real_one_is_one_step_and_the_mock_has_none() {
    let mut mock = MockStore::new();
    mock.expect_load().return_const(Ok(8));
    let capture = Capture::new();
    capture.run(|| assert_eq!((find(&Database), find(&mock)), (Ok(7), Ok(8))));
    assert_eq!(capture.tree(), "find ok\n  load ok\nfind ok\n");
}

/// Where a type is mocked that has no trait, or a method with a body, the name
/// `instrument` is one that `mockall` does not copy.
mod without_a_trait {
    use mockall::automock;
    use trace_runtime::{testing::Capture, timed as instrument};

    pub struct Clock;

    #[automock]
    impl Clock {
        #[instrument]
        pub fn now(&self) -> u64 {
            7
        }
    }

    #[test]
    fn each_call_of_the_real_one_is_one_step() {
        let mut mock = MockClock::new();
        mock.expect_now().return_const(8u64);
        let capture = Capture::new();
        capture.run(|| assert_eq!((Clock.now(), mock.now()), (7, 8)));
        assert_eq!(capture.tree(), "now ok\n");
    }
}
