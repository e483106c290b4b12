// Comfort only: every page works without this script.
"use strict";
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const first = (selector, root) => (root || document).querySelector(selector);
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // --- evidence: a verdict, a quote or a part of the score lights up its words in the resume ---

  function show(columns, marks, label, kind) {
    const resume = first(".resume", columns);
    const status = first("[role=status]", resume);
    const close = first(".close", resume);
    all("mark.lit", resume).forEach((m) => m.classList.remove("lit"));
    all(".verdict.lit", columns).forEach((v) => v.classList.remove("lit"));
    resume.className = "resume";
    const narrow = matchMedia("(max-width: 960px)").matches;
    const found = marks.map((id) => document.getElementById(id)).filter(Boolean);
    if (!label) {
      status.textContent = resume.dataset.idle;
      close.hidden = true;
      document.body.classList.remove("sheet-open");
      return;
    }
    if (!found.length) {
      status.textContent = label + " · " + resume.dataset.none;
      document.body.classList.remove("sheet-open");
      close.hidden = true;
      return;
    }
    found.forEach((m) => m.classList.add("lit"));
    resume.classList.add("searching");
    if (kind) resume.classList.add("lit-" + kind);
    status.textContent = label + " · " + resume.dataset.found.replace("%", String(groups(found)));
    close.hidden = false;
    if (narrow) {
      resume.classList.add("sheet");
      document.body.classList.add("sheet-open");
    }
    const paper = first(".paper", resume);
    const top = found[0].getBoundingClientRect().top - paper.getBoundingClientRect().top + paper.scrollTop;
    paper.scrollTo({ top: Math.max(0, top - paper.clientHeight / 3), behavior: still.matches ? "auto" : "smooth" });
  }

  // Pieces that stand side by side are one place to a reader.
  function groups(marks) {
    return marks.filter((m, i) => i === 0 || marks[i - 1].nextSibling !== m).length;
  }

  function split(element) {
    return (element.dataset.marks || "").split(" ").filter(Boolean);
  }

  function kindOf(verdict) {
    return ["meets", "unknown", "waivable", "fails"].find((k) => verdict.classList.contains(k)) || "";
  }

  all(".columns").forEach(function (columns) {
    columns.addEventListener("toggle", function (event) {
      const verdict = event.target;
      if (!verdict.classList.contains("verdict")) return;
      if (verdict.open) {
        all(".verdict[open]", columns).forEach((v) => { if (v !== verdict) v.open = false; });
        show(columns, split(verdict), verdict.dataset.label, kindOf(verdict));
        verdict.classList.add("lit");
      } else if (verdict.classList.contains("lit")) {
        show(columns, [], "", "");
      }
    }, true);
    columns.addEventListener("click", function (event) {
      const asked = event.target.closest("a[data-marks], button[data-marks]");
      if (asked) {
        event.preventDefault();
        const verdict = asked.closest(".verdict");
        show(columns, split(asked), asked.dataset.label || verdict.dataset.label, verdict ? kindOf(verdict) : "");
        if (verdict) verdict.classList.add("lit");
      }
      if (event.target.closest(".close")) {
        const verdict = first(".verdict.lit", columns);
        show(columns, [], "", "");
        if (verdict) {
          verdict.open = false;
          first("summary", verdict).focus();
        }
      }
    });
  });
  document.addEventListener("keydown", function (event) {
    const close = first(".close:not([hidden])");
    if (event.key === "Escape" && close) close.click();
  });

  // The form that overrides a verdict comes to the verdict it was asked for.
  document.addEventListener("click", function (event) {
    const asked = event.target.closest("a[data-override]");
    if (!asked) return;
    event.preventDefault();
    const form = first(asked.getAttribute("href"));
    const box = form.closest(".override");
    const verdict = asked.closest(".verdict");
    first("[name=rule]", form).value = asked.dataset.override;
    first("[name=value]", form).value = kindOf(verdict);
    verdict.append(box);
    box.classList.add("here");
    box.open = true;
    first("[name=value]", form).focus();
  });

  // --- files dropped anywhere on the page ---

  const form = first("form[data-drop]");
  const status = form && first("[data-status]", form);

  function name(files) {
    const title = first(".drop-title", form);
    if (title) title.textContent = files.length ? Array.from(files, (f) => f.name).join("、") : title.dataset.idle;
  }

  function busy(on) {
    const go = first("button.go", form);
    if (go) go.disabled = on;
    if (status) status.textContent = on ? form.dataset.busy : "";
  }

  if (form) {
    const input = first("input[type=file]", form);
    const title = first(".drop-title", form);
    document.body.dataset.dropText = title ? title.dataset.idle : "";
    const most = Number(form.dataset.most || 0);
    const send = function (files) {
      if (most && files.length > most) {
        status.textContent = form.dataset.tooMany;
        input.value = "";
        name([]);
        return;
      }
      if ("upload" in form.dataset) upload(form, files);
      else form.requestSubmit();
    };
    input.addEventListener("change", function () {
      name(input.files);
      if (input.files.length) send(input.files);
    });
    let depth = 0;
    const holds = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
    document.addEventListener("dragenter", function (event) { if (holds(event)) { depth += 1; document.body.classList.add("dropping"); } });
    document.addEventListener("dragleave", function (event) { if (holds(event) && --depth <= 0) { depth = 0; document.body.classList.remove("dropping"); } });
    document.addEventListener("dragover", function (event) { if (holds(event)) event.preventDefault(); });
    document.addEventListener("drop", function (event) {
      if (!holds(event)) return;
      event.preventDefault();
      depth = 0;
      document.body.classList.remove("dropping");
      if ("upload" in form.dataset) {
        dropped(event.dataTransfer).then((files) => send(files));
      } else if (event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        name(input.files);
        send(input.files);
      }
    });
    if (!("upload" in form.dataset)) {
      form.addEventListener("submit", () => busy(true));
      window.addEventListener("pageshow", function () { busy(false); name(input.files); });
    }
  }

  // A folder that was dropped: every file in it, however deep.
  async function dropped(transfer) {
    const entries = Array.from(transfer.items, (i) => i.webkitGetAsEntry && i.webkitGetAsEntry()).filter(Boolean);
    if (!entries.length) return Array.from(transfer.files);
    const found = [];
    const walk = async function (entry) {
      if (entry.isFile) {
        found.push(await new Promise((yes, no) => entry.file(yes, no)));
      } else {
        const reader = entry.createReader();
        for (;;) {
          const some = await new Promise((yes, no) => reader.readEntries(yes, no));
          if (!some.length) break;
          for (const inner of some) await walk(inner);
        }
      }
    };
    for (const entry of entries) await walk(entry);
    return found.filter((f) => !f.name.startsWith(".") && !f.name.startsWith("~$"));
  }

  // Many files go in small parcels, so that no request is large; the worker begins with the first.
  async function upload(form, files) {
    const parcels = [];
    let size = 0;
    Array.from(files).forEach(function (file) {
      if (!parcels.length || size + file.size > 8e6 || parcels[parcels.length - 1].length >= 10) {
        parcels.push([]);
        size = 0;
      }
      parcels[parcels.length - 1].push(file);
      size += file.size;
    });
    const token = first("[name=csrf_token]", form).value;
    let sent = 0;
    let failed = 0;
    for (const parcel of parcels) {
      status.textContent = form.dataset.busy.replace("%", sent + " / " + files.length);
      const body = new FormData();
      parcel.forEach((file) => body.append("file", file, file.name));
      try {
        const answer = await fetch(form.action, { method: "POST", body: body, headers: { "X-CSRFToken": token, Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        sent += parcel.length;
      } catch (error) {
        failed += parcel.length;
      }
    }
    if (failed) {
      status.textContent = form.dataset.failed.replace("%", String(failed));
      first("input[type=file]", form).value = "";
      name([]);
      if (sent) watch();
    } else {
      location.assign(location.pathname);
    }
  }

  // --- progress: the bar, and the list as it fills ---

  const state = first("[data-progress]");
  let looked = 0; // when, and with how many files done
  let shown = state ? Number(first(".bar", state).getAttribute("aria-valuenow")) : 0;

  async function watch() {
    const answer = await fetch(state.dataset.progress, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) {
      setTimeout(watch, 5000);
      return;
    }
    const now = await answer.json();
    const bar = first(".bar", state);
    const text = first("[data-progress-text]", state);
    if (text.textContent !== now.text) text.textContent = now.text;
    bar.setAttribute("aria-valuenow", now.done);
    bar.setAttribute("aria-valuemax", now.total);
    first(".fill", bar).setAttribute("width", String(now.total ? 100 * now.done / now.total : 0));
    const moved = now.done !== shown || now.status !== state.dataset.status;
    const ended = state.dataset.status === "working" && now.status !== "working";
    state.dataset.status = now.status;
    if (now.status !== "working") all("[data-while=working]").forEach((e) => e.remove());
    // every look at the list is recorded: not more often than a person would
    if (moved && !document.hidden && (now.status !== "working" || Date.now() - looked > 5000)) {
      looked = Date.now();
      shown = now.done;
      await refresh();
    }
    if (now.export !== exported() || (ended && now.export)) await exportMoved();
    if (now.status === "working" || underway(now.export) || now.export !== exported()) setTimeout(watch, 1500);
  }

  // The export: asked for, on its way, there to be downloaded; only what says so is drawn again.
  function exported() {
    const box = first("[data-export]");
    return box ? box.dataset.export : "";
  }

  function underway(status) {
    return status === "queued" || status === "working";
  }

  async function exportMoved() {
    const page = await fetch(location.href).then((a) => (a.ok ? a.text() : "")).catch(() => "");
    const fresh = page && new DOMParser().parseFromString(page, "text/html");
    const [old, box] = [first("[data-export]"), fresh && first("[data-export]", fresh)];
    if (!old || !box) return;
    old.dataset.export = box.dataset.export;
    old.className = box.className;
    old.replaceChildren(...box.childNodes);
    first(".head .actions").replaceChildren(...first(".head .actions", fresh).childNodes);
  }

  // Not while somebody types or ticks there.
  async function refresh() {
    const old = first("[data-live]");
    if (!old) return;
    if (old.contains(document.activeElement) || first("[name=c]:checked", old)) {
      setTimeout(refresh, 3000);
      return;
    }
    const page = await fetch(location.href).then((a) => (a.ok ? a.text() : "")).catch(() => "");
    const fresh = page && new DOMParser().parseFromString(page, "text/html");
    if (!fresh) return;
    old.replaceChildren(...first("[data-live]", fresh).childNodes);
    const tabs = [first(".tabs"), first(".tabs", fresh)];
    if (tabs[0] && tabs[1]) tabs[0].replaceChildren(...tabs[1].childNodes);
    const actions = [first(".head .actions"), first(".head .actions", fresh)];
    if (actions[0] && actions[1]) actions[0].replaceChildren(...actions[1].childNodes);
  }

  if (state && (state.dataset.status === "working" || underway(exported()))) setTimeout(watch, 800);

  // --- small tools ---

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-compare]")) return;
    const picked = all("[name=c]:checked", event.target).length;
    if (picked < 2 || picked > 4) {
      event.preventDefault();
      first("[data-compare-status]", event.target).textContent = event.target.dataset.few;
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const source = first(copy.dataset.copy);
      if (!navigator.clipboard) { // not without TLS from another machine: select, so that Ctrl+C copies
        getSelection().selectAllChildren(source);
        return;
      }
      navigator.clipboard.writeText(source.innerText).then(function () {
        copy.textContent = copy.dataset.done;
        setTimeout(function () { copy.textContent = copy.dataset.label; }, 2000);
      });
    }
  });
})();
