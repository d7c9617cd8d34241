//! Where event notifications go: whether a destination is there and lets S3 in, and sending to it.

use super::events::Delivery;
use super::state::{NotificationKind, NotificationTarget};
use crate::auth::Principal;
use crate::context::OpContext;
use crate::{lambda, sns, sqs};
use nuvola_kernel::Arn;

/// Who delivers.
pub const PRINCIPAL: &str = "s3.amazonaws.com";

/// Why a destination cannot be told of a bucket's events; nothing if it can.
///
/// **Source**: texts as the service answers them to PutBucketNotificationConfiguration.
pub fn refusal(cx: &mut OpContext<'_>, bucket: &str, target: &NotificationTarget) -> Option<String> {
    match target.kind {
        NotificationKind::Function => match allowed_function(cx, bucket, &target.arn) {
            Some(_) => None,
            None => Some(format!("Not authorized to invoke function [{}]", target.arn)),
        },
        NotificationKind::Queue if target.arn.ends_with(".fifo") => {
            Some("FIFO SQS queues are not supported".to_owned())
        }
        NotificationKind::Queue => {
            let source_arn = format!("arn:aws:s3:::{bucket}");
            match sqs::accepts(cx, &target.arn, PRINCIPAL, &source_arn) {
                None => Some("The destination queue does not exist".to_owned()),
                Some(false) => Some(
                    "Permissions on the destination queue do not allow S3 to publish notifications from this bucket"
                        .to_owned(),
                ),
                Some(true) => None,
            }
        }
        NotificationKind::Topic if target.arn.ends_with(".fifo") => {
            Some("FIFO SNS topics are not supported".to_owned())
        }
        NotificationKind::Topic => {
            let source_arn = format!("arn:aws:s3:::{bucket}");
            match sns::accepts(cx, &target.arn, PRINCIPAL, &source_arn) {
                None => Some("The destination topic does not exist".to_owned()),
                Some(false) => Some(
                    "Permissions on the destination topic do not allow S3 to publish notifications from this bucket"
                        .to_owned(),
                ),
                Some(true) => None,
            }
        }
    }
}

/// The function, if it is there and its policy lets S3 invoke it for this bucket.
fn allowed_function(cx: &mut OpContext<'_>, bucket: &str, arn: &str) -> Option<lambda::Target> {
    let target = lambda::target(cx, arn, None).ok()?;
    target.function(cx).ok()?;
    let mut check = lambda::permission_check(cx, "lambda:InvokeFunction", &target);
    for (key, values) in source(cx, bucket) {
        check.context.insert(key.to_owned(), vec![values]);
    }
    let principal = Principal::Service(PRINCIPAL.to_owned());
    cx.judge_as(&principal, &check).allowed.then_some(target)
}

/// What policies of destinations may ask: for which bucket, and of whose account.
fn source(cx: &OpContext<'_>, bucket: &str) -> [(&'static str, String); 2] {
    [("aws:SourceArn", format!("arn:aws:s3:::{bucket}")), ("aws:SourceAccount", cx.account().to_string())]
}

/// Hands a message to its destination; the error says why that is not possible.
pub fn send(cx: &mut OpContext<'_>, delivery: &Delivery) -> Result<(), String> {
    let target = &delivery.target;
    match target.kind {
        NotificationKind::Function => {
            let Some(function) = allowed_function(cx, &delivery.bucket, &target.arn) else {
                return Err(format!("Not authorized to invoke function [{}]", target.arn));
            };
            lambda::accept_event(cx, function, delivery.message.clone(), delivery.parent.clone());
            Ok(())
        }
        NotificationKind::Queue => {
            let message = sqs::Delivery {
                queue_arn: &target.arn,
                body: delivery.message.clone(),
                service: PRINCIPAL,
                source_arn: &format!("arn:aws:s3:::{}", delivery.bucket),
                ..sqs::Delivery::default()
            };
            sqs::deliver(cx, message)
                .map(|_| ())
                .map_err(|error| format!("{}: {}", error.code, error.message))
        }
        NotificationKind::Topic => {
            let service = Principal::Service(PRINCIPAL.to_owned());
            let source_arn = format!("arn:aws:s3:::{}", delivery.bucket);
            let message = sns::Message {
                body: delivery.message.clone(),
                subject: Some("Amazon S3 Notification".to_owned()),
                ..sns::Message::default()
            };
            sns::deliver(cx, &service, Some(&source_arn), &target.arn, message)
                .map(|_| ())
                .map_err(|error| format!("{}: {}", error.code, error.message))
        }
    }
}

/// The region that a destination's ARN names.
pub fn region(arn: &str) -> Option<String> {
    Some(Arn::parse(arn)?.region().to_owned())
}
