// Selects with more rows than a page may hold (class js-pick): Select2 asks the address in data-url.
(function ($) {
  "use strict";
  if (!$ || !$.fn.select2 || window.huiyinPicker) { return; }
  window.huiyinPicker = true;
  function enhance() {
    $("select.js-pick").not(".select2-hidden-accessible").each(function () {
      var select = $(this);
      select.select2({
        theme: "bootstrap", width: "100%", placeholder: "", allowClear: !select.prop("multiple"),
        ajax: { url: select.data("url"), dataType: "json", delay: 250, data: function (p) { return { term: p.term || "" }; } }
      });
    });
  }
  $(enhance);
  new MutationObserver(enhance).observe(document.documentElement, { childList: true, subtree: true });
}(window.jQuery));
