//! Bodies of the rest protocols, written by either end.

use super::{json, payload_root, xml_body};
use crate::schema::{Protocol, ServiceSchema};
use crate::shape::{Location, Member, Nested, Shape, StructureShape, XmlNamespace};
use crate::value::{Structure, Value};
use crate::xml;
use nuvola_kernel::Blob;

/// Who writes. A server writes the root element although no member is there, and ISO timestamps with
/// milliseconds, as S3 does; SDKs do neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Server,
    Client,
}

/// The body of a rest message and its content type; `None`: there is none.
pub(super) fn rest_body(
    service: &ServiceSchema,
    table: &StructureShape,
    members: &Structure,
    end: End,
) -> Option<(&'static str, Blob)> {
    let is_xml = service.protocol == Protocol::RestXml;
    if let Some(member) = table.payload() {
        let value = members.get(member.name)?;
        return Some(if let Value::Blob(bytes) = value {
            ("application/octet-stream", bytes.clone())
        } else if let Value::String(text) = value {
            ("text/plain", text.as_str().into())
        } else if is_xml {
            let root = Root { name: payload_root(member), shape: member.shape, member: Some(member) };
            ("application/xml", xml_document(service, &root, value, end).into())
        } else {
            ("application/json", json::write(member.shape, value, member.nested).to_string().into())
        });
    }
    let mut declared = table.members.iter().filter(|member| member.location == Location::Body).peekable();
    declared.peek()?;
    if !is_xml {
        return Some(("application/json", json::write_structure(table, members).to_string().into()));
    }
    if end == End::Client && !declared.any(|member| members.get(member.name).is_some()) {
        return None;
    }
    Some(("application/xml", xml_members(service, table, members, end).into()))
}

struct Root<'t> {
    name: &'t str,
    shape: Shape,
    member: Option<&'t Member>,
}

fn xml_document(service: &ServiceSchema, root: &Root<'_>, value: &Value, end: End) -> String {
    let own = root.member.and_then(|member| member.xml_namespace).or(root.shape.structure().xml_namespace);
    let namespace = own.or(service.xml_namespace.map(|uri| XmlNamespace { prefix: None, uri }));
    let mut writer = xml_body::XmlWriter {
        millis: end == End::Server,
        naming: xml_body::Naming::PLAIN,
        out: xml::Writer::with_declaration(),
    };
    let traits = root.member.map_or(Nested::NONE, |member| member.nested);
    writer.value(root.shape, root.name, value, traits, xml_body::namespace_attribute(namespace));
    writer.out.finish()
}

/// The members of an input or output that are in the body, inside its root element.
fn xml_members(service: &ServiceSchema, table: &StructureShape, members: &Structure, end: End) -> String {
    if table.xml_unwrapped
        && let Some(member) = table.members.iter().find(|member| member.location == Location::Body)
    {
        let root = Root { name: member.xml_name(), shape: member.shape, member: Some(member) };
        let empty = Value::String(String::new());
        return xml_document(service, &root, members.get(member.name).unwrap_or(&empty), end);
    }
    let namespace =
        table.xml_namespace.or(service.xml_namespace.map(|uri| XmlNamespace { prefix: None, uri }));
    let mut writer = xml_body::XmlWriter {
        millis: end == End::Server,
        naming: xml_body::Naming::PLAIN,
        out: xml::Writer::with_declaration(),
    };
    let root = table.xml_name.unwrap_or(table.name);
    writer.out.open(root, &xml_body::namespace_attribute(namespace));
    writer.members(table, members, true);
    writer.out.close(root);
    writer.out.finish()
}
