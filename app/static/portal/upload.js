/* Everything works without this file. With it: chosen files are sent at once, with progress, and again if it broke. */
(function () {
  "use strict";
  document.querySelectorAll("[data-upload]").forEach(function (field) {
    var input = field.querySelector("input[type=file]"), list = field.querySelector(".files");
    var form = field.closest("form"), words = field.dataset, open = 0, held = null;
    if (!window.FormData || !window.XMLHttpRequest || !form) { return; }
    input.addEventListener("change", function () {
      Array.prototype.forEach.call(input.files, start);
      input.value = "";
    });
    form.addEventListener("submit", function (event) {
      if (!open) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      held = true; /* sent when the last file is up */
    }, true);
    function start(file) {
      var line = document.createElement("li"), text = document.createElement("span"), bar = document.createElement("progress");
      text.textContent = file.name + " ";
      line.appendChild(text);
      list.appendChild(line);
      if (list.querySelectorAll("li").length > Number(words.most)) { return failed(line, text, file, words.many, false); }
      if (file.size > Number(words.bytes)) { return failed(line, text, file, words.large, false); }
      bar.max = 1;
      bar.value = 0;
      line.appendChild(bar);
      send(file, line, text, bar);
    }
    function send(file, line, text, bar) {
      var request = new XMLHttpRequest(), body = new FormData();
      body.append("csrf_token", form.querySelector("[name=csrf_token]").value);
      body.append("files", file, file.name);
      open += 1;
      request.open("POST", words.upload);
      request.responseType = "json";
      request.upload.addEventListener("progress", function (event) { bar.value = event.loaded / (event.total || 1); });
      request.addEventListener("loadend", function () {
        var answer = request.response || {};
        open -= 1;
        bar.remove();
        if (request.status === 201) { taken(line, text, answer); }
        else { failed(line, text, file, answer.error || words.failed, !answer.error || request.status === 503); }
        if (held && !open) { held = null; form.requestSubmit ? form.requestSubmit() : form.submit(); }
      });
      request.send(body);
    }
    function taken(line, text, answer) {
      var label = document.createElement("label"), box = document.createElement("input"), said = document.createElement("span");
      label.className = "tick";
      box.type = "checkbox";
      box.name = "attachments";
      box.value = answer.token;
      box.checked = true;
      said.textContent = answer.name + " (" + Math.ceil(answer.size / 1024) + " KB, " + words.taken + ")";
      label.appendChild(box);
      label.appendChild(document.createTextNode(" "));
      label.appendChild(said);
      line.replaceChild(label, text);
    }
    function failed(line, text, file, why, again) {
      held = null;
      text.textContent = file.name + ": " + why + " ";
      button(line, words.remove, function () { line.remove(); });
      if (again) { button(line, words.again, function () { line.remove(); start(file); }); }
    }
    function button(line, label, act) {
      var made = document.createElement("button");
      made.type = "button";
      made.textContent = label;
      made.addEventListener("click", act);
      line.appendChild(made);
    }
  });
})();
