//! Traces of the cloud, put into words for the map and the activity list.

use crate::view::Traffic;
use crate::world::Requester;
use nuvola_aws::{Trace, TraceKind};
use std::collections::BTreeMap;

/// One line of activity; `nodes` maps ARNs to nodes of the map. A provider of Terraform looks up whether
/// something exists: that it does not is an answer, no failure.
pub(crate) fn describe(trace: &Trace, nodes: &BTreeMap<String, String>, asker: Requester) -> Traffic {
    let looks_up = asker == Requester::Provider;
    let title = match trace.kind {
        TraceKind::Api => format!("{}:{}", trace.service, trace.operation),
        TraceKind::DataPlane | TraceKind::Delivery => trace.operation.clone(),
        TraceKind::Invocation => format!("invoke {}", trace.operation),
    };
    let outcome = match (&trace.error_code, &trace.error_message) {
        (Some(code), Some(text)) => format!("{code}: {text}"),
        (Some(code), None) => code.clone(),
        (None, _) if !trace.not_simulated.is_empty() => {
            format!("not simulated: {}", trace.not_simulated.join("; "))
        }
        (None, _) if trace.status == 0 => String::new(),
        (None, _) => trace.status.to_string(),
    };
    // What the user may have tripped over, in words.
    let hints = trace.hints.iter().map(|hint| format!(": {hint}"));
    let outcome = format!("{outcome}{}", hints.collect::<String>());
    let node = |arn: &String| nodes.get(arn).cloned();
    let to = trace.resources.iter().find_map(node).unwrap_or_else(|| trace.service.clone());
    let from = trace.caller.as_ref().and_then(node).unwrap_or_else(|| {
        let sender = if asker == Requester::Console { "console" } else { "client" };
        sender.to_owned()
    });
    Traffic {
        at_ms: trace.at_ms,
        from,
        to,
        title,
        outcome,
        failed: (trace.error_code.is_some() || trace.status >= 400) && !(looks_up && trace.status == 404),
        duration_ms: trace.duration_ms,
    }
}
