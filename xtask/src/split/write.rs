//! Writes the two modules.

use super::module::{FEATURES, Module, Outcome, exported_function, index, said};
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction,
    MemorySection, NameMap, NameSection, StartSection, TableSection, TableType, TypeSection, ValType,
    reencode::{self, Error, Reencode},
};

/// The namespace under which the second module imports what the first exports.
pub const FIRST: &str = "first";
/// The exported function of the first module that fetches the second at once, for whoever comes too early.
pub const FETCH: &str = "fetch_rest";
/// The first module's export that names the second's file begins so.
pub const MARK: &str = "rest:";

/// Gives every index of the whole module its number in one of the two.
struct Numbers<'m> {
    functions: &'m BTreeMap<u32, u32>,
}

impl Reencode for Numbers<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Self::Error>> {
        Ok(*self.functions.get(&function).expect("every function that a body calls was given a number"))
    }
}

/// What both modules agree on.
pub struct Plan<'p> {
    later: &'p BTreeSet<u32>,
    /// Later functions for which a stand-in is in the first module, which calls them by their slot.
    stand_ins: BTreeMap<u32, u32>,
    /// The size of the table with the slots that were added.
    slots: u32,
    /// Functions of the first module that the second calls, with the names of their exports.
    lent: BTreeMap<u32, String>,
}

impl<'p> Plan<'p> {
    pub fn new(module: &Module<'_>, later: &'p BTreeSet<u32>) -> Self {
        let table = &module.tables[module.function_table as usize];
        let mut slots = u32::try_from(table.ty.initial).expect("a table of 32 bits");
        let mut stand_ins = BTreeMap::new();
        for (slot, function) in module.slots.iter().filter(|(_, function)| later.contains(function)) {
            stand_ins.entry(*function).or_insert(*slot);
        }
        let first = |function: &u32| !later.contains(function);
        for called in module.defined().filter(first).flat_map(|function| module.calls_of(function)) {
            if later.contains(&called) && !stand_ins.contains_key(&called) {
                stand_ins.insert(called, slots);
                slots += 1;
            }
        }
        let taken: BTreeSet<&str> = module.exports.iter().map(|export| export.name).collect();
        let mut names = (0_u32..).map(short).filter(|name| !taken.contains(name.as_str()));
        let borrowed: BTreeSet<u32> =
            later.iter().flat_map(|function| module.calls_of(*function)).filter(first).collect();
        let lent = borrowed.into_iter().zip(&mut names).collect();
        Plan { later, stand_ins, slots, lent }
    }

    pub fn stand_ins(&self) -> usize {
        self.stand_ins.len()
    }

    pub fn lent(&self) -> usize {
        self.lent.len()
    }

    fn table_type(&self, module: &Module<'_>, table: usize) -> Outcome<TableType> {
        let whole = module.tables[table].ty;
        let mut kind = TableType::try_from(whole).map_err(said)?;
        if table == module.function_table as usize {
            kind.minimum = u64::from(self.slots);
            kind.maximum = whole.maximum.map(|maximum| maximum.max(kind.minimum));
        }
        Ok(kind)
    }
}

/// The shortest name of a number, of letters and digits.
fn short(mut number: u32) -> String {
    const SIGNS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(SIGNS[number as usize % SIGNS.len()]));
        number /= index(SIGNS.len());
        if number == 0 {
            return name;
        }
        number -= 1;
    }
}

/// Names of what is no function, as the second module imports it.
fn table_name(table: usize) -> String {
    format!("table:{table}")
}

fn global_name(global: usize) -> String {
    format!("global:{global}")
}

const MEMORY: &str = "memory:0";
const LOADED: &str = "loaded";

fn types(module: &Module<'_>) -> Outcome<TypeSection> {
    let mut section = TypeSection::new();
    let mut numbers = Numbers { functions: &BTreeMap::new() };
    for each in &module.types {
        section.ty().func_type(&numbers.func_type(each.clone()).map_err(said)?);
    }
    // The last one: neither takes nor gives anything.
    section.ty().function([], []);
    Ok(section)
}

/// The number of the type that [`types`] adds.
fn plain_type(module: &Module<'_>) -> u32 {
    index(module.types.len())
}

/// The module that the page opens with.
pub fn first(module: &Module<'_>, plan: &Plan<'_>) -> Outcome<Vec<u8>> {
    let stays: Vec<u32> = module.defined().filter(|function| !plan.later.contains(function)).collect();
    let mut functions: BTreeMap<u32, u32> = (0..module.imported()).map(|same| (same, same)).collect();
    let defined = stays.iter().chain(plan.stand_ins.keys()).copied();
    functions.extend(defined.zip(module.imported()..));
    let ensure = index(functions.len());
    let loaded = index(module.globals.len());
    let fetch = module
        .exports
        .iter()
        .find(|export| export.name == FETCH)
        .and_then(exported_function)
        .ok_or_else(|| format!("the module exports no function `{FETCH}`"))?;
    let mut numbers = Numbers { functions: &functions };
    let mut written = wasm_encoder::Module::new();
    written.section(&types(module)?);

    let mut imports = ImportSection::new();
    for import in &module.imports {
        imports.import(import.module, import.name, numbers.entity_type(import.ty).map_err(said)?);
    }
    written.section(&imports);

    let mut declared = FunctionSection::new();
    for function in stays.iter().chain(plan.stand_ins.keys()) {
        declared.function(module.type_of(*function).0);
    }
    declared.function(plain_type(module));
    written.section(&declared);

    let mut tables = TableSection::new();
    for table in 0..module.tables.len() {
        tables.table(plan.table_type(module, table)?);
    }
    written.section(&tables);
    let mut memories = MemorySection::new();
    for memory in &module.memories {
        memories.memory(numbers.memory_type(*memory).map_err(said)?);
    }
    written.section(&memories);

    let mut globals = GlobalSection::new();
    for global in &module.globals {
        numbers.parse_global(&mut globals, global.clone()).map_err(said)?;
    }
    globals.global(
        GlobalType { val_type: ValType::I32, mutable: true, shared: false },
        &ConstExpr::i32_const(0),
    );
    written.section(&globals);
    written.section(&first_exports(module, plan, &functions)?);
    if let Some(start) = module.start {
        written.section(&StartSection { function_index: functions[&start] });
    }

    let mut slots = module.slots.clone();
    slots.extend(plan.stand_ins.iter().map(|(function, slot)| (*slot, *function)));
    written.section(&elements(module, &slots, &functions));

    let mut code = CodeSection::new();
    for function in &stays {
        let body = &module.bodies[(function - module.imported()) as usize];
        numbers.parse_function_body(&mut code, body.clone()).map_err(said)?;
    }
    for (function, slot) in &plan.stand_ins {
        code.function(&stand_in(module, *function, *slot, ensure));
    }
    let mut body = Function::new([]);
    body.instructions()
        .global_get(loaded)
        .i32_eqz()
        .if_(wasm_encoder::BlockType::Empty)
        .call(functions[&fetch])
        .end()
        .end();
    code.function(&body);
    written.section(&code);

    let mut data = DataSection::new();
    for each in &module.data {
        numbers.parse_data(&mut data, each.clone()).map_err(said)?;
    }
    written.section(&data);
    let stand_ins = plan.stand_ins.keys().map(|function| (*function, "stand-in: "));
    let named = stays.iter().map(|function| (*function, "")).chain(stand_ins);
    let imported = (0..module.imported()).map(|function| (function, ""));
    written.section(&names(module, imported.chain(named)));
    keep_features(module, &mut written);
    Ok(written.finish())
}

/// The names of a module's functions, in the order of their numbers, each with a word before it.
fn names<'w>(module: &Module<'_>, functions: impl Iterator<Item = (u32, &'w str)>) -> NameSection {
    let mut map = NameMap::new();
    for (number, (function, word)) in (0..).zip(functions) {
        if let Some(name) = module.names.get(&function) {
            map.append(number, &format!("{word}{name}"));
        }
    }
    let mut section = NameSection::new();
    section.functions(&map);
    section
}

fn keep_features(module: &Module<'_>, written: &mut wasm_encoder::Module) {
    if let Some(features) = module.features {
        written.section(&CustomSection { name: FEATURES.into(), data: features.into() });
    }
}

fn first_exports(
    module: &Module<'_>,
    plan: &Plan<'_>,
    functions: &BTreeMap<u32, u32>,
) -> Outcome<ExportSection> {
    let mut numbers = Numbers { functions };
    let mut exports = ExportSection::new();
    for export in &module.exports {
        numbers.parse_export(&mut exports, *export).map_err(said)?;
    }
    for (function, name) in &plan.lent {
        exports.export(name, ExportKind::Func, functions[function]);
    }
    for table in 0..module.tables.len() {
        exports.export(&table_name(table), ExportKind::Table, index(table));
    }
    exports.export(MEMORY, ExportKind::Memory, 0);
    for global in 0..module.globals.len() {
        exports.export(&global_name(global), ExportKind::Global, index(global));
    }
    let loaded = index(module.globals.len());
    exports.export(LOADED, ExportKind::Global, loaded);
    Ok(exports)
}

/// Names the second module's file, with its size in bytes, in an export of the finished first module.
pub fn marked(first: &[u8], rest: &str, size: usize) -> Outcome<Vec<u8>> {
    let mut module = wasm_encoder::Module::new();
    let mut marker = Marker { mark: format!("{MARK}{rest}:{size}") };
    marker.parse_core_module(&mut module, wasmparser::Parser::new(0), first).map_err(said)?;
    Ok(module.finish())
}

struct Marker {
    mark: String,
}

impl Reencode for Marker {
    type Error = std::convert::Infallible;

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: wasmparser::Export<'_>,
    ) -> Result<(), Error<Self::Error>> {
        if export.name == LOADED {
            exports.export(&self.mark, ExportKind::Global, export.index);
        }
        reencode::utils::parse_export(self, exports, export)
    }
}

/// Stands for a later function until it is there: sees to it that it is, then calls it through its slot.
fn stand_in(module: &Module<'_>, function: u32, slot: u32, ensure: u32) -> Function {
    let (number, kind) = module.type_of(function);
    let mut body = Function::new([]);
    body.instruction(&Instruction::Call(ensure));
    for parameter in 0..index(kind.params().len()) {
        body.instruction(&Instruction::LocalGet(parameter));
    }
    body.instructions().i32_const(slot.cast_signed()).call_indirect(module.function_table, number).end();
    body
}

/// Table segments: one for every run of slots.
fn elements(
    module: &Module<'_>,
    slots: &BTreeMap<u32, u32>,
    functions: &BTreeMap<u32, u32>,
) -> ElementSection {
    let mut section = ElementSection::new();
    let mut run: Vec<u32> = Vec::new();
    let table = (module.function_table != 0).then_some(module.function_table);
    let mut slots = slots.iter().peekable();
    while let Some((slot, function)) = slots.next() {
        run.push(functions[function]);
        if slots.peek().is_none_or(|(next, _)| **next != slot + 1) {
            let start = slot + 1 - index(run.len());
            let functions = Elements::Functions(std::mem::take(&mut run).into());
            section.active(table, &ConstExpr::i32_const(start.cast_signed()), functions);
        }
    }
    section
}

/// The module of everything else: it works in the first one's memory and puts its functions into its table.
pub fn rest(module: &Module<'_>, plan: &Plan<'_>) -> Outcome<Vec<u8>> {
    let functions: BTreeMap<u32, u32> = plan.lent.keys().chain(plan.later).copied().zip(0..).collect();
    let mut numbers = Numbers { functions: &functions };
    let mut written = wasm_encoder::Module::new();
    written.section(&types(module)?);

    let mut imports = ImportSection::new();
    for (function, name) in &plan.lent {
        imports.import(FIRST, name, EntityType::Function(module.type_of(*function).0));
    }
    for table in 0..module.tables.len() {
        imports.import(FIRST, &table_name(table), plan.table_type(module, table)?);
    }
    for memory in &module.memories {
        imports.import(FIRST, MEMORY, numbers.memory_type(*memory).map_err(said)?);
    }
    for (at, global) in module.globals.iter().enumerate() {
        imports.import(FIRST, &global_name(at), numbers.global_type(global.ty).map_err(said)?);
    }
    imports.import(FIRST, LOADED, GlobalType { val_type: ValType::I32, mutable: true, shared: false });
    written.section(&imports);

    let mut declared = FunctionSection::new();
    for function in plan.later {
        declared.function(module.type_of(*function).0);
    }
    declared.function(plain_type(module));
    written.section(&declared);
    written.section(&StartSection { function_index: index(functions.len()) });

    let mut slots: BTreeMap<u32, u32> =
        module.slots.iter().filter(|(_, function)| plan.later.contains(function)).map(copied).collect();
    slots.extend(plan.stand_ins.iter().map(|(function, slot)| (*slot, *function)));
    written.section(&elements(module, &slots, &functions));

    let mut code = CodeSection::new();
    for function in plan.later {
        let body = &module.bodies[(function - module.imported()) as usize];
        numbers.parse_function_body(&mut code, body.clone()).map_err(said)?;
    }
    let mut start = Function::new([]);
    start.instructions().i32_const(1).global_set(index(module.globals.len())).end();
    code.function(&start);
    written.section(&code);
    written.section(&names(module, plan.lent.keys().chain(plan.later).map(|function| (*function, ""))));
    keep_features(module, &mut written);
    Ok(written.finish())
}

fn copied((slot, function): (&u32, &u32)) -> (u32, u32) {
    (*slot, *function)
}
