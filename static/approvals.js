/* Comfort on top of pages that work by plain POST. No eval, no inline handlers, no dependencies.
   Each section names the attribute that switches it on; docs/design.md lists them. */
(() => {
  "use strict";
  const root = document.documentElement;
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  /* After a refused form, go to what has to be mended: [data-focus]. */
  const focusErrors = (from) => {
    const summary = from.querySelector("[data-focus]");
    if (summary) summary.focus();
  };

  /* Links of the error summary put the cursor into the field, opening folded parts on the way. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".error-summary a[href^='#']");
    if (!link) return;
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    const input = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
    (input || field).focus();
    field.scrollIntoView({ block: "center" });
    event.preventDefault();
  });

  /* Unsaved entries: form[data-guard] warns before the page is left. */
  const changed = new Set();
  const changeOf = (event) => {
    const form = event.target.form;
    if (form && form.matches("form[data-guard]") && !event.target.matches("[type=hidden]")) changed.add(form);
  };
  document.addEventListener("input", changeOf);
  document.addEventListener("change", changeOf);
  window.addEventListener("beforeunload", (event) => {
    if (changed.size === 0) return;
    event.preventDefault();
    event.returnValue = document.body.dataset.unsaved || "";
  });

  /* Questions before weighty acts: data-confirm on the button or the form. */
  const question = (form, button) => (button && button.dataset.confirm) || form.dataset.confirm;

  /* One act a click: after the first submission the same form does not go again until the page is back. */
  const LOCKED_FOR = 5000; /* milliseconds: an answer that is a download leaves this page standing */
  const release = (form) => {
    form.removeAttribute("data-sent");
    all("[aria-busy=true]", form).forEach((button) => button.removeAttribute("aria-busy"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.matches("[data-elder-switch]")) return;
    const asked = question(form, event.submitter);
    if (asked && !window.confirm(asked)) { event.preventDefault(); return; }
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    changed.delete(form);
    if (form.method.toLowerCase() !== "post") return;
    form.setAttribute("data-sent", "");
    form.dispatchEvent(new Event("htmx:abort"));
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    window.setTimeout(() => release(form), LOCKED_FOR);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach(release));
  /* What saves itself would come too late once the form is on its way. */
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("form[data-sent]")) event.preventDefault();
  });

  /* Elder mode without a reload, so that a half-filled form stays; the server reads the same cookie. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-elder-switch]");
    if (!form) return;
    event.preventDefault();
    const elder = root.classList.toggle("elder");
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `elder=${elder ? 1 : 0}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    const button = form.querySelector("button");
    button.value = elder ? "0" : "1";
    button.setAttribute("aria-pressed", String(elder));
  });

  /* Selection: input[data-select-all] drives the boxes of its table; [data-chosen] shows how many. */
  const boxesOf = (table) => all("tbody .check input[type=checkbox]:not(:disabled)", table);
  const showChosen = (table) => {
    const boxes = boxesOf(table);
    const chosen = boxes.filter((box) => box.checked).length;
    const scope = table.closest("form") || document;
    all("[data-chosen]", scope).forEach((place) => { place.textContent = String(chosen); });
    const master = table.querySelector("[data-select-all]");
    if (!master) return;
    master.checked = chosen > 0 && chosen === boxes.length;
    master.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  document.addEventListener("change", (event) => {
    const table = event.target.closest("table");
    if (!table || !event.target.closest(".check")) return;
    if (event.target.matches("[data-select-all]")) boxesOf(table).forEach((box) => { box.checked = event.target.checked; });
    showChosen(table);
  });

  /* Keys in table[data-keys]: j/k move, x selects, Enter or o opens the row's first link. */
  let at = -1;
  const rowsOf = () => all("table[data-keys] tbody tr");
  const goTo = (rows, index) => {
    rows.forEach((row) => row.classList.remove("at"));
    at = Math.max(0, Math.min(index, rows.length - 1));
    rows[at].classList.add("at");
    rows[at].scrollIntoView({ block: "nearest" });
    const link = rows[at].querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
  };
  const acts = {
    j: (rows) => goTo(rows, at + 1),
    k: (rows) => goTo(rows, at - 1),
    x: (rows) => { const box = at >= 0 && rows[at].querySelector(".check input"); if (box) box.click(); },
    o: (rows) => { const link = at >= 0 && rows[at].querySelector("a[href]"); if (link) link.click(); },
    Enter: (rows) => acts.o(rows),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, button, summary, [contenteditable]")
        && !(event.key === "x" && event.target.matches(".check input"))) return;
    if (event.key === "Enter" && event.target.closest("a")) return;
    const act = acts[event.key];
    const rows = act ? rowsOf() : [];
    if (rows.length === 0) return;
    event.preventDefault();
    act(rows);
  });

  /* File choice: input[data-max-bytes] says the size before the upload starts. */
  document.addEventListener("change", (event) => {
    const input = event.target.closest("input[type=file][data-max-bytes]");
    if (!input) return;
    const most = Number(input.dataset.maxBytes);
    const tooBig = Array.from(input.files).filter((file) => file.size > most).map((file) => file.name);
    input.setCustomValidity(tooBig.length ? `${input.dataset.tooBig || ""}${tooBig.join("、")}` : "");
    input.reportValidity();
  });

  /* Printing from the page: button[data-print] (hidden without scripts by .only-script). */
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* An open account menu closes on Escape or a click elsewhere. */
  const closeMenus = (except) => all("details.account[open]").forEach((menu) => { if (menu !== except) menu.open = false; });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.account")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.account[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  /* htmx: fragments get the same care; a lost connection is said where the saved time stands. */
  document.addEventListener("htmx:afterSwap", (event) => {
    focusErrors(event.target);
    all("table[data-keys]", event.target).forEach(showChosen);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (event.detail.successful && form) changed.delete(form);
  });
  const sayUnreachable = () => all("[data-saved]").forEach((place) => {
    place.classList.add("failed");
    place.textContent = document.body.dataset.unreachable || "";
  });
  document.addEventListener("htmx:sendError", sayUnreachable);
  document.addEventListener("htmx:responseError", sayUnreachable);

  /* What scrolls sideways must be reachable by keyboard. */
  const makeReachable = () => all(".table-wrap").forEach((wrap) => {
    if (wrap.scrollWidth > wrap.clientWidth) wrap.tabIndex = 0;
    else wrap.removeAttribute("tabindex");
  });
  const sizes = new ResizeObserver(makeReachable); /* also of a table in a part that is folded open */
  const watchWraps = () => all(".table-wrap").forEach((wrap) => sizes.observe(wrap));
  document.addEventListener("htmx:afterSwap", watchWraps);

  const begin = () => {
    focusErrors(document);
    watchWraps();
    all("table").filter((table) => table.querySelector(".check")).forEach(showChosen);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
