//! The data sources.

mod iam;
mod identity;
mod objects;
mod policy_document;
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
        "aws_iam_policy" => things::policy(data).await,
        "aws_iam_policy_document" => policy_document::read(data),
        "aws_iam_role" => things::role(data).await,
        "aws_lambda_function" => things::function(data).await,
        "aws_s3_bucket" => things::bucket(data).await,
        "aws_s3_bucket_policy" => objects::bucket_policy(data).await,
        "aws_s3_object" => objects::object(data).await,
        "aws_s3_objects" => objects::objects(data).await,
        other => Err(crate::provider::not_simulated(other)),
    }
}
