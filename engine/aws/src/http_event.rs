//! What the events of function URLs and of REST APIs have in common.

use crate::auth::Principal;
use crate::context::OpContext;
use nuvola_kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// The identity of a signed request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub access_key: String,
    pub account: String,
    pub user_id: String,
    pub user_arn: String,
}

impl Caller {
    /// Who signed the request, if anyone did.
    pub fn of(cx: &OpContext<'_>) -> Option<Self> {
        Some(Caller {
            access_key: cx.request.access_key_id.clone().filter(|_| cx.principal != Principal::Anonymous)?,
            account: cx.account().to_string(),
            user_id: cx.principal.user_id(cx.account()),
            user_arn: cx.principal_arn(),
        })
    }
}

/// `23/Nov/2026:10:00:00 +0000`, as access logs write a time.
pub fn request_time(now_ms: i64) -> String {
    let at = Timestamp(now_ms).utc();
    let month = &at.month().to_string()[..3];
    let (day, year) = (at.day(), at.year());
    format!("{day:02}/{month}/{year}:{:02}:{:02}:{:02} +0000", at.hour(), at.minute(), at.second())
}

/// `1-5759e988-bd862e3fe1be46a994272793`, as X-Ray names a trace.
pub fn trace_id(cx: &mut OpContext<'_>) -> String {
    let seconds = cx.now().epoch_s();
    format!("1-{seconds:08x}-{}", cx.ids().hex(24))
}
