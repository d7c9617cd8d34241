//! Operations of API Gateway that Nuvola does not simulate: domain names, documentation, VPC links, client certificates, import and export.

use crate::service::MissingOperation;

/// **Source**: the service's public model, 2015-07-09.
pub static NOT_SIMULATED: &[MissingOperation] = &[
    MissingOperation::rest("CreateBasePathMapping", "POST", "/domainnames/{domain_name}/basepathmappings"),
    MissingOperation::rest("CreateDocumentationPart", "POST", "/restapis/{restapi_id}/documentation/parts"),
    MissingOperation::rest(
        "CreateDocumentationVersion",
        "POST",
        "/restapis/{restapi_id}/documentation/versions",
    ),
    MissingOperation::rest("CreateDomainName", "POST", "/domainnames"),
    MissingOperation::rest("CreateDomainNameAccessAssociation", "POST", "/domainnameaccessassociations"),
    MissingOperation::rest("CreateVpcLink", "POST", "/vpclinks"),
    MissingOperation::rest(
        "DeleteBasePathMapping",
        "DELETE",
        "/domainnames/{domain_name}/basepathmappings/{base_path}",
    ),
    MissingOperation::rest("DeleteClientCertificate", "DELETE", "/clientcertificates/{clientcertificate_id}"),
    MissingOperation::rest(
        "DeleteDocumentationPart",
        "DELETE",
        "/restapis/{restapi_id}/documentation/parts/{part_id}",
    ),
    MissingOperation::rest(
        "DeleteDocumentationVersion",
        "DELETE",
        "/restapis/{restapi_id}/documentation/versions/{doc_version}",
    ),
    MissingOperation::rest("DeleteDomainName", "DELETE", "/domainnames/{domain_name}"),
    MissingOperation::rest(
        "DeleteDomainNameAccessAssociation",
        "DELETE",
        "/domainnameaccessassociations/{domain_name_access_association_arn}",
    ),
    MissingOperation::rest("DeleteVpcLink", "DELETE", "/vpclinks/{vpclink_id}"),
    MissingOperation::rest(
        "FlushStageCache",
        "DELETE",
        "/restapis/{restapi_id}/stages/{stage_name}/cache/data",
    ),
    MissingOperation::rest("GenerateClientCertificate", "POST", "/clientcertificates"),
    MissingOperation::rest(
        "GetBasePathMapping",
        "GET",
        "/domainnames/{domain_name}/basepathmappings/{base_path}",
    ),
    MissingOperation::rest("GetBasePathMappings", "GET", "/domainnames/{domain_name}/basepathmappings"),
    MissingOperation::rest("GetClientCertificate", "GET", "/clientcertificates/{clientcertificate_id}"),
    MissingOperation::rest("GetClientCertificates", "GET", "/clientcertificates"),
    MissingOperation::rest(
        "GetDocumentationPart",
        "GET",
        "/restapis/{restapi_id}/documentation/parts/{part_id}",
    ),
    MissingOperation::rest("GetDocumentationParts", "GET", "/restapis/{restapi_id}/documentation/parts"),
    MissingOperation::rest(
        "GetDocumentationVersion",
        "GET",
        "/restapis/{restapi_id}/documentation/versions/{doc_version}",
    ),
    MissingOperation::rest(
        "GetDocumentationVersions",
        "GET",
        "/restapis/{restapi_id}/documentation/versions",
    ),
    MissingOperation::rest("GetDomainName", "GET", "/domainnames/{domain_name}"),
    MissingOperation::rest("GetDomainNameAccessAssociations", "GET", "/domainnameaccessassociations"),
    MissingOperation::rest("GetDomainNames", "GET", "/domainnames"),
    MissingOperation::rest(
        "GetExport",
        "GET",
        "/restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}",
    ),
    MissingOperation::rest(
        "GetModelTemplate",
        "GET",
        "/restapis/{restapi_id}/models/{model_name}/default_template",
    ),
    MissingOperation::rest("GetSdk", "GET", "/restapis/{restapi_id}/stages/{stage_name}/sdks/{sdk_type}"),
    MissingOperation::rest("GetSdkType", "GET", "/sdktypes/{sdktype_id}"),
    MissingOperation::rest("GetSdkTypes", "GET", "/sdktypes"),
    MissingOperation::rest("GetVpcLink", "GET", "/vpclinks/{vpclink_id}"),
    MissingOperation::rest("GetVpcLinks", "GET", "/vpclinks"),
    MissingOperation::rest("ImportApiKeys", "POST", "/apikeys?mode=import"),
    MissingOperation::rest("ImportDocumentationParts", "PUT", "/restapis/{restapi_id}/documentation/parts"),
    MissingOperation::rest("ImportRestApi", "POST", "/restapis?mode=import"),
    MissingOperation::rest("PutRestApi", "PUT", "/restapis/{restapi_id}"),
    MissingOperation::rest(
        "RejectDomainNameAccessAssociation",
        "POST",
        "/rejectdomainnameaccessassociations",
    ),
    MissingOperation::rest(
        "TestInvokeAuthorizer",
        "POST",
        "/restapis/{restapi_id}/authorizers/{authorizer_id}",
    ),
    MissingOperation::rest(
        "UpdateBasePathMapping",
        "PATCH",
        "/domainnames/{domain_name}/basepathmappings/{base_path}",
    ),
    MissingOperation::rest("UpdateClientCertificate", "PATCH", "/clientcertificates/{clientcertificate_id}"),
    MissingOperation::rest(
        "UpdateDocumentationPart",
        "PATCH",
        "/restapis/{restapi_id}/documentation/parts/{part_id}",
    ),
    MissingOperation::rest(
        "UpdateDocumentationVersion",
        "PATCH",
        "/restapis/{restapi_id}/documentation/versions/{doc_version}",
    ),
    MissingOperation::rest("UpdateDomainName", "PATCH", "/domainnames/{domain_name}"),
    MissingOperation::rest("UpdateUsage", "PATCH", "/usageplans/{usageplanId}/keys/{keyId}/usage"),
    MissingOperation::rest("UpdateVpcLink", "PATCH", "/vpclinks/{vpclink_id}"),
];
