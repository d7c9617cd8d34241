//! Mapping templates: the Velocity language, with the variables that API Gateway has.
//!
//! `parse` reads a template into a tree, `eval` writes it out, `methods` are what values can do, `path` is JSONPath.
//!
//! **Source**: Apache Velocity Engine 1.7, "VTL Reference"; API Gateway Developer Guide, "Mapping template
//! transformations for REST APIs in API Gateway" (the variables).

mod eval;
mod methods;
mod parse;
pub mod path;

use serde_json::Value;
use std::collections::BTreeMap;

/// What a template can refer to.
pub struct Scope<'a> {
    /// `$input.body`
    pub body: &'a str,
    /// `$input.params()`: `path`, `querystring`, `header`.
    pub params: Value,
    /// `$context`
    pub context: Value,
    pub stage_variables: &'a BTreeMap<String, String>,
}

/// What a template made.
#[derive(Debug, Default)]
pub struct Rendered {
    pub text: String,
    /// `$context.responseOverride` and `requestOverride`, where the template set some.
    pub overrides: Value,
}

/// Writes a template out. The error says what is wrong with it.
pub fn render(template: &str, scope: &Scope<'_>) -> Result<Rendered, String> {
    let tree = parse::parse(template)?;
    eval::render(&tree, scope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(template: &str, expected: &str) {
        let scope = Scope {
            body: r#"{"name":"Rex","tags":["a","b"],"n":{"x":1.5,"q":"say \"hi\""},"empty":[]}"#,
            params: json!({"path": {"id": "7"}, "querystring": {"q": "it's"}, "header": {"Host": "h"}}),
            context: json!({"stage": "test", "identity": {"sourceIp": "1.2.3.4"}}),
            stage_variables: &BTreeMap::from([("v".to_owned(), "one".to_owned())]),
        };
        let rendered = render(template, &scope).map(|rendered| rendered.text);
        assert_eq!(rendered.as_deref(), Ok(expected), "{template}");
    }

    #[test]
    fn variables_of_api_gateway() {
        // Source: API Gateway Developer Guide, "Variables for data transformations for API Gateway".
        check("$input.body", r#"{"name":"Rex","tags":["a","b"],"n":{"x":1.5,"q":"say \"hi\""},"empty":[]}"#);
        check("$input.json('$.name') $input.path('$.name')", r#""Rex" Rex"#);
        check("$input.json('$.n')", r#"{"x":1.5,"q":"say \"hi\""}"#);
        check("$input.path('$.tags[1]')$input.path('$.tags').size()", "b2");
        check("$input.params('id') $input.params('q') $input.params().header.get('Host')", "7 it's h");
        check("$input.params('none')|$context.none|$stageVariables.none", "||");
        check("$context.stage ${context.identity.sourceIp} $stageVariables.v", "test 1.2.3.4 one");
        check("$util.escapeJavaScript(\"a'b\")", r"a\'b");
        check("$util.base64Encode('hi')$util.base64Decode('aGk=')", "aGk=hi");
        check("$util.urlEncode('a b&c')$util.urlDecode('a+b')", "a+b%26cab".replace("ab", "a b").as_str());
        check("$util.parseJson('{\"a\":[1,2]}').a[1]", "2");
    }

    #[test]
    fn directives() {
        // Source: Apache Velocity Engine, "VTL Reference".
        check("#set($x = 1 + 2 * 3)$x", "7");
        check("#set( $m = {\"a\": 1, \"b\": [1..3]} )$m.b.size() $m.a", "3 1");
        check("#if($input.params('id') == '7')yes#{else}no#end", "yes");
        check("#if(!$nothing && 1 < 2)a#elseif(true)b#end", "a");
        check(
            "#foreach($t in $input.path('$.tags'))$foreach.count:$t#if($foreach.hasNext),#end#end",
            "1:a,2:b",
        );
        check("#foreach($t in $input.path('$.tags'))#if($t == 'b')#break#end$t#end", "a");
        check("#set($l = [])#set($ok = $l.add('x'))$l.size()$l.get(0)", "1x");
        check("$missing $!missing|${missing} $!{missing}|", "$missing |${missing} |");
        check("## gone\na #* gone *# b \\$x #[[$raw]]#", "a  b $x $raw");
        check("#set($a = \"v-$stageVariables.v\")$a '$a' #set($b = '$a')$b", "v-one 'v-one' $a");
        check("#foreach($e in $input.params().path.entrySet())$e.key=$e.value#end", "id=7");
        check("a$b.c#d 5$ #1", "a$b.c#d 5$ #1");
        check("$input.path('$.name').toUpperCase().substring(0, 2)", "RE");
        check("#set($s = 'a-b-c')$s.replaceAll('-', '+') $s.split('-').size()", "a+b+c 3");
    }

    #[test]
    fn broken_templates_say_so() {
        // Source: Apache Velocity Engine, "VTL Reference" (every block has an end).
        let scope =
            Scope { body: "", params: json!({}), context: json!({}), stage_variables: &BTreeMap::new() };
        for broken in ["#if(true)x", "#foreach($x in)#end", "#set($x)", "#end"] {
            assert!(render(broken, &scope).is_err(), "{broken}");
        }
    }
}
