// Decides the cases that the tests of logpipe wrote down once more, with a simulator that others wrote, and fails on any
// difference that `differences.mjs` does not explain.
//
//     LOGPIPE_JUDGE_CASES=cases.jsonl cargo test --test it -- --ignored judge::
//     npm ci --ignore-scripts && node compare.mjs cases.jsonl
import { readFileSync } from "node:fs";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { DIFFERENCES } from "./differences.mjs";

const DECISIONS = { Allowed: "allow", ExplicitlyDenied: "deny", ImplicitlyDenied: "implicit_deny" };

// What the simulator decides, in logpipe's words. It checks documents and requests first: a case that it does not take
// has been made wrongly, or logpipe takes what it should refuse.
async function judged(asked) {
  const anonymous = typeof asked.principal !== "string";
  const answer = await runSimulation(
    {
      request: {
        principal: asked.principal,
        action: asked.action,
        resource: { resource: asked.resource, accountId: asked.account },
        contextVariables: asked.context,
      },
      identityPolicies: asked.identity.map((policy, index) => ({ name: `identity policy ${index + 1}`, policy })),
      resourcePolicy: asked.attached ?? undefined,
      // Organisation policies are none of logpipe's: these let everything pass.
      serviceControlPolicies: anonymous ? [] : [{ orgIdentifier: "o-1", policies: [{ name: "all", policy: ALL }] }],
      resourceControlPolicies: [{ orgIdentifier: "o-1", policies: [] }],
    },
    {},
  );
  if (answer.resultType !== "single") return JSON.stringify(answer);
  const left = answer.result.ignoredContextKeys;
  return left.length > 0 ? `left out ${left.join(", ")}` : DECISIONS[answer.overallResult];
}

const ALL = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } };

// The names of the differences that explain why the simulator decides otherwise: the fewest whose rewriting of the case,
// into what AWS documents, makes it decide the same. `null` when nothing does.
async function explained(asked) {
  const applying = DIFFERENCES.filter((difference) => difference.applies(asked));
  const sets = subsets(applying).sort((a, b) => a.length - b.length);
  for (const set of sets) {
    const rewritten = set.reduce((changed, difference) => difference.rewrite(changed), structuredClone(asked));
    if ((await judged(rewritten)) === asked.decision) return set.map((difference) => difference.name);
  }
  return null;
}

function subsets(items) {
  return items.reduce((sets, item) => [...sets, ...sets.map((set) => [...set, item])], [[]]);
}

const cases = readFileSync(process.argv[2], "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
const decisions = {};
const used = new Map(DIFFERENCES.map((difference) => [difference.name, 0]));
const unexplained = [];
let same = 0;
for (const asked of cases) {
  decisions[asked.decision] = (decisions[asked.decision] ?? 0) + 1;
  const verdict = await judged(asked);
  if (verdict === asked.decision) {
    same += 1;
    continue;
  }
  const names = await explained(asked);
  if (names === null) unexplained.push({ ...asked, judge: verdict });
  else for (const name of names) used.set(name, used.get(name) + 1);
}

console.log(`${cases.length} cases: ${Object.entries(decisions).map(([name, count]) => `${count} ${name}`).join(", ")}`);
console.log(`${same} decided the same, ${cases.length - same - unexplained.length} differ for a known reason:`);
for (const [name, count] of used) console.log(`  ${String(count).padStart(5)}  ${name}`);
for (const asked of unexplained.slice(0, 10)) console.log(JSON.stringify(asked, null, 1));
const idle = [...used].filter(([, count]) => count === 0).map(([name]) => name);
if (idle.length > 0) console.log(`no case shows these any more; remove them: ${idle.join(", ")}`);
console.log(`${cases.length - unexplained.length} passed, ${unexplained.length + idle.length} failed`);
process.exitCode = unexplained.length + idle.length > 0 ? 1 : 0;
