// What every page of the back office needs: looks, confirmations, the drawer, pickers. No page needs it to work.
(function () {
  "use strict";
  var csrf = document.querySelector("meta[name=csrf-token]");

  // --- looks: kept in a cookie, which the server reads ---
  function looks() {
    var found = /(?:^|; )look=([^;]*)/.exec(document.cookie);
    return found && found[1] ? found[1].split(".") : [];
  }
  function switchLook(button) {
    var name = button.dataset.look, kept = looks(), isOn = kept.indexOf(name) < 0, root = document.documentElement;
    kept = isOn ? kept.concat(name) : kept.filter(function (each) { return each !== name; });
    document.cookie = "look=" + kept.join(".") + "; path=/; max-age=31536000; samesite=lax";
    button.setAttribute("aria-pressed", String(isOn));
    if (name === "dark") { root.setAttribute("data-bs-theme", isOn ? "dark" : "light"); }
    if (name === "elder") { root.toggleAttribute("data-hy-elder", isOn); }
    document.dispatchEvent(new CustomEvent("huiyin:look"));
  }

  // --- asking before what cannot be taken back: <button data-confirm="words"> in a form ---
  var waiting = null;
  function ask(button) {
    var dialog = document.getElementById("confirm");
    document.getElementById("confirm-text").textContent = button.dataset.confirm;
    waiting = button;
    window.bootstrap.Modal.getOrCreateInstance(dialog).show();
  }
  function confirmed() {
    var button = waiting;
    waiting = null;
    window.bootstrap.Modal.getOrCreateInstance(document.getElementById("confirm")).hide();
    if (button) { button.dataset.sure = "1"; button.click(); }
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest(".js-look, [data-confirm], #confirm-ok");
    if (!button) { return; }
    if (button.id === "confirm-ok") { confirmed(); return; }
    if (button.classList.contains("js-look")) { switchLook(button); return; }
    if (button.dataset.sure) { delete button.dataset.sure; return; }
    event.preventDefault();
    event.stopPropagation();
    ask(button);
  }, true);

  // --- the drawer: <a hx-get hx-target="#drawer-body"> ---
  document.addEventListener("htmx:configRequest", function (event) {
    if (csrf) { event.detail.headers["X-CSRFToken"] = csrf.content; }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "drawer-body") { return; }
    var shown = event.detail.target.querySelector(".hy-fragment"), drawer = document.getElementById("drawer");
    document.getElementById("drawer-title").textContent = shown ? shown.dataset.title : "";
    document.getElementById("drawer-open").href = event.detail.pathInfo.requestPath;
    window.bootstrap.Offcanvas.getOrCreateInstance(drawer).show();
  });

  // --- selects: .js-select searches what is there, .js-pick asks the address in data-url ---
  function labelled(select) {
    var label = select.id && document.querySelector('label[for="' + select.id + '"]');
    return select.getAttribute("aria-label") || (label ? label.textContent.trim() : "");
  }
  function enhance(root) {
    if (!window.TomSelect) { return; }
    root.querySelectorAll("select.js-select, select.js-pick").forEach(function (select) {
      if (select.tomselect) { return; }
      var settings = { plugins: select.multiple ? ["remove_button"] : ["dropdown_input"], maxOptions: 500, allowEmptyOption: false };
      if (select.classList.contains("js-pick")) {
        settings.valueField = "id"; settings.labelField = "text"; settings.searchField = []; settings.preload = "focus";
        settings.load = function (term, done) {
          var picker = this, url = new URL(select.dataset.url, window.location.href);
          url.searchParams.set("term", term);
          window.fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } })
            .then(function (answer) { return answer.json(); })
            .then(function (found) { picker.clearOptions(); done(found.results || []); }, function () { done(); });
        };
        settings.score = function () { return function () { return 1; }; };
      }
      var name = labelled(select), made = new window.TomSelect(select, settings);
      if (name) {
        [select, made.control_input].concat(Array.from(made.control.querySelectorAll("input")))
          .forEach(function (each) { each.setAttribute("aria-label", name); });
      }
    });
  }
  document.addEventListener("htmx:load", function (event) { enhance(event.detail.elt); });
  enhance(document);
}());
