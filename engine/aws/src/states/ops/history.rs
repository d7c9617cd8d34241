//! GetExecutionHistory.

use crate::context::OpContext;
use crate::operation;
use crate::paging;
use crate::service::ApiResult;
use crate::states::lookup::{access, execution, page};
use crate::states::state::Source;
use nuvola_asl::history::Telling;
use nuvola_wire::shape;
use serde_json::Value;

shape! {
    /// What GetExecutionHistory takes.
    pub struct HistoryInput {
        #[wire("executionArn")] pub arn: String,
        #[wire("maxResults")] pub max_results: Option<i32>,
        #[wire("reverseOrder")] pub reverse: Option<bool>,
        #[wire("nextToken")] pub next_token: Option<String>,
        #[wire("includeExecutionData")] pub include_data: Option<bool>,
    }

    /// What GetExecutionHistory answers.
    pub struct HistoryOutput {
        #[wire("events")] pub events: Vec<Value>,
        #[wire("nextToken")] pub next_token: Option<String>,
    }
}

operation! {
    /// Tells the events of an execution.
    ///
    /// **Source**: Step Functions API Reference, "GetExecutionHistory".
    pub GET_EXECUTION_HISTORY: GetExecutionHistory {
        http: "POST" "/" 200,
        input: HistoryInput,
        output: HistoryOutput,
        errors: ["ExecutionDoesNotExist", "InvalidArn", "InvalidToken"],
        access: |_, input| access("states:GetExecutionHistory", &input.arn),
        handler: get_execution_history,
    }
}

fn get_execution_history(cx: &mut OpContext<'_>, input: HistoryInput) -> ApiResult<HistoryOutput> {
    let own = execution(cx, &input.arn)?;
    let reverse = input.reverse.unwrap_or(false);
    let scope = format!("GetExecutionHistory {reverse} {}", input.arn);
    let (size, seen) = page(&scope, input.max_results, input.next_token.as_deref())?;
    let seen: usize = seen.and_then(|seen| seen.parse().ok()).unwrap_or(0);
    let source = cx.state().states.definitions.get(&own.definition);
    let Some(definition) = source.and_then(Source::definition) else { return Ok(HistoryOutput::default()) };
    let telling = Telling {
        definition: &definition,
        role_arn: &own.role_arn,
        version_arn: own.version_arn.as_deref(),
        alias_arn: own.alias_arn.as_deref(),
        include_data: input.include_data.unwrap_or(true),
    };
    let all = &own.machine.events;
    let (from, to) = (seen.min(all.len()), seen.saturating_add(size).min(all.len()));
    let tell = |at: usize| all[at].tell(at as u64 + 1, telling);
    let events = (from..to).map(|at| tell(if reverse { all.len() - 1 - at } else { at })).collect();
    let next_token = (to < all.len()).then(|| paging::token(&scope, &to.to_string()));
    Ok(HistoryOutput { events, next_token })
}
