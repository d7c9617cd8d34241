//! Terraform's functions: what they accept, and how a call treats null, unknown and marked arguments.
//!
//! Each group of functions is a table of [`Function`]s; start reading at [`Function::call`].
//! `try`, `can`, `templatestring` and `type` take expressions or know the caller, and live in [`crate::eval`].

mod cidr;
mod collections;
mod crypto;
mod csv;
mod dates;
mod encoding;
mod files;
mod format_verbs;
mod lookups;
mod numbers;
mod regexp;
mod sequences;
mod sets;
mod strings;
mod tfvars;
mod types;
mod yaml_decode;
mod yaml_encode;

use nuvola_kernel::Ordered;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::host::Host;
use crate::marks::Marks;
use crate::types::Type;
use crate::value::Value;

pub(crate) use files::read_text;
pub use tfvars::{encode_expr, encode_tfvars};

/// A function of the language, or one that a provider offers.
pub struct Function {
    pub name: &'static str,
    pub params: Vec<Param>,
    /// Takes all further arguments.
    pub variadic: Option<Param>,
    returns: Type,
    typed: Option<TypeOf>,
    run: Run,
    /// Whether the result is never null, which is then known of unknown results too.
    not_null: bool,
}

/// A parameter, and which unusual arguments the implementation handles by itself.
#[derive(Debug, Clone)]
pub struct Param {
    pub name: &'static str,
    pub ty: Type,
    pub allow_null: bool,
    pub allow_unknown: bool,
    /// Whether arguments of unknown type reach the implementation.
    pub allow_dynamic: bool,
    pub allow_marked: bool,
}

/// Works out the result's type from the arguments, which may be unknown.
pub type TypeOf = fn(&[Value]) -> Result<Type, Failure>;
/// The implementation, given the type worked out before.
pub type Run = fn(&dyn Host, &[Value], &Type) -> Result<Value, Failure>;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// An argument is at fault.
    Arg(usize, String),
    /// The call as a whole.
    Call(String),
}

impl Failure {
    pub(crate) fn arg<T>(index: usize, message: impl Into<String>) -> Result<T, Failure> {
        Err(Failure::Arg(index, message.into()))
    }

    pub(crate) fn call<T>(message: impl Into<String>) -> Result<T, Failure> {
        Err(Failure::Call(message.into()))
    }

    /// The message.
    pub fn message(&self) -> &str {
        match self {
            Failure::Arg(_, message) | Failure::Call(message) => message,
        }
    }
}

impl Function {
    /// Declares a function with a signature such as `str:string pad:number ...rest:any? -> string`.
    ///
    /// After a type, `?` allows null, `~` unknown, `*` unknown type and `!` marked arguments.
    /// `-> any?` and the like say that the result may be null.
    fn new(name: &'static str, signature: &'static str, run: Run) -> Function {
        let (params, returns) = signature.split_once("->").expect("a signature has a result");
        let mut fixed = Vec::new();
        let mut variadic = None;
        for word in params.split_whitespace() {
            match word.strip_prefix("...") {
                Some(word) => variadic = Some(param(word)),
                None => fixed.push(param(word)),
            }
        }
        let returns = returns.trim();
        let plain = returns.trim_end_matches('?');
        let not_null = plain == returns;
        Function { name, params: fixed, variadic, returns: signature_type(plain), typed: None, run, not_null }
    }

    fn typed(mut self, typed: TypeOf) -> Function {
        self.typed = Some(typed);
        self
    }

    /// The parameter that an argument goes to.
    pub fn param(&self, index: usize) -> Option<&Param> {
        self.params.get(index).or(self.variadic.as_ref())
    }

    /// Calls the function. The arguments have been converted to the parameters' types.
    pub fn call(&self, host: &dyn Host, args: &[Value]) -> Result<Value, Failure> {
        let mut marks = Marks::NONE;
        let mut plain = Vec::with_capacity(args.len());
        let mut unknown_type = false;
        let mut unknown = false;
        for (index, arg) in args.iter().enumerate() {
            let param = self.param(index).expect("the caller has counted the arguments");
            if arg.is_null() && !param.allow_null {
                return Failure::arg(index, "argument must not be null");
            }
            unknown_type |= *arg.ty() == Type::Dynamic && !param.allow_dynamic;
            unknown |= !arg.is_known() && !param.allow_unknown;
            if param.allow_marked {
                plain.push(arg.clone());
            } else {
                let (arg, own) = arg.clone().unmark_deep();
                marks |= own;
                plain.push(arg);
            }
        }
        if unknown_type {
            return Ok(Value::dynamic_unknown().with_marks(marks));
        }
        let returns = match self.typed {
            Some(typed) => typed(&plain)?,
            None => self.returns.clone(),
        };
        if unknown {
            let result = Value::unknown(returns);
            return Ok(if self.not_null { result.refine_not_null() } else { result }.with_marks(marks));
        }
        let result = (self.run)(host, &plain, &returns)?;
        let result = if self.not_null { result.refine_not_null() } else { result };
        Ok(result.with_marks(marks))
    }
}

fn param(word: &'static str) -> Param {
    let (name, rest) = word.split_once(':').expect("a parameter has a name and a type");
    let ty = rest.trim_end_matches(['?', '~', '*', '!']);
    let flags = &rest[ty.len()..];
    Param {
        name,
        ty: signature_type(ty),
        allow_null: flags.contains('?'),
        allow_unknown: flags.contains('~'),
        allow_dynamic: flags.contains('*'),
        allow_marked: flags.contains('!'),
    }
}

fn signature_type(text: &str) -> Type {
    let inner = |kind: &str| text.strip_prefix(kind).and_then(|rest| rest.strip_suffix(')'));
    match text {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "any" => Type::Dynamic,
        _ => {
            let list = inner("list(").map(|element| Type::list(signature_type(element)));
            let set = inner("set(").map(|element| Type::set(signature_type(element)));
            let map = inner("map(").map(|element| Type::map(signature_type(element)));
            list.or(set).or(map).expect("a signature names only these types")
        }
    }
}

static TABLE: LazyLock<BTreeMap<&'static str, Function>> = LazyLock::new(|| {
    let groups = [
        cidr::functions(),
        collections::functions(),
        crypto::functions(),
        dates::functions(),
        encoding::functions(),
        files::functions(),
        lookups::functions(),
        numbers::functions(),
        regexp::functions(),
        sequences::functions(),
        sets::functions(),
        strings::functions(),
        types::functions(),
    ];
    groups.into_iter().flatten().map(|function| (function.name, function)).into_map()
});

/// A function of the language by its name.
pub fn builtin(name: &str) -> Option<&'static Function> {
    TABLE.get(name)
}

/// The names of all functions in this table.
pub fn builtin_names() -> impl Iterator<Item = &'static str> {
    TABLE.keys().copied()
}

/// The functions of the built-in provider, `provider::terraform::NAME`.
pub fn terraform_provider(name: &str) -> Option<&'static Function> {
    static PROVIDER: LazyLock<Vec<Function>> = LazyLock::new(tfvars::functions);
    PROVIDER.iter().find(|function| function.name == name)
}

/// The text of a string argument.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The elements of a list, set or tuple argument.
fn seq(value: &Value) -> &[Value] {
    value.as_seq().unwrap_or_default()
}

/// A number argument that must be a whole number of machine size, as Terraform words the refusal.
fn whole(value: &Value) -> Result<i64, String> {
    value.as_number().and_then(crate::number::Number::to_i64).ok_or_else(|| {
        "value must be a whole number, between -9223372036854775808 and 9223372036854775807".to_owned()
    })
}
