// Lists: ticking, the bulk bar, the header that stays, menus, the row that is read in the drawer. All work without.
(function () {
  "use strict";
  var read = null;

  // --- ticking ---
  function ticks(id) {
    return Array.prototype.slice.call(document.querySelectorAll('.js-tick[form="' + id + '"]'));
  }
  function count(id) {
    var all = ticks(id), on = all.filter(function (each) { return each.checked; }).length;
    document.querySelectorAll('.hy-bulk[data-form="' + id + '"]').forEach(function (bar) {
      var words = bar.querySelector(".hy-ticked");
      bar.classList.toggle("is-on", on > 0);
      if (words) { words.textContent = words.dataset.words.replace("{}", on); }
    });
    document.querySelectorAll('.js-all[data-form="' + id + '"]').forEach(function (box) {
      box.checked = on > 0 && on === all.length;
      box.indeterminate = on > 0 && on < all.length;
    });
  }
  document.addEventListener("change", function (event) {
    var box = event.target;
    if (!box.classList) { return; }
    if (box.classList.contains("js-all")) {
      ticks(box.dataset.form).forEach(function (each) { each.checked = box.checked; });
      count(box.dataset.form);
    } else if (box.classList.contains("js-tick")) { count(box.getAttribute("form")); }
  });

  // --- the header stays in sight where the table fits; a wide one scrolls inside itself ---
  function fit() {
    document.querySelectorAll(".hy-list-card .table-responsive").forEach(function (around) {
      around.classList.remove("hy-fits");
      around.classList.toggle("hy-fits", around.scrollWidth <= around.clientWidth + 1);
    });
  }
  function begin() {
    document.querySelectorAll(".js-bulk").forEach(function (form) { count(form.id); });
    fit();
  }
  window.addEventListener("resize", fit);
  window.addEventListener("pageshow", begin);
  document.addEventListener("shown.bs.tab", fit);

  // --- what pops up: one at a time, closed by Escape and by looking elsewhere ---
  function close(but) {
    document.querySelectorAll(".hy-pop[open], .hy-menu[open]").forEach(function (each) {
      if (each !== but) { each.open = false; }
    });
  }
  document.addEventListener("click", function (event) {
    close(event.target.closest(".hy-pop, .hy-menu"));
  });
  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" && event.target.closest && event.target.closest(".hy-pop[open], .hy-menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  // --- filters: what is left empty is not asked for ---
  document.addEventListener("submit", function (event) {
    if (!event.target.classList.contains("hy-filters")) { return; }
    Array.prototype.forEach.call(event.target.elements, function (each) {
      if (each.name && !each.value) { each.disabled = true; window.setTimeout(function () { each.disabled = false; }); }
    });
  });
  document.addEventListener("htmx:configRequest", function (event) {
    var form = event.detail.formData;
    if (!event.target.classList.contains("hy-filters") || !form) { return; }
    Array.from(new Set(form.keys())).forEach(function (name) {
      var given = form.getAll(name).filter(Boolean);
      form.delete(name);
      given.forEach(function (value) { form.append(name, value); });
    });
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target.id === "hy-results") { begin(); }
  });

  // --- the drawer: the row that is read is marked, and the focus comes back to it ---
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target && event.detail.target.id === "drawer-body") { read = event.detail.elt; }
  });
  document.addEventListener("shown.bs.offcanvas", function () { mark(true); });
  document.addEventListener("hidden.bs.offcanvas", function () {
    mark(false);
    if (read && read.isConnected) { read.focus(); }
  });
  function mark(isOn) {
    document.querySelectorAll("tr.is-read").forEach(function (row) { row.classList.remove("is-read"); });
    var row = isOn && read && read.closest("tr");
    if (row) { row.classList.add("is-read"); }
  }
}());
