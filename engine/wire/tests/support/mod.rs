//! Botocore's form of a model as tables, and values as plain JSON (blobs base64, timestamps in ms).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::shape::{ListShape, MapShape, Nested, StructureRef, TimestampFormat, UNIT, XmlNamespace};
use nuvola_wire::{
    Location, Member, OperationSchema, Protocol, ServiceSchema, Shape, Structure, StructureShape, Value,
};
use serde_json::{Value as Json, json};

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn text(json: &Json, key: &str) -> Option<&'static str> {
    json[key].as_str().map(leak)
}

pub fn blob(base64: &Json) -> Blob {
    STANDARD.decode(base64.as_str().unwrap()).unwrap().into()
}

pub struct Loader<'m> {
    model: &'m Json,
    pub service: ServiceSchema,
}

impl<'m> Loader<'m> {
    pub fn new(model: &'m Json) -> Self {
        let meta = &model["metadata"];
        let protocol = match (meta["protocol"].as_str().unwrap(), meta["jsonVersion"].as_str()) {
            ("rest-json", _) => Protocol::RestJson,
            ("rest-xml", _) => Protocol::RestXml,
            ("json", Some("1.0")) => Protocol::Json10,
            ("json", _) => Protocol::Json11,
            ("query", _) => Protocol::Query,
            ("ec2", _) => Protocol::Ec2Query,
            (other, _) => panic!("{other}"),
        };
        let service = ServiceSchema {
            id: text(meta, "serviceId").unwrap_or_default(),
            protocol,
            api_version: text(meta, "apiVersion").unwrap_or_default(),
            target_prefix: text(meta, "targetPrefix"),
            xml_namespace: text(meta, "xmlNamespace").or_else(|| text(&meta["xmlNamespace"], "uri")),
            bare_xml_errors: meta["serviceId"] == "S3",
            ..ServiceSchema::DEFAULT
        };
        Loader { model, service }
    }

    pub fn operation(&self, name: &str) -> OperationSchema {
        let operation = &self.model["operations"][name];
        let http = &operation["http"];
        OperationSchema {
            name: leak(name),
            method: text(http, "method").unwrap(),
            uri: text(http, "requestUri").unwrap(),
            status: http["responseCode"].as_u64().unwrap_or(200) as u16,
            input: self.side(&operation["input"]),
            output: self.side(&operation["output"]),
        }
    }

    fn side(&self, reference: &Json) -> &'static StructureShape {
        let Some(name) = reference["shape"].as_str() else { return &UNIT };
        let mut table = *self.structure(name, &mut Vec::new());
        table.xml_name = text(reference, "locationName").or(table.xml_name);
        table.xml_namespace = namespace(&reference["xmlNamespace"]).or(table.xml_namespace);
        Box::leak(Box::new(table))
    }

    fn structure(&self, name: &str, path: &mut Vec<String>) -> &'static StructureShape {
        let shape = &self.model["shapes"][name];
        let mut members: Vec<Member> = Vec::new();
        path.push(name.to_owned());
        for (member_name, reference) in shape["members"].as_object().unwrap() {
            let target = reference["shape"].as_str().unwrap();
            // Recursion ends where the generator's params have long ended.
            if path.iter().filter(|name| *name == target).count() < 3 {
                members.push(self.member(shape, member_name, reference, path));
            }
        }
        path.pop();
        let mut table = StructureShape::new(leak(name), members.leak());
        table.xml_namespace = namespace(&shape["xmlNamespace"]);
        Box::leak(Box::new(table))
    }

    fn member(&self, parent: &Json, name: &str, reference: &Json, path: &mut Vec<String>) -> Member {
        let target = &self.model["shapes"][reference["shape"].as_str().unwrap()];
        let mut member = Member::new(leak(name), self.shape(reference, path), false);
        let wire_name = text(reference, "locationName").unwrap_or(member.name);
        member.location = match reference["location"].as_str() {
            None if parent["payload"] == name => Location::Payload,
            None => Location::Body,
            Some("uri") => Location::Label(wire_name),
            Some("header") => Location::Header(wire_name),
            Some("headers") => Location::PrefixHeaders(wire_name),
            Some("querystring") if target["type"] == "map" => Location::QueryMap,
            Some("querystring") => Location::Query(wire_name),
            Some("statusCode") => Location::StatusCode,
            Some(other) => panic!("{other}"),
        };
        if let Location::Body | Location::Payload = member.location {
            member.xml_name = text(reference, "locationName");
            member.json_name = member.xml_name;
            member.ec2_name = text(reference, "queryName");
        }
        member.xml_attribute = reference["xmlAttribute"] == true;
        member.xml_namespace = namespace(&reference["xmlNamespace"]);
        member.nested.flattened = reference["flattened"] == true;
        member.nested.timestamp = timestamp(reference).or(timestamp(target));
        member
    }

    fn shape(&self, reference: &Json, path: &mut Vec<String>) -> Shape {
        let name = reference["shape"].as_str().unwrap();
        let shape = &self.model["shapes"][name];
        let of = |key: &str| text(&shape[key], "locationName");
        let inside = |key: &str| {
            let target = &self.model["shapes"][shape[key]["shape"].as_str().unwrap()];
            let (item, key_name, value) = (of("member"), of("key"), of("value"));
            let flattened = shape["flattened"] == true;
            Nested { item, key: key_name, value, flattened, timestamp: timestamp(target) }
        };
        match shape["type"].as_str().unwrap() {
            "boolean" => Shape::Boolean,
            "integer" => Shape::Integer,
            "long" => Shape::Long,
            "float" => Shape::Float,
            "double" => Shape::Double,
            "string" | "character" => Shape::String,
            "blob" => Shape::Blob,
            "timestamp" => Shape::Timestamp,
            "structure" if shape["document"] == true => Shape::Document,
            "structure" => Shape::Structure(StructureRef::Table(self.structure(name, path))),
            "list" => {
                path.push(name.to_owned());
                let list = ListShape { item: self.shape(&shape["member"], path), traits: inside("member") };
                path.pop();
                Shape::List(Box::leak(Box::new(list)))
            }
            "map" => {
                path.push(name.to_owned());
                let map = MapShape { value: self.shape(&shape["value"], path), traits: inside("value") };
                path.pop();
                Shape::Map(Box::leak(Box::new(map)))
            }
            other => panic!("{other}"),
        }
    }
}

fn namespace(json: &Json) -> Option<XmlNamespace> {
    Some(XmlNamespace { prefix: text(json, "prefix"), uri: text(json, "uri")? })
}

fn timestamp(json: &Json) -> Option<TimestampFormat> {
    json["timestampFormat"].as_str().map(|format| match format {
        "iso8601" => TimestampFormat::DateTime,
        "rfc822" => TimestampFormat::HttpDate,
        "unixTimestamp" => TimestampFormat::EpochSeconds,
        other => panic!("{other}"),
    })
}

pub fn to_plain(value: &Value) -> Json {
    match value {
        Value::Boolean(truth) => json!(truth),
        Value::Integer(number) => json!(number),
        Value::Double(number) => json!(number),
        Value::String(text) => json!(text),
        Value::Blob(bytes) => json!(STANDARD.encode(&**bytes)),
        Value::Timestamp(at) => json!(at.0),
        Value::Document(document) => document.clone(),
        Value::List(items) => items.iter().map(to_plain).collect(),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|(key, value)| (key.clone(), to_plain(value))).collect())
        }
        Value::Structure(members) => plain_structure(members),
    }
}

pub fn plain_structure(members: &Structure) -> Json {
    Json::Object(members.iter().map(|(name, value)| (name.to_owned(), to_plain(value))).collect())
}

pub fn from_plain(shape: Shape, json: &Json) -> Value {
    match shape {
        Shape::Boolean => Value::Boolean(json.as_bool().unwrap()),
        Shape::Integer | Shape::Long => Value::Integer(json.as_i64().unwrap()),
        Shape::Float | Shape::Double => Value::Double(json.as_f64().unwrap()),
        Shape::String => Value::String(json.as_str().unwrap().to_owned()),
        Shape::Blob => Value::Blob(blob(json)),
        Shape::Timestamp => Value::Timestamp(Timestamp(json.as_i64().unwrap())),
        Shape::Document => Value::Document(json.clone()),
        Shape::List(list) => {
            Value::List(json.as_array().unwrap().iter().map(|item| from_plain(list.item, item)).collect())
        }
        Shape::Map(map) => {
            let entries = json.as_object().unwrap().iter();
            Value::Map(entries.map(|(key, value)| (key.clone(), from_plain(map.value, value))).collect())
        }
        Shape::Structure(table) => Value::Structure(structure_of(table.get(), json)),
    }
}

pub fn structure_of(table: &StructureShape, json: &Json) -> Structure {
    let mut members = Structure::new();
    for (name, value) in json.as_object().unwrap() {
        let member = table.member(name).unwrap_or_else(|| panic!("{} has no {name}", table.name));
        members.insert(member.name, from_plain(member.shape, value));
    }
    members
}
