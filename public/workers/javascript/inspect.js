/** `util.format` and `util.inspect`: how Node shows values in logs. */

const MAX_DEPTH = 2;
const MAX_ITEMS = 100;
const LINE_WIDTH = 72;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Node's `util.format`: `%s %d %i %f %j %o %O %c %%`, and what is left over, inspected. */
export function format(...values) {
  const [first, ...rest] = values;
  if (typeof first !== "string") return values.map((value) => shown(value)).join(" ");
  const text = first.replace(/%[sdifjoOc%]/g, (mark) => {
    if (mark === "%%") return rest.length > 0 || values.length > 1 ? "%" : mark;
    if (rest.length === 0) return mark;
    return formatOne(mark, rest.shift());
  });
  return [text, ...rest.map((value) => shown(value))].join(" ");
}

function formatOne(mark, value) {
  switch (mark) {
    case "%s":
      return typeof value === "object" && value !== null ? inspect(value, { depth: 0 }) : stringOf(value);
    case "%d":
      return typeof value === "bigint" ? `${value}n` : stringOf(typeof value === "object" ? NaN : Number(value));
    case "%i":
      return typeof value === "bigint" ? `${value}n` : stringOf(Number.parseInt(value, 10));
    case "%f":
      return stringOf(Number.parseFloat(value));
    case "%j":
      return JSON.stringify(value);
    case "%c":
      return "";
    default:
      return inspect(value, { depth: 4 });
  }
}

function shown(value) {
  return typeof value === "string" ? value : inspect(value);
}

function stringOf(value) {
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Node's `util.inspect`, without colours. */
export function inspect(value, { depth = MAX_DEPTH } = {}) {
  return inspectValue(value, depth ?? Infinity, [], 0);
}

function inspectValue(value, depth, parents, indent) {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "function") return inspectFunction(value);
  if (typeof value === "symbol") return value.toString();
  if (typeof value !== "object" || value === null) return stringOf(value);
  if (parents.includes(value)) return "[Circular *1]";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return value.toString();
  if (value instanceof Error) return inspectError(value, depth, parents, indent);
  if (value instanceof Promise) return "Promise { <pending> }";
  const prefix = prefixOf(value);
  if (parents.length > depth) return `[${prefix.trim() || "Object"}]`.replace(/\(\d+\)/, "");
  return inspectEntries(value, prefix, depth, [...parents, value], indent);
}

function inspectEntries(value, prefix, depth, parents, indent) {
  const nested = (item) => inspectValue(item, depth, parents, indent + 2);
  if (isList(value)) {
    const items = Array.from(value).slice(0, MAX_ITEMS).map(nested);
    const more = value.length - items.length;
    if (more > 0) items.push(`... ${more} more item${more > 1 ? "s" : ""}`);
    return wrap(prefix, "[", "]", [...items, ...ownFields(value, nested, /^\d+$/)], indent, value.length > 6);
  }
  if (value instanceof Map) {
    const items = [...value].map(([key, item]) => `${nested(key)} => ${nested(item)}`);
    return wrap(prefix, "{", "}", items, indent);
  }
  if (value instanceof Set) return wrap(prefix, "{", "}", [...value].map(nested), indent);
  return wrap(prefix, "{", "}", ownFields(value, nested), indent);
}

function isList(value) {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function ownFields(value, nested, skipped = null) {
  return Reflect.ownKeys(value)
    .filter((key) => !skipped?.test(String(key)) && key !== "length")
    .filter((key) => Object.getOwnPropertyDescriptor(value, key)?.enumerable)
    .map((key) => `${fieldName(key)}: ${fieldValue(value, key, nested)}`);
}

function fieldName(key) {
  if (typeof key === "symbol") return `[${key.toString()}]`;
  return IDENTIFIER.test(key) ? key : quoted(key);
}

function fieldValue(value, key, nested) {
  const { get, set } = Object.getOwnPropertyDescriptor(value, key);
  if (get) return set ? "[Getter/Setter]" : "[Getter]";
  if (set) return "[Setter]";
  return nested(value[key]);
}

function prefixOf(value) {
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  if (Object.getPrototypeOf(value) === null) return "[Object: null prototype] ";
  if (Array.isArray(value)) return name === "Array" ? "" : `${name}(${value.length}) `;
  if (value instanceof Map || value instanceof Set) return `${name}(${value.size}) `;
  if (isList(value)) return `${name}(${value.length}) `;
  const tag = value[Symbol.toStringTag];
  const tagged = typeof tag === "string" && tag !== "" && tag !== name ? ` [${tag}]` : "";
  return name === "Object" && !tagged ? "" : `${name}${tagged} `;
}

function inspectFunction(value) {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  if (isClass) {
    const parent = Object.getPrototypeOf(value)?.name;
    return `[class ${value.name || "(anonymous)"}${parent ? ` extends ${parent}` : ""}]`;
  }
  const kind = value.constructor?.name ?? "Function";
  return value.name ? `[${kind}: ${value.name}]` : `[${kind} (anonymous)]`;
}

function inspectError(error, depth, parents, indent) {
  const stack = typeof error.stack === "string" && error.stack !== "" ? error.stack : `[${error}]`;
  const nested = (item) => inspectValue(item, depth, [...parents, error], indent + 2);
  const fields = ownFields(error, nested, /^(stack|message)$/);
  if (Object.hasOwn(error, "cause")) fields.push(`[cause]: ${nested(error.cause)}`);
  return fields.length > 0 ? `${stack} {\n  ${fields.join(",\n  ")}\n}` : stack;
}

function wrap(prefix, open, close, items, indent, manyItems = false) {
  if (items.length === 0) return `${prefix}${open}${close}`;
  const total = items.reduce((sum, item) => sum + item.length + 2, prefix.length + indent);
  const short = total <= LINE_WIDTH && !items.some((item) => item.includes("\n"));
  if (short && !manyItems) return `${prefix}${open} ${items.join(", ")} ${close}`;
  const gap = " ".repeat(indent + 2);
  const lines = manyItems && items.every((item) => item.length <= 6) ? inColumns(items) : items;
  return `${prefix}${open}\n${gap}${lines.join(`,\n${gap}`)}\n${" ".repeat(indent)}${close}`;
}

// Node puts short items of a long list in rows, right-aligned when they are numbers.
function inColumns(items) {
  const widest = Math.max(...items.map((item) => item.length)) + 2;
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * widest * items.length) / widest),
    Math.floor(80 / widest),
    12,
    15,
  );
  if (columns <= 1) return items;
  const numbers = items.every((item) => /^-?[\d.]+n?$/.test(item));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...items.filter((_, position) => position % columns === column).map((item) => item.length)),
  );
  const rows = [];
  for (let start = 0; start < items.length; start += columns) {
    const row = items.slice(start, start + columns);
    const cells = row.map((item, column) => {
      const last = column === row.length - 1;
      if (numbers) return item.padStart(widths[column]);
      return last ? item : `${item}, `.padEnd(widths[column] + 2);
    });
    rows.push(cells.join(numbers ? ", " : ""));
  }
  return rows;
}

function quoted(text) {
  const quote = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes("`") ? "`" : "'";
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("\r", "\\r");
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}
