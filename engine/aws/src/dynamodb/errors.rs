//! DynamoDB's errors, one constructor per code and text.
//!
//! **Source**: DynamoDB API Reference, the "Errors" of each operation, and Developer Guide, "Error handling with
//! DynamoDB"; texts as DynamoDB answers them, collected from public issues and the recorded tests of emulators.

use crate::dynamodb::attr::Attr;
use crate::dynamodb::expression::Purpose;
use crate::dynamodb::number::NumberProblem;
use nuvola_wire::ApiError;
use serde_json::{Value as Json, json};

pub fn validation(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationException", text)
}

/// A parameter that is at odds with itself or with the table.
pub fn invalid(text: &str) -> ApiError {
    validation(format!("One or more parameter values were invalid: {text}"))
}

/// A mistake in an expression.
pub fn expression(purpose: Purpose, text: &str) -> ApiError {
    validation(format!("Invalid {}: {text}", purpose.name()))
}

pub fn unexpected_type(json: &Json) -> ApiError {
    let text = match json {
        Json::Array(_) => "Start of list found where not expected",
        Json::Object(_) => "Start of structure or map found where not expected",
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => "Unexpected value type in payload",
    };
    ApiError::new(400, "SerializationException", text)
}

pub fn not_base64(length: usize) -> ApiError {
    let text = match length.is_multiple_of(4) {
        true => "Invalid last non-pad Base64 character dectected".to_owned(),
        false => format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}"),
    };
    ApiError::new(400, "SerializationException", text)
}

// Attribute values.

pub fn no_type() -> ApiError {
    validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
}

pub fn several_types() -> ApiError {
    validation(
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    )
}

pub fn null_is_false() -> ApiError {
    invalid("Null attribute value types must have the value of true")
}

pub fn empty_set(kind: &str) -> ApiError {
    invalid(&format!("An {kind} set  may not be empty"))
}

pub fn empty_binary_set() -> ApiError {
    invalid("Binary sets should not be empty")
}

pub fn duplicates(members: &str) -> ApiError {
    invalid(&format!("Input collection [{members}] contains duplicates."))
}

pub fn duplicate_binaries(members: &str) -> ApiError {
    invalid(&format!("Input collection [{members}]of type BS contains duplicates."))
}

pub fn duplicate_numbers() -> ApiError {
    validation("Input collection contains duplicates")
}

pub fn not_numeric(text: &str) -> ApiError {
    validation(match text {
        "" => "The parameter cannot be converted to a numeric value".to_owned(),
        text => format!("The parameter cannot be converted to a numeric value: {text}"),
    })
}

pub fn number(problem: NumberProblem) -> ApiError {
    validation(match problem {
        NumberProblem::NotNumeric => "The parameter cannot be converted to a numeric value",
        NumberProblem::TooManyDigits => "Attempting to store more than 38 significant digits in a Number",
        NumberProblem::Overflow => {
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        }
        NumberProblem::Underflow => {
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        }
    })
}

pub fn too_deep() -> ApiError {
    validation(
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    )
}

pub fn name_too_long() -> ApiError {
    invalid("Attribute name is too large, must be less than 65536 bytes")
}

// Expressions and their placeholders.

pub fn names_without_expression() -> ApiError {
    validation("ExpressionAttributeNames can only be specified when using expressions")
}

pub fn values_without_expression(lacking: &[&str]) -> ApiError {
    let head = "ExpressionAttributeValues can only be specified when using expressions";
    validation(match lacking {
        [] => head.to_owned(),
        [one] => format!("{head}: {one} is null"),
        several => format!("{head}: {} are null", several.join(" and ")),
    })
}

pub fn empty_map(name: &str) -> ApiError {
    validation(format!("{name} must not be empty"))
}

pub fn invalid_placeholder(map: &str, key: &str) -> ApiError {
    validation(format!("{map} contains invalid key: Syntax error; key: \"{key}\""))
}

pub fn invalid_value(error: ApiError, key: &str) -> ApiError {
    if error.code != "ValidationException" {
        return error;
    }
    validation(format!("ExpressionAttributeValues contains invalid value: {} for key {key}", error.message))
}

pub fn unused(map: &str, keys: &str) -> ApiError {
    validation(format!("Value provided in {map} unused in expressions: keys: {{{keys}}}"))
}

pub fn mixed_parameters(legacy: &str, modern: &str) -> ApiError {
    validation(format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {{{legacy}}} Expression parameters: {{{modern}}}"
    ))
}

pub fn no_such_attribute() -> ApiError {
    validation("The provided expression refers to an attribute that does not exist in the item")
}

pub fn incorrect_data_type() -> ApiError {
    validation("An operand in the update expression has an incorrect data type")
}

pub fn invalid_document_path() -> ApiError {
    validation("The document path provided in the update expression is invalid for update")
}

// Key conditions.

pub fn no_key_condition() -> ApiError {
    validation(
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    )
}

pub fn too_many_key_conditions() -> ApiError {
    validation("Conditions can be of length 1 or 2 only")
}

pub fn too_many_conditions(count: usize, most: usize) -> ApiError {
    validation(format!(
        "The number of query conditions ({count}) exceeds the number of key attributes defined in the schema ({most})"
    ))
}

pub fn one_condition_per_key() -> ApiError {
    expression(Purpose::KeyCondition, "KeyConditionExpressions must only contain one condition per key")
}

pub fn no_key_attribute() -> ApiError {
    validation("Invalid condition in KeyConditionExpression: No key attribute specified")
}

pub fn several_key_attributes() -> ApiError {
    validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
}

pub fn missed_key(name: &str) -> ApiError {
    validation(format!("Query condition missed key schema element: {name}"))
}

pub fn unsupported_key_condition() -> ApiError {
    validation("Query key condition not supported")
}

pub fn not_indexable() -> ApiError {
    validation("Attempted conditional constraint is not an indexable operation")
}

pub fn condition_type() -> ApiError {
    invalid("Condition parameter type does not match schema type")
}

pub fn bounds_crossed(low: &Attr, high: &Attr) -> ApiError {
    expression(
        Purpose::KeyCondition,
        &format!(
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {{{}}}, upper bound operand: AttributeValue: {{{}}}",
            low.brief(),
            high.brief()
        ),
    )
}

pub fn filter_on_key(name: &str) -> ApiError {
    validation(format!(
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: {name}"
    ))
}

pub fn legacy_filter_on_key(name: &str) -> ApiError {
    validation(format!(
        "QueryFilter can only contain non-primary key attributes: Primary key attribute: {name}"
    ))
}

// Legacy parameters.

pub fn unknown_operator(operator: &str, set: &str) -> ApiError {
    validation(format!(
        "1 validation error detected: Value '{operator}' at 'comparisonOperator' failed to satisfy constraint: Member must satisfy enum value set: [{set}]"
    ))
}

pub fn wrong_number_of_values(operator: &str) -> ApiError {
    invalid(&format!("Invalid number of argument(s) for the {operator} ComparisonOperator"))
}

pub fn invalid_operator_type(operator: &str) -> ApiError {
    invalid(&format!("ComparisonOperator {operator} is not valid for the type of its AttributeValue"))
}

pub fn expected_mix(pair: &str, name: &str) -> ApiError {
    invalid(&format!("{pair} cannot be used together for Attribute: {name}"))
}

pub fn values_without_operator(name: &str) -> ApiError {
    invalid(&format!("AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}"))
}

pub fn value_without_existence(name: &str) -> ApiError {
    invalid(&format!("Value cannot be used when Exists is false for Attribute: {name}"))
}

pub fn existence_without_value(exists: Option<bool>, name: &str) -> ApiError {
    let exists = exists.map_or("null".to_owned(), |exists| exists.to_string());
    invalid(&format!("Value must be provided when Exists is {exists} for Attribute: {name}"))
}

pub fn attribute_twice(name: &str) -> ApiError {
    invalid(&format!("Duplicate value in attribute name: {name}"))
}

pub fn action_without_value(action: &str) -> ApiError {
    invalid(&format!("Only DELETE action is allowed when no attribute value is specified: {action}"))
}

pub fn action_type(action: &str, kind: &str) -> ApiError {
    invalid(&format!("{action} action is not supported for the type {kind}"))
}

pub fn unknown_action(action: &str) -> ApiError {
    validation(format!(
        "1 validation error detected: Value '{action}' at 'attributeUpdates.member.action' failed to satisfy constraint: Member must satisfy enum value set: [ADD, PUT, DELETE]"
    ))
}

// Keys and items.

pub fn key_mismatch() -> ApiError {
    validation("The provided key element does not match the schema")
}

pub fn missing_key(name: &str) -> ApiError {
    invalid(&format!("Missing the key {name} in the item"))
}

pub fn key_type(name: &str, expected: &str, actual: &str) -> ApiError {
    invalid(&format!("Type mismatch for key {name} expected: {expected} actual: {actual}"))
}

pub fn index_key_type(name: &str, expected: &str, actual: &str, index: &str) -> ApiError {
    invalid(&format!(
        "Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} IndexName: {index}"
    ))
}

pub fn empty_key(kind: &str, name: &str) -> ApiError {
    validation(format!(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {kind} value. Key: {name}"
    ))
}

pub fn empty_index_key(kind: &str, index: &str, name: &str) -> ApiError {
    validation(format!(
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: {index}, IndexKey: {name}"
    ))
}

pub fn hash_too_large() -> ApiError {
    invalid("Size of hashkey has exceeded the maximum size limit of2048 bytes")
}

pub fn range_too_large() -> ApiError {
    invalid("Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
}

pub fn item_too_large() -> ApiError {
    validation("Item size has exceeded the maximum allowed size")
}

pub fn updated_item_too_large() -> ApiError {
    validation("Item size to update has exceeded the maximum allowed size")
}

pub fn update_of_key(name: &str) -> ApiError {
    invalid(&format!("Cannot update attribute {name}. This attribute is part of the key"))
}

pub fn return_values(allowed: &str) -> ApiError {
    validation(format!("ReturnValues can only be {allowed}"))
}

/// A condition did not hold; the item comes along where the request asks for it.
pub fn condition_failed(item: Option<Json>) -> ApiError {
    let error = ApiError::new(400, "ConditionalCheckFailedException", "The conditional request failed");
    match item {
        Some(item) => error.with_member("Item", item),
        None => error,
    }
}

// Tables and indexes.

pub fn not_found() -> ApiError {
    ApiError::new(400, "ResourceNotFoundException", "Requested resource not found")
}

pub fn no_such_table(name: &str) -> ApiError {
    let text = format!("Requested resource not found: Table: {name} not found");
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn no_such_resource(arn: &str) -> ApiError {
    let text = format!("Requested resource not found: ResourcArn: {arn} not found");
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn table_not_found(name: &str) -> ApiError {
    ApiError::new(400, "TableNotFoundException", format!("Table not found: {name}"))
}

pub fn table_exists(name: &str) -> ApiError {
    ApiError::new(400, "ResourceInUseException", format!("Table already exists: {name}"))
}

/// `state` is `created`, `deleted` or `updated`.
pub fn table_busy(state: &str, name: &str) -> ApiError {
    let text = format!("Attempt to change a resource which is still in use: Table is being {state}: {name}");
    ApiError::new(400, "ResourceInUseException", text)
}

pub fn index_busy(state: &str, index: &str, table: &str) -> ApiError {
    let text = format!(
        "Attempt to change a resource which is still in use: Index is being {state}. Table: {table}, Index: {index}"
    );
    ApiError::new(400, "ResourceInUseException", text)
}

pub fn deletion_protected() -> ApiError {
    validation(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    )
}

pub fn limit_exceeded(text: impl Into<String>) -> ApiError {
    ApiError::new(400, "LimitExceededException", text)
}

pub fn no_such_index(index: &str) -> ApiError {
    validation(format!("The table does not have the specified index: {index}"))
}

pub fn backfilling(index: &str) -> ApiError {
    validation(format!("Cannot read from backfilling global secondary index: {index}"))
}

pub fn consistent_on_global() -> ApiError {
    validation("Consistent reads are not supported on global secondary indexes")
}

pub fn throttled() -> ApiError {
    let text = "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.";
    ApiError::new(400, "ProvisionedThroughputExceededException", text)
}

pub fn index_throttled() -> ApiError {
    let text = "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API";
    ApiError::new(400, "ProvisionedThroughputExceededException", text)
}

// Pages.

pub fn start_key(text: &str) -> ApiError {
    validation(format!("The provided starting key is {text}"))
}

pub fn segment_without_total() -> ApiError {
    validation(
        "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    )
}

pub fn total_without_segment() -> ApiError {
    validation(
        "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    )
}

pub fn segment_too_large(segment: i32, total: i32) -> ApiError {
    validation(format!(
        "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than TotalSegments: {total}"
    ))
}

// Batches and transactions.

pub fn too_many_in_batch(operation: &str) -> ApiError {
    validation(format!("Too many items requested for the {operation} call"))
}

/// A list or map whose length is wrong, in the words of the service's newer checks.
pub fn length_at(place: &str, rule: &str) -> ApiError {
    validation(format!(
        "1 validation error detected: Value at '{place}' failed to satisfy constraint: Member must have length {rule}"
    ))
}

/// How many requests of one table a batch has.
pub fn requests_per_table(table: &str, shown: &str) -> ApiError {
    validation(format!(
        "1 validation error detected: Value '{{{table}=[{shown}]}}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
    ))
}

pub fn no_requests(operation: &str) -> ApiError {
    validation(format!("The requestItems parameter is required for {operation}"))
}

/// A key without content is refused before anything else is looked at.
pub fn is_empty_key(error: &ApiError) -> bool {
    error
        .message
        .starts_with("One or more parameter values are not valid. The AttributeValue for a key attribute")
}

pub fn duplicate_keys() -> ApiError {
    validation("Provided list of item keys contains duplicates")
}

pub fn one_write_request() -> ApiError {
    validation(
        "Supplied WriteRequest must contain exactly one of the supported request types: PutRequest, DeleteRequest",
    )
}

pub fn one_operation() -> ApiError {
    validation("TransactItems can only contain one of Check, Put, Update or Delete")
}

pub fn same_item_twice() -> ApiError {
    validation("Transaction request cannot include multiple operations on one item")
}

pub fn transaction_too_large() -> ApiError {
    validation("Transaction request size exceeds the maximum size limit of 4 MB")
}

pub fn token_mismatch() -> ApiError {
    let text = "The request rejected because it was retried with an idempotent token that was already used with a request that had different parameters.";
    ApiError::new(400, "IdempotentParameterMismatchException", text)
}

/// Why one item of a transaction was refused.
#[derive(Debug, Clone, Default)]
pub struct Reason {
    pub code: &'static str,
    pub message: String,
    pub item: Option<Json>,
}

impl Reason {
    pub fn none() -> Self {
        Reason { code: "None", ..Reason::default() }
    }

    /// What an error of a single request is called in a transaction.
    pub fn of(error: &ApiError) -> Self {
        let code = match error.code.as_str() {
            "ConditionalCheckFailedException" => "ConditionalCheckFailed",
            "ProvisionedThroughputExceededException" => "ProvisionedThroughputExceeded",
            "ItemCollectionSizeLimitExceededException" => "ItemCollectionSizeLimitExceeded",
            _ => "ValidationError",
        };
        Reason { code, message: error.message.clone(), item: error.member("Item").cloned() }
    }
}

pub fn transaction_cancelled(reasons: &[Reason]) -> ApiError {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code).collect();
    let text = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    let shown = reasons.iter().map(|reason| {
        let mut shown = json!({ "Code": reason.code });
        if !reason.message.is_empty() {
            shown["Message"] = reason.message.as_str().into();
        }
        if let Some(item) = &reason.item {
            shown["Item"] = item.clone();
        }
        shown
    });
    let shown: Json = shown.collect();
    ApiError::new(400, "TransactionCanceledException", text).with_member("CancellationReasons", shown)
}

// Streams.

pub fn no_such_stream(arn: &str) -> ApiError {
    let text = format!("Requested resource not found: Stream: {arn} not found");
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn no_such_shard() -> ApiError {
    let text = "Requested resource not found: Shard does not exist";
    ApiError::new(400, "ResourceNotFoundException", text)
}

pub fn invalid_iterator() -> ApiError {
    validation("Invalid ShardIterator")
}

pub fn expired_iterator() -> ApiError {
    ApiError::new(400, "ExpiredIteratorException", "Iterator expired")
}

pub fn trimmed() -> ApiError {
    let text = "The operation attempted to read past the oldest stream record in a shard";
    ApiError::new(400, "TrimmedDataAccessException", text)
}

pub fn invalid_sequence_number() -> ApiError {
    validation("Invalid SequenceNumber")
}

pub fn not_simulated(text: &str) -> ApiError {
    ApiError::new(501, "NotImplemented", format!("{text} is not simulated by Nuvola"))
}
