// Input:
//
// #[timed(name = "load", level = "debug", slow = "250ms", fields(id, db.rows = ?rows, token))]
// async fn find_user(id: u64, rows: usize, token: Secret<String>) -> Result<User, Error> {
//     query(id, rows, token).await
// }

// Output:

async fn find_user(id: u64, rows: usize, token: Secret<String>) -> Result<User, Error> {
    let __tr_returns = ::trace_runtime::__private::returns::<Result<User, Error>>();
    return ::trace_runtime::__private::timed_with(
            {
                let __tr_place = ::trace_runtime::__private::callsite!(
                    step, target : module, name : "load", level : Debug, keys : ["id",
                    "db.rows", "token"], slow : 250000000u64
                );
                if __tr_place.wants_fields_now() {
                    __tr_place
                        .fields(
                            &[
                                ::trace_runtime::__private::field(
                                    ::trace_runtime::__private::value(&id).shown(),
                                ),
                                ::trace_runtime::__private::debug(&rows),
                                ::trace_runtime::__private::covered(&token),
                            ],
                        )
                } else {
                    __tr_place.no_fields()
                }
            },
            __tr_returns.by_display(),
            async move {
                let _ = &token;
                let _ = &rows;
                let _ = &id;
                let _ = if false {
                    return __tr_returns.value();
                };
                query(id, rows, token).await
            },
        )
        .await;
}
