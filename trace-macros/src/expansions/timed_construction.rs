// Input:
//
// #[timed(construction, err = off, crate = ::shop::tracing)]
// fn rows(query: Query) -> impl Stream<Item = Row> {
//     query.into_stream()
// }

// Output:

fn rows(query: Query) -> impl Stream<Item = Row> {
    return ::shop::tracing::__private::run(
        ::shop::tracing::__private::callsite!(step, target : module, name : "rows"),
        move || {
            let _ = &query;
            query.into_stream()
        },
        |__tr_value| ::shop::tracing::__private::outcome!(off __tr_value),
    );
}
