use trace_runtime::timed;

#[timed(construction = true)]
fn f() {}

fn main() {
    f();
}
