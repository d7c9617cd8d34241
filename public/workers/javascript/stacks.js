/**
 * Places in stack traces as the student's source has them. The loader inserts text into lines; here the
 * columns are taken back before anyone sees a trace, as Node does with source maps.
 */

const FRAME = /^(.*?)((?:file:\/\/)?\/[^():]+):(\d+):(\d+)(\)?)$/;

/** For each file, for each line: what was inserted there, `{column, removed, added}` in order. */
const changes = new Map();

/**
 * Applies edits to a source and remembers them for its stack traces.
 * @param {{start: number, end: number, text: string}[]} edits  in any order; at one place, as given
 */
export function rewrite(address, source, edits) {
  const parts = [];
  const lines = new Map();
  let [line, lineStart, done] = [1, 0, 0];
  for (const { start, end, text } of edits.toSorted((left, right) => left.start - right.start || left.end - right.end)) {
    parts.push(source.slice(done, start), text);
    done = end;
    for (let feed; (feed = source.indexOf("\n", lineStart)) !== -1 && feed < start; line++) lineStart = feed + 1;
    if (!lines.has(line)) lines.set(line, []);
    lines.get(line).push({ column: start - lineStart + 1, removed: end - start, added: text.length });
  }
  changes.set(address, lines);
  return parts.join("") + source.slice(done);
}

function columnOf(address, line, column) {
  let shift = 0;
  for (const change of changes.get(address)?.get(line) ?? []) {
    const from = change.column + shift;
    if (column < from) break;
    if (column < from + change.added) return change.column;
    shift += change.added - change.removed;
  }
  return column - shift;
}

export function installStacks() {
  Error.prepareStackTrace = (error, frames) => {
    const shown = frames.map((frame) => {
      const [, before, address, line, column, after] = FRAME.exec(frame) ?? [];
      const text = address ? `${before}${address}:${line}:${columnOf(address, Number(line), Number(column))}${after}` : frame;
      return `\n    at ${text}`;
    });
    return heading(error) + shown.join("");
  };
}

function heading(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
