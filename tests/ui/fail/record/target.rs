use trace_runtime::record;

fn main() {
    record!(target: "shop", rows = 1);
}
