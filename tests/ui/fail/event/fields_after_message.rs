use trace_runtime::info;

fn main() {
    info!("msg", a = 1);
}
