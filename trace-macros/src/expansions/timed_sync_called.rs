// Input:
//
// #[timed]
// fn call(&mut self, request: Request) -> Self::Future {
//     Box::pin(self.client.send(request))
// }

// Output:

fn call(&mut self, request: Request) -> Self::Future {
    return ::trace_runtime::__private::call(
        ::trace_runtime::__private::callsite!(step, target : module, name : "call"),
        move || -> Self::Future {
            let _ = &request;
            Box::pin(self.client.send(request))
        },
        ::trace_runtime::__private::called::<Self::Future, _>().end(),
        ::trace_runtime::__private::called::<Self::Future, _>().output().by_display(),
    );
}
