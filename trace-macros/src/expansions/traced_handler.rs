// Input:
//
// #[traced_handler(trace_id = id_of(&headers), fields(user_id = user), err = debug)]
// async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
//     Ok(render(fetch(user).await?))
// }

// Output:

async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
    let __tr_returns = ::trace_runtime::__private::returns::<Result<Json, Failure>>();
    return ::trace_runtime::__private::handler_with(
            {
                let __tr_place = ::trace_runtime::__private::callsite!(
                    request, target : module, name : "messages", keys : ["user_id"]
                );
                if __tr_place.wants_fields_now() {
                    __tr_place
                        .fields(
                            &[
                                ::trace_runtime::__private::field(
                                    ::trace_runtime::__private::value(&user).shown(),
                                ),
                            ],
                        )
                } else {
                    __tr_place.no_fields()
                }
            }
                .trace_id(id_of(&headers)),
            __tr_returns.by_debug(),
            async move {
                let _ = &user;
                let _ = if false {
                    return __tr_returns.value();
                };
                Ok(render(fetch(user).await?))
            },
        )
        .await;
}
