//! What a request does: a random walk through all that tasks are made of,
//! which looks at every turn for the current request.

use std::sync::Arc;

use futures::{StreamExt as _, stream::FuturesUnordered};
use test_support::Random;
use tokio::{
    runtime::Handle,
    task::{self, JoinSet, yield_now},
};

use super::{
    Asked, YIELDS,
    carrier::{Carrier, Own},
    runtimes::Runtime,
};

/// Runs one request: at least [`YIELDS`] yields of its own.
pub(super) async fn run<C: Carrier>(
    own: Own,
    mut random: Random,
    runtime: Runtime,
    asked: Arc<Asked>,
) {
    let walker = Walker { own, asked };
    let mut yields = 0;
    while yields < YIELDS {
        let turn = random.below(1000);
        let steps = 1 + random.below(10);
        walker.turn::<C>(turn, steps, runtime).await;
        walker.look::<C>();
        yields += steps;
    }
    C::event(own);
}

#[derive(Clone)]
struct Walker {
    own: Own,
    asked: Arc<Asked>,
}

impl Walker {
    /// Takes one turn, during which the request's own task, or one that it
    /// waits for, gives way at least `yields` times.
    async fn turn<C: Carrier>(&self, turn: usize, yields: usize, runtime: Runtime) {
        match turn {
            0..600 => self.walk::<C>(yields).await,
            600..700 => C::step(self.own, self.walk::<C>(yields)).await,
            700..760 => self.sync_step::<C>(yields).await,
            760..820 => self.join::<C>(yields).await,
            820..880 => self.select::<C>(yields).await,
            880..940 => self.unordered::<C>(yields).await,
            940..985 => self.join_set::<C>(yields).await,
            985..990 => self.spawn_blocking::<C>(yields).await,
            990..995 if runtime == Runtime::MultiThread => self.block_in_place::<C>(yields).await,
            995..998 if runtime == Runtime::MultiThread => self.nested_block_on::<C>(yields).await,
            _ => self.block_on_elsewhere::<C>(yields).await,
        }
    }

    fn look<C: Carrier>(&self) {
        self.asked.note(self.own, C::here());
    }

    async fn walk<C: Carrier>(&self, yields: usize) {
        for _ in 0..yields {
            yield_now().await;
            self.look::<C>();
        }
    }

    /// A walk in a task of its own.
    fn owned_walk<C: Carrier>(&self, yields: usize) -> impl Future<Output = ()> + Send + 'static {
        let walker = self.clone();
        async move { walker.walk::<C>(yields).await }
    }

    fn step<C: Carrier>(&self, yields: usize) -> impl Future<Output = ()> + Send {
        C::step(self.own, self.walk::<C>(yields))
    }

    async fn sync_step<C: Carrier>(&self, yields: usize) {
        C::sync_step(self.own, || self.look::<C>());
        self.walk::<C>(yields).await;
    }

    async fn join<C: Carrier>(&self, yields: usize) {
        tokio::join!(self.step::<C>(yields), self.walk::<C>(yields), self.step::<C>(1));
    }

    /// The loser is dropped at one of its awaits.
    async fn select<C: Carrier>(&self, yields: usize) {
        tokio::select! {
            () = self.step::<C>(yields) => {}
            () = self.step::<C>(yields) => {}
        }
    }

    async fn unordered<C: Carrier>(&self, yields: usize) {
        let mut steps: FuturesUnordered<_> =
            [1, yields, 2].map(|yields| self.step::<C>(yields)).into_iter().collect();
        while steps.next().await.is_some() {
            self.look::<C>();
        }
    }

    async fn join_set<C: Carrier>(&self, yields: usize) {
        let mut set = JoinSet::new();
        set.spawn(C::carried(self.owned_walk::<C>(yields)));
        set.spawn(C::carried(self.owned_walk::<C>(1)));
        while let Some(ended) = set.join_next().await {
            ended.unwrap();
            self.look::<C>();
        }
    }

    async fn spawn_blocking<C: Carrier>(&self, yields: usize) {
        let walker = self.clone();
        let look = move || C::sync_step(walker.own, || walker.look::<C>());
        task::spawn_blocking(C::carried_call(look)).await.unwrap();
        self.walk::<C>(yields).await;
    }

    async fn block_in_place<C: Carrier>(&self, yields: usize) {
        task::block_in_place(|| C::sync_step(self.own, || self.look::<C>()));
        self.walk::<C>(yields).await;
    }

    /// Another executor inside this very poll.
    async fn nested_block_on<C: Carrier>(&self, yields: usize) {
        task::block_in_place(|| Handle::current().block_on(self.step::<C>(yields)));
        self.walk::<C>(yields).await;
    }

    async fn block_on_elsewhere<C: Carrier>(&self, yields: usize) {
        let walk = C::carried(self.owned_walk::<C>(1));
        task::spawn_blocking(move || Handle::current().block_on(walk)).await.unwrap();
        self.walk::<C>(yields).await;
    }
}
