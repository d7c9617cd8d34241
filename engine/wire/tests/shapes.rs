//! The macro declares the struct and its table.

use indexmap::IndexMap;
use nuvola_kernel::{Blob, Timestamp};
use nuvola_wire::{Location, Shape, WireType};

nuvola_wire::shape! {
    /// A tag.
    pub struct Tag {
        #[wire("Key", required)] pub key: String,
        #[wire("Value")] pub value: Option<String>,
    }

    /// Holds itself, as DynamoDB's AttributeValue does.
    pub struct Tree {
        #[wire("S")] s: Option<String>,
        #[wire("L")] l: Option<Vec<Tree>>,
        #[wire("M")] m: Option<IndexMap<String, Tree>>,
        #[wire("B")] b: Option<Box<Tree>>,
    }

    struct Empty {}

    /// Every word.
    /// A second line.
    #[wire(xml = "Root", xml_namespace = "http://example.com/")]
    pub struct Wide {
        /// The bucket.
        #[wire("Bucket", required, label)] pub bucket: String,
        #[wire("restApiId", label_as = "restapi_id")] pub id: Option<String>,
        #[wire("ContentType", header = "Content-Type")] pub content_type: Option<String>,
        #[wire("Metadata", prefix_headers = "x-amz-meta-")] pub metadata: IndexMap<String, String>,
        #[wire("Tags", item = "Tag", flattened)] pub tags: Vec<Tag>,
        #[wire("Prefix", query = "prefix")] pub prefix: Option<String>,
        #[wire("LastModified", header = "Last-Modified", timestamp = "http-date")]
        pub last_modified: Option<Timestamp>,
        #[wire("Count")] pub count: i32,
        #[wire("Body", payload)] pub body: Option<Blob>,
    }
}

#[test]
fn the_macro_declares_struct_and_table() {
    let table = Wide::TABLE;
    assert_eq!((table.name, table.xml_name), ("Wide", Some("Root")));
    let member = |name| table.member(name).unwrap();
    assert!(member("Bucket").required && member("Count").required && !member("Tags").required);
    assert_eq!(member("restApiId").location, Location::Label("restapi_id"));
    assert_eq!(member("Tags").nested.item, Some("Tag"));
    assert!(matches!(member("Tags").shape, Shape::List(list) if list.item.structure().name == "Tag"));
    assert!(Empty::TABLE.members.is_empty() && !Empty::TABLE.is_unit() && <()>::SHAPE.structure().is_unit());
    assert_eq!(Empty::from_value(Empty::default().into_value()), Some(Empty {}));
}

#[test]
fn values_go_there_and_back() {
    let tree = Tree {
        l: Some(vec![Tree { s: Some("a".into()), ..Tree::default() }]),
        b: Some(Box::default()),
        ..Tree::default()
    };
    assert_eq!(Tree::from_value(tree.clone().into_value()), Some(tree));
    let wide = Wide { bucket: "b".into(), count: 3, ..Wide::default() };
    assert_eq!(Wide::from_value(wide.clone().into_value()), Some(wide.clone()));
    let nuvola_wire::Value::Structure(mut members) = wide.into_value() else { panic!() };
    members.remove("Tags");
    assert!(Wide::from_value(members.clone().into()).is_some());
    members.remove("Count");
    assert_eq!(Wide::from_value(members.into()), None);
}
