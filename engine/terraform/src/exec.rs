//! A tiny single-threaded executor: futures that run side by side without a thread.

use crate::host::LocalBoxFuture;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

/// How often [`block_on`] polls before it decides that nobody will ever wake the future.
const POLL_LIMIT: u32 = 10_000_000;

/// Runs a future whose every step is ready, as tests and hosts without timers have them.
///
/// # Panics
/// When the future waits for something that never comes.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..POLL_LIMIT {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
    panic!("the future waits for something that never comes")
}

/// Futures that make progress together; a handful, so each wake polls all of them.
pub struct Together<'a, T> {
    running: Vec<LocalBoxFuture<'a, T>>,
}

impl<T> Default for Together<'_, T> {
    fn default() -> Self {
        Self { running: Vec::new() }
    }
}

impl<'a, T> Together<'a, T> {
    pub fn push(&mut self, future: impl Future<Output = T> + 'a) {
        self.running.push(Box::pin(future));
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.running.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.running.is_empty()
    }

    /// The result of whichever ends first (the earliest added of several); nothing when empty.
    pub fn next_done(&mut self) -> Next<'_, 'a, T> {
        Next { set: self }
    }
}

/// What [`Together::next_done`] gives.
pub struct Next<'s, 'a, T> {
    set: &'s mut Together<'a, T>,
}

impl<T> Future for Next<'_, '_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if self.set.running.is_empty() {
            return Poll::Ready(None);
        }
        for at in 0..self.set.running.len() {
            if let Poll::Ready(value) = self.set.running[at].as_mut().poll(cx) {
                drop(self.set.running.remove(at));
                return Poll::Ready(Some(value));
            }
        }
        Poll::Pending
    }
}

/// Awaits a future, and tells after each `every_ms` how many seconds have passed.
pub async fn with_ticks<T>(
    future: impl Future<Output = T>,
    host: &dyn crate::host::Host,
    every_ms: u64,
    tick: impl Fn(u64),
) -> T {
    let mut future = Box::pin(future);
    let mut sleep = host.sleep_ms(every_ms);
    let mut elapsed_s = 0;
    std::future::poll_fn(move |cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(value);
        }
        if sleep.as_mut().poll(cx).is_ready() {
            elapsed_s += every_ms / 1000;
            tick(elapsed_s);
            sleep = host.sleep_ms(every_ms);
            // Registers the new timer; one that is ready at once is looked at on the next wake.
            if sleep.as_mut().poll(cx).is_ready() {
                cx.waker().wake_by_ref();
            }
        }
        Poll::Pending
    })
    .await
}
