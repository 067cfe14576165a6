"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const [ID, NAME, REGION] = ["\ue000", "\ue001", "\ue002"];
  const MOST_BOXES = 60;
  const SIGNS = { correct: "✓", incorrect: "✗", missing: "∅", unexpected: "!", unreachable: "?", unknown: "?" };
  const WORDS = { correct: "correct", incorrect: "incorrect", missing: "missing", unexpected: "unexpected", unreachable: "unreachable", unknown: "cannot be judged" };

  // A value of the table, with whose it is put in the places that were kept for that.
  const fill = (value, account, region) => {
    if (typeof value === "string") {
      const [name, id] = account === null ? ["", ""] : data.accounts[account];
      return value.replaceAll(NAME, name).replaceAll(ID, id ?? "").replaceAll(REGION, region ?? "");
    }
    if (Array.isArray(value)) return value.map((item) => fill(item, account, region));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, account, region)]));
    }
    return value;
  };
  const filled = ([account, region, template]) => fill(data.templates[template], account, region);
  const title = (account) => {
    const [name, id] = data.accounts[account];
    return id && id !== name ? `${name} (${id})` : name;
  };

  // An element with text and elements in it, which are never read as markup.
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") made.addEventListener("click", value);
      else if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };

  const stations = data.stations.map((station) => ({ account: station[0], region: station[1], raw: station }));
  const station = (at) => {
    const known = stations[at];
    known.shown ??= filled(known.raw);
    return known;
  };
  const hops = data.hops.map(([from, to, kind, lines, verdict, checks, policies]) => ({ from, to, kind, lines, verdict, checks, policies }));
  const hopLines = (hop) => filled([stations[hop.from].account, stations[hop.from].region, hop.lines]);
  const ORDER = ["write", "subscription", "put", "delivery", "read", "assume"];
  const inOrder = hops.map((_, at) => at).sort((one, other) => ORDER.indexOf(hops[one].kind) - ORDER.indexOf(hops[other].kind));
  const hopsOf = new Map();
  const stationsOf = new Map();
  stations.forEach((one, at) => {
    if (!stationsOf.has(one.account)) stationsOf.set(one.account, []);
    stationsOf.get(one.account).push(at);
  });
  hops.forEach((hop, at) => {
    const account = stations[hop.from].account;
    if (!hopsOf.has(account)) hopsOf.set(account, []);
    hopsOf.get(account).push(at);
  });

  const sign = (verdict) => element("span", { class: `sign ${verdict}`, "aria-hidden": "true" }, SIGNS[verdict]);
  const worst = (list) => ["missing", "incorrect", "unexpected", "unreachable", "unknown", "correct"].find((one) => list.some((hop) => hops[hop].verdict === one)) ?? null;

  const details = document.getElementById("details");
  let opener = null;

  const arrowButton = (list, lines, where) => {
    const verdict = worst(list);
    const said = verdict ? `${WORDS[verdict]}; ` : "";
    const label = `${lines.join(", ")}, ${where}: ${said}show its policies`;
    const button = element("button", { type: "button", class: `hop ${verdict ?? ""}`, "aria-label": label, onclick: () => show(list, button) },
      verdict ? sign(verdict) : null,
      element("span", { class: "lines" }, ...lines.map((line) => element("span", {}, line))));
    return button;
  };

  const card = (shown, node) => {
    const made = element("div", { class: "station", "data-node": node ?? null },
      element("strong", {}, shown.title),
      ...shown.names.slice(0, 6).map((name) => element("code", {}, name)),
      shown.names.length > 6 ? element("details", {}, element("summary", {}, `${shown.names.length - 6} more`), ...shown.names.slice(6).map((name) => element("code", {}, name))) : null,
      ...shown.about.map((about) => element("small", {}, about)));
    return made;
  };

  const names = (list) => list.length > 1 ? `${list[0]} and ${list.length - 1} more` : list[0] ?? "";
  const nodeTitle = (at) => `${data.nodes[at].title} ${names(data.nodes[at].names)}`.trim();

  // A box of the picture: an account, or the first of several that are alike, with its stations and the hops from each. What
  // receives is in layers below one another, and what sends in rows, whose hops lead to the right.
  const box = (heading, more, rows, layered) => {
    const made = rows.map(([shown, node, arrows, column]) => [column, element("div", { class: "row" }, card(shown, node), element("div", { class: "arrows" }, ...arrows))]);
    const columns = [...new Set(made.map(([column]) => column))];
    const within = layered ? columns.map((column) => element("div", { class: "layer" }, ...made.filter(([other]) => other === column).map(([, row]) => row))) : made.map(([, row]) => row);
    return element("article", { class: layered ? "account layered" : "account" }, element("h3", {}, heading), more ? element("p", { class: "more" }, more) : null, ...within);
  };

  // The hop as a button. One that stays in a box of rows says where it leads, since no line shows that.
  const hopButton = (list, lines, to, account, layered) => {
    const inside = !layered && stations[data.nodes[to].stations[0]].account === account;
    const button = arrowButton(list, inside ? [...lines, `→ ${nodeTitle(to)}`] : lines, targetWords(to, account));
    if (inside) button.classList.add("inside");
    else button.dataset.to = to;
    return button;
  };

  const targetWords = (to, account) => {
    const there = stations[data.nodes[to].stations[0]].account;
    return there === account ? `to ${nodeTitle(to)}` : `to ${nodeTitle(to)} in ${data.accounts[there][0]}`;
  };

  const frameBox = (frame) => {
    const [account, ...others] = data.frames[frame];
    const layered = isReceiver(account);
    const rows = [];
    data.nodes.forEach((node, at) => {
      if (node.frame !== frame) return;
      const arrows = data.arrows.filter((arrow) => arrow.from === at).map((arrow) => hopButton(arrow.hops, arrow.lines, arrow.to, account, layered));
      rows.push([node, at, arrows, node.column]);
    });
    const more = others.length ? `and ${others.length} more ${others.length > 1 ? "accounts" : "account"} like ${data.accounts[account][0]}` : null;
    return box(title(account), more, rows, layered);
  };

  const accountBox = (account) => {
    const rows = (stationsOf.get(account) ?? []).map((at) => {
      const arrows = (hopsOf.get(account) ?? []).filter((hop) => hops[hop].from === at)
        .map((hop) => {
          // Of several that are drawn as one, this account has its own.
          const to = data.places[hops[hop].to];
          const own = data.nodes[to].names.length > 1 && data.nodes[to].stations.length > 1 ? [`→ ${station(hops[hop].to).shown.names[0]}`] : [];
          return hopButton([hop], [...hopLines(hops[hop]), ...own], to, account, false);
        });
      const shown = station(at).shown;
      return [{ ...shown, about: [...shown.about, station(at).region].filter(Boolean) }, null, arrows];
    });
    return box(title(account), null, rows, false);
  };

  const isReceiver = (account) => (stationsOf.get(account) ?? []).some((at) => ["destination", "stream", "bucket"].includes(station(at).shown.kind));
  const isReader = (account) => (stationsOf.get(account) ?? []).every((at) => station(at).shown.kind === "reader");
  const lane = (frame) => isReceiver(data.frames[frame][0]) ? "receive" : isReader(data.frames[frame][0]) ? "read" : "send";

  const searchable = data.accounts.map(([name, id], account) => {
    const found = (stationsOf.get(account) ?? []).flatMap((at) => station(at).shown.names);
    return [name, id ?? "", ...found].join("\n").toLowerCase();
  });

  const senders = document.getElementById("senders");
  const found = document.getElementById("found");
  const overlay = document.getElementById("lines");
  const table = document.getElementById("table");
  const filter = document.getElementById("filter");
  const picture = document.getElementById("picture");

  // The lines from the hops of the boxes to where they end.
  const draw = () => {
    overlay.replaceChildren();
    if (picture.hidden) return;
    const ground = picture.getBoundingClientRect();
    overlay.setAttribute("width", picture.scrollWidth);
    overlay.setAttribute("height", picture.scrollHeight);
    const area = (one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return { left: left - ground.left, right: right - ground.left, top: top - ground.top, bottom: bottom - ground.top };
    };
    const ends = new Map([...picture.querySelectorAll("[data-node]")].map((one) => [one.dataset.node, { ...area(one), box: area(one.closest(".account")) }]));
    const path = (kind, button, route) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
      made.setAttribute("d", route);
      made.setAttribute("class", `${kind} ${button.className}`);
      overlay.append(made);
    };
    for (const button of picture.querySelectorAll("button[data-to]")) {
      const [from, row, end] = [area(button), area(button.closest(".row").firstChild), ends.get(button.dataset.to)];
      if (!end || from.right === from.left) continue;
      if (button.closest(".layered")) {
        const [x, y, to] = [from.left, row.bottom, Math.max(end.left + 16, Math.min(end.right - 16, from.left))];
        const bend = (from.bottom + end.top) / 2;
        path("line", button, `M${x} ${y}V${from.bottom - 4}C${x} ${bend + 8} ${to} ${bend} ${to} ${end.top - 8}`);
        path("head", button, `M${to} ${end.top}l-5 -9h10z`);
      } else if (end.left > from.right) {
        const [y, middle] = [from.bottom - 4, end.top + Math.min((end.bottom - end.top) / 2, 28)];
        const start = from.right + 16;
        const bend = (start + end.box.left) / 2;
        if (end.left - end.box.left < 40) {
          path("line", button, `M${row.right} ${y}H${start}C${bend} ${y} ${bend} ${middle} ${end.left - 8} ${middle}`);
          path("head", button, `M${end.left} ${middle}l-9 -5v10z`);
        } else {
          // What stands beside something else is entered from above, so that no line crosses a station.
          const [above, x] = [end.top - 14, end.left + 24];
          path("line", button, `M${row.right} ${y}H${start}C${bend} ${y} ${bend} ${above} ${end.box.left} ${above}H${x - 8}Q${x} ${above} ${x} ${above + 6}`);
          path("head", button, `M${x} ${end.top}l-5 -9h10z`);
        }
      }
    }
  };

  const matching = () => {
    const wanted = filter.value.trim().toLowerCase();
    return wanted ? data.accounts.map((_, at) => at).filter((at) => searchable[at].includes(wanted)) : null;
  };

  const showPicture = (accounts) => {
    const frames = data.frames.map((_, at) => at).filter((at) => lane(at) === "send");
    const sending = accounts?.filter((account) => !isReceiver(account) && !isReader(account));
    senders.replaceChildren(...(sending ? sending.slice(0, MOST_BOXES).map(accountBox) : frames.map(frameBox)));
    if (sending && !sending.length) senders.append(element("p", {}, "No account that sends matches."));
    if (sending?.length > MOST_BOXES) senders.append(element("p", {}, `${sending.length - MOST_BOXES} more match; type more of the name.`));
    requestAnimationFrame(draw);
  };

  const showTable = (accounts) => {
    const wanted = accounts && new Set(accounts);
    const rows = inOrder.map((at) => [hops[at], at]).filter(([hop]) => !wanted || wanted.has(stations[hop.from].account) || wanted.has(stations[hop.to].account));
    table.querySelector("tbody").replaceChildren(...rows.map(([hop, at]) => {
      const [from, to] = [station(hop.from), station(hop.to)];
      const lines = hopLines(hop).join(", ");
      const button = element("button", { type: "button", "aria-label": `Policies of ${lines}, from ${title(from.account)}`, onclick: () => show([at], button) }, "policies");
      return element("tr", {}, element("th", { scope: "row" }, title(from.account)), element("td", {}, from.region ?? ""),
        element("td", {}, `${from.shown.title} `, names(from.shown.names)), element("td", {}, lines),
        element("td", {}, `${to.shown.title} `, names(to.shown.names), to.account === from.account ? "" : ` in ${data.accounts[to.account][0]}`),
        data.live ? element("td", {}, hop.verdict ? sign(hop.verdict) : "", hop.verdict ? ` ${WORDS[hop.verdict]}` : "not looked at") : null, element("td", {}, button));
    }));
  };

  const refresh = () => {
    const accounts = matching();
    found.textContent = accounts ? `${accounts.length} of ${data.accounts.length} accounts` : `${data.accounts.length} accounts`;
    if (picture.hidden) showTable(accounts);
    else showPicture(accounts);
  };

  const answer = ([question, words, lines]) => element("tr", {}, element("th", { scope: "row" }, question), element("td", {}, element("span", {}, words), ...lines.map((line) => element("code", {}, line))));
  const policyTable = (policy) => element("details", { class: "policy", open: "" }, element("summary", {}, policy.title),
    ...policy.statements.map((statement, at) => element("table", {},
      element("caption", {}, `statement ${at + 1} of ${policy.statements.length}${statement.sid ? `, ${statement.sid}` : ""}`),
      element("tbody", {}, ...statement.answers.map(answer)))));

  const show = (list, button) => {
    opener = button;
    const [first] = list;
    const [from, to] = [station(hops[first].from), station(hops[first].to)];
    const verdict = worst(list);
    const accounts = [...new Set(list.map((hop) => stations[hops[hop].from].account))];
    const policies = [];
    const known = new Set();
    // Of accounts that are alike the policies are alike, too: those of the first are shown.
    for (const hop of list.filter((hop) => stations[hops[hop].from].account === accounts[0])) {
      for (const at of hops[hop].policies) if (!known.has(at)) { known.add(at); policies.push(filled(data.policies[at])); }
    }
    const checks = list.filter((hop) => hops[hop].checks !== null && hops[hop].verdict === verdict).slice(0, 1)
      .flatMap((hop) => filled([stations[hops[hop].from].account, stations[hops[hop].from].region, hops[hop].checks]));
    const heading = element("h2", { tabindex: "-1" }, `${title(from.account)}: ${hopLines(hops[first]).join(", ")}`);
    const most = policies.slice(0, 30);
    details.replaceChildren(...[element("button", { type: "button", class: "close", onclick: close }, "Close"), heading,
      element("p", {}, `From ${from.shown.title} ${names(from.shown.names)} to ${to.shown.title} ${names(to.shown.names)} in ${title(to.account)}.`),
      accounts.length > 1 ? element("p", {}, `The same in ${accounts.length - 1} more ${accounts.length > 2 ? "accounts" : "account"}; find one with the filter to see its own.`) : null,
      verdict ? element("p", { class: "state" }, sign(verdict), ` ${WORDS[verdict]}`) : element("p", { class: "state" }, data.live ? "Nobody has looked at this hop." : "As it is declared. With --live, as it is in the accounts."),
      checks.length ? element("table", { class: "checks" }, element("caption", {}, "What was looked at"), element("tbody", {}, ...checks.map((check) =>
        element("tr", {}, element("th", { scope: "row" }, sign(check.verdict), ` ${check.check}`), element("td", {}, `${WORDS[check.verdict]}: ${check.detail}`, check.of > 1 ? element("small", {}, ` (${check.log_groups} of ${check.of} log groups)`) : null))))) : null,
      element("h3", {}, policies.length === 1 ? "1 policy" : `${policies.length} policies`),
      ...most.map(policyTable),
      policies.length > most.length ? element("p", {}, `${policies.length - most.length} more, which differ in their names and accounts alone`) : null,
      policies.length ? null : element("p", {}, "No policy of this topology decides about it: it rests on policies that AWS maintains.")].filter(Boolean));
    details.hidden = false;
    document.body.classList.add("open");
    heading.focus({ preventScroll: true });
    requestAnimationFrame(draw);
  };

  const close = () => {
    details.hidden = true;
    document.body.classList.remove("open");
    opener?.focus();
    requestAnimationFrame(draw);
  };

  const views = [["as-picture", picture], ["as-table", table]];
  for (const [id, shown] of views) {
    document.getElementById(id).addEventListener("click", () => {
      for (const [other, area] of views) {
        area.hidden = area !== shown;
        document.getElementById(other).setAttribute("aria-pressed", String(area === shown));
      }
      refresh();
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !details.hidden) close(); });
  filter.addEventListener("input", refresh);
  // A page is as wide as its paper, and nothing runs any more once it is laid out for that.
  addEventListener("beforeprint", () => { picture.style.width = "960px"; draw(); });
  addEventListener("afterprint", () => { picture.style.width = ""; draw(); });
  new ResizeObserver(() => requestAnimationFrame(draw)).observe(picture);
  document.getElementById("receivers").append(...data.frames.map((_, at) => at).filter((at) => lane(at) === "receive").map(frameBox),
    ...data.frames.map((_, at) => at).filter((at) => lane(at) === "read").map(frameBox));
  document.getElementById("tools").hidden = false;
  refresh();
})();
