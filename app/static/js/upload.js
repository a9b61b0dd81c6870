/* Everything works without this file. With it: files are sent in pieces as soon as they are chosen, one after another,
   with progress; when the connection breaks each goes on from where it was. */
(function () {
  "use strict";
  var WAITS = [1, 2, 4, 8, 15, 30]; /* seconds before a try of its own; then a person decides */
  document.querySelectorAll("[data-upload]").forEach(function (field) {
    var input = field.querySelector("input[type=file]"), list = field.querySelector(".files");
    var form = field.closest("form"), words = field.dataset, waiting = [], current = null, held = null;
    if (!window.XMLHttpRequest || !window.Blob || !form) { return; }

    input.addEventListener("change", function () {
      Array.prototype.forEach.call(input.files, add);
      input.value = "";
    });
    form.addEventListener("submit", function (event) {
      if (!current) { return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!held) { held = element("p", words.held); held.setAttribute("role", "status"); list.after(held); }
    }, true);
    window.addEventListener("online", function () {
      if (current && current.timer) { clearTimeout(current.timer); goOn(current); }
    });

    function add(file) {
      var line = { file: file, item: element("li"), text: element("span", file.name + " "), tries: 0 };
      line.item.appendChild(line.text);
      list.appendChild(line.item);
      if (list.children.length > Number(words.most)) { return failed(line, words.many, false); }
      if (file.size > Number(words.bytes)) { return failed(line, words.large, false); }
      wait(line);
    }
    function wait(line) {
      line.bar = element("progress");
      line.bar.max = 1;
      line.bar.value = 0;
      line.bar.setAttribute("aria-label", line.file.name);
      line.said = element("span", " 0 % ");
      line.said.setAttribute("aria-hidden", "true"); /* the bar says it too; a live list would read out each step */
      line.item.append(line.bar, line.said);
      line.cancel = button(line, words.cancel, function () { cancel(line); });
      waiting.push(line);
      if (!current) { next(); }
    }
    function next() {
      current = waiting.shift() || null;
      if (current) { return goOn(current); }
      if (held) {
        held.remove();
        held = null;
        form.requestSubmit ? form.requestSubmit() : form.submit();
      }
    }

    /* one file */
    function goOn(line) {
      line.timer = 0;
      line.at = line.at || recall(line.file);
      if (line.at) { call(line, "GET", line.at, null, answered); } else { begin(line); }
    }
    function begin(line) {
      var body = new FormData();
      body.append("name", line.file.name);
      body.append("size", line.file.size);
      call(line, "POST", words.upload, body, function (answer) {
        line.at = answer.at;
        recall(line.file, answer.at);
        answered(answer);
      });
    }
    function answered(answer) {
      var line = current, from = answer.received, piece;
      if (answer.upload) { return taken(line, answer.upload); }
      line.from = from;
      show(line, 0);
      piece = line.file.slice(from, from + answer.piece);
      call(line, "PUT", line.at + "?offset=" + from, piece, function (further) { line.tries = 0; answered(further); });
    }
    function call(line, method, address, body, then) {
      var request = line.request = new XMLHttpRequest();
      request.open(method, address);
      request.responseType = "json";
      request.timeout = 120000;
      request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrf_token]").value);
      if (method === "PUT") {
        request.setRequestHeader("Content-Type", "application/octet-stream");
        request.upload.addEventListener("progress", function (event) { show(line, event.loaded); });
      }
      request.addEventListener("loadend", function () {
        if (line !== current || request !== line.request) { return; } /* given up meanwhile */
        if (request.status >= 200 && request.status < 300 && request.response) { then(request.response); }
        else { trouble(line, method, request.status, (request.response || {}).error); }
      });
      request.send(body);
    }
    function trouble(line, method, status, error) {
      var isPassing = !status || status === 408 || status === 409 || status === 429 || status >= 500;
      if (method === "GET" && status === 404) { /* not known any more: begin anew */
        forget(line);
        return begin(line);
      }
      if (!isPassing || line.tries >= WAITS.length) {
        if (status === 422) { forget(line); }
        failed(line, error || words.failed, status !== 422);
        return next();
      }
      line.said.textContent = " " + words.waiting + " ";
      line.said.removeAttribute("aria-hidden");
      line.timer = setTimeout(function () { goOn(line); }, WAITS[line.tries] * 1000);
      line.tries += 1;
    }
    function cancel(line) {
      var isCurrent = line === current, request;
      clearTimeout(line.timer);
      waiting = waiting.filter(function (each) { return each !== line; });
      current = isCurrent ? null : current;
      if (line.request) { line.request.abort(); }
      if (line.at) {
        request = new XMLHttpRequest();
        request.open("DELETE", line.at);
        request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrf_token]").value);
        request.send();
      }
      forget(line);
      line.item.remove();
      input.focus();
      if (isCurrent) { next(); }
    }

    /* what is shown */
    function show(line, sent) {
      var part = Math.min(1, (line.from + sent) / line.file.size);
      line.bar.value = part;
      line.said.setAttribute("aria-hidden", "true");
      line.said.textContent = " " + Math.floor(100 * part) + " % ";
    }
    function taken(line, upload) {
      var label = element("label"), box = element("input");
      forget(line);
      label.className = "tick";
      box.type = "checkbox";
      box.name = "attachments";
      box.value = upload.token;
      box.checked = true;
      label.append(box, " ", element("span", upload.name + " (" + Math.ceil(upload.size / 1024) + " KB, " + words.taken + ")"));
      line.item.replaceChildren(label);
      next();
    }
    function failed(line, why, again) {
      if (held) { held.remove(); held = null; }
      line.item.replaceChildren(line.text);
      line.text.textContent = line.file.name + ": " + why + " ";
      button(line, words.remove, function () { line.item.remove(); input.focus(); });
      if (again) {
        button(line, words.again, function () {
          line.item.replaceChildren(line.text);
          line.text.textContent = line.file.name + " ";
          line.tries = 0;
          wait(line);
        });
      }
    }
    function button(line, label, act) {
      var made = element("button", label);
      made.type = "button";
      made.className = words.button;
      made.addEventListener("click", act);
      line.item.append(made);
      return made;
    }
    function element(name, text) {
      var made = document.createElement(name);
      if (text) { made.textContent = text; }
      return made;
    }

    /* where a file is that was begun in this tab: known again when the same file is chosen again */
    function recall(file, address) {
      var key = "upload " + words.upload + " " + sum(file.name) + " " + file.size + " " + file.lastModified;
      try {
        if (address) { sessionStorage.setItem(key, address); }
        if (address === "") { sessionStorage.removeItem(key); }
        return sessionStorage.getItem(key) || "";
      } catch (error) { return ""; } /* no storage in this browser: a new page begins anew */
    }
    function forget(line) {
      recall(line.file, "");
      line.at = "";
    }
    function sum(text) { /* the name itself is not written down */
      return Array.prototype.reduce.call(text, function (all, each) {
        return (31 * all + each.charCodeAt(0)) >>> 0;
      }, 7);
    }
  });
})();
