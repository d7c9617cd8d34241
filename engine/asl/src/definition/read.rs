//! From the JSON of a definition to its states. Nested machines wait in a list, so depth costs no stack.

use super::Recipe;
use super::{
    Amount, Catcher, ChoiceRule, Definition, Flow, ItemBatcher, ItemReader, Items, Kind, MachineId, MapState,
    QueryLanguage, Reference, ResultWriter, Retrier, State, StateId, Submachine, Task, Text, WaitFor,
};
use crate::choice::Rule;
use crate::{Expression, Path, Payload, Template};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

type Fields = Map<String, Value>;

/// What a retrier does where it does not say.
const INTERVAL_S: i64 = 1;
const MAX_ATTEMPTS: i64 = 3;
const BACKOFF_RATE: f64 = 2.0;

/// A machine whose states are still to be read.
struct Todo<'v> {
    machine: MachineId,
    fields: &'v Fields,
    query: QueryLanguage,
}

struct Reader<'v> {
    states: Vec<State>,
    machines: Vec<Submachine>,
    todo: Vec<Todo<'v>>,
}

pub fn definition(text: &Value) -> Option<Definition> {
    let fields = text.as_object()?;
    let query = language(fields, QueryLanguage::JsonPath);
    let mut reader = Reader { states: Vec::new(), machines: Vec::new(), todo: Vec::new() };
    reader.nested(fields, query);
    while let Some(todo) = reader.todo.pop() {
        reader.machine(&todo)?;
    }
    let timeout_s = fields.get("TimeoutSeconds").and_then(Value::as_i64);
    Some(Definition { states: reader.states, machines: reader.machines, timeout_s, query })
}

fn language(fields: &Fields, outer: QueryLanguage) -> QueryLanguage {
    match fields.get("QueryLanguage").and_then(Value::as_str) {
        Some("JSONata") => QueryLanguage::Jsonata,
        Some("JSONPath") => QueryLanguage::JsonPath,
        Some(_) | None => outer,
    }
}

impl<'v> Reader<'v> {
    fn nested(&mut self, fields: &'v Fields, query: QueryLanguage) -> MachineId {
        let machine = self.machines.len() as MachineId;
        self.machines.push(Submachine { start: 0, states: Vec::new() });
        self.todo.push(Todo { machine, fields, query });
        machine
    }

    fn machine(&mut self, todo: &Todo<'v>) -> Option<()> {
        let states = todo.fields.get("States")?.as_object()?;
        let first = self.states.len() as StateId;
        let names: Names<'v> = Names(
            first,
            states.keys().enumerate().fold(BTreeMap::new(), |mut map, (at, name)| {
                map.insert(name.as_str(), at as StateId);
                map
            }),
        );
        let own = &mut self.machines[todo.machine as usize];
        own.start = names.of(todo.fields.get("StartAt"))?;
        own.states = (first..first + states.len() as StateId).collect();
        for (name, value) in states {
            let fields = value.as_object()?;
            let state = self.state(name, fields, todo, &names)?;
            self.states.push(state);
        }
        Some(())
    }

    fn state(&mut self, name: &str, fields: &'v Fields, todo: &Todo<'v>, names: &Names<'v>) -> Option<State> {
        let query = language(fields, todo.query);
        let kind = self.kind(fields, query, todo, names)?;
        let text = serde_json::to_string(fields).unwrap_or_default();
        Some(State {
            name: Arc::from(name),
            query,
            kind,
            next: names.of(fields.get("Next")),
            flow: flow(fields, query),
            retry: items(fields, "Retry").filter_map(retrier).collect(),
            catch: items(fields, "Catch").filter_map(|value| catcher(value, query, names)).collect(),
            machine: todo.machine,
            reads_context: text.contains("$$") || text.contains("$states"),
        })
    }

    fn kind(
        &mut self,
        fields: &'v Fields,
        query: QueryLanguage,
        todo: &Todo<'v>,
        names: &Names<'v>,
    ) -> Option<Kind> {
        Some(match fields.get("Type")?.as_str()? {
            "Pass" => Kind::Pass { result: fields.get("Result").cloned().map(Arc::new) },
            "Task" => Kind::Task(Box::new(Task {
                resource: text(fields, "Resource")?,
                timeout: amount(fields, "TimeoutSeconds"),
                heartbeat: amount(fields, "HeartbeatSeconds"),
                credentials: recipe(fields, "Credentials", query),
            })),
            "Choice" => Kind::Choice {
                rules: items(fields, "Choices").filter_map(|rule| choice(rule, query, names)).collect(),
                default: names.of(fields.get("Default")),
            },
            "Wait" => {
                Kind::Wait(match fields.contains_key("Timestamp") || fields.contains_key("TimestampPath") {
                    true => WaitFor::Until(text_or_path(fields, "Timestamp")),
                    false => WaitFor::Seconds(amount(fields, "Seconds")),
                })
            }
            "Succeed" => Kind::Succeed,
            "Fail" => {
                Kind::Fail { error: text_or_path(fields, "Error"), cause: text_or_path(fields, "Cause") }
            }
            "Parallel" => {
                let branches: Vec<&'v Fields> =
                    items(fields, "Branches").filter_map(Value::as_object).collect();
                Kind::Parallel {
                    branches: branches.into_iter().map(|own| self.nested(own, todo.query)).collect(),
                }
            }
            "Map" => Kind::Map(Box::new(self.map(fields, query, todo)?)),
            _ => return None,
        })
    }

    fn map(&mut self, fields: &'v Fields, query: QueryLanguage, todo: &Todo<'v>) -> Option<MapState> {
        let processor = fields.get("ItemProcessor").or_else(|| fields.get("Iterator"))?.as_object()?;
        let config = processor.get("ProcessorConfig");
        let setting = |name: &str| config.and_then(|config| config.get(name)).and_then(Value::as_str);
        let object = |name: &str| fields.get(name).and_then(Value::as_object);
        let reader = object("ItemReader").and_then(|own| {
            Some(ItemReader {
                resource: text(own, "Resource")?,
                parameters: recipe(own, "Parameters", query).or_else(|| recipe(own, "Arguments", query)),
                config: own.get("ReaderConfig").cloned(),
                max_items: own
                    .get("ReaderConfig")
                    .and_then(Value::as_object)
                    .map_or(Amount::Absent, |config| amount(config, "MaxItems")),
            })
        });
        let batcher = object("ItemBatcher").map(|own| ItemBatcher {
            max_items: amount(own, "MaxItemsPerBatch"),
            max_bytes: amount(own, "MaxInputBytesPerBatch"),
            input: recipe(own, "BatchInput", query),
        });
        let writer = object("ResultWriter").map(|own| ResultWriter {
            resource: text(own, "Resource"),
            parameters: recipe(own, "Parameters", query).or_else(|| recipe(own, "Arguments", query)),
            config: own.get("WriterConfig").cloned(),
        });
        let given = match (payload(fields, "Items"), reference(fields, "ItemsPath")) {
            (Some(payload), _) => Items::Payload(payload),
            (None, Reference::Path(path)) => Items::Path(path),
            (None, Reference::Whole | Reference::Nothing) => Items::Input,
        };
        Some(MapState {
            distributed: setting("Mode") == Some("DISTRIBUTED"),
            express: setting("ExecutionType") == Some("EXPRESS"),
            label: text(fields, "Label"),
            items: given,
            selector: recipe(fields, "ItemSelector", query).or_else(|| recipe(fields, "Parameters", query)),
            reader,
            batcher,
            writer,
            max_concurrency: amount(fields, "MaxConcurrency"),
            tolerated_count: amount(fields, "ToleratedFailureCount"),
            tolerated_percentage: amount(fields, "ToleratedFailurePercentage"),
            processor: self.nested(processor, todo.query),
        })
    }
}

/// The states of a machine by name, and the first one's place.
struct Names<'v>(StateId, BTreeMap<&'v str, StateId>);

impl Names<'_> {
    fn of(&self, name: Option<&Value>) -> Option<StateId> {
        Some(self.0 + self.1.get(name?.as_str()?)?)
    }
}

fn items<'v>(fields: &'v Fields, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    fields.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text(fields: &Fields, name: &str) -> Option<Box<str>> {
    fields.get(name)?.as_str().map(Box::from)
}

fn reference(fields: &Fields, name: &str) -> Reference {
    match fields.get(name) {
        None => Reference::Whole,
        Some(Value::String(path)) if path == "$" => Reference::Whole,
        Some(Value::String(path)) => {
            Path::parse(path).map_or(Reference::Whole, |path| Reference::Path(Box::new(path)))
        }
        Some(_) => Reference::Nothing,
    }
}

fn template(fields: &Fields, name: &str) -> Option<Template> {
    Template::parse(fields.get(name)?).ok()
}

fn payload(fields: &Fields, name: &str) -> Option<Payload> {
    Payload::parse(fields.get(name)?).ok()
}

fn recipe(fields: &Fields, name: &str, query: QueryLanguage) -> Option<Recipe> {
    match query {
        QueryLanguage::JsonPath => template(fields, name).map(Recipe::JsonPath),
        QueryLanguage::Jsonata => payload(fields, name).map(Recipe::Jsonata),
    }
}

fn flow(fields: &Fields, query: QueryLanguage) -> Flow {
    let is_path = query == QueryLanguage::JsonPath;
    Flow {
        input_path: reference(fields, "InputPath"),
        parameters: template(fields, "Parameters").filter(|_| is_path),
        result_selector: template(fields, "ResultSelector").filter(|_| is_path),
        result_path: reference(fields, "ResultPath"),
        output_path: reference(fields, "OutputPath"),
        arguments: payload(fields, "Arguments").filter(|_| !is_path),
        output: payload(fields, "Output").filter(|_| !is_path),
        assign: recipe(fields, "Assign", query),
    }
}

fn amount(fields: &Fields, name: &str) -> Amount {
    let path = || fields.get(&format!("{name}Path"))?.as_str().and_then(|path| Path::parse(path).ok());
    match payload(fields, name) {
        Some(payload) => Amount::Literal(payload),
        None => path().map_or(Amount::Absent, |path| Amount::Path(Box::new(path))),
    }
}

fn text_or_path(fields: &Fields, name: &str) -> Text {
    let path = || fields.get(&format!("{name}Path"))?.as_str().and_then(|path| Expression::parse(path).ok());
    match payload(fields, name) {
        Some(payload) => Text::Literal(payload),
        None => path().map_or(Text::Absent, |path| Text::Path(Box::new(path))),
    }
}

fn errors(fields: &Fields) -> Vec<Box<str>> {
    items(fields, "ErrorEquals").filter_map(Value::as_str).map(Box::from).collect()
}

fn retrier(value: &Value) -> Option<Retrier> {
    let fields = value.as_object()?;
    let whole = |name: &str, other: i64| fields.get(name).and_then(Value::as_f64).map_or(other, |n| n as i64);
    Some(Retrier {
        errors: errors(fields),
        interval_s: whole("IntervalSeconds", INTERVAL_S),
        max_attempts: u32::try_from(whole("MaxAttempts", MAX_ATTEMPTS)).unwrap_or(0),
        backoff_rate: fields.get("BackoffRate").and_then(Value::as_f64).unwrap_or(BACKOFF_RATE),
        max_delay_s: fields.get("MaxDelaySeconds").and_then(Value::as_i64),
        full_jitter: fields.get("JitterStrategy").and_then(Value::as_str) == Some("FULL"),
    })
}

fn catcher(value: &Value, query: QueryLanguage, names: &Names<'_>) -> Option<Catcher> {
    let fields = value.as_object()?;
    Some(Catcher {
        errors: errors(fields),
        next: names.of(fields.get("Next")),
        result_path: reference(fields, "ResultPath"),
        assign: recipe(fields, "Assign", query),
        output: payload(fields, "Output").filter(|_| query == QueryLanguage::Jsonata),
    })
}

fn choice(value: &Value, query: QueryLanguage, names: &Names<'_>) -> Option<ChoiceRule> {
    let fields = value.as_object()?;
    Some(ChoiceRule {
        rule: Rule::parse(fields, query)?,
        next: names.of(fields.get("Next")),
        assign: recipe(fields, "Assign", query),
        output: payload(fields, "Output").filter(|_| query == QueryLanguage::Jsonata),
    })
}
