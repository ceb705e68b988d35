use trace_runtime::timed;

#[timed]
const ORDER: u8 = 1;

fn main() {
    let _ = ORDER;
}
