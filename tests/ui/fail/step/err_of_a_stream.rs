use trace_runtime::step;

fn main() {
    let _ = step!("rows", err = debug, stream = futures::stream::empty::<u8>());
}
