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
}
