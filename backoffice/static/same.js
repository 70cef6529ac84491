// Hints that a request may be the same as others: beside a request when its page opens, at the desk while one types.
// Without this script a link and a button ask for the same hints.
"use strict";

const WAIT_AFTER_TYPING = 600;
const ASKED_FIELDS = ["identity_number", "applicant_name", "creditor_name", "debtor_name", "judgment_number", "enforcement_decision_number", "concerned"];

function showHints(box, found) {
  const list = document.createElement("ul");
  list.className = "same";
  for (const { label, url, why } of found) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = label;
    const reason = document.createElement("span");
    reason.className = "muted";
    reason.textContent = why;
    line.append(link, " ", reason);
    list.append(line);
  }
  box.querySelector("[data-same-list]").replaceChildren(...(found.length ? [list] : []));
  box.hidden = found.length === 0 && box.dataset.same === "typing";
  const none = box.querySelector("[data-same-none]");
  if (none) none.hidden = found.length > 0;
}

async function askFor(address, options) {
  const answer = await fetch(address, { credentials: "same-origin", ...options }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return (await answer.json()).found;
}

async function setUpBeside(box) {
  const found = await askFor(`${box.dataset.address}?as=json`, {});
  if (!found) return;
  box.querySelector("[data-same-ask]").hidden = true;
  showHints(box, found);
}

function setUpTyping(box) {
  const form = box.closest("form");
  let timer = 0;
  let last = "";
  const ask = async () => {
    const data = new URLSearchParams();
    for (const name of ASKED_FIELDS) if (form.elements[name]?.value) data.append(name, form.elements[name].value);
    const wanted = data.toString();
    if (wanted === last) return;
    last = wanted;
    data.append("csrf_token", form.elements.csrf_token.value);
    const found = await askFor(box.dataset.address, { method: "POST", body: data });
    if (found && wanted === last) showHints(box, found);
  };
  form.addEventListener("input", (event) => {
    if (!ASKED_FIELDS.includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_AFTER_TYPING);
  });
}

for (const box of document.querySelectorAll('[data-same="beside"]')) setUpBeside(box);
for (const box of document.querySelectorAll('[data-same="typing"]')) setUpTyping(box);
for (const button of document.querySelectorAll("[data-check]")) button.hidden = true;
