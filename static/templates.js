"use strict";
/* A chip writes its field where the cursor was last; without this script it is copied by hand. */
(() => {
  let last = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches(".editor textarea, .editor input[type=text], .editor input:not([type])")) last = event.target;
  });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-insert]");
    if (!chip || !last) return;
    last.setRangeText(chip.dataset.insert, last.selectionStart, last.selectionEnd, "end");
    last.focus();
    last.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
