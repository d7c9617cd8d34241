// Records the reference implementation's answers anew: in a folder with `npm install jsonata@2.2.2`, run
//   node PATH/TO/engine/asl/tests/jsonata.mjs
// New questions are new objects `{"expr": "..."}` in jsonata.json.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const jsonata = createRequire(path.join(process.cwd(), 'package.json'))('jsonata');
const file = path.join(path.dirname(fileURLToPath(import.meta.url)), 'jsonata.json');
const recorded = JSON.parse(fs.readFileSync(file, 'utf8'));

const isFunction = (value) => typeof value === 'function' || !!(value && (value._jsonata_function || value._jsonata_lambda));
const plain = (value) => JSON.parse(JSON.stringify(value, (_, part) => (isFunction(part) ? '' : part)));

for (const [index, { expr, known_difference }] of recorded.cases.entries()) {
  const answer = { expr };
  try {
    const value = await jsonata(expr).evaluate(structuredClone(recorded.data));
    if (isFunction(value)) answer.function = true;
    else if (value === undefined) answer.undefined = true;
    else answer.result = plain(value);
  } catch (error) {
    Object.assign(answer, { error: error.code, message: error.message });
  }
  if (known_difference) answer.known_difference = known_difference;
  recorded.cases[index] = answer;
}
fs.writeFileSync(file, `${JSON.stringify(recorded, null, 1)}\n`);
