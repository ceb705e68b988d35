//! Standard output by `print!`, for tests: cargo shows what is printed that
//! way together with the test that printed it, and only if that fails.

use std::io;

use super::Sink;

/// Prints lines. A closed standard output makes it panic, which is caught as
/// that of any sink is.
#[derive(Debug)]
pub(crate) struct Printed;

impl Sink for Printed {
    #[expect(clippy::print_stdout, reason = "the only way that the test harness captures")]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        print!("{}", String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
