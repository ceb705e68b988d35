// Input:
//
// #[timed]
// async fn transfer(
//     mut self,
//     name: &str,
//     _lease: Lease,
//     _: Permit,
//     (from, to): (Account, Account),
//     mut amount: Amount,
// ) -> usize {
//     amount.round();
//     from.give(to, amount, name).await
// }

// Output:

#[allow(unused_assignments)]
fn transfer(
    mut self,
    name: &str,
    _lease: Lease,
    ___: Permit,
    ____: (Account, Account),
    amount: Amount,
) -> impl ::trace_runtime::__private::Future<Output = usize> {
    let __ = ::trace_runtime::__private::returns::<usize>();
    return ::trace_runtime::__private::timed_with(
        ::trace_runtime::__private::callsite!(step, target : module, name : "transfer"),
        ::trace_runtime::__private::Succeeds,
        async move {
            let _ = &____;
            let _ = &___;
            #[allow(clippy::used_underscore_binding)]
            let _ = &_lease;
            let _ = &self;
            let (from, to) = ____;
            #[allow(clippy::shadow_same)]
            let mut amount = amount;
            let _ = if false {
                return __.value();
            };
            amount.round();
            from.give(to, amount, name).await
        },
    );
}
