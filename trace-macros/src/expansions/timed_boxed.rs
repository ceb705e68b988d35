// Input:
//
// #[timed]
// fn fetch<'a>(&'a self, id: u64) -> Pin<Box<dyn Future<Output = Vec<impl User>> + Send + 'a>> {
//     Box::pin(async move { self.query(id).await })
// }

// Output:

fn fetch<'a>(
    &'a self,
    id: u64,
) -> Pin<Box<dyn Future<Output = Vec<impl User>> + Send + 'a>> {
    return ::trace_runtime::__private::pin_box(
        ::trace_runtime::__private::timed(
            ::trace_runtime::__private::callsite!(step, target : module, name : "fetch"),
            (move || -> Pin<Box<dyn Future<Output = Vec<_>> + Send + 'a>> {
                let _ = &id;
                Box::pin(async move { self.query(id).await })
            })(),
            |__tr_value| ::trace_runtime::__private::outcome!(__tr_value),
        ),
    );
}
