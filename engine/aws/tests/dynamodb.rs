//! DynamoDB beyond single cases: laws of order and paging, replicas that lag, tables that are large.

#![expect(clippy::unwrap_used, reason = "a request that fails fails its test")]

use nuvola_aws::{AuthMode, Cloud, CloudOptions, Effect, Input};
use nuvola_wire::Request;
use nuvola_wire::sigv4::Signer;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ARN: &str = "arn:aws:dynamodb:eu-south-1:123456789012:table/tab";

struct Client {
    cloud: Cloud,
    now_ms: i64,
    next_id: u64,
}

impl Client {
    /// A cloud with a table `tab` whose items have `pk` (S) and `sk` (N), and a global index on `g` (S) and `sk`.
    fn new() -> Self {
        let cloud = Cloud::new(CloudOptions { auth: AuthMode::Off, ..CloudOptions::default() });
        let mut client = Client { cloud, now_ms: 1_795_456_800_000, next_id: 1 };
        client.call(
            "CreateTable",
            json!({
                "TableName": "tab", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                    {"AttributeName": "g", "AttributeType": "S"},
                ],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                "GlobalSecondaryIndexes": [{
                    "IndexName": "by-g", "Projection": {"ProjectionType": "ALL"},
                    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                }],
            }),
        );
        client.wait_ms(1000);
        client
    }

    fn wait_ms(&mut self, ms: i64) {
        self.now_ms += ms;
        self.cloud.step(self.now_ms, Input::Tick);
    }

    fn lag_ms(&mut self, lag_ms: i64) {
        let input = Input::ReplicaLag { table_arn: ARN.to_owned(), lag_ms };
        self.cloud.step(self.now_ms, input);
    }

    fn answer(&mut self, operation: &str, input: &Value) -> (u16, Value) {
        let mut request = Request::new("POST", "dynamodb.eu-south-1.amazonaws.com", "/");
        request.headers.set("X-Amz-Target", format!("DynamoDB_20120810.{operation}"));
        request.body = input.to_string().into();
        let credentials = self.cloud.root_credentials().into();
        let (credentials, region, service) = (&credentials, "eu-south-1", "dynamodb");
        Signer { credentials, region, service, now_ms: self.now_ms }.sign(&mut request);
        let id = self.next_id;
        self.next_id += 1;
        let effects = self.cloud.step(self.now_ms, Input::Request { id, request });
        let answer = effects.into_iter().find_map(|effect| {
            if let Effect::Respond { response, .. } = effect { Some(response) } else { None }
        });
        let response = answer.unwrap();
        (response.status, serde_json::from_slice(&response.body).unwrap_or_default())
    }

    fn call(&mut self, operation: &str, input: Value) -> Value {
        let (status, body) = self.answer(operation, &input);
        assert_eq!(status, 200, "{operation}: {body}");
        body
    }

    fn put(&mut self, item: Value) {
        self.call("PutItem", json!({ "TableName": "tab", "Item": item }));
    }

    /// All items of a query or scan, read in pages of `limit`.
    fn pages(&mut self, operation: &str, mut input: Value, limit: usize) -> Vec<Value> {
        let mut items = Vec::new();
        input["Limit"] = limit.into();
        for _ in 0..1000 {
            let page = self.call(operation, input.clone());
            assert!(page["Items"].as_array().unwrap().len() <= limit);
            items.extend(page["Items"].as_array().unwrap().iter().cloned());
            match page.get("LastEvaluatedKey") {
                Some(key) => input["ExclusiveStartKey"] = key.clone(),
                None => return items,
            }
        }
        panic!("the pages never end");
    }
}

fn key(pk: &str, sk: i64) -> Value {
    json!({ "pk": {"S": pk}, "sk": {"N": sk.to_string()} })
}

fn number(item: &Value, name: &str) -> i64 {
    item[name]["N"].as_str().unwrap().parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Source: our own reasoning: pages are a way to read, not another answer.
    #[test]
    fn pages_of_any_size_give_the_same_items(
        numbers in prop::collection::btree_set(-1000i64..1000, 0..30),
        limit in 1usize..9,
        low in -1000i64..1000,
        forward in any::<bool>(),
        segments in 1i64..5,
    ) {
        let mut client = Client::new();
        for number in &numbers {
            let mut item = key(if number % 3 == 0 { "a" } else { "b" }, *number);
            item["g"] = json!({ "S": if number % 2 == 0 { "even" } else { "odd" } });
            client.put(item);
        }
        let values = json!({ ":p": {"S": "b"}, ":low": {"N": low.to_string()} });
        let query = json!({
            "TableName": "tab", "KeyConditionExpression": "pk = :p AND sk >= :low",
            "ExpressionAttributeValues": values, "ScanIndexForward": forward,
        });
        let mut expected: Vec<i64> = numbers.iter().copied().filter(|n| n % 3 != 0 && *n >= low).collect();
        if !forward {
            expected.reverse();
        }
        let found: Vec<i64> = client.pages("Query", query, limit).iter().map(|item| number(item, "sk")).collect();
        prop_assert_eq!(found, expected);
        let query = json!({
            "TableName": "tab", "IndexName": "by-g", "KeyConditionExpression": "g = :g",
            "ExpressionAttributeValues": { ":g": {"S": "even"} }, "ScanIndexForward": forward,
        });
        let mut expected: Vec<i64> = numbers.iter().copied().filter(|n| n % 2 == 0).collect();
        if !forward {
            expected.reverse();
        }
        let found: Vec<i64> = client.pages("Query", query, limit).iter().map(|item| number(item, "sk")).collect();
        prop_assert_eq!(found, expected);
        let whole = client.call("Scan", json!({ "TableName": "tab" }));
        let scan = json!({ "TableName": "tab" });
        prop_assert_eq!(&client.pages("Scan", scan, limit), whole["Items"].as_array().unwrap());
        let mut parts = Vec::new();
        for segment in 0..segments {
            let scan = json!({ "TableName": "tab", "Segment": segment, "TotalSegments": segments });
            parts.extend(client.pages("Scan", scan, limit));
        }
        prop_assert_eq!(&parts, whole["Items"].as_array().unwrap());
    }

    /// Whatever is written and deleted, the index shows what the table has.
    #[test]
    fn indexes_agree_with_the_table(
        writes in prop::collection::vec((0i64..6, prop::option::of(prop::sample::select(vec!["x", "y"])), any::<bool>()), 0..40),
    ) {
        let mut client = Client::new();
        for (sk, g, delete) in writes {
            if delete {
                client.call("DeleteItem", json!({ "TableName": "tab", "Key": key("a", sk) }));
                continue;
            }
            let mut item = key("a", sk);
            if let Some(g) = g {
                item["g"] = json!({ "S": g });
            }
            client.put(item);
        }
        let table = client.call("Scan", json!({ "TableName": "tab", "FilterExpression": "attribute_exists(g)" }));
        let index = client.call("Scan", json!({ "TableName": "tab", "IndexName": "by-g" }));
        let sorted = |page: &Value| {
            let mut items: Vec<String> = page["Items"].as_array().unwrap().iter().map(Value::to_string).collect();
            items.sort();
            items
        };
        prop_assert_eq!(sorted(&table), sorted(&index));
        let whole = client.call("Scan", json!({ "TableName": "tab" }));
        let described = client.call("DescribeTable", json!({ "TableName": "tab" }));
        prop_assert_eq!(&described["Table"]["ItemCount"], &whole["Count"]);
    }

    /// Any text in place of an expression is answered, and changes nothing where it is refused.
    #[test]
    fn any_request_is_answered(text in "[a-z#:() =<>.,\\[\\]0-9A-Z]{0,30}", value in "[A-Z]{1,4}") {
        let mut client = Client::new();
        for input in [
            json!({ "TableName": "tab", "KeyConditionExpression": text, "FilterExpression": text }),
            json!({ "TableName": "tab", "Key": key("a", 1), "UpdateExpression": text }),
            json!({ "TableName": "tab", "Item": { "pk": { value.clone(): "x" } } }),
            json!({ "TableName": "tab", "Key": text.clone() }),
            json!({ "TableName": text, "TransactItems": [text], "RequestItems": {"tab": [text]} }),
        ] {
            for operation in ["Query", "Scan", "UpdateItem", "PutItem", "GetItem", "BatchWriteItem", "TransactWriteItems"] {
                let (status, body) = client.answer(operation, &input);
                prop_assert!(status == 200 || status == 400, "{operation}: {status} {body}");
            }
        }
    }
}

#[test]
fn an_eventually_consistent_read_may_be_stale_and_a_strong_one_never() {
    // Source: Developer Guide, "DynamoDB read consistency"; that two of three replicas lag is our own model.
    let mut client = Client::new();
    client.lag_ms(1000);
    let item = |value: &str| {
        let mut item = key("a", 1);
        item["v"] = json!({ "S": value });
        item["g"] = json!({ "S": "x" });
        item
    };
    client.put(item("old"));
    client.wait_ms(2000);
    client.put(item("new"));
    let read = |client: &mut Client, consistent: bool| {
        let input = json!({ "TableName": "tab", "Key": key("a", 1), "ConsistentRead": consistent });
        client.call("GetItem", input)["Item"]["v"]["S"].as_str().unwrap().to_owned()
    };
    let count_stale = |client: &mut Client| (0..60).filter(|_| read(client, false) == "old").count();
    assert!((0..10).all(|_| read(&mut client, true) == "new"));
    let stale = count_stale(&mut client);
    assert!((30..=50).contains(&stale), "two of three replicas are behind: {stale} of 60");
    assert_eq!(client.cloud.table_view(ARN).unwrap().pending_changes, 1);
    client.wait_ms(600);
    let stale = count_stale(&mut client);
    assert!((10..=30).contains(&stale), "one of three replicas is behind: {stale} of 60");
    client.wait_ms(400);
    assert_eq!(count_stale(&mut client), 0);
    assert_eq!(client.cloud.table_view(ARN).unwrap().pending_changes, 0);
}

#[test]
fn a_global_index_lags_and_deleted_items_are_still_seen() {
    // Source: Developer Guide, "Using Global Secondary Indexes in DynamoDB": changes spread asynchronously.
    let mut client = Client::new();
    client.lag_ms(1000);
    let mut item = key("a", 1);
    item["g"] = json!({ "S": "x" });
    let query = |client: &mut Client, g: &str| {
        let input = json!({
            "TableName": "tab", "IndexName": "by-g", "KeyConditionExpression": "g = :g",
            "ExpressionAttributeValues": { ":g": {"S": g} },
        });
        client.call("Query", input)["Count"].as_i64().unwrap()
    };
    client.put(item.clone());
    assert_eq!(query(&mut client, "x"), 0);
    client.wait_ms(1000);
    assert_eq!(query(&mut client, "x"), 1);
    item["g"] = json!({ "S": "y" });
    client.put(item);
    assert_eq!((query(&mut client, "x"), query(&mut client, "y")), (1, 0));
    client.wait_ms(1000);
    assert_eq!((query(&mut client, "x"), query(&mut client, "y")), (0, 1));
    client.call("DeleteItem", json!({ "TableName": "tab", "Key": key("a", 1) }));
    assert_eq!(query(&mut client, "y"), 1);
    let scan = |client: &mut Client, consistent: bool| {
        client.call("Scan", json!({ "TableName": "tab", "ConsistentRead": consistent }))["Count"]
            .as_i64()
            .unwrap()
    };
    assert_eq!(scan(&mut client, true), 0);
    assert!((0..30).any(|_| scan(&mut client, false) == 1));
    client.wait_ms(1000);
    assert_eq!((query(&mut client, "y"), (0..30).map(|_| scan(&mut client, false)).sum::<i64>()), (0, 0));
}

#[test]
fn a_page_ends_at_a_megabyte() {
    // Source: API Reference, "Query": "If the total size of scanned items exceeds the maximum dataset size limit of 1 MB".
    let mut client = Client::new();
    for sk in 0..6 {
        let mut item = key("a", sk);
        item["x"] = json!({ "S": "y".repeat(300 * 1024) });
        client.put(item);
    }
    let query = json!({
        "TableName": "tab", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": { ":p": {"S": "a"} },
    });
    let page = client.call("Query", query.clone());
    assert_eq!((&page["Count"], &page["LastEvaluatedKey"]), (&json!(3), &key("a", 2)));
    assert_eq!(client.pages("Query", query, 100).len(), 6);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the time of the test machine is what is measured")]
fn large_tables_are_as_quick_as_small_ones() {
    // Source: our own reasoning: point operations and pages cost the logarithm of the number of items.
    let measure = |count: i64| {
        let mut client = Client::new();
        for sk in 0..count {
            let mut item = key("a", sk);
            item["g"] = json!({ "S": "x" });
            client.put(item);
        }
        let mut fastest = Duration::MAX;
        for round in 0..5 {
            let start = Instant::now();
            for at in 0..40 {
                let sk = (at * 7919 + round) % count;
                client.call("GetItem", json!({ "TableName": "tab", "Key": key("a", sk) }));
                client.put(key("b", sk));
                client.call(
                    "Query",
                    json!({
                        "TableName": "tab", "IndexName": "by-g", "KeyConditionExpression": "g = :g AND sk > :s",
                        "ExpressionAttributeValues": { ":g": {"S": "x"}, ":s": {"N": sk.to_string()} }, "Limit": 5,
                    }),
                );
            }
            fastest = fastest.min(start.elapsed());
        }
        fastest
    };
    let (small, large) = (measure(200), measure(6000));
    assert!(large < small * 4, "{large:?} for 30 times as many items, {small:?} before");
}
