// Comfort only: everything works without this file.
(() => {
  "use strict";
  const typing = (target) => target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      const box = document.getElementById("q");
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      }
    }
    if (event.key === "Escape") {
      const open = document.querySelector("details.ref[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
    }
  });

  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.ref[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
})();
