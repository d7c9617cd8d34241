//! A linked wasm module, taken apart as far as splitting needs it.

use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{
    CompositeInnerType, ConstExpr, Data, Element, ElementItems, ElementKind, Export, ExternalKind, FuncType,
    FunctionBody, Global, Import, KnownCustom, MemoryType, Name, Operator, Parser, Payload, RefType, Table,
    TypeRef,
};

pub type Outcome<T = ()> = Result<T, String>;

/// The section that names the features of wasm which a module uses.
pub const FEATURES: &str = "target_features";

/// A module that imports nothing but functions, as wasm-bindgen's are.
pub struct Module<'a> {
    pub types: Vec<FuncType>,
    pub imports: Vec<Import<'a>>,
    /// The type of every function, imported ones first.
    pub function_types: Vec<u32>,
    pub tables: Vec<Table<'a>>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<Global<'a>>,
    pub exports: Vec<Export<'a>>,
    pub start: Option<u32>,
    /// The functions in the table of functions, by slot.
    pub slots: BTreeMap<u32, u32>,
    /// Which table holds functions.
    pub function_table: u32,
    pub bodies: Vec<FunctionBody<'a>>,
    pub data: Vec<Data<'a>>,
    /// Names by function, where the module has them.
    pub names: BTreeMap<u32, &'a str>,
    /// What the code needs of its host, as wasm-opt wants to know: the section `target_features`.
    pub features: Option<&'a [u8]>,
    /// Whom the body of each function calls directly.
    pub calls: Vec<BTreeSet<u32>>,
}

impl<'a> Module<'a> {
    pub fn parse(bytes: &'a [u8]) -> Outcome<Self> {
        let mut module = Module {
            types: Vec::new(),
            imports: Vec::new(),
            function_types: Vec::new(),
            tables: Vec::new(),
            memories: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
            start: None,
            slots: BTreeMap::new(),
            function_table: 0,
            bodies: Vec::new(),
            data: Vec::new(),
            names: BTreeMap::new(),
            features: None,
            calls: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(bytes) {
            module.take(payload.map_err(said)?)?;
        }
        for body in &module.bodies {
            module.calls.push(called(body)?);
        }
        Ok(module)
    }

    /// How many functions are imported: they come first in the numbering.
    pub fn imported(&self) -> u32 {
        index(self.imports.len())
    }

    /// All functions with a body.
    pub fn defined(&self) -> std::ops::Range<u32> {
        self.imported()..self.imported() + index(self.bodies.len())
    }

    /// Whom a function calls directly; an imported one calls none that we see.
    pub fn calls_of(&self, function: u32) -> impl Iterator<Item = u32> + '_ {
        let body = function.checked_sub(self.imported());
        body.into_iter().flat_map(|body| self.calls[body as usize].iter().copied())
    }

    /// The size of a function's body in bytes.
    pub fn size(&self, function: u32) -> u64 {
        let body = function.checked_sub(self.imported());
        let range = body.map_or(0..0, |body| self.bodies[body as usize].range());
        range.end - range.start
    }

    /// A function's type.
    pub fn type_of(&self, function: u32) -> (u32, &FuncType) {
        let index = self.function_types[function as usize];
        (index, &self.types[index as usize])
    }

    fn take(&mut self, payload: Payload<'a>) -> Outcome {
        #[expect(clippy::wildcard_enum_match_arm, reason = "most kinds of sections are no concern of ours")]
        match payload {
            Payload::TypeSection(reader) => {
                for group in reader {
                    for each in group.map_err(said)?.into_types() {
                        let CompositeInnerType::Func(function) = each.composite_type.inner else {
                            return Err("a type that is no function's".to_owned());
                        };
                        self.types.push(function);
                    }
                }
            }
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import.map_err(said)?;
                    let TypeRef::Func(function) = import.ty else {
                        return Err(format!("the import `{}` is no function", import.name));
                    };
                    self.function_types.push(function);
                    self.imports.push(import);
                }
            }
            Payload::FunctionSection(reader) => collect(&mut self.function_types, reader)?,
            Payload::TableSection(reader) => {
                collect(&mut self.tables, reader)?;
                let holds = |table: &Table<'_>| table.ty.element_type == RefType::FUNCREF;
                self.function_table = index(self.tables.iter().position(holds).unwrap_or_default());
            }
            Payload::MemorySection(reader) => collect(&mut self.memories, reader)?,
            Payload::GlobalSection(reader) => collect(&mut self.globals, reader)?,
            Payload::ExportSection(reader) => collect(&mut self.exports, reader)?,
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(reader) => {
                for element in reader {
                    self.take_element(&element.map_err(said)?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::DataSection(reader) => collect(&mut self.data, reader)?,
            Payload::CustomSection(reader) if reader.name() == FEATURES => {
                self.features = Some(reader.data());
            }
            Payload::CustomSection(reader) => {
                if let KnownCustom::Name(names) = reader.as_known() {
                    for part in names {
                        if let Name::Function(map) = part.map_err(said)? {
                            for naming in map {
                                let naming = naming.map_err(said)?;
                                self.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            Payload::TagSection(_) => return Err("exceptions are not handled".to_owned()),
            // Versions, counts, ends: the writer makes its own.
            _ => {}
        }
        Ok(())
    }

    fn take_element(&mut self, element: &Element<'a>) -> Outcome {
        let ElementKind::Active { table_index, offset_expr } = &element.kind else {
            return Err("a table segment that is not active".to_owned());
        };
        let ElementItems::Functions(functions) = &element.items else {
            return Err("a table segment of expressions".to_owned());
        };
        if table_index.unwrap_or(0) != self.function_table {
            return Err("a segment of a table that holds no functions".to_owned());
        }
        let offset = constant(offset_expr)?;
        for (at, function) in functions.clone().into_iter().enumerate() {
            self.slots.insert(offset + index(at), function.map_err(said)?);
        }
        Ok(())
    }
}

/// The number that a constant expression stands for.
pub fn constant(expression: &ConstExpr<'_>) -> Outcome<u32> {
    let Operator::I32Const { value } = expression.get_operators_reader().read().map_err(said)? else {
        return Err("an offset that is no constant".to_owned());
    };
    Ok(value.cast_unsigned())
}

fn called(body: &FunctionBody<'_>) -> Outcome<BTreeSet<u32>> {
    let mut calls = BTreeSet::new();
    for operator in body.get_operators_reader().map_err(said)? {
        #[expect(clippy::wildcard_enum_match_arm, reason = "wasm has hundreds of operators")]
        match operator.map_err(said)? {
            Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                calls.insert(function_index);
            }
            Operator::RefFunc { .. } => return Err("a function taken as a value in code".to_owned()),
            Operator::MemoryInit { .. } | Operator::DataDrop { .. } => {
                return Err("data that code copies by itself".to_owned());
            }
            Operator::TableInit { .. } | Operator::ElemDrop { .. } => {
                return Err("table segments that code copies by itself".to_owned());
            }
            _ => {}
        }
    }
    Ok(calls)
}

fn collect<'a, T: wasmparser::FromReader<'a>>(
    into: &mut Vec<T>,
    reader: wasmparser::SectionLimited<'a, T>,
) -> Outcome {
    for each in reader {
        into.push(each.map_err(said)?);
    }
    Ok(())
}

/// Numbers of wasm have 32 bits.
pub fn index(count: usize) -> u32 {
    u32::try_from(count).expect("a wasm module has fewer than 2^32 of anything")
}

pub fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Whether an export is a function.
pub fn exported_function(export: &Export<'_>) -> Option<u32> {
    matches!(export.kind, ExternalKind::Func).then_some(export.index)
}
