// Suggestions under the search box (the combobox of the ARIA Authoring Practices, list autocomplete with manual
// selection). Comfort only: without this file, or where the endpoint fails, the form works as it stands.
(() => {
  "use strict";
  const PAUSE = 70; // milliseconds without a key before the server is asked
  const KEPT = 60; // answers kept, so that going back a letter shows at once what stood there

  document.querySelectorAll("form[data-suggest]").forEach((form, number) => {
    const box = form.querySelector("input[name=q]");
    const answers = new Map();
    let shown = [];
    let active = -1;
    let asking = null;
    let timer = 0;

    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.className = "offers";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    const told = document.createElement("p");
    told.className = "vh";
    told.setAttribute("role", "status");
    form.append(list, told);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": list.id,
    })) box.setAttribute(name, value);

    const isOpen = () => !list.hidden;

    const point = (place) => {
      active = place;
      [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
      if (place < 0) {
        box.removeAttribute("aria-activedescendant");
      } else {
        box.setAttribute("aria-activedescendant", list.children[place].id);
        list.children[place].scrollIntoView({ block: "nearest" });
      }
    };

    const close = () => {
      clearTimeout(timer);
      if (asking) asking.abort();
      asking = null;
      if (!isOpen()) return;
      list.hidden = true;
      told.textContent = "";
      box.setAttribute("aria-expanded", "false");
      point(-1);
    };

    const part = (name, ...children) => {
      const element = document.createElement(name[0]);
      element.className = name[1];
      element.append(...children);
      return element;
    };

    // The text with what was typed marked; offsets are code points.
    const marked = (text, spans) => {
      const signs = Array.from(text);
      const pieces = [];
      let end = 0;
      for (const [from, to] of spans) {
        pieces.push(signs.slice(end, from).join(""), part(["b", ""], signs.slice(from, to).join("")));
        end = to;
      }
      pieces.push(signs.slice(end).join(""));
      return pieces;
    };

    const about = (offer) => (offer.kind === "symbol" && offer.name ? offer.name : offer.reason);

    const optionOf = (offer, place) => {
      const option = part(["li", `offer ${offer.kind}`], part(["span", "what"], ...marked(offer.text, offer.spans)));
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      if (offer.kind !== "words") option.append(" ", part(["span", "about"], about(offer)));
      return option;
    };

    const show = (offers) => {
      if (!offers.length || document.activeElement !== box) return close();
      shown = offers;
      list.replaceChildren(...offers.map(optionOf));
      list.hidden = false;
      list.scrollTop = 0;
      box.setAttribute("aria-expanded", "true");
      point(-1);
      told.textContent = offers.length === 1 ? "1 suggestion" : `${offers.length} suggestions`;
    };

    const keep = (q, offers) => {
      answers.delete(q);
      answers.set(q, offers);
      if (answers.size > KEPT) answers.delete(answers.keys().next().value);
    };

    const ask = async () => {
      const q = box.value;
      if (asking) asking.abort();
      asking = null;
      if (!q.trim()) return close();
      if (answers.has(q)) return show(answers.get(q));
      const mine = new AbortController();
      asking = mine;
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`, { signal: mine.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const offers = (await answer.json()).suggestions;
        keep(q, offers);
        if (asking === mine && box.value === q) show(offers);
      } catch {
        if (asking === mine) close();
      } finally {
        if (asking === mine) asking = null;
      }
    };

    // As webapp/presenting.py has it: by symbol, except where a browser would take the symbol for a path.
    const geneAddress = (offer) => {
      const parts = offer.symbol.split("/");
      const named = parts.some((one) => ["", ".", ".."].includes(one)) ? [offer._id] : parts;
      return form.dataset.gene + named.map(encodeURIComponent).join("/");
    };

    const choose = (offer) => {
      close();
      box.value = offer.text;
      if (offer.leads === "gene") window.location.assign(geneAddress(offer));
      else form.requestSubmit();
    };

    const move = (step) => {
      const places = shown.length + 1; // one of them is the box itself
      point(((active + 1 + step + places) % places) - 1);
    };

    box.addEventListener("input", (event) => {
      clearTimeout(timer);
      if (event.isComposing) return;
      if (answers.has(box.value) || !box.value.trim()) ask();
      else timer = setTimeout(ask, PAUSE);
    });

    box.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });

    box.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (event.altKey && event.key === "ArrowUp") return close();
        event.preventDefault();
        if (isOpen()) move(event.key === "ArrowDown" ? 1 : -1);
        else ask();
      } else if (event.key === "Enter") {
        if (isOpen() && active >= 0) {
          event.preventDefault();
          choose(shown[active]);
        } else {
          close();
        }
      } else if (event.key === "Escape" && isOpen()) {
        event.preventDefault(); // else the box of type search is emptied
        event.stopPropagation();
        close();
      }
    });

    box.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) choose(shown[[...list.children].indexOf(option)]);
    });
  });
})();
