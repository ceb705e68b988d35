use trace_runtime::step;

fn parse(text: &str) -> Option<u8> {
    let number = step!("parse", { text.parse::<u8>()? });
    Some(number)
}

fn main() {
    parse("1");
}
