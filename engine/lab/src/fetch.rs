//! A call of a page's script: `browser` judges, the cloud answers.

use crate::browser::{Call, Next};
use crate::browser_api::FetchRequest;
use crate::event::Reply;
use crate::preview::USER_AGENT;
use crate::world::{self, Shared};

pub(crate) async fn fetch(shared: Shared, asked: FetchRequest) -> Reply {
    let (kept, now_ms) = (shared.borrow().preflights.clone(), shared.borrow().now_ms);
    let (mut call, mut next) = Call::begin(asked, USER_AGENT, kept, now_ms);
    loop {
        match next {
            Next::Send(request) => {
                let response = world::http(&shared, *request).await;
                let now_ms = shared.borrow().now_ms;
                next = call.answer(response, now_ms);
            }
            Next::Done(reply) => return Reply::Fetch(*reply),
        }
    }
}
