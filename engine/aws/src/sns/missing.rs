//! Operations of SNS that Nuvola does not simulate: SMS, mobile push, data protection.

use crate::service::MissingOperation;

pub const NOT_SIMULATED: &[MissingOperation] = &[
    MissingOperation::rpc("CheckIfPhoneNumberIsOptedOut"),
    MissingOperation::rpc("CreatePlatformApplication"),
    MissingOperation::rpc("CreatePlatformEndpoint"),
    MissingOperation::rpc("CreateSMSSandboxPhoneNumber"),
    MissingOperation::rpc("DeleteEndpoint"),
    MissingOperation::rpc("DeletePlatformApplication"),
    MissingOperation::rpc("DeleteSMSSandboxPhoneNumber"),
    MissingOperation::rpc("GetDataProtectionPolicy"),
    MissingOperation::rpc("GetEndpointAttributes"),
    MissingOperation::rpc("GetPlatformApplicationAttributes"),
    MissingOperation::rpc("GetSMSAttributes"),
    MissingOperation::rpc("GetSMSSandboxAccountStatus"),
    MissingOperation::rpc("ListEndpointsByPlatformApplication"),
    MissingOperation::rpc("ListOriginationNumbers"),
    MissingOperation::rpc("ListPhoneNumbersOptedOut"),
    MissingOperation::rpc("ListPlatformApplications"),
    MissingOperation::rpc("ListSMSSandboxPhoneNumbers"),
    MissingOperation::rpc("OptInPhoneNumber"),
    MissingOperation::rpc("PutDataProtectionPolicy"),
    MissingOperation::rpc("SetEndpointAttributes"),
    MissingOperation::rpc("SetPlatformApplicationAttributes"),
    MissingOperation::rpc("SetSMSAttributes"),
    MissingOperation::rpc("VerifySMSSandboxPhoneNumber"),
];
