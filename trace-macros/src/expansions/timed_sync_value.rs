// Input:
//
// #[timed]
// fn names(users: &[User]) -> Vec<&str> {
//     users.iter().map(User::name).collect()
// }

// Output:

fn names(users: &[User]) -> Vec<&str> {
    let __ = ::trace_runtime::__private::enter(
        ::trace_runtime::__private::callsite!(step, target : module, name : "names"),
    );
    users.iter().map(User::name).collect()
}
