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
    __tr_arg3: Permit,
    __tr_arg4: (Account, Account),
    amount: Amount,
) -> impl ::trace_runtime::__private::Future<Output = usize> {
    let __tr_returns = ::trace_runtime::__private::returns::<usize>();
    return ::trace_runtime::__private::timed_with(
        ::trace_runtime::__private::callsite!(step, target : module, name : "transfer"),
        ::trace_runtime::__private::Succeeds,
        async move {
            let _ = &__tr_arg4;
            let _ = &__tr_arg3;
            #[allow(clippy::used_underscore_binding)]
            let _ = &_lease;
            let _ = &self;
            let (from, to) = __tr_arg4;
            #[allow(clippy::shadow_same)]
            let mut amount = amount;
            let _ = if false {
                return __tr_returns.value();
            };
            amount.round();
            from.give(to, amount, name).await
        },
    );
}
