//! DynamoDB: tables, items, indexes, expressions, transactions, streams, time to live.
//!
//! Simulated: the operations of the two `SERVICE` tables; capacity with token buckets; replicas and global indexes
//! that lag as far as a console lets them ([`replicas`]). Local indexes do not lag.
//! Not simulated: PartiQL, backups, global tables, export and import, Kinesis, resource policies, keys of KMS,
//! indexes with several attributes per key, contention of transactions (requests are served one after another).
//! A write whose condition fails consumes nothing here, because a failed operation changes nothing.
//!
//! Start reading at [`state`]; [`write`] and [`store`] have the way of a write, [`read`] that of a read, and
//! [`expression`] the language.

mod attr;
mod capacity;
mod errors;
mod expression;
mod inventory;
mod key;
mod limits;
mod missing;
mod number;
mod ops;
mod read;
mod replicas;
mod state;
mod store;
pub mod streams;
mod timers;
pub mod view;
mod write;

pub use inventory::inventory;
pub use state::State;
pub use timers::on_timer;
pub use view::{ConsumedSecond, TableView};

use crate::context::OpContext;
use crate::service::ServiceDef;
use nuvola_kernel::Region;
use nuvola_kernel::crc::crc32;
use nuvola_wire::{Protocol, Response, ServiceSchema};
use serde::{Deserialize, Serialize};

pub static SERVICE: ServiceDef = ServiceDef {
    schema: ServiceSchema {
        id: "DynamoDB",
        protocol: Protocol::Json10,
        signing_name: "dynamodb",
        endpoint_prefix: "dynamodb",
        api_version: "2012-08-10",
        target_prefix: Some("DynamoDB_20120810"),
        error_namespace: Some("com.amazonaws.dynamodb.v20120810"),
        ..ServiceSchema::DEFAULT
    },
    operations: &[
        &ops::tables::CREATE_TABLE,
        &ops::tables::DESCRIBE_TABLE,
        &ops::tables::LIST_TABLES,
        &ops::update_table::UPDATE_TABLE,
        &ops::tables::DELETE_TABLE,
        &ops::tags::TAG_RESOURCE,
        &ops::tags::UNTAG_RESOURCE,
        &ops::tags::LIST_TAGS_OF_RESOURCE,
        &ops::ttl::UPDATE_TIME_TO_LIVE,
        &ops::ttl::DESCRIBE_TIME_TO_LIVE,
        &ops::recovery::DESCRIBE_CONTINUOUS_BACKUPS,
        &ops::recovery::UPDATE_CONTINUOUS_BACKUPS,
        &ops::account::DESCRIBE_LIMITS,
        &ops::account::DESCRIBE_ENDPOINTS,
        &ops::items::PUT_ITEM,
        &ops::items::GET_ITEM,
        &ops::update_item::UPDATE_ITEM,
        &ops::items::DELETE_ITEM,
        &ops::pages::QUERY,
        &ops::pages::SCAN,
        &ops::batch::BATCH_GET_ITEM,
        &ops::batch::BATCH_WRITE_ITEM,
        &ops::transactions::TRANSACT_GET_ITEMS,
        &ops::transactions::TRANSACT_WRITE_ITEMS,
    ],
    not_simulated: missing::NOT_SIMULATED,
    finish: Some(checksum),
    ..ServiceDef::DEFAULT
};

/// What is to happen to a table at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Timer {
    /// The table has done what its status says.
    Settle { region: Region, table: String, id: String },
    /// Time to live is on, or off.
    TtlSettle { region: Region, table: String, id: String },
    /// Items expire.
    Expiry { region: Region, table: String, id: String },
    /// The records of a stream that ended are too old.
    DropStream { region: Region, arn: String },
}

/// Every answer carries the check of its body, errors too.
fn checksum(_: &mut OpContext<'_>, response: &mut Response) {
    let check = crc32(&response.body).to_string();
    response.headers.set("x-amz-crc32", check);
}
