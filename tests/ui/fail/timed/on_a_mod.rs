use trace_runtime::timed;

#[timed]
mod orders {
    pub fn load() {}
}

fn main() {
    orders::load();
}
