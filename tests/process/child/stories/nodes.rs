//! What may happen in a request, as trees of nodes. Each is made from numbers by
//! chance; the same seed makes the same tree.

/// What happens in a scope, one after the other.
pub(super) type Nodes = &'static [Node];

/// `usize` is the number of a step's function.
#[derive(Clone, Copy)]
pub(super) enum Node {
    Event(u64),
    /// An event whose value writes lines.
    Chatty,
    /// An event with the names of all open steps.
    Open,
    Record(u64),
    RecordRequest(u64),
    Count,
    Carry,
    Step(usize, End, Nodes),
    /// When the scope is left.
    AtEnd(Nodes),
    /// On another thread.
    Thread(Nodes),
    /// In the current context, entered once more.
    Again(Nodes),
    /// In the context of the request itself.
    Above(Nodes),
    /// In the context that the story began in.
    Outside(Nodes),
    /// In steps that are entered by tokens.
    Entered(Leave, Nodes),
    /// In a future that is polled until it ends, within one call.
    Blocking(Nodes),
    /// In a future that any other may take over, and that may have begun.
    Given(bool, usize, Nodes),
    /// What was given last goes on, or is dropped.
    Taken,

    Yield,
    AsyncStep(usize, End, Nodes),
    /// In a step that is entered by a token across each `.await`.
    EnteredAcross(Nodes),
    Join(Nodes, Nodes),
    /// Of two, the one that ends last is dropped.
    Select(Nodes, Nodes),
    /// Polled once, and dropped.
    Dropped(usize, Nodes),
    /// Before each item of a stream that ends, or is dropped.
    Stream(usize, Nodes),
    Handler(End, Nodes),
    /// In a request of an edge.
    Edge(Edge, Nodes),

    Spawned(Nodes),
    /// In a task that may outlive the request.
    Left(Nodes),
    /// In a step that begins here and goes on in another task.
    PassedOn(usize, Nodes),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Value,
    Error,
    Panic,
}

/// When what was entered is left.
#[derive(Clone, Copy)]
pub(super) enum Leave {
    InOrder,
    /// The outer step is left before the inner one.
    OutOfOrder,
    Never,
}

#[derive(Clone, Copy)]
pub(super) enum Edge {
    /// A handler joins it.
    Joined,
    /// A second handler joins after the first was dropped.
    Retried,
}

/// What a node may do.
#[derive(Clone, Copy)]
pub(super) enum May {
    Call,
    Wait,
    Spawn,
}

/// How many functions of each kind there are: more than a request counts apart.
pub(super) const FUNCTIONS: usize = 18;

/// How many nodes a scope has at most, by its depth.
const MOST: [usize; 7] = [6, 5, 4, 3, 2, 1, 1];

/// Numbers by chance: <https://prng.di.unimi.it/splitmix64.c>.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    /// Returns nodes that never go away.
    pub(super) fn nodes(&mut self, depth: usize, may: May) -> Nodes {
        let most = MOST.get(depth).copied().unwrap_or_default();
        let nodes: Vec<_> = (0..self.below(most + 1)).map(|_| self.node(depth + 1, may)).collect();
        nodes.leak()
    }

    fn node(&mut self, depth: usize, may: May) -> Node {
        let kinds = match may {
            May::Call => 19,
            May::Wait => 33,
            May::Spawn => 39,
        };
        match self.below(kinds) {
            kind @ ..19 => self.call(kind, depth),
            kind @ 19..33 => self.wait(kind - 19, depth, may),
            kind => self.spawn(kind - 33, depth),
        }
    }

    fn call(&mut self, kind: usize, depth: usize) -> Node {
        match kind {
            0 => Node::Event(self.next() % 100),
            1 => Node::Chatty,
            2 => Node::Open,
            3 => Node::Record(self.next() % 100),
            4 => Node::RecordRequest(self.next() % 100),
            5 => Node::Count,
            // From then on, lines take no short way.
            6 if self.below(8) == 0 => Node::Carry,
            6..=9 => Node::Step(self.function(), self.end(), self.nodes(depth, May::Call)),
            10 => Node::AtEnd(self.nodes(depth, May::Call)),
            11 => Node::Thread(self.nodes(depth, May::Call)),
            12 => Node::Again(self.nodes(depth, May::Call)),
            13 => Node::Above(self.nodes(depth, May::Call)),
            14 => Node::Outside(self.nodes(depth, May::Call)),
            15 => Node::Entered(self.leave(), self.nodes(depth, May::Call)),
            16 => Node::Blocking(self.nodes(depth, May::Wait)),
            17 => Node::Given(self.below(2) == 0, self.function(), self.nodes(depth, May::Wait)),
            _ => Node::Taken,
        }
    }

    fn wait(&mut self, kind: usize, depth: usize, may: May) -> Node {
        match kind {
            0 | 1 => Node::Yield,
            2..=5 => Node::AsyncStep(self.function(), self.end(), self.nodes(depth, may)),
            6 => Node::EnteredAcross(self.nodes(depth, may)),
            7 => Node::Join(self.nodes(depth, may), self.nodes(depth, may)),
            8 | 9 => Node::Select(self.nodes(depth, may), self.nodes(depth, may)),
            10 => Node::Dropped(self.function(), self.nodes(depth, may)),
            11 => Node::Stream(self.below(3), self.nodes(depth, may)),
            12 => Node::Handler(self.end(), self.nodes(depth, may)),
            _ => Node::Edge(self.edge(), self.nodes(depth, may)),
        }
    }

    fn spawn(&mut self, kind: usize, depth: usize) -> Node {
        match kind {
            0 | 1 => Node::Spawned(self.nodes(depth, May::Spawn)),
            2 | 3 => Node::Left(self.nodes(depth, May::Spawn)),
            _ => Node::PassedOn(self.function(), self.nodes(depth, May::Spawn)),
        }
    }

    fn function(&mut self) -> usize {
        self.below(FUNCTIONS)
    }

    fn end(&mut self) -> End {
        [End::Value, End::Value, End::Value, End::Error, End::Panic][self.below(5)]
    }

    fn leave(&mut self) -> Leave {
        [Leave::InOrder, Leave::OutOfOrder, Leave::Never][self.below(3)]
    }

    pub(super) fn edge(&mut self) -> Edge {
        [Edge::Joined, Edge::Retried][self.below(2)]
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let it = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }
}
