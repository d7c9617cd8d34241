//! A call of a page's script: `browser` judges, the cloud answers.

use crate::browser::{Call, Next};
use crate::browser_api::FetchRequest;
use crate::event::Reply;
use crate::preview::USER_AGENT;
use crate::world::{self, Shared};

pub(crate) async fn fetch(shared: Shared, asked: FetchRequest) -> Reply {
    let (mut call, mut next) = Call::begin(asked, USER_AGENT);
    loop {
        match next {
            Next::Send(request) => {
                let response = world::http(&shared, *request).await;
                next = call.answer(response);
            }
            Next::Done(reply) => return Reply::Fetch(*reply),
        }
    }
}
