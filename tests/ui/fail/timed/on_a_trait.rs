use trace_runtime::timed;

#[timed]
trait Load {
    fn load() {}
}

impl Load for () {}

fn main() {
    <()>::load();
}
