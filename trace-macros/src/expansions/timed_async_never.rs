// Input:
//
// #[timed]
// async fn serve() -> ! {
//     loop {
//         accept().await;
//     }
// }

// Output:

async fn serve() -> ! {
    let __tr_returns = || -> ::trace_runtime::__private::Infallible {
        ::trace_runtime::__private::returns()
    };
    match ::trace_runtime::__private::timed(
            ::trace_runtime::__private::callsite!(
                kind : Step, level : Info, target : module, name : "serve", keys : []
            ),
            async move {
                let _ = if false {
                    return __tr_returns();
                };
                loop {
                    accept().await;
                }
            },
            ::trace_runtime::__private::succeeded,
        )
        .await
    {}
}
