use trace_runtime::timed;

#[timed(fields(rows = text.parse::<u32>()?))]
async fn load(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

fn main() {}
