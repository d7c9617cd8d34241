import { expect, test } from "@playwright/test";
import { openHarness } from "./harness-page.mjs";

let harness;
let page;
test.beforeAll(async ({ browser }) => {
  harness = await openHarness(browser);
  page = harness.page;
});
test.afterAll(() => harness.close());

const run = (options) => page.evaluate((given) => lab.run(given), options);

test("a script reads input, writes files, and ends with its exit code", async () => {
  const script = `import sys
name = input("name? ")
print("hello", name, sys.argv[1:])
print("rest:", sys.stdin.read().split())
with open("data.txt") as file, open("out/copy.txt", "w") as copy:
    copy.write(file.read().upper())
import os
os.remove("data.txt")
sys.exit(4)`;
  const ended = await run({
    argv: ["python", "script.py", "a", "b"],
    files: { "script.py": script, "data.txt": "text", "out/keep.txt": "kept" },
    input: "Ada\n1 2\n3\n",
  });
  expect(ended).toMatchObject({
    code: 4,
    stdout: "name? hello Ada ['a', 'b']\nrest: ['1', '2', '3']\n",
    stderr: "",
    files: [
      ["out/copy.txt", "TEXT"],
      ["data.txt", null],
    ],
  });
});

test("an uncaught error prints the traceback of the program alone", async () => {
  const ended = await run({ argv: ["python", "bad.py"], files: { "bad.py": "def f():\n    return 1 / 0\nf()\n" } });
  expect(ended.code).toBe(1);
  // Source: the python command itself (3.13 prints the same).
  expect(ended.stderr).toBe(`Traceback (most recent call last):
  File "/home/student/project/bad.py", line 3, in <module>
    f()
    ~^^
  File "/home/student/project/bad.py", line 2, in f
    return 1 / 0
           ~~^~~
ZeroDivisionError: division by zero
`);
});

test("python -c, -m, a missing file, and a script of several files", async () => {
  const answers = [
    await run({ argv: ["python", "-c", "import sys; print(sys.argv)", "x"] }),
    await run({ argv: ["python", "-m", "json.tool", "a.json"], files: { "a.json": "{}" } }),
    await run({ argv: ["python", "nowhere.py"] }),
    await run({ argv: ["python", "-m", "nowhere"] }),
    await run({ argv: ["python", "a.py"], files: { "a.py": "import b\nprint(b.x)", "b.py": "x = 5" } }),
    await run({ argv: ["python", "a.py"], files: { "a.py": "x = (" } }),
  ];
  expect(answers.map(({ code, stdout }) => [code, stdout])).toEqual([
    [0, "['-c', 'x']\n"],
    [0, "{}\n"],
    [2, ""],
    [1, ""],
    [0, "5\n"],
    [1, ""],
  ]);
  expect(answers[2].stderr).toBe(
    "python: can't open file '/home/student/project/nowhere.py': [Errno 2] No such file or directory\n",
  );
  expect(answers[3].stderr).toBe("python: No module named nowhere\n");
  expect(answers[5].stderr).toBe(`  File "/home/student/project/a.py", line 1
    x = (
        ^
SyntaxError: '(' was never closed
`);
});

test("python alone is a console", async () => {
  const ended = await run({ argv: ["python"], isTty: true, input: "x = 20\nx + 1\nundefined\nexit(3)\n" });
  expect(ended.code).toBe(3);
  expect(ended.stdout).toContain("21\n");
  expect(ended.stderr).toContain("NameError: name 'undefined' is not defined");
});

test("the AWS CLI", async () => {
  const identity = await run({ argv: ["aws", "sts", "get-caller-identity"] });
  const again = await run({ argv: ["aws", "s3", "ls"] });
  console.log("start of the AWS CLI, ms:", Math.round(identity.bootMs), Math.round(again.bootMs));
  expect(identity.stderr).toBe("");
  expect(JSON.parse(identity.stdout)).toEqual({
    UserId: "AIDACKCEVSQ6C2EXAMPLE",
    Account: "123456789012",
    Arn: "arn:aws:iam::123456789012:user/student",
  });
  expect([again.code, again.stdout]).toEqual([0, "2026-11-23 10:00:00 pow-web\n"]);

  const copied = await run({ argv: ["aws", "s3", "cp", "a.txt", "s3://pow-web/a.txt"], files: { "a.txt": "hello" } });
  expect([copied.code, copied.stderr]).toEqual([0, ""]);
  // Source: the AWS CLI on a terminal: a progress line, overwritten by what was done.
  expect(copied.stdout).toMatch(/^Completed 5 Bytes\/5 Bytes \(.*\) with 1 file\(s\) remaining\rupload: \.\/a\.txt to s3:\/\/pow-web\/a\.txt *\n$/);

  const fetched = await run({ argv: ["aws", "s3", "cp", "s3://pow-web/a.txt", "b.txt"] });
  expect(fetched.files).toEqual([["b.txt", "hello"]]);

  const invoked = await run({ argv: ["aws", "lambda", "invoke", "--function-name", "pow", "out.json"] });
  expect(invoked.files).toEqual([["out.json", '{"ok":true}']]);

  const denied = await run({ argv: ["aws", "s3api", "list-objects-v2", "--bucket", "other"] });
  expect([denied.code, denied.stderr]).toEqual([
    255,
    "\nAn error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied\n",
  ]);
  const other = await run({ argv: ["aws", "rds", "describe-db-instances"] });
  expect([other.code, other.stderr]).toEqual([255, "\nthe service `rds` is not simulated in Nuvola\n"]);
  const wrong = await run({ argv: ["aws", "s3", "frobnicate"] });
  expect(wrong.code).toBe(2);
});
