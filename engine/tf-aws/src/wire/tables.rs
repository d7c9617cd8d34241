//! How the tables of shapes and operations are written down.

pub use nuvola_wire::Shape;
pub use nuvola_wire::shape::{ListShape, MapShape, Member, Nested, StructureRef, StructureShape};

pub const STRING: Shape = Shape::String;
pub const BOOLEAN: Shape = Shape::Boolean;
pub const INTEGER: Shape = Shape::Integer;
pub const LONG: Shape = Shape::Long;
pub const DOUBLE: Shape = Shape::Double;
pub const TIMESTAMP: Shape = Shape::Timestamp;
pub const BLOB: Shape = Shape::Blob;
pub const DOCUMENT: Shape = Shape::Document;

/// A list of some shape.
macro_rules! list {
    ($item:expr) => {
        Shape::List(&ListShape { item: $item, traits: Nested::NONE })
    };
}

/// A map from texts to some shape.
macro_rules! map {
    ($value:expr) => {
        Shape::Map(&MapShape { value: $value, traits: Nested::NONE })
    };
}

/// A structure by the name of its table.
macro_rules! of {
    ($table:ident) => {
        Shape::Structure(StructureRef::Table(&$table))
    };
}

macro_rules! members {
    ($($member:literal : $shape:expr $(=> $($word:ident($($text:literal)?)).+)?,)*) => {
        &[$(Member::new($member, $shape, false)$($(.$word($($text)?))+)?,)*]
    };
}

/// Tables of structures: `TABLE "WireName" { "Member": SHAPE => word(), }`.
macro_rules! shapes {
    ($($table:ident $name:literal { $($members:tt)* })*) => {$(
        static $table: StructureShape = StructureShape::new($name, members! { $($members)* });
    )*};
}

/// Operations: `CONSTANT "Name" "METHOD" "URI" { input } -> { output } errors ["Code"];`.
macro_rules! operations {
    ($service:path; $(
        $operation:ident $name:literal $method:literal $uri:literal { $($input:tt)* } -> { $($output:tt)* }
        errors [$($code:literal),*];
    )*) => {$(
        pub static $operation: Operation = {
            static INPUT: StructureShape = StructureShape::new(concat!($name, "Request"), members! { $($input)* });
            static OUTPUT: StructureShape = StructureShape::new(concat!($name, "Result"), members! { $($output)* });
            Operation {
                service: &$service,
                schema: nuvola_wire::OperationSchema {
                    name: $name,
                    method: $method,
                    uri: $uri,
                    status: 200,
                    input: &INPUT,
                    output: &OUTPUT,
                },
                errors: &[$($code),*],
            }
        };
    )*};
}

pub(super) use {list, map, members, of, operations, shapes};
