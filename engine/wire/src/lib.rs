//! HTTP values, schemas, the value tree, the AWS protocols and request signing.
//!
//! An operation declares its shapes with [`shape!`]; one generic codec per protocol reads and writes
//! [`value::Structure`]s by the const tables that the macro leaves behind. Both directions exist for
//! both ends: `decode_request`/`encode_response` serve, `encode_request`/`decode_response` call.
//!
//! Start reading at [`shape`] and [`protocol`].
//!
//! Invariant: nothing here knows a service by name beyond what its [`schema::ServiceSchema`] says,
//! and no input makes it panic.

pub mod checksum;
pub mod chunked;
pub mod error;
pub mod http;
pub mod protocol;
pub mod router;
pub mod schema;
pub mod shape;
pub mod sigv4;
pub mod uri;
pub mod value;
pub mod xml;

mod timestamps;

pub use error::{ApiError, Fault};
pub use http::{Headers, Request, Response, Scheme};
pub use router::{Labels, Router};
pub use schema::{OperationSchema, Protocol, ServiceSchema};
pub use shape::{Location, Member, Shape, StructureShape, WireMember, WireType};
pub use value::{Structure, Value};

/// What the expansion of [`shape!`] refers to.
#[doc(hidden)]
pub mod macro_support {
    pub use crate::shape::{Member, Shape, StructureRef, StructureShape, WireMember, WireType};
    pub use crate::value::{Structure, Value};
}
