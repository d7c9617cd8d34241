import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
});
test.afterAll(() => harness.close());

test("Pillow answers as the real one does", async () => {
  // Source: tests/pillow/cases.json, recorded from Pillow by tests/pillow/record.py.
  const folder = "tests/pillow";
  const names = readdirSync(folder).filter((name) => /\.(py|json)$/.test(name));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]));
  const ended = await page.evaluate((given) => lab.run({ argv: ["python", "-W", "ignore", "check.py"], files: given }), files);
  expect([ended.code, ended.stderr, ended.stdout]).toEqual([0, "", expect.stringMatching(/^\d{3,} passed, 0 failed\n$/)]);
});

test("a handler makes a thumbnail, and says where Pillow comes from", async () => {
  const handler = `
import io
from PIL import Image, ImageOps

def handler(event, context):
    image = Image.new("RGB", (400, 300), "teal")
    image.paste("white", (100, 100, 200, 200))
    thumb = ImageOps.fit(image, (64, 64))
    buffer = io.BytesIO()
    thumb.save(buffer, "JPEG", quality=85)
    again = Image.open(io.BytesIO(buffer.getvalue()))
    return [again.format, again.size, again.mode, again.getpixel((2, 2))[1] > 100]
`;
  const options = { handler: "lambda_function.handler", files: { "lambda_function.py": handler } };
  const { answer, logs } = await page.evaluate((given) => lab.once(given), options);
  expect(JSON.parse(answer.payload)).toEqual(["JPEG", [64, 64], "RGB", true]);
  // Our own reasoning: AWS's runtime has no Pillow, which a student must learn before AWS says so.
  expect(logs).toEqual(["[Nuvola] `PIL` is no part of AWS's Python runtime: there it must be in the deployment package or a layer"]);
});

test("what is missing is named", async () => {
  const program = `
import io
from PIL import Image
for attempt in (lambda: Image.new("RGB", (4, 4)).save(io.BytesIO(), "WEBP"), lambda: Image.effect_noise((4, 4), 3)):
    try:
        attempt()
    except NotImplementedError as error:
        print(error)
`;
  const ended = await page.evaluate((given) => lab.run({ argv: ["python", "a.py"], files: { "a.py": given } }), program);
  expect([ended.stderr, ended.stdout]).toEqual([
    "",
    "Pillow's lossy WebP encoder (`lossless=True` works) is not simulated in Nuvola\nPillow's core.effect_noise is not simulated in Nuvola\n",
  ]);
});
