// Input:
//
// #[timed(fields(id, rows = count(id).await))]
// async fn find_user(id: u64) {
//     query(id).await;
// }

// Output:

async fn find_user(id: u64) {
    let __tr_returns = ::trace_runtime::__private::returns::<()>();
    return ::trace_runtime::__private::timed_with(
            {
                let __tr_place = ::trace_runtime::__private::callsite!(
                    step, target : module, name : "find_user", keys : ["id", "rows"]
                );
                if __tr_place.wants_fields_now() {
                    match (&id, &count(id).await) {
                        (__tr_0, __tr_1) => {
                            __tr_place
                                .fields(
                                    &[
                                        ::trace_runtime::__private::field(
                                            ::trace_runtime::__private::value(&*__tr_0).shown(),
                                        ),
                                        ::trace_runtime::__private::field(
                                            ::trace_runtime::__private::value(&*__tr_1).shown(),
                                        ),
                                    ],
                                )
                        }
                    }
                } else {
                    __tr_place.no_fields()
                }
            },
            ::trace_runtime::__private::Succeeds,
            async move {
                let _ = &id;
                let _ = if false {
                    return __tr_returns.value();
                };
                query(id).await;
            },
        )
        .await;
}
