// Shows what the room says once a second, and sends what is pressed or written. Text is only ever set as text.
window.addEventListener("DOMContentLoaded", () => {
  const at = (id) => document.getElementById(id);

  async function look() {
    try {
      const answer = await fetch("/patrol");
      if (answer.status === 403) {
        window.location.assign("/");
        return;
      }
      const now = await answer.json();
      at("stands").textContent = now.stands;
      at("task").textContent = now.task;
      at("readout").textContent = now.readout;
      at("on-task").hidden = !now.task;
      at("news").replaceChildren(
        ...now.news.map((words) => {
          const line = document.createElement("li");
          line.textContent = words;
          return line;
        }),
      );
      for (const one of document.querySelectorAll("[data-says]")) {
        const code = one.dataset.says;
        const done =
          code === now.step || code === now.finding || (code === "read" && now.read) || (code === "busy" && now.busy);
        one.setAttribute("aria-pressed", String(done));
      }
    } catch {
      at("stands").textContent = at("stands").dataset.gone;
    }
  }

  async function say(says, words = "") {
    at("why").textContent = "";
    try {
      const answer = await fetch("/patrol", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ says, words }),
      });
      at("why").textContent = (await answer.json()).why ?? "";
    } catch {
      at("why").textContent = at("stands").dataset.gone;
    }
    await look();
  }

  for (const one of document.querySelectorAll("[data-says]")) {
    one.addEventListener("click", () => say(one.dataset.says));
  }
  for (const one of document.querySelectorAll("[data-radio]")) {
    one.addEventListener("click", () => say("radio", one.dataset.radio));
  }
  at("radio").addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = at("words").value.trim();
    if (words) {
      at("words").value = "";
      await say("radio", words);
    }
  });
  window.setInterval(look, 1000);
  look();
});
