struct User {
    name: String,
}

#[trace_runtime::timed(fields(name_of_user = user.))]
fn greet(user: &User) -> usize {
    user.name.len()
}

fn main() {
    greet(&User { name: "Ada".to_owned() });
}
