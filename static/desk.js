// The desk works without this file. With it: files can be dropped, an upload shows how far it is,
// and a page that waits renews itself and says so to a screen reader.
"use strict";

const live = document.getElementById("live");
const main = document.getElementById("main");
const POLL_MS = 700;

function say(text) {
  live.textContent = text;
}

async function renew() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  main.replaceChildren(...page.getElementById("main").childNodes);
  document.title = page.title;
  begin();
}

function begin() {
  const told = main.querySelector("[data-status]");
  if (told) say(told.dataset.status);
  const waiting = main.querySelector("[data-busy]");
  if (waiting && waiting.dataset.busy) setTimeout(() => watch(waiting.dataset.busy), POLL_MS);
  for (const form of main.querySelectorAll("form[data-drop]")) form.classList.add("can-drop");
}

async function watch(place) {
  try {
    const answer = await fetch(place, { headers: { Accept: "application/json" } });
    if (answer.redirected || !answer.ok) return location.reload();
    if (!(await answer.json()).busy) return renew();
  } catch {
    // The server may be restarting: ask again.
  }
  setTimeout(() => watch(place), POLL_MS);
}

function send(form, files) {
  const state = form.querySelector(".drop-state");
  const [bar, words] = [state.querySelector("progress"), state.querySelector("span")];
  const fail = (text) => {
    bar.hidden = true;
    state.hidden = false;
    words.textContent = text;
    say(text);
    form.querySelector("button").disabled = false;
  };
  if ([...files].reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most)) {
    return fail(form.dataset.tooLarge);
  }
  const body = new FormData();
  body.append("seal", form.elements.seal.value);
  for (const file of files) body.append("file", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json, text/html");
  bar.hidden = state.hidden = false;
  form.querySelector("button").disabled = true;
  request.upload.onprogress = (event) => {
    bar.value = Math.round((100 * event.loaded) / event.total);
    words.textContent = form.dataset.uploading.replace("%", bar.value);
  };
  request.onerror = () => fail(form.dataset.failed);
  request.onload = () => {
    if (request.status < 400) return location.assign(request.responseURL);
    try {
      const problem = JSON.parse(request.responseText);
      fail(`${problem.title} ${problem.text}`);
    } catch {
      fail(form.dataset.failed);
    }
  };
  say(form.dataset.uploading.replace("%", 0));
  request.send(body);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-drop]")) {
    event.preventDefault();
    send(form, form.elements.file.files);
  }
  const once = form.querySelector("[data-once]");
  if (once) setTimeout(() => { once.disabled = true; });
});

for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = main.querySelector("form[data-drop]");
    if (!form || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) send(form, event.dataTransfer.files);
  });
}

begin();
