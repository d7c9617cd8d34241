#!/usr/bin/env python3
"""Writes `src/wire/SERVICE.rs`: the tables of the operations that the provider calls.

    python3 engine/tf-aws/schema/operations.py

Reads the service models of an installed botocore; members that the provider never uses are left out.
"""

import gzip
import json
import pathlib
import re

import botocore

DATA = pathlib.Path(botocore.__file__).parent / "data"

SERVICES = {
    "iam": ("2010-05-08", """
        CreateRole GetRole UpdateRole UpdateAssumeRolePolicy DeleteRole TagRole UntagRole
        PutRolePermissionsBoundary DeleteRolePermissionsBoundary AttachRolePolicy DetachRolePolicy
        ListAttachedRolePolicies PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies CreatePolicy GetPolicy
        GetPolicyVersion ListPolicyVersions CreatePolicyVersion DeletePolicyVersion DeletePolicy TagPolicy UntagPolicy
        ListPolicies ListInstanceProfilesForRole RemoveRoleFromInstanceProfile CreateInstanceProfile
        GetInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile TagInstanceProfile UntagInstanceProfile
        CreateUser GetUser UpdateUser DeleteUser TagUser UntagUser PutUserPermissionsBoundary
        DeleteUserPermissionsBoundary PutUserPolicy GetUserPolicy DeleteUserPolicy AttachUserPolicy
        DetachUserPolicy ListAttachedUserPolicies CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey
        GetAccessKeyLastUsed CreateGroup GetGroup UpdateGroup DeleteGroup AddUserToGroup RemoveUserFromGroup
        ListGroupsForUser PutGroupPolicy GetGroupPolicy DeleteGroupPolicy AttachGroupPolicy DetachGroupPolicy
        ListAttachedGroupPolicies ListEntitiesForPolicy CreateAccountAlias DeleteAccountAlias ListAccountAliases"""),
    "sts": ("2011-06-15", "GetCallerIdentity"),
    "lambda": ("2015-03-31", """
        CreateFunction GetFunction UpdateFunctionCode UpdateFunctionConfiguration DeleteFunction PublishVersion
        ListVersionsByFunction PutFunctionConcurrency DeleteFunctionConcurrency TagResource UntagResource
        CreateFunctionUrlConfig GetFunctionUrlConfig UpdateFunctionUrlConfig DeleteFunctionUrlConfig AddPermission
        GetPolicy RemovePermission CreateAlias GetAlias UpdateAlias DeleteAlias
        CreateEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping DeleteEventSourceMapping
        PutFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig
        PublishLayerVersion GetLayerVersion ListLayerVersions DeleteLayerVersion Invoke"""),
    "sns": ("2010-03-31", """
        CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic ListTopics Subscribe GetSubscriptionAttributes
        SetSubscriptionAttributes Unsubscribe TagResource UntagResource ListTagsForResource"""),
    "events": ("2015-10-07", """
        CreateEventBus DescribeEventBus DeleteEventBus PutRule DescribeRule DeleteRule PutTargets RemoveTargets
        ListTargetsByRule PutPermission RemovePermission TagResource UntagResource ListTagsForResource"""),
    "apigateway": ("2015-07-09", """
        CreateRestApi GetRestApi UpdateRestApi DeleteRestApi GetResources CreateResource GetResource UpdateResource
        DeleteResource PutMethod GetMethod UpdateMethod DeleteMethod PutMethodResponse GetMethodResponse
        UpdateMethodResponse DeleteMethodResponse PutIntegration GetIntegration UpdateIntegration DeleteIntegration
        PutIntegrationResponse GetIntegrationResponse DeleteIntegrationResponse CreateDeployment GetDeployment
        UpdateDeployment DeleteDeployment CreateStage GetStage UpdateStage DeleteStage PutGatewayResponse
        GetGatewayResponse DeleteGatewayResponse TagResource UntagResource CreateRequestValidator GetRequestValidator
        UpdateRequestValidator DeleteRequestValidator CreateModel GetModel UpdateModel DeleteModel
        CreateAuthorizer GetAuthorizer UpdateAuthorizer DeleteAuthorizer GetAccount UpdateAccount"""),
    "apigateway:apigateway_plans": ("2015-07-09", """
        CreateApiKey GetApiKey UpdateApiKey DeleteApiKey CreateUsagePlan GetUsagePlan UpdateUsagePlan DeleteUsagePlan
        CreateUsagePlanKey GetUsagePlanKey DeleteUsagePlanKey"""),
    "apigatewayv2": ("2018-11-29", """
        CreateApi GetApi UpdateApi DeleteApi DeleteCorsConfiguration CreateRoute GetRoute UpdateRoute DeleteRoute
        CreateIntegration GetIntegration UpdateIntegration DeleteIntegration CreateAuthorizer GetAuthorizer
        UpdateAuthorizer DeleteAuthorizer CreateDeployment GetDeployment UpdateDeployment DeleteDeployment CreateStage
        GetStage UpdateStage DeleteStage DeleteRouteSettings DeleteAccessLogSettings TagResource UntagResource"""),
    "logs": ("2014-03-28", """
        CreateLogGroup DescribeLogGroups DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy TagResource
        UntagResource ListTagsForResource"""),
    "ec2": ("2016-11-15", """
        RunInstances DescribeInstances TerminateInstances StartInstances StopInstances DescribeInstanceAttribute
        ModifyInstanceAttribute ModifyInstanceMetadataOptions DescribeInstanceCreditSpecifications
        ModifyInstanceCreditSpecification MonitorInstances UnmonitorInstances DescribeVolumes CreateTags DeleteTags
        AssociateIamInstanceProfile DisassociateIamInstanceProfile ReplaceIamInstanceProfileAssociation
        DescribeIamInstanceProfileAssociations CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup
        AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress
        RevokeSecurityGroupEgress DescribeSecurityGroupRules ModifySecurityGroupRules
        UpdateSecurityGroupRuleDescriptionsIngress UpdateSecurityGroupRuleDescriptionsEgress ImportKeyPair
        DescribeKeyPairs DeleteKeyPair AllocateAddress DescribeAddresses AssociateAddress DisassociateAddress
        ReleaseAddress DescribeImages DescribeVpcs DescribeVpcAttribute DescribeSubnets DescribeAvailabilityZones
        DescribeRouteTables DescribeNetworkAcls"""),
    "dynamodb": ("2012-08-10", """
        CreateTable DescribeTable UpdateTable DeleteTable TagResource UntagResource ListTagsOfResource
        UpdateTimeToLive DescribeTimeToLive UpdateContinuousBackups DescribeContinuousBackups PutItem GetItem
        UpdateItem DeleteItem"""),
    "s3": ("2006-03-01", """
        CreateBucket HeadBucket DeleteBucket GetBucketTagging PutBucketTagging DeleteBucketTagging GetBucketAcl
        GetBucketWebsite PutBucketWebsite DeleteBucketWebsite GetBucketPolicy PutBucketPolicy DeleteBucketPolicy
        GetPublicAccessBlock PutPublicAccessBlock DeletePublicAccessBlock GetBucketCors PutBucketCors DeleteBucketCors
        GetBucketOwnershipControls PutBucketOwnershipControls DeleteBucketOwnershipControls GetBucketVersioning
        PutBucketVersioning GetBucketEncryption PutObject HeadObject DeleteObject DeleteObjects ListObjectVersions
        GetObjectTagging PutObjectTagging"""),
    "s3:s3_settings": ("2006-03-01", """
        PutBucketNotificationConfiguration GetBucketNotificationConfiguration PutBucketEncryption
        DeleteBucketEncryption PutBucketLifecycleConfiguration GetBucketLifecycleConfiguration DeleteBucketLifecycle
        PutBucketAcl PutBucketLogging GetBucketLogging PutBucketAccelerateConfiguration
        GetBucketAccelerateConfiguration PutBucketRequestPayment GetBucketRequestPayment"""),
    "s3:s3_objects": ("2006-03-01", "CopyObject GetObject ListObjectsV2"),
}

# Members that are used although `UNUSED` names them or they are deprecated.
KEEP = set("""
    PutObjectRequest.IfNoneMatch LifecycleRule.Prefix LifecycleRule.Expiration CopyObjectRequest.ChecksumAlgorithm GetObjectRequest.Range
    NotificationConfiguration.TopicConfigurations HeadObjectOutput.Expiration CopyObjectOutput.Expiration
    GetObjectOutput.Expiration ListObjectsV2Request.EncodingType ListTopicsResponse.Topics
""".split())
SERVICES["sqs"] = ("2012-11-05", """
    CreateQueue GetQueueUrl GetQueueAttributes SetQueueAttributes DeleteQueue ListQueues ListQueueTags TagQueue
    UntagQueue""")

SERVICES["stepfunctions"] = ("2016-11-23", """
    CreateStateMachine UpdateStateMachine DescribeStateMachine DeleteStateMachine ListStateMachines
    ListStateMachineVersions CreateActivity DescribeActivity DeleteActivity ListActivities
    TagResource UntagResource ListTagsForResource""")

UNUSED = set("""
    Topics Queues SourceAccessConfigurations SelfManagedEventSource AmazonManagedKafkaEventSourceConfig
    SelfManagedKafkaEventSourceConfig DocumentDBEventSourceConfig FilterCriteriaError LoggingConfig.x
    DataProtectionPolicy KinesisParameters RunCommandParameters EcsParameters BatchParameters HttpParameters
    RedshiftDataParameters SageMakerPipelineParameters AppSyncParameters LogConfig KmsKeyIdentifier EventSourceName
    ManagedBy TenantId DurableExecutionName DurableExecutionArn
    RequestPayer SSECustomerAlgorithm SSECustomerKey SSECustomerKeyMD5 SSEKMSEncryptionContext GrantFullControl
    GrantRead GrantReadACP GrantWrite GrantWriteACP ContentMD5 ChecksumAlgorithm IfMatch IfNoneMatch
    WriteOffsetBytes IfModifiedSince IfUnmodifiedSince Range ResponseCacheControl ResponseContentDisposition
    ResponseContentEncoding ResponseContentLanguage ResponseContentType ResponseExpires PartNumber OptionalObjectAttributes
    ConfirmRemoveSelfBucketAccess RequestCharged Expiration Restore ReplicationStatus PartsCount MissingMeta
    IfMatchLastModifiedTime IfMatchSize BypassGovernanceRetention CreateBucketConfiguration.Location
    CreateBucketConfiguration.Bucket ArchiveStatus AcceptRanges DeleteMarkerReplication ChecksumType
    RoleLastUsed PermissionsBoundaryUsageCount MasterRegion DryRun RevisionId RuntimeVersionConfig
    StateReasonCode LastUpdateStatusReasonCode SigningProfileVersionArn SigningJobArn MasterArn ConfigSha256
    UpdateRuntimeOn FileSystemConfigs ImageConfig ImageConfigResponse VpcConfig CapacityProviderConfig
    DurableConfig TenancyConfig CodeSigningConfigArn SourceKMSKeyArn
    PublishTo ProvisionedConcurrencyConfig canarySettings methodSettings cacheClusterStatus warnings
    apiSummary tlsConfig integrationTarget responseTransferMode bearerTokenFormat CreateBucketConfiguration.Tags
    bucketNamespace BucketNamespace logGroupIdentifiers accountIdentifiers includeLinkedAccounts inheritedProperties
    metricFilterCount logGroupIdentifier securityPolicy apiStatus apiStatusMessage endpointAccessMode
    limit position MaxItems.x ServiceSpecific TopicConfigurations EncodingType EventThreshold
    Expected ConditionalOperator ReturnValues ReturnItemCollectionMetrics ReturnValuesOnConditionCheckFailure
    AttributesToGet ReplicaUpdates Replicas RestoreSummary ArchivalSummary GlobalTableVersion GlobalTableWitnesses
    GlobalTableWitnessUpdates GlobalTableSourceArn GlobalTableSettingsReplicationMode MultiRegionConsistency
    ResourcePolicy ConsumedCapacity ItemCollectionMetrics ReturnConsumedCapacity
    cloneFrom version.x nameQuery stageDescription.x
""".split())

# Of EC2's widest shapes, the members that the provider uses.
KEPT = {owner: set(names.split()) for owner, names in {
    "RunInstancesRequest": """BlockDeviceMappings ImageId InstanceType KeyName MaxCount MinCount Monitoring Placement
        SecurityGroupIds SecurityGroups SubnetId UserData TagSpecifications CreditSpecification MetadataOptions
        DisableApiStop DisableApiTermination InstanceInitiatedShutdownBehavior PrivateIpAddress ClientToken
        NetworkInterfaces IamInstanceProfile EbsOptimized""",
    "Reservation": "Instances OwnerId",
    "Instance": """Architecture BlockDeviceMappings EbsOptimized IamInstanceProfile NetworkInterfaces RootDeviceName
        SecurityGroups SourceDestCheck StateReason Tags CpuOptions CapacityReservationSpecification MetadataOptions
        EnclaveOptions PrivateDnsNameOptions MaintenanceOptions InstanceId ImageId State PrivateDnsName PublicDnsName
        KeyName InstanceType LaunchTime Placement Monitoring SubnetId VpcId PrivateIpAddress PublicIpAddress""",
    "InstanceNetworkInterface": "NetworkInterfaceId Attachment PrivateIpAddresses SourceDestCheck",
    "InstanceNetworkInterfaceAttachment": "DeviceIndex",
    "InstancePrivateIpAddress": "Primary PrivateIpAddress",
    "InstanceNetworkInterfaceSpecification": """AssociatePublicIpAddress DeviceIndex Groups PrivateIpAddress SubnetId
        DeleteOnTermination""",
    "EbsInstanceBlockDevice": "DeleteOnTermination VolumeId",
    "EbsBlockDevice": "DeleteOnTermination Iops SnapshotId VolumeSize VolumeType Throughput Encrypted",
    "BlockDeviceMapping": "DeviceName Ebs",
    "Placement": "AvailabilityZone Tenancy GroupName",
    "CpuOptions": "CoreCount ThreadsPerCore",
    "CapacityReservationSpecificationResponse": "CapacityReservationPreference",
    "InstanceMaintenanceOptions": "AutoRecovery",
    "InstanceAttribute": """DisableApiStop DisableApiTermination InstanceInitiatedShutdownBehavior UserData""",
    "ModifyInstanceAttributeRequest": """InstanceId DisableApiStop DisableApiTermination Groups InstanceType UserData
        InstanceInitiatedShutdownBehavior SourceDestCheck""",
    "DescribeInstancesRequest": "InstanceIds Filters NextToken MaxResults",
    "DescribeVolumesRequest": "VolumeIds Filters",
    "Volume": "Iops Tags VolumeType Throughput VolumeId Size Encrypted KmsKeyId SnapshotId",
    "StopInstancesRequest": "InstanceIds Force",
    "TerminateInstancesRequest": "InstanceIds",
    "StartInstancesRequest": "InstanceIds",
    "UserIdGroupPair": "Description UserId GroupName GroupId",
    "ReferencedSecurityGroup": "GroupId UserId",
    "RevokeSecurityGroupIngressRequest": "GroupId IpPermissions SecurityGroupRuleIds",
    "RevokeSecurityGroupEgressRequest": "GroupId IpPermissions SecurityGroupRuleIds",
    "RevokeSecurityGroupIngressResult": "Return",
    "RevokeSecurityGroupEgressResult": "Return",
    "AuthorizeSecurityGroupIngressRequest": "GroupId IpPermissions TagSpecifications",
    "AuthorizeSecurityGroupEgressRequest": "GroupId IpPermissions TagSpecifications",
    "AllocateAddressRequest": "Domain Address PublicIpv4Pool NetworkBorderGroup TagSpecifications",
    "AllocateAddressResult": "AllocationId PublicIp",
    "Address": """AllocationId AssociationId Domain NetworkInterfaceId PrivateIpAddress Tags PublicIpv4Pool
        NetworkBorderGroup InstanceId PublicIp""",
    "DescribeImagesRequest": "ExecutableUsers ImageIds Owners IncludeDeprecated Filters NextToken",
    "Image": """PlatformDetails UsageOperation BlockDeviceMappings Description EnaSupport Hypervisor ImageOwnerAlias Name
        RootDeviceName RootDeviceType SriovNetSupport Tags VirtualizationType BootMode DeprecationTime ImdsSupport
        ImageId ImageLocation State OwnerId CreationDate Public Architecture ImageType""",
    "Vpc": "OwnerId InstanceTenancy CidrBlockAssociationSet IsDefault Tags VpcId State CidrBlock DhcpOptionsId",
    "VpcCidrBlockState": "State",
    "DescribeVpcAttributeResult": "EnableDnsHostnames EnableDnsSupport EnableNetworkAddressUsageMetrics",
    "Subnet": """AvailabilityZoneId MapCustomerOwnedIpOnLaunch OwnerId AssignIpv6AddressOnCreation Tags SubnetArn EnableDns64
        Ipv6Native PrivateDnsNameOptionsOnLaunch SubnetId State VpcId CidrBlock AvailableIpAddressCount AvailabilityZone
        DefaultForAz MapPublicIpOnLaunch""",
    "AvailabilityZone": "OptInStatus ZoneName ZoneId GroupName State",
    "RouteTable": "RouteTableId",
    "NetworkAcl": "NetworkAclId",
    "MonitorInstancesResult": "",
    "UnmonitorInstancesResult": "",
    "StartInstancesResult": "",
    "StopInstancesResult": "",
    "TerminateInstancesResult": "",
    "ModifyInstanceMetadataOptionsResult": "",
    "ModifyInstanceCreditSpecificationResult": "UnsuccessfulInstanceCreditSpecifications",
    "AssociateIamInstanceProfileResult": "",
    "DisassociateIamInstanceProfileResult": "",
    "ReplaceIamInstanceProfileAssociationResult": "",
    "InstanceMetadataOptionsResponse": """HttpTokens HttpPutResponseHopLimit HttpEndpoint HttpProtocolIpv6
        InstanceMetadataTags""",
    "DescribeKeyPairsRequest": "KeyNames IncludePublicKey",
    "DeleteKeyPairRequest": "KeyName",
    "DescribeSecurityGroupsRequest": "GroupIds GroupNames Filters NextToken",
}.items()}

WORDS = {
    "string": "STRING", "boolean": "BOOLEAN", "integer": "INTEGER", "long": "LONG", "double": "DOUBLE",
    "float": "DOUBLE", "timestamp": "TIMESTAMP", "blob": "BLOB", "jsonvalue": "STRING",
}


# What is JSON for Terraform too: items.
DOCUMENTS = set("AttributeMap PutItemInputAttributeMap Key ExpressionAttributeValueMap AttributeUpdates".split())


def constant(name):
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).upper().replace("_ID_S", "_IDS")


class Writer:
    def __init__(self, model):
        self.model, self.shapes, self.tables, self.rest = model, model["shapes"], {}, "rest" in model["metadata"]["protocol"]

    def shape(self, name):
        shape = self.shapes[name]
        kind = shape["type"]
        if self.model["metadata"]["serviceId"] == "DynamoDB" and name in DOCUMENTS:
            return "DOCUMENT"
        if kind == "structure":
            if name not in self.tables:
                self.tables[name] = None
                self.tables[name] = self.members(shape, name)
            return f"of!({constant(name)})"
        if kind == "list":
            return f"list!({self.shape(shape['member']['shape'])})"
        if kind == "map":
            return f"map!({self.shape(shape['value']['shape'])})"
        return WORDS[kind]

    def traits(self, name, member, payload):
        out, shape = [], self.shapes[member["shape"]]
        if self.model["metadata"]["protocol"] == "ec2":
            return self.ec2_traits(name, member)
        flattened = shape.get("flattened") or member.get("flattened")
        place, wire = member.get("location"), member.get("locationName", name)
        if place == "uri":
            out.append("label()" if wire == name else f'label_as("{wire}")')
        elif place == "header":
            out.append(f'header("{wire}")')
        elif place == "headers":
            out.append(f'prefix_headers("{wire}")')
        elif place == "querystring":
            out.append("query_map()" if shape["type"] == "map" else f'query("{wire}")')
        elif place == "statusCode":
            out.append("status_code()")
        elif payload == name:
            out.append("payload()")
        if place is None and self.model["metadata"]["protocol"] == "rest-xml":
            if payload == name:
                inner = shape.get("locationName") or member.get("locationName")
                if inner:
                    out.append(f'xml("{inner}")')
            elif member.get("locationName", name) != name and not flattened:
                out.append(f'xml("{wire}")')
        if place is None and self.model["metadata"]["protocol"] == "rest-json" and wire != name:
            out.append(f'json("{wire}")')
        if shape["type"] == "list" and self.model["metadata"]["protocol"] == "rest-xml":
            item = shape["member"].get("locationName")
            if flattened:
                out.append("flattened()")
                item = item or member.get("locationName")
            if item:
                out.append(f'item("{item}")')
        if member.get("xmlAttribute"):
            out.append("xml_attribute()")
        if "xmlNamespace" in member or "xmlNamespace" in shape and shape["type"] == "structure" and payload != name:
            space = member.get("xmlNamespace") or shape["xmlNamespace"]
            if space.get("prefix"):
                out.append(f'xml_namespace("{space["uri"]}").xml_prefix("{space["prefix"]}")')
        stamp = member.get("timestampFormat") or shape.get("timestampFormat")
        if shape["type"] == "timestamp" and (stamp or place == "header"):
            out.append('timestamp("%s")' % {"iso8601": "date-time", "rfc822": "http-date", "unixTimestamp": "epoch-seconds", None: "http-date"}[stamp])
        return out

    def ec2_traits(self, name, member):
        """Only names that do not follow from the member's own (`small_xml_names`)."""
        out, wire = [], member.get("locationName")
        if wire and wire != name[0].lower() + name[1:]:
            out.append(f'xml("{wire}")')
        query = member.get("queryName")
        if query and query != (wire or name)[0].upper() + (wire or name)[1:]:
            out.append(f'ec2("{query}")')
        return out

    def members(self, shape, owner):
        lines = []
        for name, member in shape.get("members", {}).items():
            # EC2 says per shape what it keeps, the others what they leave out.
            everywhere = name in UNUSED and self.model["metadata"]["protocol"] != "ec2" or name == "DryRun"
            unused = everywhere or f"{owner}.{name}" in UNUSED or member.get("deprecated")
            if unused and f"{owner}.{name}" not in KEEP or name not in KEPT.get(owner, [name]):
                continue
            words = self.traits(name, member, shape.get("payload"))
            tail = "".join(f".{word}" for word in words)
            lines.append(f'"{name}": {self.shape(member["shape"])}' + (f" => {tail[1:]}" if tail else "") + ",")
        return lines


def main():
    for key, (version, names) in SERVICES.items():
        # `SERVICE:FILE` is a second file of a service.
        service, _, file = key.partition(":")
        model = json.loads(gzip.open(DATA / service / version / "service-2.json.gz").read())
        writer, operations = Writer(model), []
        for name in names.split():
            op = model["operations"][name]
            errors = []
            for error in op.get("errors", []):
                code = model["shapes"][error["shape"]].get("error", {}).get("code") or error["shape"]
                errors.append(f'"{code}"')
            http = op["http"]
            text = f'    {constant(name)} "{name}" "{http["method"]}" "{http["requestUri"]}" '
            for side in ("input", "output"):
                if side in op:
                    lines = writer.members(model["shapes"][op[side]["shape"]], op[side]["shape"])
                else:
                    lines = []
                body = "".join(f"\n        {line}" for line in lines) + ("\n    " if lines else "")
                text += ("-> " if side == "output" else "") + "{" + body + "} "
            operations.append(text + f"errors [{', '.join(errors)}];")
        # Tables stand before those that hold them; order does not matter to statics.
        tables = []
        for name, lines in writer.tables.items():
            body = "".join(f"\n        {line}" for line in lines) + "\n    "
            tables.append(f'    {constant(name)} "{name}" {{{body}}}')
        out = [
            f"//! What the provider calls of {model['metadata']['serviceId']}.",
            "//!",
            "//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model",
            f"//! (`{service}/{version}/service-2.json`).",
            "",
        ]
        out += ["use super::tables::*;", "use super::{Operation, services};", ""]
        if tables:
            out += ["shapes! {"] + tables + ["}", ""]
        const = service.upper()
        out += [f"operations! {{ services::{const};"] + operations + ["}"]
        path = pathlib.Path(__file__).parent.parent / "src/wire" / f"{file or service.replace('lambda', 'lambda_fn')}.rs"
        path.write_text("\n".join(out) + "\n")


main()
