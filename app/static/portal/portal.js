/* Everything works without this file. With it: a form is sent once, errors have the focus, a link prints, Esc twice leaves, a page is read aloud. */
(function () {
  "use strict";
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      form.querySelectorAll("button").forEach(function (button) { button.setAttribute("aria-disabled", "true"); });
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-once]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach(function (button) { button.removeAttribute("aria-disabled"); });
    });
  });
  var summary = document.querySelector(".summary");
  if (summary) {
    window.addEventListener("load", function () { /* the browser does it by itself, but not behind a #place */
      setTimeout(function () { if (document.activeElement === document.body) { summary.focus(); } }, 200);
    });
  }
  var leave = document.querySelector("[data-leave]"), escaped = 0;
  function away() {
    try { sessionStorage.clear(); } catch (error) { /* none in this browser */ }
    window.location.replace(leave.href);
  }
  if (leave) {
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || event.isComposing) { return; }
      if (event.timeStamp - escaped < 1500 && escaped) { away(); }
      escaped = event.timeStamp;
    });
    leave.addEventListener("click", function (event) { event.preventDefault(); away(); });
    leave.parentElement.classList.add("keys");
  }
  document.querySelectorAll("[data-print]").forEach(function (link) {
    link.addEventListener("click", function (event) { event.preventDefault(); window.print(); });
  });
  var reader = document.querySelector("[data-read]"), voice = window.speechSynthesis;
  if (reader && voice && window.SpeechSynthesisUtterance) {
    reader.parentElement.hidden = false;
    reader.addEventListener("click", function () {
      var isOn = !voice.speaking, text;
      voice.cancel();
      reader.textContent = isOn ? reader.dataset.stop : reader.dataset.read;
      if (!isOn) { return; }
      text = new SpeechSynthesisUtterance(document.getElementById("main").innerText.replace(reader.dataset.stop, ""));
      text.lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
      text.onend = function () { reader.textContent = reader.dataset.read; };
      voice.speak(text);
    });
    window.addEventListener("pagehide", function () { voice.cancel(); });
  }
})();
