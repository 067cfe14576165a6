// Where the simulator decides otherwise than AWS documents. Each difference names the page that decides, the cases it
// applies to, and a rewriting that puts what the page says into terms the simulator gets right: a difference is excused
// only when the simulator then decides as logpipe does.

const statements = (policy) => [policy.Statement].flat();
const policies = (asked) => [...asked.identity, ...(asked.attached ? [asked.attached] : [])];
const ofPolicies = (asked) => policies(asked).flatMap((policy) => statements(policy).map((statement) => [policy, statement]));
const withStatements = (change) => (asked) => {
  for (const [policy, statement] of ofPolicies(asked)) change(statement, asked, policy);
  return asked;
};

// A value with every string in it changed.
function mapped(value, change) {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapped(item, change)]));
}

const isRoot = (asked) => typeof asked.principal === "string" && asked.principal.endsWith(":root");

// What the caller is, from its account to its session.
function identities(asked) {
  if (typeof asked.principal !== "string") return [];
  const parts = asked.principal.split(":");
  if (parts.length < 6) return [asked.principal];
  const role = asked.context["aws:PrincipalArn"];
  return [parts[4], ...(isRoot(asked) ? [] : [...new Set([role, asked.principal])])];
}

function listedPrincipals(element) {
  const names = typeof element === "string" ? [element] : Object.values(element).flat();
  return names.map((name) => /^arn:aws:iam::(\d{12}):root$/.exec(name)?.[1] ?? name);
}

const VARIABLE = /\$\{([^}]*)\}/g;
const contextHas = (asked, key) => {
  const name = Object.keys(asked.context).find((given) => given.toLowerCase() === key.trim().toLowerCase());
  return name !== undefined && !Array.isArray(asked.context[name]);
};
const valuesOf = (asked, key) => {
  const name = Object.keys(asked.context).find((given) => given.toLowerCase() === key.toLowerCase());
  return name === undefined ? [] : [asked.context[name]].flat();
};
const unresolved = (asked, text) =>
  [...text.matchAll(VARIABLE)].some(([, name]) => !["*", "?", "$"].includes(name) && !name.includes(",") && !contextHas(asked, name));

// What the page on the Resource element says a pattern matches.
function expression(pattern) {
  let part = 1;
  const steps = [...pattern].map((character, index) => {
    if (character === ":") part += 1;
    const next = pattern[index + 1];
    const anything = part >= 6 || next === undefined || next === ":";
    if (character === "*") return anything ? ".*" : "[^:]*";
    if (character === "?") return part >= 6 ? "." : "[^:]";
    return character.replace(/[.+^$(){}|[\]\\]/, "\\$&");
  });
  return new RegExp(`^${steps.join("")}$`);
}

export const DIFFERENCES = [
  {
    name: "policy variables in documents of before 2012",
    page: 'IAM User Guide, "IAM JSON policy elements: Version": without 2012-10-17 variables are literal strings',
    applies: (asked) => policies(asked).some((policy) => policy.Version !== "2012-10-17" && JSON.stringify(policy).includes("${")),
    rewrite: (asked) => {
      for (const policy of policies(asked)) {
        if (policy.Version === "2012-10-17") continue;
        policy.Statement = mapped(policy.Statement, (text) => text.replaceAll("${", "${$}{"));
        policy.Version = "2012-10-17";
      }
      return asked;
    },
  },
  {
    name: "a variable without a value in a negated condition",
    page: 'IAM User Guide, "IAM policy elements: Variables and tags", Policy variables with no value: negated operators match',
    applies: (asked) => ofPolicies(asked).some(([, { Condition }]) => Condition && JSON.stringify(Condition).includes("${")),
    rewrite: withStatements((statement, asked, policy) => {
      if (policy.Version !== "2012-10-17") return;
      const never = (text) => (unresolved(asked, text) ? "arn:aws:no:such:value:x" : text);
      for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
        statement.Condition[operator] = mapped(keys, never);
      }
    }),
  },
  {
    name: "the root user needs no identity policy",
    page: 'IAM User Guide, "AWS account root user": it has complete access to the account; policies cannot be attached to it',
    applies: (asked) => isRoot(asked) && asked.action !== "sts:AssumeRole",
    rewrite: (asked) => {
      const Statement = { Effect: "Allow", Action: "*", Resource: "*" };
      return { ...asked, identity: [...asked.identity, { Version: "2012-10-17", Statement }] };
    },
  },
  {
    name: "the root user assumes no role",
    page: "AWS STS API Reference, AssumeRole: it cannot be called with the credentials of a root user",
    applies: (asked) => isRoot(asked) && asked.action === "sts:AssumeRole",
    rewrite: withStatements((statement) => {
      if (statement.Effect === "Allow") statement.Condition = { Bool: { "aws:SecureTransport": "never" } };
    }),
  },
  {
    name: "NotPrincipal that leaves out a part of what the caller is",
    page: 'IAM User Guide, "AWS JSON policy elements: NotPrincipal": the account, the role and the session must all be named',
    applies: (asked) => asked.attached && statements(asked.attached).some((statement) => statement.NotPrincipal),
    rewrite: withStatements((statement, asked) => {
      if (!statement.NotPrincipal) return;
      const listed = listedPrincipals(statement.NotPrincipal);
      if (identities(asked).every((identity) => listed.includes(identity))) return;
      delete statement.NotPrincipal;
      statement.Principal = "*";
    }),
  },
  {
    name: "the range of all addresses",
    page: 'IAM User Guide, "IAM JSON policy elements: Condition operators", IP address: CIDR, of which /0 is every address',
    applies: (asked) => JSON.stringify(policies(asked)).includes("0.0.0.0/0"),
    rewrite: withStatements((statement) => {
      const halves = (value) => [value].flat().flatMap((range) => (range === "0.0.0.0/0" ? ["0.0.0.0/1", "128.0.0.0/1"] : [range]));
      for (const keys of Object.values(statement.Condition ?? {})) {
        for (const [key, value] of Object.entries(keys)) keys[key] = halves(value);
      }
    }),
  },
  {
    name: "ForAnyValue with IfExists",
    page: 'IAM User Guide, "IAM JSON policy elements: Condition operators", IfExists: without the key the condition is true',
    applies: (asked) => JSON.stringify(policies(asked)).includes("IfExists"),
    rewrite: withStatements((statement, asked) => {
      for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
        if (!/^ForAnyValue:.*IfExists$/.test(operator)) continue;
        const present = Object.entries(keys).filter(([key]) => valuesOf(asked, key).length > 0);
        delete statement.Condition[operator];
        if (present.length > 0) statement.Condition[operator.replace("IfExists", "")] = Object.fromEntries(present);
      }
    }),
  },
  {
    name: "seconds since 1970",
    page: 'IAM User Guide, "IAM JSON policy elements: Condition operators", Date: ISO 8601 or epoch (UNIX) time',
    applies: (asked) => /[":]Date/.test(JSON.stringify(policies(asked))),
    rewrite: (asked) => {
      const date = (text) => new Date(/^\d+$/.test(text) ? Number(text) * 1000 : text).toISOString();
      withStatements((statement) => {
        for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
          if (operator.includes("Date")) statement.Condition[operator] = mapped(keys, date);
        }
      })(asked);
      if (asked.context["aws:EpochTime"]) asked.context["aws:EpochTime"] = date(asked.context["aws:EpochTime"]);
      return asked;
    },
  },
  {
    name: "an IPv6 address and one IPv4 address",
    page: 'IAM User Guide, "IAM JSON policy elements: Condition operators", IP address: one address is a range of /32',
    applies: (asked) => JSON.stringify(policies(asked)).includes("IpAddress"),
    rewrite: withStatements((statement) => {
      for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
        if (!operator.includes("IpAddress")) continue;
        statement.Condition[operator] = mapped(keys, (text) => (/^[\d.]+$/.test(text) ? `${text}/32` : text));
      }
    }),
  },
  {
    name: "a variable without a value in NotResource",
    page: 'IAM User Guide, "IAM policy elements: Variables and tags", Policy variables with no value: it is equal to nothing',
    applies: (asked) => ofPolicies(asked).some(([, { NotResource }]) => JSON.stringify(NotResource ?? "").includes("${")),
    rewrite: withStatements((statement, asked, policy) => {
      if (policy.Version !== "2012-10-17" || !statement.NotResource) return;
      const known = [statement.NotResource].flat().filter((text) => !unresolved(asked, text));
      statement.NotResource = [...known, "arn:aws:s3:::no-such-bucket"];
    }),
  },
  {
    name: "a wildcard that ends its part of an ARN",
    page: 'IAM User Guide, "IAM JSON policy elements: Resource": as the last character of a segment it matches beyond colons',
    applies: (asked) => /\*:[^"]*"|arn(:[^:"]*){0,4}\*"/.test(JSON.stringify(policies(asked))),
    rewrite: withStatements((statement, asked) => {
      const said = (text) => {
        if (text === "*" || text.includes("${")) return text;
        return expression(text).test(asked.resource) ? "*" : "arn:aws:s3:::no-such-bucket";
      };
      for (const element of ["Resource", "NotResource"]) {
        if (statement[element]) statement[element] = mapped(statement[element], said);
      }
    }),
  },
  {
    name: "the regional name of CloudWatch Logs",
    page: 'CloudWatch Logs User Guide, "Cross-account cross-Region subscriptions": logs.region.amazonaws.com once, logs.amazonaws.com now',
    applies: (asked) => /"logs\.[a-z0-9-]+\.amazonaws\.com"/.test(JSON.stringify(asked.attached)),
    rewrite: (asked) => ({
      ...asked,
      attached: mapped(asked.attached, (text) => text.replace(/^logs\.[a-z0-9-]+\.amazonaws\.com$/, "logs.amazonaws.com")),
    }),
  },
  {
    name: "an ARN condition of a lone wildcard",
    page: 'IAM User Guide, "IAM JSON policy elements: Condition operators", ARN: says nothing of "*" alone; taken for every ARN',
    applies: (asked) => /[":]Arn/.test(JSON.stringify(policies(asked))),
    rewrite: withStatements((statement) => {
      for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
        if (/(^|:)Arn/.test(operator)) {
          statement.Condition[operator] = mapped(keys, (text) => (text === "*" ? "arn:*:*:*:*:*" : text));
        }
      }
    }),
  },
  {
    name: "ForAllValues of an empty string",
    page: 'IAM User Guide, "Set operators for multivalued context keys": true where the key is a null data set, as an empty string is',
    applies: (asked) => Object.values(asked.context).includes("") && JSON.stringify(policies(asked)).includes("ForAllValues"),
    rewrite: withStatements((statement, asked) => {
      for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
        if (!operator.startsWith("ForAllValues")) continue;
        for (const key of Object.keys(keys)) if (valuesOf(asked, key).every((value) => value === "")) delete keys[key];
        if (Object.keys(keys).length === 0) delete statement.Condition[operator];
      }
    }),
  },
  {
    name: "Null of a set without members",
    page: 'IAM User Guide, "IAM JSON policy elements: Condition operators", Null: false needs a key whose value is not null',
    applies: (asked) => Object.values(asked.context).some((value) => Array.isArray(value) && value.length === 0) && JSON.stringify(policies(asked)).includes('"Null"'),
    rewrite: (asked) => {
      asked.context = Object.fromEntries(Object.entries(asked.context).filter(([, value]) => !Array.isArray(value) || value.length > 0));
      return asked;
    },
  },
  {
    name: "${*} where no wildcards are known",
    page: 'IAM User Guide, "IAM policy elements: Variables and tags", Special characters: ${*} is an asterisk wherever variables are',
    applies: (asked) => JSON.stringify(policies(asked)).includes("${*}"),
    rewrite: withStatements((statement, asked, policy) => {
      if (policy.Version !== "2012-10-17") return;
      for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
        if (/String(Not)?Equals/.test(operator)) statement.Condition[operator] = mapped(keys, (text) => text.replaceAll("${*}", "*"));
      }
    }),
  },
];
