// Fields that choose one row of many: a combobox (ARIA 1.2) over the answers of the address in `data-select`.
// Without this script the field stays a plain text field, and the server reads what was typed.
"use strict";

const WORDS = document.currentScript.dataset;
const WAIT_MS = 200;
let count = 0;

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Select {
  constructor(input) {
    this.input = input;
    this.id = `select-${(count += 1)}`;
    this.choices = [];
    this.active = -1;
    this.build();
    this.listen();
    if (!input.dataset.selectLabel && this.hidden.value) this.nameValue();
  }

  build() {
    const { input } = this;
    this.hidden = element("input", { type: "hidden", name: input.name, value: input.value });
    this.list = element("ul", { id: `${this.id}-list`, role: "listbox", class: "select-list", hidden: "" });
    this.status = element("p", { role: "status", class: "visually-hidden" });
    const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`);
    if (label) {
      label.id ||= `${this.id}-label`;
      this.list.setAttribute("aria-labelledby", label.id);
    }
    const box = element("div", { class: "select-box" });
    input.before(box);
    box.append(input, this.hidden, this.list, this.status);
    input.removeAttribute("name");
    const own = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [key, value] of Object.entries(own)) input.setAttribute(key, value);
    if (input.dataset.selectLabel) input.value = input.dataset.selectLabel;
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("input", () => {
      this.hidden.value = input.value.trim();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), WAIT_MS);
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // The field keeps the focus.
      const option = event.target.closest('[role="option"]');
      if (option) this.choose([...list.children].indexOf(option));
    });
  }

  key(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) this.search(event.key === "ArrowUp");
      else this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && isOpen && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && (isOpen || this.input.value)) {
      event.preventDefault();
      event.stopPropagation();
      if (isOpen) this.close();
      else this.input.value = this.hidden.value = "";
    }
  }

  async ask(text) {
    this.request?.abort();
    this.request = new AbortController();
    const address = new URL(this.input.dataset.select, window.location.href);
    if (text) address.searchParams.set("q", text);
    const answer = await fetch(address, { credentials: "same-origin", signal: this.request.signal });
    if (!answer.ok || answer.redirected) return { choices: [], more: false };
    return answer.json();
  }

  async search(fromEnd = false) {
    // What was chosen stands there by its name: opening the list again shows what else there is.
    const isChosen = this.hidden.value !== this.input.value.trim();
    try {
      const found = await this.ask(isChosen ? "" : this.input.value.trim());
      if (document.activeElement === this.input) this.open(found, fromEnd);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  async nameValue() {
    const value = this.hidden.value;
    try {
      const found = (await this.ask(value)).choices.find((choice) => choice.value === value);
      if (found && this.hidden.value === value) this.input.value = found.label;
    } catch {
      // The value itself stays in the field.
    }
  }

  open(found, fromEnd) {
    this.choices = found.choices;
    this.list.replaceChildren(...found.choices.map((choice, place) => this.option(choice, place)));
    this.list.hidden = !found.choices.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    const words = found.more ? WORDS.more : WORDS.found;
    this.status.textContent = found.choices.length ? words.replace("#", found.choices.length) : WORDS.none;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    if (fromEnd) this.move(-1);
  }

  option(choice, place) {
    const option = element("li", { id: `${this.id}-${place}`, role: "option", "aria-selected": "false" });
    const label = element("span", {});
    label.textContent = choice.label;
    option.append(label);
    if (choice.hint) {
      const hint = element("span", { class: "hint" });
      hint.textContent = choice.hint;
      option.append(" ", hint);
    }
    return option;
  }

  move(step) {
    const options = [...this.list.children];
    if (!options.length) return;
    options[this.active]?.setAttribute("aria-selected", "false");
    const from = this.active < 0 && step < 0 ? 0 : this.active;
    this.active = (from + step + options.length) % options.length;
    const now = options[this.active];
    now.setAttribute("aria-selected", "true");
    now.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", now.id);
  }

  choose(place) {
    const choice = this.choices[place];
    this.hidden.value = choice.value;
    this.input.value = choice.label;
    this.status.textContent = choice.label;
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

for (const input of document.querySelectorAll("input[data-select]")) new Select(input);
