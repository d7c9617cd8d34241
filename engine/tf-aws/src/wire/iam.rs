//! What the provider calls of IAM.
//!
//! Written by `engine/tf-aws/schema/operations.py` from botocore's service model
//! (`iam/2010-05-08/service-2.json`).

use super::tables::*;
use super::{Operation, services};

shapes! {
    TAG "Tag" {
        "Key": STRING,
        "Value": STRING,
    }
    ROLE "Role" {
        "Path": STRING,
        "RoleName": STRING,
        "RoleId": STRING,
        "Arn": STRING,
        "CreateDate": TIMESTAMP,
        "AssumeRolePolicyDocument": STRING,
        "Description": STRING,
        "MaxSessionDuration": INTEGER,
        "PermissionsBoundary": of!(ATTACHED_PERMISSIONS_BOUNDARY),
        "Tags": list!(of!(TAG)),
    }
    ATTACHED_PERMISSIONS_BOUNDARY "AttachedPermissionsBoundary" {
        "PermissionsBoundaryType": STRING,
        "PermissionsBoundaryArn": STRING,
    }
    ATTACHED_POLICY "AttachedPolicy" {
        "PolicyName": STRING,
        "PolicyArn": STRING,
    }
    POLICY "Policy" {
        "PolicyName": STRING,
        "PolicyId": STRING,
        "Arn": STRING,
        "Path": STRING,
        "DefaultVersionId": STRING,
        "AttachmentCount": INTEGER,
        "IsAttachable": BOOLEAN,
        "Description": STRING,
        "CreateDate": TIMESTAMP,
        "UpdateDate": TIMESTAMP,
        "Tags": list!(of!(TAG)),
    }
    POLICY_VERSION "PolicyVersion" {
        "Document": STRING,
        "VersionId": STRING,
        "IsDefaultVersion": BOOLEAN,
        "CreateDate": TIMESTAMP,
    }
    INSTANCE_PROFILE "InstanceProfile" {
        "Path": STRING,
        "InstanceProfileName": STRING,
        "InstanceProfileId": STRING,
        "Arn": STRING,
        "CreateDate": TIMESTAMP,
        "Roles": list!(of!(ROLE)),
        "Tags": list!(of!(TAG)),
    }
    USER "User" {
        "Path": STRING,
        "UserName": STRING,
        "UserId": STRING,
        "Arn": STRING,
        "CreateDate": TIMESTAMP,
        "PasswordLastUsed": TIMESTAMP,
        "PermissionsBoundary": of!(ATTACHED_PERMISSIONS_BOUNDARY),
        "Tags": list!(of!(TAG)),
    }
    ACCESS_KEY "AccessKey" {
        "UserName": STRING,
        "AccessKeyId": STRING,
        "Status": STRING,
        "SecretAccessKey": STRING,
        "CreateDate": TIMESTAMP,
    }
    ACCESS_KEY_METADATA "AccessKeyMetadata" {
        "UserName": STRING,
        "AccessKeyId": STRING,
        "Status": STRING,
        "CreateDate": TIMESTAMP,
    }
    ACCESS_KEY_LAST_USED "AccessKeyLastUsed" {
        "LastUsedDate": TIMESTAMP,
        "ServiceName": STRING,
        "Region": STRING,
    }
    GROUP "Group" {
        "Path": STRING,
        "GroupName": STRING,
        "GroupId": STRING,
        "Arn": STRING,
        "CreateDate": TIMESTAMP,
    }
    POLICY_GROUP "PolicyGroup" {
        "GroupName": STRING,
        "GroupId": STRING,
    }
    POLICY_USER "PolicyUser" {
        "UserName": STRING,
        "UserId": STRING,
    }
    POLICY_ROLE "PolicyRole" {
        "RoleName": STRING,
        "RoleId": STRING,
    }
}

operations! { services::IAM;
    CREATE_ROLE "CreateRole" "POST" "/" {
        "Path": STRING,
        "RoleName": STRING,
        "AssumeRolePolicyDocument": STRING,
        "Description": STRING,
        "MaxSessionDuration": INTEGER,
        "PermissionsBoundary": STRING,
        "Tags": list!(of!(TAG)),
    } -> {
        "Role": of!(ROLE),
    } errors ["LimitExceeded", "InvalidInput", "EntityAlreadyExists", "MalformedPolicyDocument", "ConcurrentModification", "ServiceFailure"];
    GET_ROLE "GetRole" "POST" "/" {
        "RoleName": STRING,
    } -> {
        "Role": of!(ROLE),
    } errors ["NoSuchEntity", "ServiceFailure"];
    UPDATE_ROLE "UpdateRole" "POST" "/" {
        "RoleName": STRING,
        "Description": STRING,
        "MaxSessionDuration": INTEGER,
    } -> {} errors ["UnmodifiableEntity", "NoSuchEntity", "ServiceFailure"];
    UPDATE_ASSUME_ROLE_POLICY "UpdateAssumeRolePolicy" "POST" "/" {
        "RoleName": STRING,
        "PolicyDocument": STRING,
    } -> {} errors ["NoSuchEntity", "MalformedPolicyDocument", "LimitExceeded", "UnmodifiableEntity", "ServiceFailure"];
    DELETE_ROLE "DeleteRole" "POST" "/" {
        "RoleName": STRING,
    } -> {} errors ["NoSuchEntity", "DeleteConflict", "LimitExceeded", "UnmodifiableEntity", "ConcurrentModification", "ServiceFailure"];
    TAG_ROLE "TagRole" "POST" "/" {
        "RoleName": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "ConcurrentModification", "ServiceFailure"];
    UNTAG_ROLE "UntagRole" "POST" "/" {
        "RoleName": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["NoSuchEntity", "ConcurrentModification", "ServiceFailure"];
    PUT_ROLE_PERMISSIONS_BOUNDARY "PutRolePermissionsBoundary" "POST" "/" {
        "RoleName": STRING,
        "PermissionsBoundary": STRING,
    } -> {} errors ["NoSuchEntity", "InvalidInput", "UnmodifiableEntity", "PolicyNotAttachable", "ServiceFailure"];
    DELETE_ROLE_PERMISSIONS_BOUNDARY "DeleteRolePermissionsBoundary" "POST" "/" {
        "RoleName": STRING,
    } -> {} errors ["NoSuchEntity", "UnmodifiableEntity", "ServiceFailure"];
    ATTACH_ROLE_POLICY "AttachRolePolicy" "POST" "/" {
        "RoleName": STRING,
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "UnmodifiableEntity", "PolicyNotAttachable", "ServiceFailure"];
    DETACH_ROLE_POLICY "DetachRolePolicy" "POST" "/" {
        "RoleName": STRING,
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "UnmodifiableEntity", "ServiceFailure"];
    LIST_ATTACHED_ROLE_POLICIES "ListAttachedRolePolicies" "POST" "/" {
        "RoleName": STRING,
        "PathPrefix": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "AttachedPolicies": list!(of!(ATTACHED_POLICY)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    PUT_ROLE_POLICY "PutRolePolicy" "POST" "/" {
        "RoleName": STRING,
        "PolicyName": STRING,
        "PolicyDocument": STRING,
    } -> {} errors ["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "UnmodifiableEntity", "ServiceFailure"];
    GET_ROLE_POLICY "GetRolePolicy" "POST" "/" {
        "RoleName": STRING,
        "PolicyName": STRING,
    } -> {
        "RoleName": STRING,
        "PolicyName": STRING,
        "PolicyDocument": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    DELETE_ROLE_POLICY "DeleteRolePolicy" "POST" "/" {
        "RoleName": STRING,
        "PolicyName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "UnmodifiableEntity", "ServiceFailure"];
    LIST_ROLE_POLICIES "ListRolePolicies" "POST" "/" {
        "RoleName": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "PolicyNames": list!(STRING),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    CREATE_POLICY "CreatePolicy" "POST" "/" {
        "PolicyName": STRING,
        "Path": STRING,
        "PolicyDocument": STRING,
        "Description": STRING,
        "Tags": list!(of!(TAG)),
    } -> {
        "Policy": of!(POLICY),
    } errors ["InvalidInput", "LimitExceeded", "EntityAlreadyExists", "MalformedPolicyDocument", "ConcurrentModification", "ServiceFailure"];
    GET_POLICY "GetPolicy" "POST" "/" {
        "PolicyArn": STRING,
    } -> {
        "Policy": of!(POLICY),
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    GET_POLICY_VERSION "GetPolicyVersion" "POST" "/" {
        "PolicyArn": STRING,
        "VersionId": STRING,
    } -> {
        "PolicyVersion": of!(POLICY_VERSION),
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    LIST_POLICY_VERSIONS "ListPolicyVersions" "POST" "/" {
        "PolicyArn": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "Versions": list!(of!(POLICY_VERSION)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    CREATE_POLICY_VERSION "CreatePolicyVersion" "POST" "/" {
        "PolicyArn": STRING,
        "PolicyDocument": STRING,
        "SetAsDefault": BOOLEAN,
    } -> {
        "PolicyVersion": of!(POLICY_VERSION),
    } errors ["NoSuchEntity", "MalformedPolicyDocument", "InvalidInput", "LimitExceeded", "ServiceFailure"];
    DELETE_POLICY_VERSION "DeletePolicyVersion" "POST" "/" {
        "PolicyArn": STRING,
        "VersionId": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "DeleteConflict", "ServiceFailure"];
    DELETE_POLICY "DeletePolicy" "POST" "/" {
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "DeleteConflict", "ServiceFailure"];
    TAG_POLICY "TagPolicy" "POST" "/" {
        "PolicyArn": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "ConcurrentModification", "ServiceFailure"];
    UNTAG_POLICY "UntagPolicy" "POST" "/" {
        "PolicyArn": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["NoSuchEntity", "InvalidInput", "ConcurrentModification", "ServiceFailure"];
    LIST_POLICIES "ListPolicies" "POST" "/" {
        "Scope": STRING,
        "OnlyAttached": BOOLEAN,
        "PathPrefix": STRING,
        "PolicyUsageFilter": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "Policies": list!(of!(POLICY)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["ServiceFailure"];
    LIST_INSTANCE_PROFILES_FOR_ROLE "ListInstanceProfilesForRole" "POST" "/" {
        "RoleName": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "InstanceProfiles": list!(of!(INSTANCE_PROFILE)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    REMOVE_ROLE_FROM_INSTANCE_PROFILE "RemoveRoleFromInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
        "RoleName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "UnmodifiableEntity", "ServiceFailure"];
    CREATE_INSTANCE_PROFILE "CreateInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
        "Path": STRING,
        "Tags": list!(of!(TAG)),
    } -> {
        "InstanceProfile": of!(INSTANCE_PROFILE),
    } errors ["EntityAlreadyExists", "InvalidInput", "LimitExceeded", "ConcurrentModification", "ServiceFailure"];
    GET_INSTANCE_PROFILE "GetInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
    } -> {
        "InstanceProfile": of!(INSTANCE_PROFILE),
    } errors ["NoSuchEntity", "ServiceFailure"];
    DELETE_INSTANCE_PROFILE "DeleteInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
    } -> {} errors ["NoSuchEntity", "DeleteConflict", "LimitExceeded", "ServiceFailure"];
    ADD_ROLE_TO_INSTANCE_PROFILE "AddRoleToInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
        "RoleName": STRING,
    } -> {} errors ["NoSuchEntity", "EntityAlreadyExists", "LimitExceeded", "UnmodifiableEntity", "ServiceFailure"];
    TAG_INSTANCE_PROFILE "TagInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["NoSuchEntity", "InvalidInput", "LimitExceeded", "ConcurrentModification", "ServiceFailure"];
    UNTAG_INSTANCE_PROFILE "UntagInstanceProfile" "POST" "/" {
        "InstanceProfileName": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["NoSuchEntity", "InvalidInput", "ConcurrentModification", "ServiceFailure"];
    CREATE_USER "CreateUser" "POST" "/" {
        "Path": STRING,
        "UserName": STRING,
        "PermissionsBoundary": STRING,
        "Tags": list!(of!(TAG)),
    } -> {
        "User": of!(USER),
    } errors ["LimitExceeded", "EntityAlreadyExists", "NoSuchEntity", "InvalidInput", "ConcurrentModification", "ServiceFailure"];
    GET_USER "GetUser" "POST" "/" {
        "UserName": STRING,
    } -> {
        "User": of!(USER),
    } errors ["NoSuchEntity", "ServiceFailure"];
    UPDATE_USER "UpdateUser" "POST" "/" {
        "UserName": STRING,
        "NewPath": STRING,
        "NewUserName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "EntityAlreadyExists", "EntityTemporarilyUnmodifiable", "ConcurrentModification", "ServiceFailure"];
    DELETE_USER "DeleteUser" "POST" "/" {
        "UserName": STRING,
    } -> {} errors ["LimitExceeded", "NoSuchEntity", "DeleteConflict", "ConcurrentModification", "ServiceFailure"];
    TAG_USER "TagUser" "POST" "/" {
        "UserName": STRING,
        "Tags": list!(of!(TAG)),
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "ConcurrentModification", "ServiceFailure"];
    UNTAG_USER "UntagUser" "POST" "/" {
        "UserName": STRING,
        "TagKeys": list!(STRING),
    } -> {} errors ["NoSuchEntity", "ConcurrentModification", "ServiceFailure"];
    PUT_USER_PERMISSIONS_BOUNDARY "PutUserPermissionsBoundary" "POST" "/" {
        "UserName": STRING,
        "PermissionsBoundary": STRING,
    } -> {} errors ["NoSuchEntity", "InvalidInput", "PolicyNotAttachable", "ServiceFailure"];
    DELETE_USER_PERMISSIONS_BOUNDARY "DeleteUserPermissionsBoundary" "POST" "/" {
        "UserName": STRING,
    } -> {} errors ["NoSuchEntity", "ServiceFailure"];
    PUT_USER_POLICY "PutUserPolicy" "POST" "/" {
        "UserName": STRING,
        "PolicyName": STRING,
        "PolicyDocument": STRING,
    } -> {} errors ["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure"];
    GET_USER_POLICY "GetUserPolicy" "POST" "/" {
        "UserName": STRING,
        "PolicyName": STRING,
    } -> {
        "UserName": STRING,
        "PolicyName": STRING,
        "PolicyDocument": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    DELETE_USER_POLICY "DeleteUserPolicy" "POST" "/" {
        "UserName": STRING,
        "PolicyName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    ATTACH_USER_POLICY "AttachUserPolicy" "POST" "/" {
        "UserName": STRING,
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "PolicyNotAttachable", "ServiceFailure"];
    DETACH_USER_POLICY "DetachUserPolicy" "POST" "/" {
        "UserName": STRING,
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "ServiceFailure"];
    LIST_ATTACHED_USER_POLICIES "ListAttachedUserPolicies" "POST" "/" {
        "UserName": STRING,
        "PathPrefix": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "AttachedPolicies": list!(of!(ATTACHED_POLICY)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    CREATE_ACCESS_KEY "CreateAccessKey" "POST" "/" {
        "UserName": STRING,
    } -> {
        "AccessKey": of!(ACCESS_KEY),
    } errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    LIST_ACCESS_KEYS "ListAccessKeys" "POST" "/" {
        "UserName": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "AccessKeyMetadata": list!(of!(ACCESS_KEY_METADATA)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    UPDATE_ACCESS_KEY "UpdateAccessKey" "POST" "/" {
        "UserName": STRING,
        "AccessKeyId": STRING,
        "Status": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure", "InvalidInput"];
    DELETE_ACCESS_KEY "DeleteAccessKey" "POST" "/" {
        "UserName": STRING,
        "AccessKeyId": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    GET_ACCESS_KEY_LAST_USED "GetAccessKeyLastUsed" "POST" "/" {
        "AccessKeyId": STRING,
    } -> {
        "UserName": STRING,
        "AccessKeyLastUsed": of!(ACCESS_KEY_LAST_USED),
    } errors [];
    CREATE_GROUP "CreateGroup" "POST" "/" {
        "Path": STRING,
        "GroupName": STRING,
    } -> {
        "Group": of!(GROUP),
    } errors ["LimitExceeded", "EntityAlreadyExists", "NoSuchEntity", "ServiceFailure"];
    GET_GROUP "GetGroup" "POST" "/" {
        "GroupName": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "Group": of!(GROUP),
        "Users": list!(of!(USER)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    UPDATE_GROUP "UpdateGroup" "POST" "/" {
        "GroupName": STRING,
        "NewPath": STRING,
        "NewGroupName": STRING,
    } -> {} errors ["NoSuchEntity", "EntityAlreadyExists", "LimitExceeded", "ServiceFailure"];
    DELETE_GROUP "DeleteGroup" "POST" "/" {
        "GroupName": STRING,
    } -> {} errors ["NoSuchEntity", "DeleteConflict", "LimitExceeded", "ServiceFailure"];
    ADD_USER_TO_GROUP "AddUserToGroup" "POST" "/" {
        "GroupName": STRING,
        "UserName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    REMOVE_USER_FROM_GROUP "RemoveUserFromGroup" "POST" "/" {
        "GroupName": STRING,
        "UserName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    LIST_GROUPS_FOR_USER "ListGroupsForUser" "POST" "/" {
        "UserName": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "Groups": list!(of!(GROUP)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    PUT_GROUP_POLICY "PutGroupPolicy" "POST" "/" {
        "GroupName": STRING,
        "PolicyName": STRING,
        "PolicyDocument": STRING,
    } -> {} errors ["LimitExceeded", "MalformedPolicyDocument", "NoSuchEntity", "ServiceFailure"];
    GET_GROUP_POLICY "GetGroupPolicy" "POST" "/" {
        "GroupName": STRING,
        "PolicyName": STRING,
    } -> {
        "GroupName": STRING,
        "PolicyName": STRING,
        "PolicyDocument": STRING,
    } errors ["NoSuchEntity", "ServiceFailure"];
    DELETE_GROUP_POLICY "DeleteGroupPolicy" "POST" "/" {
        "GroupName": STRING,
        "PolicyName": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    ATTACH_GROUP_POLICY "AttachGroupPolicy" "POST" "/" {
        "GroupName": STRING,
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "PolicyNotAttachable", "ServiceFailure"];
    DETACH_GROUP_POLICY "DetachGroupPolicy" "POST" "/" {
        "GroupName": STRING,
        "PolicyArn": STRING,
    } -> {} errors ["NoSuchEntity", "LimitExceeded", "InvalidInput", "ServiceFailure"];
    LIST_ATTACHED_GROUP_POLICIES "ListAttachedGroupPolicies" "POST" "/" {
        "GroupName": STRING,
        "PathPrefix": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "AttachedPolicies": list!(of!(ATTACHED_POLICY)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    LIST_ENTITIES_FOR_POLICY "ListEntitiesForPolicy" "POST" "/" {
        "PolicyArn": STRING,
        "EntityFilter": STRING,
        "PathPrefix": STRING,
        "PolicyUsageFilter": STRING,
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "PolicyGroups": list!(of!(POLICY_GROUP)),
        "PolicyUsers": list!(of!(POLICY_USER)),
        "PolicyRoles": list!(of!(POLICY_ROLE)),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["NoSuchEntity", "InvalidInput", "ServiceFailure"];
    CREATE_ACCOUNT_ALIAS "CreateAccountAlias" "POST" "/" {
        "AccountAlias": STRING,
    } -> {} errors ["ConcurrentModification", "EntityAlreadyExists", "LimitExceeded", "ServiceFailure"];
    DELETE_ACCOUNT_ALIAS "DeleteAccountAlias" "POST" "/" {
        "AccountAlias": STRING,
    } -> {} errors ["ConcurrentModification", "NoSuchEntity", "LimitExceeded", "ServiceFailure"];
    LIST_ACCOUNT_ALIASES "ListAccountAliases" "POST" "/" {
        "Marker": STRING,
        "MaxItems": INTEGER,
    } -> {
        "AccountAliases": list!(STRING),
        "IsTruncated": BOOLEAN,
        "Marker": STRING,
    } errors ["ServiceFailure"];
}
