// Input:
//
// #[timed]
// fn fetch(id: u64) -> impl Future<Output = Result<User, Error>> + Send {
//     let query = prepare(id);
//     async move { query.run().await }
// }

// Output:

fn fetch(id: u64) -> impl Future<Output = Result<User, Error>> + Send {
    return ::trace_runtime::__private::timed(
        ::trace_runtime::__private::callsite!(step, target : module, name : "fetch"),
        (move || {
            let _ = &id;
            let query = prepare(id);
            async move { query.run().await }
        })(),
        |__tr_value: &Result<User, Error>| {
            ::trace_runtime::__private::outcome!(__tr_value)
        },
    );
}
