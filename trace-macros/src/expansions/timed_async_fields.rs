// Input:
//
// #[timed(name = "load", level = "debug", slow = "250ms", fields(id, db.rows = ?rows, token))]
// async fn find_user(id: u64, rows: usize, token: Secret<String>) -> Result<User, Error> {
//     query(id, rows, token).await
// }

// Output:

async fn find_user(id: u64, rows: usize, token: Secret<String>) -> Result<User, Error> {
    let __ = ::trace_runtime::__private::returns::<Result<User, Error>>();
    return ::trace_runtime::__private::timed_with(
            {
                let __ = ::trace_runtime::__private::callsite!(
                    step, target : module, name : "load", level : Debug, keys : ["id",
                    "db.rows", "token"], slow : 250000000u64
                );
                if __.wants_fields_now() {
                    __.fields(
                        &[
                            ::trace_runtime::__private::field(
                                ::trace_runtime::__private::value(&id).shown(),
                            ),
                            ::trace_runtime::__private::debug(&rows),
                            ::trace_runtime::__private::covered(&token),
                        ],
                    )
                } else {
                    __.no_fields()
                }
            },
            __.by_display(),
            async move {
                let _ = &token;
                let _ = &rows;
                let _ = &id;
                let _ = if false {
                    return __.value();
                };
                query(id, rows, token).await
            },
        )
        .await;
}
