//! Operations of S3 that are not simulated, so that their names can be told.
//!
//! **Source**: S3 API reference, "Actions" (the request syntax of each). Those that another operation of the
//! table replaced (`PutBucketLifecycle`, `PutBucketNotification` and their kin) share its address.

use crate::service::MissingOperation;

pub const OPERATIONS: &[MissingOperation] = &[
    MissingOperation::rest("CreateBucketMetadataConfiguration", "POST", "/{Bucket}?metadataConfiguration"),
    MissingOperation::rest("CreateBucketMetadataTableConfiguration", "POST", "/{Bucket}?metadataTable"),
    MissingOperation::rest("CreateSession", "GET", "/{Bucket}?session"),
    MissingOperation::rest("DeleteBucketAnalyticsConfiguration", "DELETE", "/{Bucket}?analytics"),
    MissingOperation::rest(
        "DeleteBucketIntelligentTieringConfiguration",
        "DELETE",
        "/{Bucket}?intelligent-tiering",
    ),
    MissingOperation::rest("DeleteBucketInventoryConfiguration", "DELETE", "/{Bucket}?inventory"),
    MissingOperation::rest("DeleteBucketMetadataConfiguration", "DELETE", "/{Bucket}?metadataConfiguration"),
    MissingOperation::rest("DeleteBucketMetadataTableConfiguration", "DELETE", "/{Bucket}?metadataTable"),
    MissingOperation::rest("DeleteBucketMetricsConfiguration", "DELETE", "/{Bucket}?metrics"),
    MissingOperation::rest("GetBucketAbac", "GET", "/{Bucket}?abac"),
    MissingOperation::rest("GetBucketAnalyticsConfiguration", "GET", "/{Bucket}?analytics"),
    MissingOperation::rest(
        "GetBucketIntelligentTieringConfiguration",
        "GET",
        "/{Bucket}?intelligent-tiering",
    ),
    MissingOperation::rest("GetBucketInventoryConfiguration", "GET", "/{Bucket}?inventory"),
    MissingOperation::rest("GetBucketMetadataConfiguration", "GET", "/{Bucket}?metadataConfiguration"),
    MissingOperation::rest("GetBucketMetadataTableConfiguration", "GET", "/{Bucket}?metadataTable"),
    MissingOperation::rest("GetBucketMetricsConfiguration", "GET", "/{Bucket}?metrics"),
    MissingOperation::rest("GetObjectLegalHold", "GET", "/{Bucket}/{Key+}?legal-hold"),
    MissingOperation::rest("GetObjectRetention", "GET", "/{Bucket}/{Key+}?retention"),
    MissingOperation::rest("GetObjectTorrent", "GET", "/{Bucket}/{Key+}?torrent"),
    MissingOperation::rest("ListBucketAnalyticsConfigurations", "GET", "/{Bucket}?analytics"),
    MissingOperation::rest(
        "ListBucketIntelligentTieringConfigurations",
        "GET",
        "/{Bucket}?intelligent-tiering",
    ),
    MissingOperation::rest("ListBucketInventoryConfigurations", "GET", "/{Bucket}?inventory"),
    MissingOperation::rest("ListBucketMetricsConfigurations", "GET", "/{Bucket}?metrics"),
    MissingOperation::rest("PutBucketAbac", "PUT", "/{Bucket}?abac"),
    MissingOperation::rest("PutBucketAnalyticsConfiguration", "PUT", "/{Bucket}?analytics"),
    MissingOperation::rest(
        "PutBucketIntelligentTieringConfiguration",
        "PUT",
        "/{Bucket}?intelligent-tiering",
    ),
    MissingOperation::rest("PutBucketInventoryConfiguration", "PUT", "/{Bucket}?inventory"),
    MissingOperation::rest("PutBucketMetricsConfiguration", "PUT", "/{Bucket}?metrics"),
    MissingOperation::rest("PutBucketReplication", "PUT", "/{Bucket}?replication"),
    MissingOperation::rest("PutObjectLegalHold", "PUT", "/{Bucket}/{Key+}?legal-hold"),
    MissingOperation::rest("PutObjectLockConfiguration", "PUT", "/{Bucket}?object-lock"),
    MissingOperation::rest("PutObjectRetention", "PUT", "/{Bucket}/{Key+}?retention"),
    MissingOperation::rest("RenameObject", "PUT", "/{Bucket}/{Key+}?renameObject"),
    MissingOperation::rest("RestoreObject", "POST", "/{Bucket}/{Key+}?restore"),
    MissingOperation::rest("SelectObjectContent", "POST", "/{Bucket}/{Key+}?select&select-type=2"),
    MissingOperation::rest(
        "UpdateBucketMetadataInventoryTableConfiguration",
        "PUT",
        "/{Bucket}?metadataInventoryTable",
    ),
    MissingOperation::rest(
        "UpdateBucketMetadataJournalTableConfiguration",
        "PUT",
        "/{Bucket}?metadataJournalTable",
    ),
    MissingOperation::rest("UpdateObjectEncryption", "PUT", "/{Bucket}/{Key+}?encryption"),
    MissingOperation::rest("WriteGetObjectResponse", "POST", "/WriteGetObjectResponse"),
];
