//! What holds for the whole account: quotas, endpoints.

use crate::auth::Access;
use crate::context::OpContext;
use crate::dynamodb::limits;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Tells how much capacity may be provisioned.
    ///
    /// **Source**: DynamoDB API Reference, "DescribeLimits".
    pub DESCRIBE_LIMITS: DescribeLimits {
        http: "POST" "/" 200,
        input: (),
        output: DescribeLimitsOutput,
        errors: ["InternalServerError"],
        access: |_, _| Access::to("dynamodb:DescribeLimits", "*"),
        handler: describe_limits,
    }
}

operation! {
    /// Tells the address of the service in this region.
    ///
    /// **Source**: DynamoDB API Reference, "DescribeEndpoints".
    pub DESCRIBE_ENDPOINTS: DescribeEndpoints {
        http: "POST" "/" 200,
        input: (),
        output: DescribeEndpointsOutput,
        errors: [],
        access: |_, _| Access::to("dynamodb:DescribeEndpoints", "*"),
        handler: describe_endpoints,
    }
}

shape! {
    /// What `DescribeLimits` answers.
    pub struct DescribeLimitsOutput {
        #[wire("AccountMaxReadCapacityUnits")] pub account_read: Option<i64>,
        #[wire("AccountMaxWriteCapacityUnits")] pub account_write: Option<i64>,
        #[wire("TableMaxReadCapacityUnits")] pub table_read: Option<i64>,
        #[wire("TableMaxWriteCapacityUnits")] pub table_write: Option<i64>,
    }

    /// What `DescribeEndpoints` answers.
    pub struct DescribeEndpointsOutput {
        #[wire("Endpoints")] pub endpoints: Vec<Endpoint>,
    }

    /// An address and how long it may be kept.
    pub struct Endpoint {
        #[wire("Address")] pub address: String,
        #[wire("CachePeriodInMinutes")] pub cache_minutes: i64,
    }
}

fn describe_limits(_: &mut OpContext<'_>, (): ()) -> ApiResult<DescribeLimitsOutput> {
    Ok(DescribeLimitsOutput {
        account_read: Some(limits::ACCOUNT_CAPACITY),
        account_write: Some(limits::ACCOUNT_CAPACITY),
        table_read: Some(limits::TABLE_CAPACITY),
        table_write: Some(limits::TABLE_CAPACITY),
    })
}

fn describe_endpoints(cx: &mut OpContext<'_>, (): ()) -> ApiResult<DescribeEndpointsOutput> {
    let address = format!("dynamodb.{}.amazonaws.com", cx.region);
    Ok(DescribeEndpointsOutput { endpoints: vec![Endpoint { address, cache_minutes: 1440 }] })
}
