use trace_runtime::timed;

trait Load {
    #[timed]
    fn load(&self);
}

impl Load for () {
    fn load(&self) {}
}

fn main() {
    ().load();
}
