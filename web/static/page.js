// Only comfort: without this script the form works the same.
"use strict";
(function () {
  const form = document.getElementById("ask");
  const input = document.getElementById("file");
  const name = document.getElementById("file-name");
  const drop = document.getElementById("drop");
  const go = document.getElementById("go");
  const idle = name.textContent;

  function show() {
    const file = input.files[0];
    name.textContent = file ? file.name : idle;
    drop.classList.toggle("chosen", Boolean(file));
  }

  function send() {
    form.requestSubmit();
  }

  input.addEventListener("change", function () {
    show();
    if (input.files.length) send();
  });

  let depth = 0;
  document.addEventListener("dragenter", function () { depth += 1; drop.classList.add("over"); });
  document.addEventListener("dragleave", function () { depth -= 1; if (depth <= 0) drop.classList.remove("over"); });
  document.addEventListener("dragover", function (event) { event.preventDefault(); });
  document.addEventListener("drop", function (event) {
    event.preventDefault();
    depth = 0;
    drop.classList.remove("over");
    const files = event.dataTransfer.files;
    if (files.length > 1) {
      name.textContent = "一次一个文件；多份简历请先打包为 zip";
      return;
    }
    if (files.length) {
      input.files = files;
      show();
      send();
    }
  });

  form.addEventListener("submit", function () {
    go.disabled = true;
    go.textContent = "正在读取…";
  });
  window.addEventListener("pageshow", function () { go.disabled = false; go.textContent = "开始匹配"; show(); });

  const first = document.querySelector(".result");
  if (first && !location.hash) first.scrollIntoView({ block: "start" });
})();
