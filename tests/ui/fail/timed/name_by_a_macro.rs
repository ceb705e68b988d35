use trace_runtime::timed;

#[timed(name = concat!("a", "b"), level = "debug")]
fn f() {}

fn main() {
    f();
}
