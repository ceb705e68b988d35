//! Formats of lines: scenarios of `process/formats.rs`.

use std::io::{self, Write as _};

use trace_runtime::{Format, Limits, builder, info, sink::Sink, timed, traced_handler};

pub(crate) fn run(scenario: &str, _: &[&str]) -> bool {
    match scenario {
        "format_of_the_environment" => written(builder().field("service", "shop")),
        "format_of_the_program" => written(builder().format(Format::Otel)),
        "format_without_room" => written(builder().limits(Limits::default().line(2_560))),
        "format_that_panics" => panics(),
        "format_that_drops" => drops(),
        _ => return false,
    }
    true
}

#[traced_handler(trace_id = "4bf92f3577b34da6a3ce929d0e0e4736")]
async fn handler() {
    load();
}

#[timed]
fn load() {
    info!(rows = 3, "loaded");
}

fn written(builder: trace_runtime::Builder) {
    builder.init().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(handler());
}

fn panics() {
    builder().init().unwrap();
    let _ = std::thread::spawn(|| panic!("out of cheese")).join();
}

/// A sink that takes nothing at first.
struct Full(u32);

impl Sink for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += 1;
        if self.0 < 3 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        io::stdout().write_all(bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn drops() {
    builder().sink(Full(0)).init().unwrap();
    for number in 0..5 {
        info!(number, "counted");
    }
}
