// Beside each link marked data-copy a button that copies its address; without JavaScript there is just the link.
"use strict";

for (const link of document.querySelectorAll("a[data-copy]")) {
  if (!navigator.clipboard) break; // no secure context: the address bar has it once the link is followed
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${link.textContent}`);
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.className = "vh";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.href);
      said.textContent = button.textContent = "Copied";
    } catch {
      said.textContent = button.textContent = "Not copied";
    }
  });
  link.after(" ", button, said);
}
