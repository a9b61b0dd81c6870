// Ctrl+K: one box that leads to cases (asked of the server), to pages of the menu and to the verbs of the open case.
(function () {
  "use strict";
  var dialog = document.getElementById("palette"), WAIT = 180, MOST_PAGES = 8;
  if (!dialog || !dialog.showModal) { return; }
  var input = document.getElementById("palette-text"), list = document.getElementById("palette-list");
  var said = document.getElementById("palette-said"), words = dialog.dataset, at = -1, timer = 0, asked = 0, cases = [];

  function composes(event) { return event.isComposing || event.keyCode === 229; }
  function text(element) { return (element.getAttribute("aria-label") || element.textContent).replace(/\s+/g, " ").trim(); }
  function linksOf(selector) {
    var seen = {};
    return Array.prototype.filter.call(document.querySelectorAll(selector), function (link) {
      var isNew = !seen[link.href] && !link.classList.contains("disabled") && text(link);
      seen[link.href] = true;
      return isNew;
    }).map(function (link) { return { label: text(link), url: link.href }; });
  }
  function fitting(lines, typed) {
    var parts = typed.toLowerCase().split(/\s+/);
    return lines.filter(function (line) {
      var label = line.label.toLowerCase();
      return parts.every(function (part) { return label.indexOf(part) >= 0; });
    }).slice(0, MOST_PAGES);
  }

  // --- what is shown ---
  function group(title, lines, from) {
    if (!lines.length) { return; }
    var box = document.createElement("div"), head = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title);
    head.className = "hy-palette-head";
    head.setAttribute("aria-hidden", "true");
    head.textContent = title;
    box.append(head);
    lines.forEach(function (line, number) { box.append(option(line, from + number)); });
    list.append(box);
  }
  function option(line, number) {
    var link = document.createElement("a"), label = document.createElement("span");
    link.href = line.url;
    link.id = "palette-" + number;
    link.tabIndex = -1;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    label.textContent = line.label;
    link.append(label);
    if (line.more) {
      var more = document.createElement("small");
      more.textContent = line.more;
      link.append(more);
    }
    return link;
  }
  function options() { return list.querySelectorAll("[role=option]"); }
  function show() {
    var typed = input.value.trim(), verbs = fitting(linksOf("main a[href*='/do/']"), typed), pages = fitting(linksOf("#side a.nav-link[href]"), typed);
    list.replaceChildren();
    group(words.verbs, verbs, 0);
    group(words.cases, cases, verbs.length);
    group(words.pages, pages, verbs.length + cases.length);
    said.textContent = options().length || !typed ? "" : words.nothing;
    choose(options().length ? 0 : -1);
  }
  function choose(number) {
    var all = options(), count = all.length;
    at = count ? (number + count) % count : -1;
    all.forEach(function (each, place) { each.setAttribute("aria-selected", String(place === at)); });
    if (at < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  }

  // --- asking ---
  function ask() {
    var typed = input.value.trim(), mine = asked += 1;
    if (!words.url || typed.length < 2) { cases = []; show(); return; }
    window.fetch(words.url + "?q=" + encodeURIComponent(typed), { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : { cases: [] }; }, function () { return { cases: [] }; })
      .then(function (found) {
        if (mine !== asked) { return; } /* something else has been typed since */
        cases = found.cases.map(function (each) {
          return { label: each.title, more: each.number + " · " + each.status, url: each.url };
        });
        show();
      });
  }
  function open() {
    input.value = "";
    cases = [];
    asked += 1;
    show();
    dialog.showModal();
    input.focus();
  }

  input.addEventListener("input", function (event) {
    if (event.isComposing) { return; }
    show();
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, WAIT);
  });
  input.addEventListener("compositionend", function () { ask(); });
  input.addEventListener("keydown", function (event) {
    var all = options(), steps = { ArrowDown: 1, ArrowUp: -1 };
    if (composes(event)) { return; }
    if (steps[event.key]) { event.preventDefault(); choose(at + steps[event.key]); }
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); all[at].click(); }
  });
  document.addEventListener("keydown", function (event) {
    if (composes(event) || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") { return; }
    event.preventDefault();
    if (dialog.open) { dialog.close(); } else { open(); }
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-palette], dialog [data-close]");
    if (event.target === dialog) { dialog.close(); } /* the backdrop */
    if (!button) { return; }
    if (button.hasAttribute("data-palette")) { open(); } else { button.closest("dialog").close(); }
  });
}());
