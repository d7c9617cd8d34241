// Benchmarks in Chromium: as the tests, in a folder of their own.
import tests from "./playwright.config.mjs";

export default { ...tests, testDir: "tests/bench" };
