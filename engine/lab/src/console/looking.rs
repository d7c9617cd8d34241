//! Looking at a screen without leaving a trace.
//!
//! A screen that is shown is looked at every other second. Such a look is answered at once, as of now, by requests
//! that only read (`Cloud::look`): it takes no part in the lab's time, its tasks and its numbers, so the journal
//! need not keep it.
//!
//! Invariant: the state before and after a look is the same text; the tests of all screens compare it.

use super::show;
use crate::Lab;
use crate::commands::refused;
use crate::event::Reply;
use crate::screen::Path;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// How often a screen may ask, each time after the answers before.
const MAX_ROUNDS: usize = 1_000;

impl Lab {
    pub(crate) fn look_at(&mut self, real_ms: i64, path: Path) -> Reply {
        let now_ms = self.clock.at(real_ms).max(self.now_ms());
        // What tasks have asked meanwhile waits for its turn.
        let (kept_ms, kept_request, requests, looks) = {
            let mut world = self.world.borrow_mut();
            let kept = (world.now_ms, world.next_request);
            world.now_ms = now_ms;
            (kept.0, kept.1, std::mem::take(&mut world.requests), std::mem::take(&mut world.looks))
        };
        let mut task = pin!(show(self.world.clone(), path));
        let mut cx = Context::from_waker(Waker::noop());
        let mut reply = None;
        for _ in 0..MAX_ROUNDS {
            if let Poll::Ready(ready) = task.as_mut().poll(&mut cx) {
                reply = Some(ready);
                break;
            }
            self.answer_look(now_ms);
        }
        let mut world = self.world.borrow_mut();
        (world.now_ms, world.next_request) = (kept_ms, kept_request);
        (world.requests, world.looks) = (requests, looks);
        reply.unwrap_or_else(|| refused("the screen asks without end".to_owned()))
    }

    fn answer_look(&mut self, now_ms: i64) {
        let (requests, looks) = {
            let mut world = self.world.borrow_mut();
            (std::mem::take(&mut world.requests), std::mem::take(&mut world.looks))
        };
        for (id, _, request) in requests {
            let response = self.cloud.look(now_ms, request);
            self.world.borrow_mut().answers.insert(id, response);
        }
        for (id, what) in looks {
            let seen = what.answer(&self.cloud);
            self.world.borrow_mut().seen.insert(id, seen);
        }
    }
}
