/* Before the first line is painted: this browser runs scripts, so what needs them has its room from
   the start. The scripts themselves come later; what they find must not move. */
document.documentElement.classList.add("scripted");
