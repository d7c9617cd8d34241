//! What the provider calls of EC2.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`ec2/2016-11-15/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    BLOCK_DEVICE_MAPPING "BlockDeviceMapping" {
        "Ebs": of!(EBS_BLOCK_DEVICE),
        "DeviceName": STRING,
    }
    EBS_BLOCK_DEVICE "EbsBlockDevice" {
        "DeleteOnTermination": BOOLEAN,
        "Iops": INTEGER,
        "SnapshotId": STRING,
        "VolumeSize": INTEGER,
        "VolumeType": STRING,
        "Throughput": INTEGER,
        "Encrypted": BOOLEAN,
    }
    RUN_INSTANCES_MONITORING_ENABLED "RunInstancesMonitoringEnabled" {
        "Enabled": BOOLEAN,
    }
    PLACEMENT "Placement" {
        "GroupName": STRING,
        "Tenancy": STRING,
        "AvailabilityZone": STRING,
    }
    TAG_SPECIFICATION "TagSpecification" {
        "ResourceType": STRING,
        "Tags": list!(of!(TAG)) => xml("Tag"),
    }
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    CREDIT_SPECIFICATION_REQUEST "CreditSpecificationRequest" {
        "CpuCredits": STRING,
    }
    INSTANCE_METADATA_OPTIONS_REQUEST "InstanceMetadataOptionsRequest" {
        "HttpTokens": STRING,
        "HttpPutResponseHopLimit": INTEGER,
        "HttpEndpoint": STRING,
        "HttpProtocolIpv6": STRING,
        "InstanceMetadataTags": STRING,
    }
    INSTANCE_NETWORK_INTERFACE_SPECIFICATION "InstanceNetworkInterfaceSpecification" {
        "AssociatePublicIpAddress": BOOLEAN,
        "DeleteOnTermination": BOOLEAN,
        "DeviceIndex": INTEGER,
        "Groups": list!(STRING) => xml("SecurityGroupId"),
        "PrivateIpAddress": STRING,
        "SubnetId": STRING,
    }
    IAM_INSTANCE_PROFILE_SPECIFICATION "IamInstanceProfileSpecification" {
        "Arn": STRING,
        "Name": STRING,
    }
    INSTANCE "Instance" {
        "Architecture": STRING,
        "BlockDeviceMappings": list!(of!(INSTANCE_BLOCK_DEVICE_MAPPING)) => xml("blockDeviceMapping"),
        "EbsOptimized": BOOLEAN,
        "IamInstanceProfile": of!(IAM_INSTANCE_PROFILE),
        "NetworkInterfaces": list!(of!(INSTANCE_NETWORK_INTERFACE)) => xml("networkInterfaceSet"),
        "RootDeviceName": STRING,
        "SecurityGroups": list!(of!(GROUP_IDENTIFIER)) => xml("groupSet"),
        "SourceDestCheck": BOOLEAN,
        "StateReason": of!(STATE_REASON),
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "CpuOptions": of!(CPU_OPTIONS),
        "CapacityReservationSpecification": of!(CAPACITY_RESERVATION_SPECIFICATION_RESPONSE),
        "MetadataOptions": of!(INSTANCE_METADATA_OPTIONS_RESPONSE),
        "EnclaveOptions": of!(ENCLAVE_OPTIONS),
        "PrivateDnsNameOptions": of!(PRIVATE_DNS_NAME_OPTIONS_RESPONSE),
        "MaintenanceOptions": of!(INSTANCE_MAINTENANCE_OPTIONS),
        "InstanceId": STRING,
        "ImageId": STRING,
        "State": of!(INSTANCE_STATE) => xml("instanceState"),
        "PrivateDnsName": STRING,
        "PublicDnsName": STRING => xml("dnsName"),
        "KeyName": STRING,
        "InstanceType": STRING,
        "LaunchTime": TIMESTAMP,
        "Placement": of!(PLACEMENT),
        "Monitoring": of!(MONITORING),
        "SubnetId": STRING,
        "VpcId": STRING,
        "PrivateIpAddress": STRING,
        "PublicIpAddress": STRING => xml("ipAddress"),
    }
    INSTANCE_BLOCK_DEVICE_MAPPING "InstanceBlockDeviceMapping" {
        "DeviceName": STRING,
        "Ebs": of!(EBS_INSTANCE_BLOCK_DEVICE),
    }
    EBS_INSTANCE_BLOCK_DEVICE "EbsInstanceBlockDevice" {
        "DeleteOnTermination": BOOLEAN,
        "VolumeId": STRING,
    }
    IAM_INSTANCE_PROFILE "IamInstanceProfile" {
        "Arn": STRING,
        "Id": STRING,
    }
    INSTANCE_NETWORK_INTERFACE "InstanceNetworkInterface" {
        "Attachment": of!(INSTANCE_NETWORK_INTERFACE_ATTACHMENT),
        "NetworkInterfaceId": STRING,
        "PrivateIpAddresses": list!(of!(INSTANCE_PRIVATE_IP_ADDRESS)) => xml("privateIpAddressesSet"),
        "SourceDestCheck": BOOLEAN,
    }
    INSTANCE_NETWORK_INTERFACE_ATTACHMENT "InstanceNetworkInterfaceAttachment" {
        "DeviceIndex": INTEGER,
    }
    INSTANCE_PRIVATE_IP_ADDRESS "InstancePrivateIpAddress" {
        "Primary": BOOLEAN,
        "PrivateIpAddress": STRING,
    }
    GROUP_IDENTIFIER "GroupIdentifier" {
        "GroupId": STRING,
        "GroupName": STRING,
    }
    STATE_REASON "StateReason" {
        "Code": STRING,
        "Message": STRING,
    }
    CPU_OPTIONS "CpuOptions" {
        "CoreCount": INTEGER,
        "ThreadsPerCore": INTEGER,
    }
    CAPACITY_RESERVATION_SPECIFICATION_RESPONSE "CapacityReservationSpecificationResponse" {
        "CapacityReservationPreference": STRING,
    }
    INSTANCE_METADATA_OPTIONS_RESPONSE "InstanceMetadataOptionsResponse" {
        "HttpTokens": STRING,
        "HttpPutResponseHopLimit": INTEGER,
        "HttpEndpoint": STRING,
        "HttpProtocolIpv6": STRING,
        "InstanceMetadataTags": STRING,
    }
    ENCLAVE_OPTIONS "EnclaveOptions" {
        "Enabled": BOOLEAN,
    }
    PRIVATE_DNS_NAME_OPTIONS_RESPONSE "PrivateDnsNameOptionsResponse" {
        "HostnameType": STRING,
        "EnableResourceNameDnsARecord": BOOLEAN,
        "EnableResourceNameDnsAAAARecord": BOOLEAN,
    }
    INSTANCE_MAINTENANCE_OPTIONS "InstanceMaintenanceOptions" {
        "AutoRecovery": STRING,
    }
    INSTANCE_STATE "InstanceState" {
        "Code": INTEGER,
        "Name": STRING,
    }
    MONITORING "Monitoring" {
        "State": STRING,
    }
    FILTER "Filter" {
        "Name": STRING,
        "Values": list!(STRING) => xml("Value"),
    }
    RESERVATION "Reservation" {
        "OwnerId": STRING,
        "Instances": list!(of!(INSTANCE)) => xml("instancesSet"),
    }
    ATTRIBUTE_BOOLEAN_VALUE "AttributeBooleanValue" {
        "Value": BOOLEAN,
    }
    ATTRIBUTE_VALUE "AttributeValue" {
        "Value": STRING,
    }
    BLOB_ATTRIBUTE_VALUE "BlobAttributeValue" {
        "Value": BLOB,
    }
    INSTANCE_CREDIT_SPECIFICATION "InstanceCreditSpecification" {
        "InstanceId": STRING,
        "CpuCredits": STRING,
    }
    INSTANCE_CREDIT_SPECIFICATION_REQUEST "InstanceCreditSpecificationRequest" {
        "InstanceId": STRING,
        "CpuCredits": STRING,
    }
    UNSUCCESSFUL_INSTANCE_CREDIT_SPECIFICATION_ITEM "UnsuccessfulInstanceCreditSpecificationItem" {
        "InstanceId": STRING,
        "Error": of!(UNSUCCESSFUL_INSTANCE_CREDIT_SPECIFICATION_ITEM_ERROR),
    }
    UNSUCCESSFUL_INSTANCE_CREDIT_SPECIFICATION_ITEM_ERROR "UnsuccessfulInstanceCreditSpecificationItemError" {
        "Code": STRING,
        "Message": STRING,
    }
    VOLUME "Volume" {
        "Iops": INTEGER,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "VolumeType": STRING,
        "Throughput": INTEGER,
        "VolumeId": STRING,
        "Size": INTEGER,
        "SnapshotId": STRING,
        "Encrypted": BOOLEAN,
        "KmsKeyId": STRING,
    }
    IAM_INSTANCE_PROFILE_ASSOCIATION "IamInstanceProfileAssociation" {
        "AssociationId": STRING,
        "InstanceId": STRING,
        "IamInstanceProfile": of!(IAM_INSTANCE_PROFILE),
        "State": STRING,
        "Timestamp": TIMESTAMP,
    }
    SECURITY_GROUP "SecurityGroup" {
        "GroupId": STRING,
        "IpPermissionsEgress": list!(of!(IP_PERMISSION)),
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "VpcId": STRING,
        "SecurityGroupArn": STRING,
        "OwnerId": STRING,
        "GroupName": STRING,
        "Description": STRING => xml("groupDescription"),
        "IpPermissions": list!(of!(IP_PERMISSION)),
    }
    IP_PERMISSION "IpPermission" {
        "IpProtocol": STRING,
        "FromPort": INTEGER,
        "ToPort": INTEGER,
        "UserIdGroupPairs": list!(of!(USER_ID_GROUP_PAIR)) => xml("groups"),
        "IpRanges": list!(of!(IP_RANGE)),
        "Ipv6Ranges": list!(of!(IPV6_RANGE)),
        "PrefixListIds": list!(of!(PREFIX_LIST_ID)),
    }
    USER_ID_GROUP_PAIR "UserIdGroupPair" {
        "Description": STRING,
        "UserId": STRING,
        "GroupName": STRING,
        "GroupId": STRING,
    }
    IP_RANGE "IpRange" {
        "Description": STRING,
        "CidrIp": STRING,
    }
    IPV6_RANGE "Ipv6Range" {
        "Description": STRING,
        "CidrIpv6": STRING,
    }
    PREFIX_LIST_ID "PrefixListId" {
        "Description": STRING,
        "PrefixListId": STRING,
    }
    SECURITY_GROUP_RULE "SecurityGroupRule" {
        "SecurityGroupRuleId": STRING,
        "GroupId": STRING,
        "GroupOwnerId": STRING,
        "IsEgress": BOOLEAN,
        "IpProtocol": STRING,
        "FromPort": INTEGER,
        "ToPort": INTEGER,
        "CidrIpv4": STRING,
        "CidrIpv6": STRING,
        "PrefixListId": STRING,
        "ReferencedGroupInfo": of!(REFERENCED_SECURITY_GROUP),
        "Description": STRING,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "SecurityGroupRuleArn": STRING,
    }
    REFERENCED_SECURITY_GROUP "ReferencedSecurityGroup" {
        "GroupId": STRING,
        "UserId": STRING,
    }
    SECURITY_GROUP_RULE_UPDATE "SecurityGroupRuleUpdate" {
        "SecurityGroupRuleId": STRING,
        "SecurityGroupRule": of!(SECURITY_GROUP_RULE_REQUEST),
    }
    SECURITY_GROUP_RULE_REQUEST "SecurityGroupRuleRequest" {
        "IpProtocol": STRING,
        "FromPort": INTEGER,
        "ToPort": INTEGER,
        "CidrIpv4": STRING,
        "CidrIpv6": STRING,
        "PrefixListId": STRING,
        "ReferencedGroupId": STRING,
        "Description": STRING,
    }
    SECURITY_GROUP_RULE_DESCRIPTION "SecurityGroupRuleDescription" {
        "SecurityGroupRuleId": STRING,
        "Description": STRING,
    }
    KEY_PAIR_INFO "KeyPairInfo" {
        "KeyPairId": STRING,
        "KeyType": STRING,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "PublicKey": STRING,
        "CreateTime": TIMESTAMP,
        "KeyName": STRING,
        "KeyFingerprint": STRING,
    }
    ADDRESS "Address" {
        "AllocationId": STRING,
        "AssociationId": STRING,
        "Domain": STRING,
        "NetworkInterfaceId": STRING,
        "PrivateIpAddress": STRING,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "PublicIpv4Pool": STRING,
        "NetworkBorderGroup": STRING,
        "InstanceId": STRING,
        "PublicIp": STRING,
    }
    IMAGE "Image" {
        "PlatformDetails": STRING,
        "UsageOperation": STRING,
        "BlockDeviceMappings": list!(of!(BLOCK_DEVICE_MAPPING)) => xml("blockDeviceMapping"),
        "Description": STRING,
        "EnaSupport": BOOLEAN,
        "Hypervisor": STRING,
        "ImageOwnerAlias": STRING,
        "Name": STRING,
        "RootDeviceName": STRING,
        "RootDeviceType": STRING,
        "SriovNetSupport": STRING,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "VirtualizationType": STRING,
        "BootMode": STRING,
        "DeprecationTime": STRING,
        "ImdsSupport": STRING,
        "ImageId": STRING,
        "ImageLocation": STRING,
        "State": STRING => xml("imageState"),
        "OwnerId": STRING => xml("imageOwnerId"),
        "CreationDate": STRING,
        "Public": BOOLEAN => xml("isPublic"),
        "Architecture": STRING,
        "ImageType": STRING,
    }
    VPC "Vpc" {
        "OwnerId": STRING,
        "InstanceTenancy": STRING,
        "CidrBlockAssociationSet": list!(of!(VPC_CIDR_BLOCK_ASSOCIATION)),
        "IsDefault": BOOLEAN,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "VpcId": STRING,
        "State": STRING,
        "CidrBlock": STRING,
        "DhcpOptionsId": STRING,
    }
    VPC_CIDR_BLOCK_ASSOCIATION "VpcCidrBlockAssociation" {
        "AssociationId": STRING,
        "CidrBlock": STRING,
        "CidrBlockState": of!(VPC_CIDR_BLOCK_STATE),
    }
    VPC_CIDR_BLOCK_STATE "VpcCidrBlockState" {
        "State": STRING,
    }
    SUBNET "Subnet" {
        "AvailabilityZoneId": STRING,
        "MapCustomerOwnedIpOnLaunch": BOOLEAN,
        "OwnerId": STRING,
        "AssignIpv6AddressOnCreation": BOOLEAN,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "SubnetArn": STRING,
        "EnableDns64": BOOLEAN,
        "Ipv6Native": BOOLEAN,
        "PrivateDnsNameOptionsOnLaunch": of!(PRIVATE_DNS_NAME_OPTIONS_ON_LAUNCH),
        "SubnetId": STRING,
        "State": STRING,
        "VpcId": STRING,
        "CidrBlock": STRING,
        "AvailableIpAddressCount": INTEGER,
        "AvailabilityZone": STRING,
        "DefaultForAz": BOOLEAN,
        "MapPublicIpOnLaunch": BOOLEAN,
    }
    PRIVATE_DNS_NAME_OPTIONS_ON_LAUNCH "PrivateDnsNameOptionsOnLaunch" {
        "HostnameType": STRING,
        "EnableResourceNameDnsARecord": BOOLEAN,
        "EnableResourceNameDnsAAAARecord": BOOLEAN,
    }
    AVAILABILITY_ZONE "AvailabilityZone" {
        "OptInStatus": STRING,
        "ZoneName": STRING,
        "ZoneId": STRING,
        "GroupName": STRING,
        "State": STRING => xml("zoneState"),
    }
    ROUTE_TABLE "RouteTable" {
        "RouteTableId": STRING,
    }
    NETWORK_ACL "NetworkAcl" {
        "NetworkAclId": STRING,
    }
}

operations! { services::EC2;
    RUN_INSTANCES "RunInstances" "POST" "/" {
        "BlockDeviceMappings": list!(of!(BLOCK_DEVICE_MAPPING)) => xml("BlockDeviceMapping"),
        "ImageId": STRING,
        "InstanceType": STRING,
        "KeyName": STRING,
        "MaxCount": INTEGER,
        "MinCount": INTEGER,
        "Monitoring": of!(RUN_INSTANCES_MONITORING_ENABLED),
        "Placement": of!(PLACEMENT),
        "SecurityGroupIds": list!(STRING) => xml("SecurityGroupId"),
        "SecurityGroups": list!(STRING) => xml("SecurityGroup"),
        "SubnetId": STRING,
        "UserData": STRING,
        "TagSpecifications": list!(of!(TAG_SPECIFICATION)) => xml("TagSpecification"),
        "CreditSpecification": of!(CREDIT_SPECIFICATION_REQUEST),
        "MetadataOptions": of!(INSTANCE_METADATA_OPTIONS_REQUEST),
        "DisableApiStop": BOOLEAN,
        "DisableApiTermination": BOOLEAN,
        "InstanceInitiatedShutdownBehavior": STRING,
        "PrivateIpAddress": STRING,
        "ClientToken": STRING,
        "NetworkInterfaces": list!(of!(INSTANCE_NETWORK_INTERFACE_SPECIFICATION)) => xml("networkInterface"),
        "IamInstanceProfile": of!(IAM_INSTANCE_PROFILE_SPECIFICATION),
        "EbsOptimized": BOOLEAN,
    } -> {
        "OwnerId": STRING,
        "Instances": list!(of!(INSTANCE)) => xml("instancesSet"),
    } errors [];
    DESCRIBE_INSTANCES "DescribeInstances" "POST" "/" {
        "InstanceIds": list!(STRING) => xml("InstanceId"),
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "NextToken": STRING,
        "MaxResults": INTEGER,
    } -> {
        "NextToken": STRING,
        "Reservations": list!(of!(RESERVATION)) => xml("reservationSet"),
    } errors [];
    TERMINATE_INSTANCES "TerminateInstances" "POST" "/" {
        "InstanceIds": list!(STRING) => xml("InstanceId"),
    } -> {} errors [];
    START_INSTANCES "StartInstances" "POST" "/" {
        "InstanceIds": list!(STRING) => xml("InstanceId"),
    } -> {} errors [];
    STOP_INSTANCES "StopInstances" "POST" "/" {
        "InstanceIds": list!(STRING) => xml("InstanceId"),
        "Force": BOOLEAN,
    } -> {} errors [];
    DESCRIBE_INSTANCE_ATTRIBUTE "DescribeInstanceAttribute" "POST" "/" {
        "InstanceId": STRING,
        "Attribute": STRING,
    } -> {
        "DisableApiTermination": of!(ATTRIBUTE_BOOLEAN_VALUE),
        "InstanceInitiatedShutdownBehavior": of!(ATTRIBUTE_VALUE),
        "UserData": of!(ATTRIBUTE_VALUE),
        "DisableApiStop": of!(ATTRIBUTE_BOOLEAN_VALUE),
    } errors [];
    MODIFY_INSTANCE_ATTRIBUTE "ModifyInstanceAttribute" "POST" "/" {
        "SourceDestCheck": of!(ATTRIBUTE_BOOLEAN_VALUE),
        "DisableApiStop": of!(ATTRIBUTE_BOOLEAN_VALUE),
        "InstanceId": STRING,
        "DisableApiTermination": of!(ATTRIBUTE_BOOLEAN_VALUE),
        "InstanceType": of!(ATTRIBUTE_VALUE),
        "UserData": of!(BLOB_ATTRIBUTE_VALUE),
        "InstanceInitiatedShutdownBehavior": of!(ATTRIBUTE_VALUE),
        "Groups": list!(STRING) => xml("GroupId"),
    } -> {} errors [];
    MODIFY_INSTANCE_METADATA_OPTIONS "ModifyInstanceMetadataOptions" "POST" "/" {
        "InstanceId": STRING,
        "HttpTokens": STRING,
        "HttpPutResponseHopLimit": INTEGER,
        "HttpEndpoint": STRING,
        "HttpProtocolIpv6": STRING,
        "InstanceMetadataTags": STRING,
    } -> {} errors [];
    DESCRIBE_INSTANCE_CREDIT_SPECIFICATIONS "DescribeInstanceCreditSpecifications" "POST" "/" {
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "InstanceIds": list!(STRING) => xml("InstanceId"),
        "MaxResults": INTEGER,
        "NextToken": STRING,
    } -> {
        "InstanceCreditSpecifications": list!(of!(INSTANCE_CREDIT_SPECIFICATION)) => xml("instanceCreditSpecificationSet"),
        "NextToken": STRING,
    } errors [];
    MODIFY_INSTANCE_CREDIT_SPECIFICATION "ModifyInstanceCreditSpecification" "POST" "/" {
        "ClientToken": STRING,
        "InstanceCreditSpecifications": list!(of!(INSTANCE_CREDIT_SPECIFICATION_REQUEST)) => xml("InstanceCreditSpecification"),
    } -> {
        "UnsuccessfulInstanceCreditSpecifications": list!(of!(UNSUCCESSFUL_INSTANCE_CREDIT_SPECIFICATION_ITEM)) => xml("unsuccessfulInstanceCreditSpecificationSet"),
    } errors [];
    MONITOR_INSTANCES "MonitorInstances" "POST" "/" {
        "InstanceIds": list!(STRING) => xml("InstanceId"),
    } -> {} errors [];
    UNMONITOR_INSTANCES "UnmonitorInstances" "POST" "/" {
        "InstanceIds": list!(STRING) => xml("InstanceId"),
    } -> {} errors [];
    DESCRIBE_VOLUMES "DescribeVolumes" "POST" "/" {
        "VolumeIds": list!(STRING) => xml("VolumeId"),
        "Filters": list!(of!(FILTER)) => xml("Filter"),
    } -> {
        "NextToken": STRING,
        "Volumes": list!(of!(VOLUME)) => xml("volumeSet"),
    } errors [];
    CREATE_TAGS "CreateTags" "POST" "/" {
        "Resources": list!(STRING) => xml("ResourceId"),
        "Tags": list!(of!(TAG)) => xml("Tag"),
    } -> {} errors [];
    DELETE_TAGS "DeleteTags" "POST" "/" {
        "Resources": list!(STRING) => xml("resourceId"),
        "Tags": list!(of!(TAG)) => xml("tag"),
    } -> {} errors [];
    ASSOCIATE_IAM_INSTANCE_PROFILE "AssociateIamInstanceProfile" "POST" "/" {
        "IamInstanceProfile": of!(IAM_INSTANCE_PROFILE_SPECIFICATION),
        "InstanceId": STRING,
    } -> {} errors [];
    DISASSOCIATE_IAM_INSTANCE_PROFILE "DisassociateIamInstanceProfile" "POST" "/" {
        "AssociationId": STRING,
    } -> {} errors [];
    REPLACE_IAM_INSTANCE_PROFILE_ASSOCIATION "ReplaceIamInstanceProfileAssociation" "POST" "/" {
        "IamInstanceProfile": of!(IAM_INSTANCE_PROFILE_SPECIFICATION),
        "AssociationId": STRING,
    } -> {} errors [];
    DESCRIBE_IAM_INSTANCE_PROFILE_ASSOCIATIONS "DescribeIamInstanceProfileAssociations" "POST" "/" {
        "AssociationIds": list!(STRING) => xml("AssociationId"),
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "MaxResults": INTEGER,
        "NextToken": STRING,
    } -> {
        "IamInstanceProfileAssociations": list!(of!(IAM_INSTANCE_PROFILE_ASSOCIATION)) => xml("iamInstanceProfileAssociationSet"),
        "NextToken": STRING,
    } errors [];
    CREATE_SECURITY_GROUP "CreateSecurityGroup" "POST" "/" {
        "Description": STRING => xml("GroupDescription"),
        "GroupName": STRING,
        "VpcId": STRING,
        "TagSpecifications": list!(of!(TAG_SPECIFICATION)) => xml("TagSpecification"),
    } -> {
        "GroupId": STRING,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
        "SecurityGroupArn": STRING,
    } errors [];
    DESCRIBE_SECURITY_GROUPS "DescribeSecurityGroups" "POST" "/" {
        "GroupIds": list!(STRING) => xml("GroupId"),
        "GroupNames": list!(STRING) => xml("GroupName"),
        "NextToken": STRING,
        "Filters": list!(of!(FILTER)) => xml("Filter"),
    } -> {
        "NextToken": STRING,
        "SecurityGroups": list!(of!(SECURITY_GROUP)) => xml("securityGroupInfo"),
    } errors [];
    DELETE_SECURITY_GROUP "DeleteSecurityGroup" "POST" "/" {
        "GroupId": STRING,
        "GroupName": STRING,
    } -> {
        "Return": BOOLEAN,
        "GroupId": STRING,
    } errors [];
    AUTHORIZE_SECURITY_GROUP_INGRESS "AuthorizeSecurityGroupIngress" "POST" "/" {
        "GroupId": STRING,
        "IpPermissions": list!(of!(IP_PERMISSION)),
        "TagSpecifications": list!(of!(TAG_SPECIFICATION)) => xml("TagSpecification"),
    } -> {
        "Return": BOOLEAN,
        "SecurityGroupRules": list!(of!(SECURITY_GROUP_RULE)) => xml("securityGroupRuleSet"),
    } errors [];
    AUTHORIZE_SECURITY_GROUP_EGRESS "AuthorizeSecurityGroupEgress" "POST" "/" {
        "TagSpecifications": list!(of!(TAG_SPECIFICATION)) => xml("TagSpecification"),
        "GroupId": STRING,
        "IpPermissions": list!(of!(IP_PERMISSION)),
    } -> {
        "Return": BOOLEAN,
        "SecurityGroupRules": list!(of!(SECURITY_GROUP_RULE)) => xml("securityGroupRuleSet"),
    } errors [];
    REVOKE_SECURITY_GROUP_INGRESS "RevokeSecurityGroupIngress" "POST" "/" {
        "GroupId": STRING,
        "IpPermissions": list!(of!(IP_PERMISSION)),
        "SecurityGroupRuleIds": list!(STRING) => xml("SecurityGroupRuleId"),
    } -> {
        "Return": BOOLEAN,
    } errors [];
    REVOKE_SECURITY_GROUP_EGRESS "RevokeSecurityGroupEgress" "POST" "/" {
        "SecurityGroupRuleIds": list!(STRING) => xml("SecurityGroupRuleId"),
        "GroupId": STRING,
        "IpPermissions": list!(of!(IP_PERMISSION)),
    } -> {
        "Return": BOOLEAN,
    } errors [];
    DESCRIBE_SECURITY_GROUP_RULES "DescribeSecurityGroupRules" "POST" "/" {
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "SecurityGroupRuleIds": list!(STRING) => xml("SecurityGroupRuleId"),
        "NextToken": STRING,
        "MaxResults": INTEGER,
    } -> {
        "SecurityGroupRules": list!(of!(SECURITY_GROUP_RULE)) => xml("securityGroupRuleSet"),
        "NextToken": STRING,
    } errors [];
    MODIFY_SECURITY_GROUP_RULES "ModifySecurityGroupRules" "POST" "/" {
        "GroupId": STRING,
        "SecurityGroupRules": list!(of!(SECURITY_GROUP_RULE_UPDATE)) => xml("SecurityGroupRule"),
    } -> {
        "Return": BOOLEAN,
    } errors [];
    UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_INGRESS "UpdateSecurityGroupRuleDescriptionsIngress" "POST" "/" {
        "GroupId": STRING,
        "GroupName": STRING,
        "IpPermissions": list!(of!(IP_PERMISSION)),
        "SecurityGroupRuleDescriptions": list!(of!(SECURITY_GROUP_RULE_DESCRIPTION)) => xml("SecurityGroupRuleDescription"),
    } -> {
        "Return": BOOLEAN,
    } errors [];
    UPDATE_SECURITY_GROUP_RULE_DESCRIPTIONS_EGRESS "UpdateSecurityGroupRuleDescriptionsEgress" "POST" "/" {
        "GroupId": STRING,
        "GroupName": STRING,
        "IpPermissions": list!(of!(IP_PERMISSION)),
        "SecurityGroupRuleDescriptions": list!(of!(SECURITY_GROUP_RULE_DESCRIPTION)) => xml("SecurityGroupRuleDescription"),
    } -> {
        "Return": BOOLEAN,
    } errors [];
    IMPORT_KEY_PAIR "ImportKeyPair" "POST" "/" {
        "TagSpecifications": list!(of!(TAG_SPECIFICATION)) => xml("TagSpecification"),
        "KeyName": STRING,
        "PublicKeyMaterial": BLOB,
    } -> {
        "KeyFingerprint": STRING,
        "KeyName": STRING,
        "KeyPairId": STRING,
        "Tags": list!(of!(TAG)) => xml("tagSet"),
    } errors [];
    DESCRIBE_KEY_PAIRS "DescribeKeyPairs" "POST" "/" {
        "KeyNames": list!(STRING) => xml("KeyName"),
        "IncludePublicKey": BOOLEAN,
    } -> {
        "KeyPairs": list!(of!(KEY_PAIR_INFO)) => xml("keySet"),
    } errors [];
    DELETE_KEY_PAIR "DeleteKeyPair" "POST" "/" {
        "KeyName": STRING,
    } -> {
        "Return": BOOLEAN,
        "KeyPairId": STRING,
    } errors [];
    ALLOCATE_ADDRESS "AllocateAddress" "POST" "/" {
        "Domain": STRING,
        "Address": STRING,
        "PublicIpv4Pool": STRING,
        "NetworkBorderGroup": STRING,
        "TagSpecifications": list!(of!(TAG_SPECIFICATION)) => xml("TagSpecification"),
    } -> {
        "AllocationId": STRING,
        "PublicIp": STRING,
    } errors [];
    DESCRIBE_ADDRESSES "DescribeAddresses" "POST" "/" {
        "PublicIps": list!(STRING) => xml("PublicIp"),
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "AllocationIds": list!(STRING) => xml("AllocationId"),
    } -> {
        "Addresses": list!(of!(ADDRESS)) => xml("addressesSet"),
    } errors [];
    ASSOCIATE_ADDRESS "AssociateAddress" "POST" "/" {
        "AllocationId": STRING,
        "InstanceId": STRING,
        "PublicIp": STRING,
        "NetworkInterfaceId": STRING,
        "PrivateIpAddress": STRING,
        "AllowReassociation": BOOLEAN,
    } -> {
        "AssociationId": STRING,
    } errors [];
    DISASSOCIATE_ADDRESS "DisassociateAddress" "POST" "/" {
        "AssociationId": STRING,
        "PublicIp": STRING,
    } -> {} errors [];
    RELEASE_ADDRESS "ReleaseAddress" "POST" "/" {
        "AllocationId": STRING,
        "PublicIp": STRING,
        "NetworkBorderGroup": STRING,
    } -> {} errors [];
    DESCRIBE_IMAGES "DescribeImages" "POST" "/" {
        "ExecutableUsers": list!(STRING) => xml("ExecutableBy"),
        "ImageIds": list!(STRING) => xml("ImageId"),
        "Owners": list!(STRING) => xml("Owner"),
        "IncludeDeprecated": BOOLEAN,
        "NextToken": STRING,
        "Filters": list!(of!(FILTER)) => xml("Filter"),
    } -> {
        "NextToken": STRING,
        "Images": list!(of!(IMAGE)) => xml("imagesSet"),
    } errors [];
    DESCRIBE_VPCS "DescribeVpcs" "POST" "/" {
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "VpcIds": list!(STRING) => xml("VpcId"),
        "NextToken": STRING,
        "MaxResults": INTEGER,
    } -> {
        "NextToken": STRING,
        "Vpcs": list!(of!(VPC)) => xml("vpcSet"),
    } errors [];
    DESCRIBE_VPC_ATTRIBUTE "DescribeVpcAttribute" "POST" "/" {
        "Attribute": STRING,
        "VpcId": STRING,
    } -> {
        "EnableDnsHostnames": of!(ATTRIBUTE_BOOLEAN_VALUE),
        "EnableDnsSupport": of!(ATTRIBUTE_BOOLEAN_VALUE),
        "EnableNetworkAddressUsageMetrics": of!(ATTRIBUTE_BOOLEAN_VALUE),
    } errors [];
    DESCRIBE_SUBNETS "DescribeSubnets" "POST" "/" {
        "Filters": list!(of!(FILTER)) => xml("Filter"),
        "SubnetIds": list!(STRING) => xml("SubnetId"),
        "NextToken": STRING,
        "MaxResults": INTEGER,
    } -> {
        "NextToken": STRING,
        "Subnets": list!(of!(SUBNET)) => xml("subnetSet"),
    } errors [];
    DESCRIBE_AVAILABILITY_ZONES "DescribeAvailabilityZones" "POST" "/" {
        "ZoneNames": list!(STRING) => xml("ZoneName"),
        "ZoneIds": list!(STRING) => xml("ZoneId"),
        "AllAvailabilityZones": BOOLEAN,
        "Filters": list!(of!(FILTER)) => xml("Filter"),
    } -> {
        "AvailabilityZones": list!(of!(AVAILABILITY_ZONE)) => xml("availabilityZoneInfo"),
    } errors [];
    DESCRIBE_ROUTE_TABLES "DescribeRouteTables" "POST" "/" {
        "NextToken": STRING,
        "MaxResults": INTEGER,
        "RouteTableIds": list!(STRING) => xml("RouteTableId"),
        "Filters": list!(of!(FILTER)) => xml("Filter"),
    } -> {
        "RouteTables": list!(of!(ROUTE_TABLE)) => xml("routeTableSet"),
        "NextToken": STRING,
    } errors [];
    DESCRIBE_NETWORK_ACLS "DescribeNetworkAcls" "POST" "/" {
        "NextToken": STRING,
        "MaxResults": INTEGER,
        "NetworkAclIds": list!(STRING) => xml("NetworkAclId"),
        "Filters": list!(of!(FILTER)) => xml("Filter"),
    } -> {
        "NetworkAcls": list!(of!(NETWORK_ACL)) => xml("networkAclSet"),
        "NextToken": STRING,
    } errors [];
}
