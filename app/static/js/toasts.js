// What went well is said in a corner and goes by itself, unless somebody is at it; all else stays in the page.
(function () {
  "use strict";
  var SHOWN = 10000;

  function leave(toast) {
    if (toast.matches(":hover, :focus-within")) { wait(toast); } else { toast.remove(); }
  }
  function wait(toast) { window.setTimeout(function () { leave(toast); }, SHOWN); }
  function take(root) {
    root.querySelectorAll(".hy-flashes .alert-success:not(.hy-toast)").forEach(function (message) {
      message.classList.add("hy-toast");
      wait(message);
    });
  }
  document.addEventListener("htmx:load", function (event) { take(event.detail.elt); });
  take(document);
}());
