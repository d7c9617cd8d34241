//! Which fields the types of states have.

/// The fields that a type of state has beside those of all.
pub struct TypeFields {
    pub name: &'static str,
    pub required: &'static [&'static str],
    pub optional: &'static [&'static str],
    /// It goes on: it has `Next` or `End`.
    pub goes_on: bool,
}

/// The fields of all states.
pub const COMMON: &[&str] = &["Type", "Comment", "QueryLanguage"];

/// Fields of JSONPath states only, and of JSONata states only.
pub const JSONPATH_ONLY: &[&str] = &[
    "InputPath",
    "Parameters",
    "ResultSelector",
    "ResultPath",
    "OutputPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "SecondsPath",
    "TimestampPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "ErrorPath",
    "CausePath",
    "Result",
];
pub const JSONATA_ONLY: &[&str] = &["Arguments", "Output", "Items"];

pub const TYPES: &[TypeFields] = &[
    TypeFields {
        name: "Pass",
        required: &[],
        optional: &["Result", "ResultPath", "Parameters", "InputPath", "OutputPath", "Assign", "Output"],
        goes_on: true,
    },
    TypeFields {
        name: "Task",
        required: &["Resource"],
        optional: &[
            "InputPath",
            "OutputPath",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "Arguments",
            "Output",
            "Assign",
            "Retry",
            "Catch",
            "TimeoutSeconds",
            "TimeoutSecondsPath",
            "HeartbeatSeconds",
            "HeartbeatSecondsPath",
            "Credentials",
        ],
        goes_on: true,
    },
    TypeFields {
        name: "Choice",
        required: &["Choices"],
        optional: &["Default", "InputPath", "OutputPath", "Assign", "Output"],
        goes_on: false,
    },
    TypeFields {
        name: "Wait",
        required: &[],
        optional: &[
            "Seconds",
            "SecondsPath",
            "Timestamp",
            "TimestampPath",
            "InputPath",
            "OutputPath",
            "Assign",
            "Output",
        ],
        goes_on: true,
    },
    TypeFields {
        name: "Succeed",
        required: &[],
        optional: &["InputPath", "OutputPath", "Output"],
        goes_on: false,
    },
    TypeFields {
        name: "Fail",
        required: &[],
        optional: &["Error", "ErrorPath", "Cause", "CausePath", "InputPath", "OutputPath"],
        goes_on: false,
    },
    TypeFields {
        name: "Parallel",
        required: &["Branches"],
        optional: &[
            "InputPath",
            "OutputPath",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "Arguments",
            "Output",
            "Assign",
            "Retry",
            "Catch",
        ],
        goes_on: true,
    },
    TypeFields {
        name: "Map",
        required: &[],
        optional: &[
            "ItemProcessor",
            "Iterator",
            "ItemReader",
            "ItemsPath",
            "Items",
            "ItemSelector",
            "ItemBatcher",
            "ResultWriter",
            "Label",
            "MaxConcurrency",
            "MaxConcurrencyPath",
            "ToleratedFailureCount",
            "ToleratedFailureCountPath",
            "ToleratedFailurePercentage",
            "ToleratedFailurePercentagePath",
            "InputPath",
            "OutputPath",
            "Parameters",
            "ResultSelector",
            "ResultPath",
            "Output",
            "Assign",
            "Retry",
            "Catch",
        ],
        goes_on: true,
    },
];

pub fn of(name: &str) -> Option<&'static TypeFields> {
    TYPES.iter().find(|fields| fields.name == name)
}
