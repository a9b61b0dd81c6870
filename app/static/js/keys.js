// Keys in lists: j and k move, Enter opens (the row's link has the focus), x ticks; / finds, ? shows the keys, g and a
// letter go to a page. Nothing while an input method composes, in fields, or before an open dialog.
(function () {
  "use strict";
  var sheet = document.getElementById("keys"), isGoing = false;
  var ROWS = "main .js-row, main table tbody tr", LINKS = [".js-open", ".hy-row-link", "a[hx-get]", "a[href*='/show/']", "a[href]"];

  function isTyping(target) {
    return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
  }
  function isElsewhere() { return document.querySelector("dialog[open], .modal.show, .offcanvas.show"); }
  function link(row) {
    for (var number = 0; number < LINKS.length; number += 1) {
      var found = row.querySelector(LINKS[number]);
      if (found) { return found; }
    }
    return null;
  }
  function rows() {
    return Array.prototype.filter.call(document.querySelectorAll(ROWS), function (row) { return row.offsetParent && link(row); });
  }
  function here() { return document.activeElement ? document.activeElement.closest(ROWS) : null; }
  function move(step) {
    var all = rows(), place = all.indexOf(here());
    var next = place < 0 ? (step > 0 ? 0 : all.length - 1) : place + step;
    if (!all[next]) { return; }
    link(all[next]).focus();
    all[next].scrollIntoView({ block: "nearest" });
  }
  function tick() {
    var row = here(), box = row && row.querySelector("input[type=checkbox]");
    if (box) { box.click(); }
  }
  function go(letter) {
    var page = sheet && sheet.querySelector("[data-go='" + letter + "']");
    if (page) { window.location.assign(page.href); }
  }
  var KEYS = {
    j: function () { move(1); },
    k: function () { move(-1); },
    x: tick,
    g: function () { isGoing = true; },
    "/": function () { var box = document.getElementById("find"); if (box) { box.focus(); } },
    "?": function () { if (sheet) { sheet.showModal(); } }
  };

  document.addEventListener("keydown", function (event) {
    var wasGoing = isGoing, is = event.key;
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) { return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isElsewhere()) { isGoing = false; return; }
    if (is === "Shift") { return; }
    isGoing = false;
    if (wasGoing && /^[a-z]$/.test(is)) { event.preventDefault(); go(is); return; }
    if (Object.prototype.hasOwnProperty.call(KEYS, is)) { event.preventDefault(); KEYS[is](); }
  });
}());
