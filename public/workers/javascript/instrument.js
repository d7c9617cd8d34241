/**
 * Rewrites a handler's source so that what it allocates is counted (see `memory.js`). Text is only
 * inserted, and never a line feed: lines stay as they are, and `stacks.js` takes the columns back.
 *
 *     { a: 1 }, [x], new Point()    $nvO(…, bytes)       an object of about so many bytes
 *     a + b, s += x, `${a}`         $nvG(…, site)        text, if it is text
 *     list.map(f), text.split(x)    $nvF(…)              what a builtin makes: a list, text, an object
 *     list.push(x), map.set(k, v)   $nvP(…, list, 1)       a collection that may have grown
 *     list[i] = x                   $nvK(…, list, i, site)
 *
 * Functions keep the names that the language infers for them, so these are counted beside their
 * declaration or around their assignment. What is left alone: the code of `eval`, tagged templates, and
 * the inside of an optional chain.
 */

const MAX_SOURCE_LENGTH = 1_500_000;
const FUNCTION_BYTES = 64;
const GENERATOR_BYTES = 200;
const SLOT_BYTES = 8;
const ANY_NUMBER = 2 ** 30;

// Methods of builtins whose result is new: the name alone decides, a wrong guess only costs a check.
const MAKERS = new Set(
  ("concat filter flat flatMap map slice splice toReversed toSorted toSpliced with fill from of entries keys values " +
    "fromEntries assign create groupBy join split match matchAll exec replace replaceAll repeat padStart padEnd " +
    "toString toFixed toLowerCase toUpperCase fromCharCode fromCodePoint stringify decode encode toISOString bind all " +
    "then catch finally raw getOwnPropertyNames").split(" "),
);
const GROWERS = new Set(["push", "unshift", "set", "add"]);

let sites = 0;

/**
 * @param {(source: string, options: object) => any} parse  acorn's
 * @returns {{start: number, end: number, text: string}[]}  insertions; none for what does not parse
 */
export function instrument(parse, source, sourceType) {
  if (source.length > MAX_SOURCE_LENGTH) return [];
  let tree;
  try {
    tree = parse(source, { ecmaVersion: "latest", sourceType, allowReturnOutsideFunction: true, allowHashBang: true });
  } catch {
    // The engine words the syntax error.
    return [];
  }
  const walk = new Walk(source);
  walk.findNames(tree, null);
  walk.visit(tree, null);
  return walk.edits();
}

class Walk {
  constructor(source) {
    this.source = source;
    this.opens = [];
    this.closes = [];
    this.generators = new Set();
    this.passedOn = new Set();
    this.kept = new Set();
    this.depth = 0;
  }

  // Closes come before opens at one place, and inner ones before outer ones.
  edits() {
    const insert = ({ at, text }) => ({ start: at, end: at, text });
    return [...this.closes, ...this.opens].map(insert);
  }

  /** The names of this file's generators, and those whose value goes anywhere but into `name.field`. */
  findNames(node, parent) {
    each(node, (child) => this.findNames(child, node));
    if (node.type === "Identifier" && !isOwnName(node, parent)) this.passedOn.add(node.name);
    if (node.type === "CallExpression" && node.callee.object?.type === "Identifier") this.passedOn.add(node.callee.object.name);
    const named = { VariableDeclarator: ["id", "init"], Property: ["key", "value"], MethodDefinition: ["key", "value"], PropertyDefinition: ["key", "value"] }[node.type];
    const [name, made] = named ? [node[named[0]], node[named[1]]] : [node.id, node];
    if (made?.generator && name?.name) this.generators.add(name.name);
  }

  visit(node, parent) {
    const isKept = this.kept.has(node);
    if (isKept) this.opens.push({ at: node.start, text: "($nvT.at=" });
    const wrapper = this.wrapperOf(node, parent);
    if (wrapper) this.opens.push({ at: node.start, text: `${wrapper[0]}(` });
    const isFunction = /Function/.test(node.type);
    if (isFunction) this.depth += 1;
    each(node, (child) => isWrappable(child, node) && this.visit(child, node));
    if (isFunction) this.depth -= 1;
    if (wrapper) this.closes.push({ at: node.end, text: `${wrapper[1]})` });
    if (isKept) this.closes.push({ at: node.end, text: ")" });
    if (node.type === "VariableDeclaration") this.afterDeclaration(node, parent);
  }

  /** What stands before and after the node, or null. */
  wrapperOf(node, parent) {
    switch (node.type) {
      case "ObjectExpression":
        // The engine does without such an object where it can; counting would make it.
        if (parent.type === "VariableDeclarator" && parent.id.type === "Identifier" && !this.passedOn.has(parent.id.name)) return null;
        return ["$nvO", `,${objectBytes(node)}`];
      case "ArrayExpression":
        if (node.elements.some(isSpread)) return ["$nvF", ""];
        return ["$nvO", `,${32 + valuesBytes(node.elements)}`];
      case "NewExpression":
        return ["$nvO", ",64"];
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        // In these places a function gets no name.
        return parent.type === "CallExpression" && parent.callee !== node ? ["$nvO", `,${FUNCTION_BYTES}`] : null;
      case "TemplateLiteral":
        if (parent.type === "TaggedTemplateExpression" || node.expressions.length === 0) return null;
        return ["$nvG", `,${sites++}`];
      case "BinaryExpression":
        if (node.operator !== "+" || isNumber(node) || isPassing(node, parent)) return null;
        return ["$nvG", `,${sites++}`];
      case "AssignmentExpression":
        return this.assignment(node);
      case "ChainExpression":
        return this.call(node.expression, true);
      case "CallExpression":
        return isLink(node, parent) ? null : this.call(node, false);
      default:
        return null;
    }
  }

  assignment(node) {
    const { left, right, operator } = node;
    if (operator === "+=" && !isNumber(right)) return ["$nvG", `,${sites++}`];
    if (/^(Arrow)?Function/.test(right.type) && this.depth > 0) return ["$nvO", `,${FUNCTION_BYTES}`];
    if (operator !== "=" || left.type !== "MemberExpression" || !left.computed) return null;
    if (left.property.type === "Literal" || left.object.type === "Super") return null;
    const list = this.again(left.object);
    const index = left.property.type === "UpdateExpression" ? left.property.argument : left.property;
    const key = index.type === "Identifier" ? index.name : `${list}.length`;
    return ["$nvK", `,${list},${key},${sites++}`];
  }

  call(node, optional) {
    if (node.type !== "CallExpression") return null;
    const { callee } = node;
    const name = callee.type === "MemberExpression" && !callee.computed ? callee.property.name : callee.name;
    if (this.generators.has(name)) return ["$nvO", `,${GENERATOR_BYTES}`];
    if (callee.type === "Identifier") return /^(Array|String)$/.test(name) ? ["$nvF", ""] : null;
    if (callee.type !== "MemberExpression" || callee.object.type === "Super") return null;
    if (MAKERS.has(name)) return ["$nvF", ""];
    if (!GROWERS.has(name)) return null;
    const list = optional && !isPlain(callee.object) ? "null" : this.again(callee.object);
    const added = node.arguments.some(isSpread) ? ANY_NUMBER : node.arguments.length;
    return ["$nvP", `,${list},${added}`];
  }

  /** Text that gives an expression's value once more, without evaluating it twice. */
  again(node) {
    if (isPlain(node)) return this.source.slice(node.start, node.end);
    this.kept.add(node);
    return "$nvT.at";
  }

  afterDeclaration(node, parent) {
    if (this.depth === 0 || !["BlockStatement", "Program", "StaticBlock", "SwitchCase"].includes(parent?.type)) return;
    for (const { id, init } of node.declarations) {
      if (id.type !== "Identifier" || !/^(Arrow)?Function/.test(init?.type)) continue;
      this.closes.push({ at: node.end, text: `;$nvO(${id.name},${FUNCTION_BYTES});` });
    }
  }
}

function each(node, act) {
  for (const key in node) {
    const value = node[key];
    if (Array.isArray(value)) for (const one of value) one?.type && act(one);
    else if (value?.type && typeof value.type === "string") act(value);
  }
}

const isSpread = (node) => node?.type === "SpreadElement";

// After `new`, a call would be taken for the constructor's own.
function isWrappable(child, parent) {
  return parent.type !== "NewExpression" || child !== parent.callee || ["Identifier", "MemberExpression"].includes(child.type);
}

/** Whether the name stands where its value does not go elsewhere: its declaration, or `name.field`. */
function isOwnName(node, parent) {
  if (parent?.type === "VariableDeclarator") return parent.id === node;
  return parent?.type === "MemberExpression" && (parent.object === node || (parent.property === node && !parent.computed));
}

// Evaluating it again does nothing and gives the same.
function isPlain(node) {
  return node.type === "Identifier" || node.type === "ThisExpression";
}

/** Whether the call is a link of a longer optional chain: what is wrapped there would not be skipped. */
function isLink(node, parent) {
  if (parent.type === "ChainExpression") return true;
  return hasOptional(node);
}

function hasOptional(node) {
  for (let link = node; link; link = link.callee ?? link.object) {
    if (link.optional) return true;
    if (link.type !== "CallExpression" && link.type !== "MemberExpression") return false;
  }
  return false;
}

/** Whether nothing keeps the sum: it is part of another one, compared, or a key. */
function isPassing(node, parent) {
  return parent.type === "BinaryExpression" || (parent.type === "MemberExpression" && parent.property === node);
}

/** Whether the value cannot be text. */
function isNumber(node) {
  if (node.type === "Literal") return typeof node.value !== "string" && !node.regex;
  if (node.type === "UpdateExpression") return true;
  if (node.type === "UnaryExpression") return node.operator !== "typeof";
  if (node.type !== "BinaryExpression") return false;
  return node.operator === "+" ? isNumber(node.left) && isNumber(node.right) : true;
}

function objectBytes(node) {
  const values = node.properties.map((property) => (property.type === "SpreadElement" ? property : property.value));
  return 24 + Math.max(valuesBytes(values), 4 * SLOT_BYTES);
}

function valuesBytes(values) {
  const bytes = (value) => {
    if (value?.type === "SpreadElement") return 6 * SLOT_BYTES;
    return SLOT_BYTES + (/Function/.test(value?.type) ? FUNCTION_BYTES : 0);
  };
  return values.reduce((sum, value) => sum + bytes(value), 0);
}
