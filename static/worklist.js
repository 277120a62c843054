/* Keys of the queue beside j, k, x and Enter of approvals.js; loaded only when the person wants them
   (WCAG 2.1.4: the settings page switches all of them off). */
(() => {
  "use strict";
  const at = () => document.querySelector("table[data-keys] tr.at");
  const help = () => document.getElementById("keys-help");
  const acts = {
    a: () => { const button = document.querySelector("#bulk button"); if (button) button.focus(); return button; },
    r: () => {
      const link = at() && at().querySelector("td a[href]");
      if (link) location.assign(`${link.href}#act`);
      return link;
    },
    "/": () => { const box = document.getElementById("id_q"); if (box) { box.focus(); box.select(); } return box; },
    "?": () => {
      const card = help();
      if (card) { card.open = !card.open; card.querySelector("summary").focus(); }
      return card;
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act && act()) event.preventDefault();
  });
})();
