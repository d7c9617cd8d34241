//! What the account may have.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::network::Network;
use crate::ec2::{errors, limits};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Tells limits of the account, and its default VPC.
    ///
    /// **Source**: EC2 API Reference, "DescribeAccountAttributes".
    pub DESCRIBE_ACCOUNT_ATTRIBUTES: DescribeAccountAttributes {
        http: "POST" "/" 200,
        input: DescribeAccountAttributesInput,
        output: DescribeAccountAttributesOutput,
        errors: ["InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeAccountAttributes", "*"),
        handler: describe_account_attributes,
    }
}

shape! {
    /// What `DescribeAccountAttributes` takes.
    pub struct DescribeAccountAttributesInput {
        #[wire("AttributeNames", xml = "AttributeName")] pub attribute_names: Vec<String>,
    }

    /// What `DescribeAccountAttributes` answers.
    pub struct DescribeAccountAttributesOutput {
        #[wire("AccountAttributes", xml = "accountAttributeSet")] pub account_attributes: Vec<AccountAttribute>,
    }

    /// An attribute.
    pub struct AccountAttribute {
        #[wire("AttributeName")] pub attribute_name: Option<String>,
        #[wire("AttributeValues", xml = "attributeValueSet")] pub attribute_values: Vec<AccountAttributeValue>,
    }

    /// A value of an attribute.
    pub struct AccountAttributeValue {
        #[wire("AttributeValue")] pub attribute_value: Option<String>,
    }
}

fn describe_account_attributes(
    cx: &mut OpContext<'_>,
    input: DescribeAccountAttributesInput,
) -> ApiResult<DescribeAccountAttributesOutput> {
    let vpc = Network::of(cx).vpc();
    let addresses = limits::ADDRESSES.to_string();
    let all = [
        ("supported-platforms", "VPC"),
        ("vpc-max-security-groups-per-interface", "5"),
        ("max-elastic-ips", &addresses),
        ("max-instances", "20"),
        ("vpc-max-elastic-ips", &addresses),
        ("default-vpc", &vpc),
    ];
    let wanted = &input.attribute_names;
    if let Some(name) = wanted.iter().find(|name| !all.iter().any(|(own, _)| own == name)) {
        return Err(errors::bad_value(name, "attributeName"));
    }
    let chosen = all.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|one| one == name));
    let shown = chosen.map(|(name, value)| AccountAttribute {
        attribute_name: Some((*name).to_owned()),
        attribute_values: vec![AccountAttributeValue { attribute_value: Some((*value).to_owned()) }],
    });
    Ok(DescribeAccountAttributesOutput { account_attributes: shown.collect() })
}
