// A code is sent to this server alone; a refusal is said beside the field, and the field keeps the focus.
window.addEventListener("DOMContentLoaded", () => {
  const code = document.getElementById("code");
  const why = document.getElementById("why");
  document.getElementById("join").addEventListener("submit", async (event) => {
    event.preventDefault();
    why.textContent = "";
    const answer = await fetch("/join", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code: code.value, language: document.documentElement.lang }),
    });
    const said = await answer.json();
    if (answer.ok) {
      window.location.assign(said.to);
    } else {
      why.textContent = said.why;
      code.select();
    }
  });
});
