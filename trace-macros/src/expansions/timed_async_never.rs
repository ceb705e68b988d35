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
    let __ = ::trace_runtime::__private::returns::<
        ::trace_runtime::__private::Infallible,
    >();
    match ::trace_runtime::__private::timed_with(
            ::trace_runtime::__private::callsite!(step, target : module, name : "serve"),
            ::trace_runtime::__private::Succeeds,
            async move {
                let _ = if false {
                    return __.value();
                };
                loop {
                    accept().await;
                }
            },
        )
        .await
    {}
}
