//! EC2's errors, one constructor per code and text.
//!
//! **Source**: Amazon EC2 Developer Guide, "Error codes for the Amazon EC2 API"; texts as users of boto3, the
//! AWS CLI and Terraform see them. Texts that no public source shows are worded after their neighbours.

use nuvola_wire::ApiError;

pub fn error(code: &str, text: impl Into<String>) -> ApiError {
    ApiError::new(400, code, text)
}

pub fn invalid_value(text: impl Into<String>) -> ApiError {
    error("InvalidParameterValue", text)
}

/// A value that is none of those a parameter takes.
pub fn bad_value(value: &str, parameter: &str) -> ApiError {
    invalid_value(format!("Value ({value}) for parameter {parameter} is invalid."))
}

pub fn combination(text: impl Into<String>) -> ApiError {
    error("InvalidParameterCombination", text)
}

pub fn missing_parameter(name: &str) -> ApiError {
    error("MissingParameter", format!("The request must contain the parameter {name}"))
}

pub fn dry_run() -> ApiError {
    ApiError::new(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
}

pub fn not_simulated(what: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("{what} is not simulated by Nuvola"))
}

pub fn invalid_token() -> ApiError {
    error("InvalidNextToken", "The specified NextToken is not valid.")
}

pub fn invalid_filter(name: &str) -> ApiError {
    invalid_value(format!("The filter '{name}' is invalid"))
}

pub fn invalid_instance_type(name: &str) -> ApiError {
    invalid_value(format!("Invalid value '{name}' for InstanceType."))
}

pub fn architecture(of_type: &str, of_image: &str) -> ApiError {
    invalid_value(format!(
        "The architecture '{of_type}' of the specified instance type does not match the architecture \
         '{of_image}' of the specified AMI. Specify an instance type and an AMI that have matching \
         architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover \
         the architecture of the instance type or AMI."
    ))
}

pub fn no_such_key_pair(name: &str) -> ApiError {
    error("InvalidKeyPair.NotFound", format!("The key pair '{name}' does not exist"))
}

pub fn duplicate_key_pair(name: &str) -> ApiError {
    error("InvalidKeyPair.Duplicate", format!("The keypair '{name}' already exists."))
}

pub fn invalid_key_format() -> ApiError {
    error("InvalidKey.Format", "Key is not in valid OpenSSH public key format")
}

pub fn no_such_group(id: &str) -> ApiError {
    error("InvalidGroup.NotFound", format!("The security group '{id}' does not exist"))
}

pub fn no_such_group_name(name: &str, vpc: &str) -> ApiError {
    error(
        "InvalidGroup.NotFound",
        format!("The security group '{name}' does not exist in default VPC '{vpc}'"),
    )
}

pub fn duplicate_group(name: &str, vpc: &str) -> ApiError {
    error("InvalidGroup.Duplicate", format!("The security group '{name}' already exists for VPC '{vpc}'"))
}

pub fn reserved_group(name: &str) -> ApiError {
    error("InvalidGroup.Reserved", format!("The security group '{name}' is reserved"))
}

pub fn default_group_stays(id: &str) -> ApiError {
    error(
        "CannotDelete",
        format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"),
    )
}

pub fn group_in_use(id: &str) -> ApiError {
    error("DependencyViolation", format!("resource {id} has a dependent object"))
}

pub fn duplicate_rule(peer: &str, ports: &str) -> ApiError {
    let text = format!("the specified rule \"peer: {peer}, {ports}, ALLOW\" already exists");
    error("InvalidPermission.Duplicate", text)
}

pub fn no_such_rule() -> ApiError {
    error("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
}

pub fn too_many_rules() -> ApiError {
    let text = "The maximum number of rules per security group has been reached.";
    error("RulesPerSecurityGroupLimitExceeded", text)
}

pub fn incorrect_state(text: impl Into<String>) -> ApiError {
    error("IncorrectInstanceState", text)
}

pub fn termination_protected(id: &str) -> ApiError {
    let text = format!(
        "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
    );
    error("OperationNotPermitted", text)
}

pub fn stop_protected(id: &str) -> ApiError {
    let text = format!(
        "The instance '{id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again."
    );
    error("OperationNotPermitted", text)
}

pub fn token_mismatch() -> ApiError {
    let text =
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).";
    error("IdempotentParameterMismatch", text)
}

pub fn vcpu_limit(limit: i32) -> ApiError {
    let text = format!(
        "You have requested more vCPU capacity than your current vCPU limit of {limit} allows for the instance \
         bucket that the specified instance type belongs to. Please visit \
         http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit."
    );
    error("VcpuLimitExceeded", text)
}

pub fn address_in_use(ip: &str) -> ApiError {
    error("InvalidIPAddress.InUse", format!("Address {ip} is in use."))
}

pub fn outside_subnet(ip: &str) -> ApiError {
    invalid_value(format!("Address {ip} does not fall within the subnet's address range"))
}

pub fn no_free_addresses(subnet: &str) -> ApiError {
    let text = format!(
        "There are not enough free addresses in subnet '{subnet}' to satisfy the requested number of instances."
    );
    error("InsufficientFreeAddressesInSubnet", text)
}

pub fn invalid_profile_name(name: &str) -> ApiError {
    invalid_value(format!(
        "Value ({name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
    ))
}

pub fn invalid_profile_arn(arn: &str) -> ApiError {
    invalid_value(format!(
        "Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN"
    ))
}

pub fn profile_without_role(arn: &str) -> ApiError {
    invalid_value(format!("IAM Instance Profile \"{arn}\" has no associated IAM Roles"))
}

pub fn profile_associated(instance: &str) -> ApiError {
    incorrect_state(format!("There is an existing association for instance {instance}"))
}

pub fn no_such_profile_association(id: &str) -> ApiError {
    error("NoSuchAssociation", format!("invalid association: {id}"))
}

pub fn no_such_association(id: &str) -> ApiError {
    error("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist"))
}

pub fn no_such_address(ip: &str) -> ApiError {
    error("InvalidAddress.NotFound", format!("Address '{ip}' not found."))
}

pub fn already_associated(allocation: &str) -> ApiError {
    let text = format!("resource {allocation} is already associated with associate-id");
    error("Resource.AlreadyAssociated", text)
}

pub fn address_is_used(ip: &str) -> ApiError {
    error("InvalidIPAddress.InUse", format!("Address {ip} is in use."))
}

pub fn address_limit() -> ApiError {
    error("AddressLimitExceeded", "The maximum number of addresses has been reached.")
}

pub fn group_limit() -> ApiError {
    error("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached.")
}

pub fn tag_limit() -> ApiError {
    error("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
}

pub fn user_data_too_long() -> ApiError {
    invalid_value("User data is limited to 16384 bytes")
}

pub fn user_data_not_base64() -> ApiError {
    invalid_value("Invalid BASE64 encoding of user data.")
}

pub fn volume_too_small(size: i32, snapshot: &str, least: i32) -> ApiError {
    let text =
        format!("Volume of size {size}GB is smaller than snapshot '{snapshot}', expect size >= {least}GB");
    error("InvalidBlockDeviceMapping", text)
}
