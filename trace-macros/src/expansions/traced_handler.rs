// Input:
//
// #[traced_handler(trace_id = id_of(&headers), fields(user_id = user), err = debug)]
// async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
//     Ok(render(fetch(user).await?))
// }

// Output:

async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
    let __ = ::trace_runtime::__private::returns::<Result<Json, Failure>>();
    return ::trace_runtime::__private::handler_with(
            ::trace_runtime::__private::callsite!(
                request, target : module, name : "messages", keys : ["user_id"]
            )
                .fields_now(|__| {
                    __
                        .write(
                            &[
                                ::trace_runtime::__private::field(
                                    ::trace_runtime::__private::value(&user).shown(),
                                ),
                            ],
                        )
                })
                .trace_id(id_of(&headers)),
            async move {
                let _ = &user;
                let _ = if false {
                    return __.value();
                };
                Ok(render(fetch(user).await?))
            },
            __.by_debug(),
        )
        .await;
}
