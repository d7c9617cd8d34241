//! The data sources.

mod dynamodb;
mod ec2;
mod functions;
mod iam;
mod identity;
mod messaging;
mod objects;
mod policy_document;
mod sfn;
mod sqs;
mod things;

use crate::data::ResourceData;

/// Reads a data source into its data.
///
/// # Errors
/// With the summary that Terraform shows.
pub async fn read(type_name: &str, data: &mut ResourceData) -> Result<(), String> {
    match type_name {
        "aws_caller_identity" => identity::caller(data).await,
        "aws_partition" => {
            identity::partition(data);
            Ok(())
        }
        "aws_region" => identity::region(data),
        "aws_iam_account_alias" => iam::account_alias(data).await,
        "aws_iam_group" => iam::group(data).await,
        "aws_iam_instance_profile" => iam::instance_profile(data).await,
        "aws_iam_session_context" => iam::session_context(data).await,
        "aws_iam_user" => iam::user(data).await,
        "aws_dynamodb_table" => dynamodb::table(data).await,
        "aws_dynamodb_table_item" => dynamodb::item(data).await,
        "aws_iam_policy" => things::policy(data).await,
        "aws_iam_policy_document" => policy_document::read(data),
        "aws_iam_role" => things::role(data).await,
        "aws_lambda_function" => things::function(data).await,
        "aws_s3_bucket" => things::bucket(data).await,
        "aws_ami" => ec2::ami(data).await,
        "aws_availability_zones" => ec2::availability_zones(data).await,
        "aws_instance" => ec2::instance(data).await,
        "aws_security_group" => ec2::security_group(data).await,
        "aws_subnet" => ec2::subnet(data).await,
        "aws_subnets" => ec2::subnets(data).await,
        "aws_vpc" => ec2::vpc(data).await,
        "aws_s3_bucket_policy" => objects::bucket_policy(data).await,
        "aws_s3_object" => objects::object(data).await,
        "aws_s3_objects" => objects::objects(data).await,
        "aws_sfn_activity" => sfn::activity(data).await,
        "aws_sfn_state_machine" => sfn::state_machine(data).await,
        "aws_cloudwatch_event_bus" => messaging::bus(data).await,
        "aws_cloudwatch_log_group" => functions::log_group(data).await,
        "aws_lambda_alias" => functions::alias(data).await,
        "aws_lambda_invocation" => functions::invocation(data).await,
        "aws_lambda_layer_version" => functions::layer_version(data).await,
        "aws_sns_topic" => messaging::topic(data).await,
        "aws_sqs_queue" => sqs::queue(data).await,
        "aws_sqs_queues" => sqs::queues(data).await,
        other => Err(crate::provider::not_simulated(other)),
    }
}
