use trace_runtime::timed;

#[timed]
unsafe extern "C" fn load(_: u8, _: ...) {}

fn main() {
    let _ = load;
}
