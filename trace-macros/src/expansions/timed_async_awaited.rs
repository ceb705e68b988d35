// Input:
//
// #[timed(fields(id, rows = count(id).await))]
// async fn find_user(id: u64) {
//     query(id).await;
// }

// Output:

async fn find_user(id: u64) {
    let __ = ::trace_runtime::__private::returns::<()>();
    return ::trace_runtime::__private::timed_with(
            {
                let __ = ::trace_runtime::__private::callsite!(
                    step, target : module, name : "find_user", keys : ["id", "rows"]
                );
                if __.wants_fields_now() {
                    match (&id, &count(id).await) {
                        (_0, _1) => {
                            __.fields(
                                &[
                                    ::trace_runtime::__private::field(
                                        ::trace_runtime::__private::value(&*_0).shown(),
                                    ),
                                    ::trace_runtime::__private::field(
                                        ::trace_runtime::__private::value(&*_1).shown(),
                                    ),
                                ],
                            )
                        }
                    }
                } else {
                    __.no_fields()
                }
            },
            ::trace_runtime::__private::Succeeds,
            async move {
                let _ = &id;
                let _ = if false {
                    return __.value();
                };
                query(id).await;
            },
        )
        .await;
}
