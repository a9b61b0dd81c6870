// Forms: the focus goes to what is wrong, unsaved text is not lost, drafts of verbs, days, tabs. No form needs it to work.
(function () {
  "use strict";
  var DRAFT = "huiyin.draft.";

  // --- unsaved changes: <form class="js-unsaved">; asked only when something has changed, never after sending ---
  function typed(form) {
    return Array.from(new FormData(form)).filter(function (pair) { return pair[0] !== "csrf_token" && !(pair[1] instanceof File && !pair[1].name); })
      .map(function (pair) { return [pair[0], typeof pair[1] === "string" ? pair[1] : pair[1].name]; });
  }
  function watch(form) {
    form.hyFirst = form.querySelector(".is-wrong") || form.dataset.refused ? "" : JSON.stringify(typed(form));
    form.addEventListener("submit", function () { form.hySent = true; keep(form); });
  }
  function isChanged(form) { return !form.hySent && form.hyFirst !== undefined && form.isConnected && form.hyFirst !== JSON.stringify(typed(form)); }
  window.addEventListener("beforeunload", function (event) {
    if (Array.from(document.querySelectorAll("form.js-unsaved")).some(isChanged)) { event.preventDefault(); }
  });

  // --- drafts: <form data-draft="who:case:verb">, kept in this tab until it is sent, or somebody signs out ---
  function kept() { return Object.keys(sessionStorage).filter(function (key) { return key.indexOf(DRAFT) === 0; }); }
  function keep(form) {
    if (!form.dataset.draft) { return; }
    var draft = { typed: typed(form), isSent: Boolean(form.hySent) };
    sessionStorage.setItem(DRAFT + form.dataset.draft, JSON.stringify(draft));
  }
  function fill(form, pairs) {
    Array.from(form.elements).forEach(function (input) {
      var values = pairs.filter(function (pair) { return pair[0] === input.name; }).map(function (pair) { return pair[1]; });
      if (!input.name || input.type === "hidden" || input.type === "file") { return; }
      if (input.type === "checkbox" || input.type === "radio") { input.checked = values.indexOf(input.value) >= 0; return; }
      if (input.tagName !== "SELECT") { input.value = values[0] || ""; return; }
      values.forEach(function (value) { if (value && !Array.from(input.options).some(function (each) { return each.value === value; })) { input.add(new Option(value, value)); } });
      Array.from(input.options).forEach(function (each) { each.selected = values.indexOf(each.value) >= 0; });
      if (input.tomselect) { input.tomselect.sync(); }
    });
  }
  function draw(form) {
    var key = DRAFT + form.dataset.draft, draft = JSON.parse(sessionStorage.getItem(key) || "null"), first = typed(form), note = form.querySelector(".js-draft");
    form.addEventListener("input", function () { keep(form); });
    form.addEventListener("change", function () { keep(form); });
    if (!draft || form.hyFirst === "" || JSON.stringify(draft.typed) === JSON.stringify(first)) { return; }
    fill(form, draft.typed);
    if (note) {
      note.hidden = false;
      note.querySelector("button").addEventListener("click", function () { sessionStorage.removeItem(key); fill(form, first); note.hidden = true; form.querySelector("textarea, input:not([type=hidden]), select").focus(); });
    }
  }
  function tidy(here) { // what was sent and has not come back is done; what others left behind is nobody's business
    kept().forEach(function (key) {
      var isSent = JSON.parse(sessionStorage.getItem(key)).isSent, isHere = here.some(function (form) { return key === DRAFT + form.dataset.draft; });
      var isOthers = here.length && key.split(":")[0] !== DRAFT + here[0].dataset.draft.split(":")[0];
      if ((isSent && !isHere) || isOthers) { sessionStorage.removeItem(key); }
    });
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest('a[href*="/logout/"], form[action*="/logout/"] button')) { kept().forEach(function (key) { sessionStorage.removeItem(key); }); }
    if (event.target.closest(".js-print")) { window.print(); }
  });

  // --- days: the browser's own calendar beside the text ---
  function calendar(box) {
    var text = box.querySelector("input"), button = document.createElement("button"), day = document.createElement("input");
    if (!("showPicker" in day) || box.querySelector("button")) { return; }
    day.type = box.dataset.kind; day.tabIndex = -1; day.setAttribute("aria-hidden", "true");
    button.type = "button"; button.className = "btn btn-icon"; button.setAttribute("aria-label", box.dataset.open);
    button.appendChild(document.getElementById("icon-calendar").content.cloneNode(true));
    button.addEventListener("click", function () { day.value = text.value.trim().replace(" ", "T"); day.showPicker(); });
    day.addEventListener("change", function () { text.value = day.value.replace("T", " "); text.dispatchEvent(new Event("input", { bubbles: true })); text.focus(); });
    box.append(button, day);
  }

  // --- tabs: the one that is open stands in the address ---
  document.addEventListener("shown.bs.tab", function (event) {
    if (!event.target.closest("#" + "drawer-body")) { history.replaceState(null, "", event.target.getAttribute("href")); }
  });
  function openTab() {
    var tab = window.location.hash && document.querySelector('[data-bs-toggle="tab"][href="' + CSS.escape(window.location.hash).replace("\\#", "#") + '"]');
    if (tab && window.bootstrap) { window.bootstrap.Tab.getOrCreateInstance(tab).show(); }
  }

  // --- forms in the drawer: what was refused is shown in place ---
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id === "drawer-body" && [409, 422, 429].indexOf(event.detail.xhr.status) >= 0) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  document.addEventListener("click", function (event) { // a picker stands in for the select that a line of the summary names
    var link = event.target.closest(".hy-summary a"), input = link && document.getElementById(link.hash.slice(1));
    if (input && input.tomselect) { event.preventDefault(); input.tomselect.focus(); }
  });
  window.addEventListener("beforeprint", function () { document.querySelectorAll(".hy-case details").forEach(function (each) { each.open = true; }); });

  function begin(root) {
    root.querySelectorAll("form.js-unsaved").forEach(watch);
    root.querySelectorAll("form[data-draft]").forEach(draw);
    root.querySelectorAll(".js-day").forEach(calendar);
    var summary = root.querySelector(".hy-summary");
    if (summary) { summary.focus(); }
  }
  tidy(Array.from(document.querySelectorAll("form[data-draft]")));
  begin(document);
  openTab();
  document.addEventListener("htmx:load", function (event) { if (event.detail.elt !== document.body) { begin(event.detail.elt); } });
}());
